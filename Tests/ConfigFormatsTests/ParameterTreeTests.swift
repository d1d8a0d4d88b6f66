import Testing

@testable import ConfigFormats

/// Spaces of every form in the shape of the real files.
enum Spaces {
  static let listKeys: Set<String> = ["layers", "delta_band", "kinds"]
  static let metrics = ["trades", "cvar99_dollars", "max_drawdown_dollars", "max_drawdown_sessions"]

  static func tree(_ text: String) throws(ConfigError) -> ParameterTree {
    try ParameterTree(
      ConfigDocument.parse(text, format: .yaml, file: "f"), listKeys: listKeys, metrics: metrics,
      decimals: { $0.hasSuffix("multiple") ? 3 : nil })
  }

  static func told(_ text: String) -> String {
    do {
      _ = try tree(text)
      return "nothing"
    } catch { return "\(error)" }
  }
}

@Suite struct ParameterTreeTests {
  private let example = """
    search: {constraints: [condor.put <= condor.call, trades >= 150]}
    entry: {minute: {from: "15:30", to: "16:15", step: 15}, days: [mon, tue]}
    condor:
      delta: {from: 0.05, to: 0.25}
      put: [5, 10, 15]
      call: {same_as: condor.put}
      delta_band: [0.1, 0.2]
    exit:
      stop: [none, {loss_multiple: {from: 0.5, to: 5, log: true}}, {cost: [1.5, 2.0], of: [total, side]}]
      confirm: {from: 1, to: 5, step: 1, when: {exit.stop: [loss_multiple, cost]}, else: 1}
      target: [none, {from: 0.2, to: 0.8}]
    hedge:
      layers:
        - {size: {choices: [0, 0.5], when: {exit.stop: none}}, name: a}
    """

