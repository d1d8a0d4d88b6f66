import Testing

@testable import ConfigFormats

@Suite struct ConfigSpaceTests {
  private func space(_ text: String, _ listKeys: Set<String> = ["layers", "delta_band"]) throws -> ConfigSpace
  {
    try ConfigSpace(ConfigDocument.parse(text, format: .yaml, file: "f"), listKeys: listKeys)
  }

  private func told(_ text: String) -> String {
    let error = #expect(throws: ConfigError.self) { try space(text) }
    return error.map { "\($0)" } ?? ""
  }

  private let example = """
    data: {from: 2018-01-03, to: 2019-12-31}
    condor:
      short_delta: {from: 0.05, to: 0.25, step: 0.05}
      delta_band: [0.1, 0.2]
      entry: {from: "15:30", to: "16:15", step: 15}
    stop: [{none: true}, {loss_multiple: [1.0, 2.0]}]
    hedge:
      layers:
        - {size: [1, 2, 3], name: a}
        - {size: 4, events: {choices: [[cpi], [cpi, fomc]]}}
    """

  @Test func axesAreFoundInTheOrderOfTheFile() throws {
    let space = try space(example)
    #expect(
      space.axes.map(\.path) == [
        "condor.short_delta", "condor.entry", "stop", "hedge.layers[0].size", "hedge.layers[1].events",
      ])
    #expect(
      space.axes.map { $0.values.map(\.brief) } == [
        ["0.05", "0.10", "0.15", "0.20", "0.25"], ["15:30", "15:45", "16:00", "16:15"],
        [#"{"none": true}"#, #"{"loss_multiple": 1.0}"#, #"{"loss_multiple": 2.0}"#], ["1", "2", "3"],
        [#"["cpi"]"#, #"["cpi", "fomc"]"#],
      ])
    #expect(space.axes.map(\.line) == [3, 5, 6, 9, 10])
    #expect(space.count == 5 * 4 * 3 * 3 * 2)
  }

  @Test func everyIndexIsAnotherConfigurationAndTheLastAxisIsFastest() throws {
    let space = try space(example)
    var seen: Set<String> = []
    for index in 0..<space.count {
      let document = space.configuration(at: index)
      #expect(seen.insert(document.render(.json)).inserted)
      // A configuration of the space is a space of one: itself, were it not for the lists among the choices.
      let assigned = space.assignments(at: index)
      #expect(document.root["condor"]?["short_delta"]?.brief == assigned[0].text)
      #expect(document.root["stop"]?.brief == assigned[2].text)
    }
    #expect(space.assignments(at: 0).map(\.text) == ["0.05", "15:30", #"{"none": true}"#, "1", #"["cpi"]"#])
    #expect(space.assignments(at: 1).map(\.text).last == #"["cpi", "fomc"]"#)
    #expect(space.assignments(at: 2).map(\.text)[3] == "2")
    #expect(space.choices(at: space.count - 1) == [4, 3, 2, 2, 1])
    let last = space.configuration(at: space.count - 1)
    #expect(last.root["data"] == space.document.root["data"])
    #expect(last.root["condor"]?["delta_band"]?.brief == "[0.1, 0.2]")
  }

  @Test func aPlainConfigurationIsASpaceOfOne() throws {
    let space = try space("a: 1\ndelta_band: [1, 2]\n")
    #expect(space.axes.isEmpty && space.count == 1)
    #expect(space.configuration(at: 0) == space.document)
    #expect(space.assignments(at: 0).isEmpty)
  }

  /// Each step i of from + i·step must be the decimal one would write, for all steps of 1 to 3 decimals.
  @Test(arguments: 0..<200) func stepsAreExactDecimals(seed: Int) throws {
    var random = TreeRandom(state: UInt64(seed))
    let places = 1 + random.below(3)
    let scale = [1, 10, 100, 1000][places]
    let (from, step, count) = (random.below(2000) - 1000, 1 + random.below(300), 1 + random.below(400))
    func text(_ units: Int) -> String { ExactDecimal.text(units: units, places: places) }
    let range = "a: {from: \(text(from)), to: \(text(from + (count - 1) * step)), step: \(text(step))}"
    let axis = try #require(try space(range).axes.first)
    #expect(axis.values.count == count)
    for (index, node) in axis.values.enumerated() {
      let units = from + index * step
      // Correctly rounded: an integer over a power of ten is one exactly rounded division.
      switch node.value {
      case .decimal(let value, _): #expect(value == Double(units) / Double(scale))
      case .int(let value): #expect(value * scale == units)
      default: #expect(Bool(false), "\(node)")
      }
    }
  }

