import Kernels

@testable import Rules

/// A catalogue for tests: numbers and conditions by session and by minute, with and without parameters.
enum TestCatalogue {
  static func signal(
    _ name: String, _ type: RuleType, _ resolution: RuleResolution, parameters: [SignalParameter] = [],
    dependence: RuleDependence = .market
  ) -> SignalDeclaration {
    SignalDeclaration(
      name, parameters, type: type, resolution: .fixed(resolution), dependence: dependence,
      asOf: "in tests", suppliedBy: "no file", phrase: name, formula: "none")
  }
  static let small = SignalCatalogue([
    signal("s1", .number(.vols), .session), signal("s2", .number(.vols), .session),
    signal("sp", .number(.points), .session), signal("sc", .condition, .session),
    signal("m1", .number(.sd), .minute, dependence: .entry), signal("m2", .number(.sd), .minute),
    signal("mp", .number(.points), .minute), signal("mc", .condition, .minute, dependence: .condor),
    signal(
      "mv", .number(.vols), .minute,
      parameters: [SignalParameter("n", .count(1...9), standard: .count(3))]),
  ])
}

/// Random rules that check, and random columns for them.
struct RandomRule {
  var random: Philox
  /// Windows only over sessions or minutes as the operand's resolution asks.
  private typealias Made = (text: String, resolution: RuleResolution)

  init(seed: UInt64) { random = Philox(seed: seed, stream: 77) }

  private mutating func pick<T>(_ list: [T]) -> T { list[random.integer(below: list.count)] }

  /// A condition or a number.
  mutating func rule() -> String {
    let depth = 1 + random.integer(below: 4)
    return random.integer(below: 3) == 0
      ? number(depth, pick([.sd, .vols, .points, .ratio])).text : condition(depth).text
  }

  private mutating func length(_ resolution: RuleResolution) -> String {
    let n = 2 + random.integer(below: 4)
    return resolution == .minute ? "\(n) min" : pick(["\(n)", "\(n) sessions"])
  }

  private mutating func condition(_ depth: Int) -> Made {
    if depth == 0 {
      return pick([
        ("sc", .session), ("mc", .minute), ("sc", .session), ("mc", .minute), ("true", .session),
        ("false", .session),
      ])
    }
    switch random.integer(below: 9) {
    case 0, 1:
      let parts = (0...(1 + random.integer(below: 2))).map { _ in condition(depth - 1) }
      let word = pick([" and ", " or "])
      return (
        parts.map { "(\($0.text))" }.joined(separator: word), parts.map(\.resolution).max() ?? .session
      )
    case 2:
      let part = condition(depth - 1)
      return ("not (\(part.text))", part.resolution)
    case 3, 4:
      let part = condition(depth - 1)
      return ("(\(part.text)) for \(length(part.resolution))", part.resolution)
    default:
      let unit = pick([RuleUnit.sd, .vols, .points, .ratio])
      let (a, b) = (number(depth - 1, unit), number(depth - 1, unit))
      let relation = pick(["<", "<=", ">", ">=", "crosses above", "crosses below", "crosses above"])
      return ("\(a.text) \(relation) \(b.text)", max(a.resolution, b.resolution))
    }
  }

  private mutating func literal(_ unit: RuleUnit) -> String {
    let value = pick(["0", "0.5", "1", "2", "-1", "1.25", "3", "1e200"])
    return switch unit {
    case .sd: value + " sd"
    case .points: value + " points"
    case .vols: value + " vols"
    default: value + pick(["", " %"])
    }
  }

  private mutating func leaf(_ unit: RuleUnit) -> Made {
    switch unit {
    case .sd: pick([("m1", .minute), ("m2", .minute)])
    case .points: pick([("sp", .session), ("mp", .minute)])
    case .vols: pick([("s1", .session), ("s2", .session), ("mv(2)", .minute), ("mv", .minute)])
    default: pick([("s1 / s2", .session), ("m1 / m2", .minute)])
    }
  }

  private mutating func number(_ depth: Int, _ unit: RuleUnit) -> Made {
    if depth == 0 {
      return random.integer(below: 4) == 0 ? (literal(unit), .session) : leaf(unit)
    }
    switch random.integer(below: 10) {
    case 0, 1:
      let (a, b) = (number(depth - 1, unit), number(depth - 1, unit))
      return ("(\(a.text) \(pick(["+", "-"])) \(b.text))", max(a.resolution, b.resolution))
    case 2:
      let (a, b) = (number(depth - 1, unit), number(depth - 1, .ratio))
      return ("(\(a.text)) \(pick(["*", "/"])) (\(b.text))", max(a.resolution, b.resolution))
    case 3:
      let (a, b) = (number(depth - 1, unit), number(depth - 1, unit))
      return ("\(pick(["min", "max"]))(\(a.text), \(b.text))", max(a.resolution, b.resolution))
    case 4:
      let (a, low, high) = (number(depth - 1, unit), leaf(unit), leaf(unit))
      return pick([
        ("abs(\(a.text))", a.resolution), ("-(\(a.text))", a.resolution),
        (
          "clamp(\(a.text), \(low.text), \(high.text))",
          max(a.resolution, low.resolution, high.resolution)
        ),
      ])
    case 5 where unit == .ratio:
      let a = number(depth - 1, .ratio)
      return ("\(pick(["exp", "ln"]))(\(a.text))", a.resolution)
    case 6 where unit == .ratio:
      let other = pick([RuleUnit.sd, .vols, .points])
      let (a, b) = (number(depth - 1, other), number(depth - 1, other))
      return ("(\(a.text)) / (\(b.text))", max(a.resolution, b.resolution))
    case 7 where unit == .ratio:
      let a = number(depth - 1, pick([.sd, .vols, .points]))
      return ("\(pick(["zscore", "percentile"]))(\(a.text), \(length(a.resolution)))", a.resolution)
    default:
      let a = number(depth - 1, unit)
      let window = pick(["mean", "sd", "highest", "lowest", "change", "lag"])
      return ("\(window)(\(a.text), \(length(a.resolution)))", a.resolution)
    }
  }

  /// A column of values: some missing, some alike, some extreme.
  mutating func column(_ count: Int, isCondition: Bool) -> [Double] {
    let holes = random.integer(below: 3) == 0 ? 4 : 40
    return (0..<count).map { _ in
      if random.integer(below: holes) == 0 { return pick([.nan, .infinity]) }
      if isCondition { return Double(random.integer(below: 2)) }
      return pick([0, 1, -1, 2, 0.5, 1.25, random.normal(), random.normal(), 20 * random.uniform(), 1e300])
    }
  }
}