  @Test func parametersComeInOrderWithTheirDomains() throws {
    let tree = try Spaces.tree(example)
    #expect(
      tree.parameters.map(\.path) == [
        "entry.minute", "entry.days", "condor.delta", "condor.put", "exit.stop", "exit.stop.loss_multiple",
        "exit.stop.cost", "exit.stop.of", "exit.confirm", "exit.target", "exit.target[1]",
        "hedge.layers[0].size",
      ])
    #expect(
      tree.parameters.map(\.domain) == [
        .steps(count: 4), .categories(count: 2), .real(from: 0.05, to: 0.25, isLog: false, decimals: 7),
        .steps(count: 3), .categories(count: 3), .real(from: 0.5, to: 5, isLog: true, decimals: 3),
        .steps(count: 2), .categories(count: 2), .steps(count: 5), .categories(count: 2),
        .real(from: 0.2, to: 0.8, isLog: false, decimals: 7), .steps(count: 2),
      ])
    #expect(tree.parameters.map(\.line) == [2, 2, 4, 5, 9, 9, 9, 9, 10, 11, 11, 14])
    #expect(tree.parameters[5].conditions == [.init(parent: 4, positions: [1])])
    #expect(tree.parameters[8].conditions == [.init(parent: 4, positions: [1, 2])])
    #expect(tree.parameters[10].conditions == [.init(parent: 9, positions: [1])])
    #expect(tree.parameters[11].conditions == [.init(parent: 4, positions: [0])])
    #expect(tree.ties.map(\.path) == ["condor.call"] && tree.needsTree)
    #expect(
      tree.resultConstraints == [
        ResultConstraint(
          name: "trades", relation: .greaterOrEqual, bound: 150, text: "trades >= 150", line: 1)
      ])
  }

  @Test func aPointIsAConfigurationWithoutSearch() throws {
    let tree = try Spaces.tree(example)
    let held = tree.configuration(of: [1, 1, 0.12345678, 1, 0, 9, 9, 9, 9, 0, 9, 1])
    #expect(
      held.root.brief
        == #"{"entry": {"minute": "15:45", "days": "tue"}, "condor": {"delta": 0.1234568, "put": 10, "call": 10, "#
        + #""delta_band": [0.1, 0.2]}, "exit": {"stop": "none", "confirm": 1, "target": "none"}, "#
        + #""hedge": {"layers": [{"size": 0.5, "name": "a"}]}}"#)
    let stopped = tree.configuration(of: [0, 0, 7, 0, 1, 1.23449, 0, 0, 2, 1, 0.5, 1])
    #expect(
      stopped.root["exit"]?.brief == #"{"stop": {"loss_multiple": 1.234}, "confirm": 3, "target": 0.5}"#)
    #expect(stopped.root["condor"]?["delta"]?.value == .decimal(0.25, text: "0.25"))
    #expect(stopped.root["hedge"]?.brief == #"{"layers": [{"name": "a"}]}"#)
    let assigned = tree.assignments(of: [0, 0, 7, 0, 1, 1.23449, 0, 0, 2, 1, 0.5, 1]).map(\.text)
    #expect(
      assigned == [
        "15:30", "mon", "0.25", "5", #"{"loss_multiple": 1.234}"#, "1.234", nil, nil, "3", "0.5", "0.5", nil,
      ])
  }

  @Test func listsOfNumbersOrTimesInOrderAreSteps() throws {
    let tree = try Spaces.tree(
      """
      a: [1, 2.5, 3]
      b: [3, 2, 1]
      c: [1, 3, 2]
      d: ["09:30", "15:45"]
      e: {choices: [1, 2]}
      f: [1, "09:30"]
      g: [true, false]
      h: [none, 1]
      """)
    #expect(
      tree.parameters.map(\.domain) == [
        .steps(count: 3), .steps(count: 3), .categories(count: 3), .steps(count: 2), .steps(count: 2),
        .categories(count: 2), .categories(count: 2), .categories(count: 2),
      ])
    #expect(!tree.needsTree && tree.rawCount == 3 * 3 * 3 * 2 * 2 * 2 * 2 * 2)
  }

  @Test func parentsComeFirstWhereverTheyStand() throws {
    let tree = try Spaces.tree(
      "a: {choices: [1, 2], when: {b: x}}\nb: {choices: [x, y], when: {c: 2}}\nc: [1, 2]")
    #expect(tree.parameters.map(\.path) == ["c", "b", "a"])
    #expect(tree.configuration(of: [0, 0, 0]).root.brief == #"{"c": 1}"#)
    #expect(tree.configuration(of: [1, 1, 0]).root.brief == #"{"b": "y", "c": 2}"#)
    #expect(tree.configuration(of: [1, 0, 1]).root.brief == #"{"a": 2, "b": "x", "c": 2}"#)
    #expect(tree.rawCount == 1 + 1 + 2)
  }

  @Test func severalPathsInOneWhenMustAllHold() throws {
    let tree = try Spaces.tree(
      "a: [1, 2]\nb: [x, y, z]\nc: {choices: [7, 8], when: {a: 1.0, b: [y, z]}, else: 0}")
    var met: [String] = []
    tree.forEachPoint {
      met.append(tree.configuration(of: $0).root["c"]?.brief ?? "-"); return true
    }
    #expect(met == ["0", "7", "8", "7", "8", "0", "0", "0"])
    #expect(tree.rawCount == 8)
  }

  @Test func theSameKeysInTwoChoicesAreTwoParameters() throws {
    let text = "s: [{m: [1, 2]}, {m: [3, 4]}, none]\nt: {same_as: s.m}\nu: {same_as: 's[1].m'}"
    let tree = try Spaces.tree(text)
    #expect(tree.parameters.map(\.path) == ["s", "s[0].m", "s[1].m"])
    #expect(tree.needsTree)
    #expect(tree.configuration(of: [0, 1, 0]).root.brief == #"{"s": {"m": 2}, "t": 2}"#)
    #expect(tree.configuration(of: [1, 0, 1]).root.brief == #"{"s": {"m": 4}, "t": 4, "u": 4}"#)
    #expect(tree.configuration(of: [2, 0, 0]).root.brief == #"{"s": "none"}"#)
    #expect(
      Spaces.told("s: [{m: [1, 2]}, {m: [3, 4]}]\nw: {choices: [1], when: {s.m: 1}}")
        == "f:2: w.when: 's.m' stands in more than one choice; write 's[0].m' or 's[1].m'")
  }

  @Test func tiesTakeWholeMapsAndChains() throws {
    let tree = try Spaces.tree(
      "hedge:\n  layers:\n  - {size: {gross: [1, 2]}}\n  - {size: {same_as: 'hedge.layers[0].size'}}\nx: {same_as: y}\n"
        + "y: {same_as: 'hedge.layers[1].size'}")
    #expect(!tree.needsTree && tree.parameters.count == 1)
    #expect(
      tree.configuration(of: [1]).root.brief
        == #"{"hedge": {"layers": [{"size": {"gross": 2}}, {"size": {"gross": 2}}]}, "x": {"gross": 2}, "#
        + #""y": {"gross": 2}}"#)
  }

  @Test(arguments: [
    ("a <= b", [true, true, false, true]), ("a < b", [true, true, false, false]),
    ("a + 1 == b", [false, true, false, false]), ("2 * a - b >= 0", [false, true, true, true]),
    ("a*b != 2", [true, false, false, true]), ("3 > a", [true, true, true, true]),
  ])
  func constraintsAreSums(text: String, kept: [Bool]) throws {
    // points (1, 3), (1, 2), (2, 1), (2, 2)
    let tree = try Spaces.tree("search: {constraints: ['\(text)']}\na: [1, 2]\nb: [1, 2, 3]")
    #expect([[0, 2], [0, 1], [1, 0], [1, 1]].map { tree.isValid($0) } == kept)
  }

  @Test func constraintsCompareDecimalsAsDecimals() throws {
    let tree = try Spaces.tree(
      "search: {constraints: [a + 0.1 <= 0.3, 'a + 0.1 == b']}\na: [0.1, 0.2]\nb: [0.2, 0.3]\n")
    #expect(tree.isValid([1, 1]) && !tree.isValid([1, 0]))  // 0.2 + 0.1 is above 0.3 in binary
    #expect(tree.validCount() == .exactly(2))
  }

  @Test func whatIsInactiveOrNoNumberKeepsItsConstraints() throws {
    let tree = try Spaces.tree(
      """
      search: {constraints: ['x.m <= b', 't < b', 'minute >= 15:30']}
      x: [none, {m: [3, 4]}]
      t: [none, 9]
      b: [1, 5]
      minute: ["15:15", "15:45"]
      """)
    #expect(tree.isValid([0, 0, 0, 0, 1]))
    #expect(!tree.isValid([1, 0, 0, 0, 1]) && tree.isValid([1, 0, 0, 1, 1]))
    #expect(!tree.isValid([0, 0, 1, 1, 1]) && !tree.isValid([0, 0, 0, 0, 0]))
  }

  @Test func resultsAreGivenBackByTheirFullNames() throws {
    let tree = try Spaces.tree("search: {constraints: [cvar99 >= -450, '2e2 < trades']}\na: [1, 2]")
    #expect(tree.resultConstraints.map(\.name) == ["cvar99_dollars", "trades"])
    #expect(tree.resultConstraints.map(\.relation) == [.greaterOrEqual, .greater])
    #expect(tree.resultConstraints.map(\.bound) == [-450, 200] && !tree.needsTree)
  }

  @Test func countsSeeContradictions() throws {
    let none = try Spaces.tree("search: {constraints: ['a > b']}\na: [1, 2]\nb: [2, 3]")
    #expect(none.validCount() == .exactly(0))
    #expect(
      #expect(throws: ConfigError.self) { try none.gridPoints() }?.description
        == "f:1: search.constraints: none of the 4 points keeps 'a > b'; drop or loosen one, or tie values by "
        + "{same_as: PATH}")
    let real = try Spaces.tree("search: {constraints: ['a > b']}\na: {from: 0, to: 1}\nb: {from: 2, to: 3}")
    #expect(real.rawCount == .infinity && real.validCount() == .sampled(valid: 0, drawn: 100_000))
    let half = try Spaces.tree("search: {constraints: ['a > b']}\na: {from: 0, to: 1}\nb: {from: 0, to: 1}")
    guard case .sampled(let valid, _) = half.validCount() else {
      throw ConfigError.unreadable(file: "", reason: "")
    }
    #expect((49_000...51_000).contains(valid))
    let log = try Spaces.tree("a: {from: 1, to: 100, log: true}")
    let low = (0..<10_000).count { log.drawnPoint($0)[0] < 10 }
    #expect((4_800...5_200).contains(low))
  }

  @Test func aHugeGridIsRefusedWithItsLengths() throws {
    let axis = "{from: 1, to: 1000, step: 1}"
    let tree = try Spaces.tree(
      "a: \(axis)\nb: \(axis)\nc: \(axis)\nd: {choices: [1], when: {a: 1}}\ne: \(axis)")
    #expect(tree.rawCount == 1e12)
    #expect(
      #expect(throws: ConfigError.self) { try tree.gridPoints() }?.description
        == "f: the space holds 1000000000000 (a 1000 × b 1000 × c 1000 × d 1 × e 1000) configurations, more than the "
        + "10000000 a grid may have; take a larger step, fix a parameter, or search by another method than grid"
    )
  }
}