  @Test func wholeStepsStayWhole() throws {
    let space = try space("a: {from: 5, to: 25, step: 10}\nb: {from: 0, to: 1, step: 0.5}\n")
    #expect(space.axes[0].values.map(\.value) == [.int(5), .int(15), .int(25)])
    #expect(space.axes[1].values.map(\.brief) == ["0.0", "0.5", "1.0"])
  }

  @Test func whatCannotBeSteppedThroughIsRefused() {
    #expect(
      told("a: {from: 0.0, to: 1.0, step: 0.3}")
        == "f:1: a: steps of 0.3 from 0.0 miss 1.0; take the step 0.2 or let it end at 0.9")
    #expect(
      told("a: {from: \"09:30\", to: \"10:00\", step: 20}")
        == "f:1: a: steps of 20 from 09:30 miss 10:00; take the step 15 or let it end at 09:50")
    #expect(told("\nb: {from: 2, to: 1, step: 1}") == "f:2: b: from 2 is above to 1; swap them")
    #expect(
      told("b: {from: 0, to: 1}")
        == "f:1: b: a grid needs a step: write {from: 0, to: 1, step: …} or a list of values")
    #expect(told("b: {from: 1, to: 8, log: true}").hasPrefix("f:1: b: a grid needs a step"))
    #expect(told("b: {from: 0, to: 1, step: 0}") == "f:1: b.step is 0; allowed: a number above 0")
    #expect(told("b: {from: 0, to: 1, step: -1}") == "f:1: b.step is -1; allowed: a number above 0")
    #expect(told("b: {from: 0, to: 1, step: x}") == "f:1: b.step takes a number, but is the text 'x'")
    #expect(told("b: {from: low, to: 1, step: 1}").hasPrefix("f:1: b.from takes a number"))
    #expect(
      told("b: {from: 0, to: 1, step: 1, wehn: 2}") == "f:1: unknown key 'wehn' in b; did you mean 'when'?")
    #expect(told("b: {from: 0, to: 1, step: 1e-30}").contains("too many digits"))
    #expect(told("b: {from: 0, to: 4611686018427387904, step: 1}").contains("too many digits"))
    #expect(told("b: {from: 0, to: 1.0e+9, step: 1}") == "f:1: b: more than 10000000 values; take fewer")
    #expect(told("c: []").hasPrefix("f:1: c: an empty list makes an empty space"))
    #expect(told("c: {choices: []}").hasPrefix("f:1: c: an empty list"))
    #expect(told("c:\n- 1\n- 1.0\n") == "f:3: c: 1.0 stands twice; keep one")
    #expect(told("c: [{x: [1, 2]}, {x: 2}]") == #"f:1: c: {"x": 2} stands twice; keep one"#)
  }

  @Test func tooLargeASpaceIsRefusedWithItsLengths() {
    let axis = "{from: 1, to: 1000, step: 1}"
    #expect(
      told("a: \(axis)\nb: \(axis)\nc: \(axis)")
        == "f: the space holds 1000000000 (a 1000 × b 1000 × c 1000) configurations, more than the 10000000 a grid "
        + "may have; take a larger step, fix a parameter, or search by another method than grid")
    let many = (0..<8).map { "k\($0): \(axis)\n" }.joined()
    #expect(told(many).contains("more than 9·10^18"))
  }

  @Test func theNearestDivisorIsNearest() {
    for range in 1...60 {
      for step in 1...60 where !range.isMultiple(of: step) {
        let all = (1...range).filter { range.isMultiple(of: $0) }
        let best = all.min { (abs($0 - step), $0) < (abs($1 - step), $1) }
        #expect(AxisReader.divisor(of: range, near: step) == best, "\(range) by \(step)")
      }
    }
  }
}
