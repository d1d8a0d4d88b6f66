import Testing

@testable import ConfigFormats

/// Random spaces: every form of search in every place it may have.
private struct RandomSpace {
  var random: TreeRandom
  /// Plain grids only: what a flat space can spell.
  let isFlat: Bool
  private var made: [(path: String, values: [String])] = []
  private var depth = 0
  private var names = 0

  init(seed: Int, isFlat: Bool) {
    random = TreeRandom(state: UInt64(seed))
    self.isFlat = isFlat
  }

  mutating func text() -> String {
    var lines: [String] = []
    for _ in 0..<2 + random.below(4) {
      let key = name()
      lines.append("\(key): \(value(key))")
    }
    lines.append("layers: [{size: \(value("layers[0].size")), label: a}, {size: 4}]")
    lines.append("delta_band: {choices: [[0.1, 0.2], [0.2, 0.3]]}")
    if let target = made.first { lines.append("tied: {same_as: '\(target.path)'}") }
    return lines.joined(separator: "\n")
  }

  private mutating func name() -> String {
    names += 1
    return "k\(names)"
  }

  private mutating func numbers() -> [String] {
    let step = 1 + random.below(4)
    return (0..<2 + random.below(2)).map { "\($0 * step + 1).\($0)" }
  }

  private mutating func condition() -> String {
    guard !isFlat, depth == 0, random.below(2) == 0, let parent = made.randomElement(using: &random),
      let value = parent.values.randomElement(using: &random)
    else { return "" }
    return ", when: {\(parent.path): \(random.below(2) == 0 ? value : "[\(value)]")}"
      + (random.below(2) == 0 ? ", else: 77" : "")
  }

  private mutating func value(_ path: String) -> String {
    switch random.below(depth > 1 ? 4 : 9) {
    case 0: return "plain"
    case 1: return "{from: 1, to: 2, step: 0.5\(condition())}"
    case 2: return "{from: \"15:30\", to: \"16:00\", step: 15\(condition())}"
    case 3:
      if isFlat { return "[x, y]" }
      let log = random.below(2) == 0 ? ", log: true" : ""
      return "{from: 0.5, to: 2\(log)\(random.below(2) == 0 ? ", decimals: 3" : "")\(condition())}"
    case 4, 5:
      let condition = condition()
      let values = numbers()
      if depth == 0 { made.append((path, values)) }
      let list = values.joined(separator: ", ")
      return condition.isEmpty && random.below(2) == 0 ? "[\(list)]" : "{choices: [\(list)]\(condition)}"
    case 6: return "{inner: \(nested(path + ".inner")), other: 3}"
    default:
      let condition = condition()
      if depth == 0 { made.append((path, ["none"])) }
      let (a, b) = (name(), name())
      let choices =
        "none, {\(a): \(nested("")), \(b): \(nested(""))}, {\(a): \(nested(""))}, {from: 7, to: 8, step: 0.5}"
      return condition.isEmpty ? "[\(choices)]" : "{choices: [\(choices)]\(condition)}"
    }
  }

  private mutating func nested(_ path: String) -> String {
    depth += 1
    defer { depth -= 1 }
    return value(path)
  }
}

@Suite struct TreePropertyTests {
  @Test(arguments: 0..<200) func everyPointReadsBackWithoutSearch(seed: Int) throws {
    var random = RandomSpace(seed: seed, isFlat: false)
    let text = random.text()
    let tree = try Spaces.tree(text)
    for index in 0..<40 {
      let values = tree.drawnPoint(index)
      let made = tree.configuration(of: values)
      let again = try ParameterTree(made, listKeys: Spaces.listKeys)
      #expect(again.parameters.isEmpty && again.ties.isEmpty, "\(text)\n\(made.render(.yaml))")
      #expect(again.configuration(of: []).root.withoutPlaces() == made.root.withoutPlaces())
      #expect(try ConfigSpace(made, listKeys: Spaces.listKeys).axes.isEmpty)
      for format in ConfigFormat.allCases {
        let read = try ConfigDocument.parse(made.render(format), format: format, file: "f")
        #expect(read.root.withoutPlaces() == made.root.withoutPlaces(), "\(text)")
      }
      // what is inactive doesn't matter
      var moved = values
      for (p, isActive) in tree.activity(of: values).enumerated() where !isActive { moved[p] = 99 }
      #expect(tree.configuration(of: moved) == made)
      for (p, assigned) in tree.assignments(of: values).enumerated() {
        #expect((assigned.text != nil) == tree.activity(of: values)[p])
      }
    }
  }

  @Test(arguments: 0..<200) func treeAndFlatAxesHoldTheSameConfigurations(seed: Int) throws {
    var random = RandomSpace(seed: seed + 10_000, isFlat: true)
    let text = random.text()
    let document = try ConfigDocument.parse(text, format: .yaml, file: "f")
    let tree = try ParameterTree(document, listKeys: Spaces.listKeys)
    guard tree.rawCount <= Double(ConfigSpace.limit) else { return }
    let space = try ConfigSpace(document, listKeys: Spaces.listKeys)
    #expect(!tree.needsTree && tree.rawCount == Double(space.count), "\(text)")
    guard space.count < 3_000 else { return }
    var flat: Set<String> = []
    for index in 0..<space.count { flat.insert(space.configuration(at: index).render(.json)) }
    var deep: Set<String> = []
    for point in try tree.gridPoints() { deep.insert(tree.configuration(of: point).render(.json)) }
    #expect(flat == deep && flat.count == space.count, "\(text)")
  }

  @Test(arguments: 0..<100) func countsAreThoseOfAnEnumeration(seed: Int) throws {
    var random = RandomSpace(seed: seed + 20_000, isFlat: false)
    let tree = try Spaces.tree(random.text())
    guard tree.rawCount < 20_000 else { return }
    var count = 0.0
    tree.forEachPoint { _ in
      count += 1; return true
    }
    #expect(count == tree.rawCount)
  }

  @Test(arguments: 0..<200) func realsAreTheDecimalsOneWouldWrite(seed: Int) throws {
    var random = TreeRandom(state: UInt64(seed))
    let decimals = 1 + random.below(9)
    let tree = try Spaces.tree("a: {from: 0.1, to: 90.5, decimals: \(decimals)}")
    for index in 0..<50 {
      let node = try #require(tree.configuration(of: tree.drawnPoint(index)).root["a"])
      guard case .decimal(let number, let text) = node.value else {
        throw ConfigError.unreadable(file: "", reason: "")
      }
      #expect(Double(text) == number && DecimalText.number(text) == node.value)
      #expect(text.split(separator: ".")[1].count <= decimals)
    }
  }
}
