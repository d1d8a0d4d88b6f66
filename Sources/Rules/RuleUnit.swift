/// What a number of a rule counts.
///
/// The algebra is small, because rules compare and scale and do little else:
///
/// | operation | needs | gives |
/// |---|---|---|
/// | `a + b`, `a - b`, `min`, `max`, `clamp`, comparisons | one unit fits the other | the unit that is fitted |
/// | `a * b` | one side is a `number` or `ratio` | the unit of the other; `ratio` if both are and one is a ratio |
/// | `a / b` | b is a `number` or `ratio` | the unit of a; a bare number over a bare number stays one |
/// | | or a fits b | `ratio` |
/// | `exp`, `ln` | a `number` or `ratio` | `ratio` |
/// | `-a`, `abs`, `mean`, `sd`, `highest`, `lowest`, `change`, `lag` | any | the unit of a |
/// | `percentile`, `zscore` | any | `ratio` |
///
/// A bare number fits a `ratio`, a `score` and `vols`, which traders write without a unit (`rsi(14) >= 70`,
/// `vix > 20`), and no other. A literal 0 fits every unit. Everything else is an error: `rsi(14) > 0.5 sd`,
/// `move > 0.5`, `vix > 2 points`.
public enum RuleUnit: String, Hashable, Sendable, CaseIterable {
  /// A number written without a unit.
  case number
  /// A quotient of two values of one unit; 1 is 100 %.
  case ratio
  /// An oscillator's own scale, as a rule 0…100.
  case score
  /// Index points.
  case points
  /// Points of a volatility index or its futures: percent a year.
  case vols
  case dollars
  /// Standard deviations of the move from entry to expiry.
  case sd
  case minutes
  case sessions

  /// Whether a value of this unit may stand where one of `other` is asked for.
  public func fits(_ other: RuleUnit) -> Bool {
    self == other || self == .number && (other == .ratio || other == .score || other == .vols)
  }

  /// Whether it only scales what it multiplies.
  var isPure: Bool { self == .number || self == .ratio }

  /// The common unit of two sides of a sum or comparison; `nil` if neither fits the other.
  static func joined(_ a: RuleUnit, _ b: RuleUnit) -> RuleUnit? {
    a.fits(b) ? b : b.fits(a) ? a : nil
  }

  /// The unit of a product; `nil` if neither side is pure.
  static func product(_ a: RuleUnit, _ b: RuleUnit) -> RuleUnit? {
    if a == .number { return b }
    if b == .number { return a }
    return a == .ratio ? b : b == .ratio ? a : nil
  }

  /// The unit of a quotient; `nil` if the divisor is neither pure nor of the dividend's unit.
  static func quotient(_ a: RuleUnit, _ b: RuleUnit) -> RuleUnit? {
    if b == .number { return a }
    if b == .ratio { return a == .number ? .ratio : a }
    return a.fits(b) ? .ratio : nil
  }

  /// In words: "index points".
  public var words: String {
    switch self {
    case .number: "a bare number"
    case .ratio: "a ratio"
    case .score: "a score"
    case .points: "index points"
    case .vols: "volatility points"
    case .dollars: "dollars"
    case .sd: "standard deviations"
    case .minutes: "minutes"
    case .sessions: "sessions"
    }
  }

  /// How a literal of this unit is written, for remedies.
  var example: String {
    switch self {
    case .number, .score: "70"
    case .ratio: "1.05 or 105 %"
    case .points: "2 points"
    case .vols: "20 or 20 vols"
    case .dollars: "400 dollars"
    case .sd: "0.5 sd"
    case .minutes: "30 min"
    case .sessions: "2 sessions"
    }
  }
}

/// The unit written behind a number.
public enum WrittenUnit: String, Hashable, Sendable, CaseIterable {
  case none
  case percent
  case points
  case vols
  case dollars
  case sd
  case minutes
  case sessions

  /// What it counts.
  public var unit: RuleUnit {
    switch self {
    case .none: .number
    case .percent: .ratio
    case .points: .points
    case .vols: .vols
    case .dollars: .dollars
    case .sd: .sd
    case .minutes: .minutes
    case .sessions: .sessions
    }
  }

  /// A written number in the unit it counts: 90 % is 0.9.
  public func value(_ written: Double) -> Double { self == .percent ? written / 100 : written }

  /// Every accepted spelling; the canonical ones, for 1 and for other numbers, stand first and last.
  var spellings: [String] {
    switch self {
    case .none: []
    case .percent: ["%", "percent", "%"]
    case .points: ["point", "points"]
    case .vols: ["vol", "vols"]
    case .dollars: ["dollar", "dollars"]
    case .sd: ["sd"]
    case .minutes: ["min", "minute", "minutes", "min"]
    case .sessions: ["session", "sessions"]
    }
  }

  static let spelled: [String: WrittenUnit] = {
    var known: [String: WrittenUnit] = [:]
    for unit in allCases { for word in unit.spellings { known[word] = unit } }
    return known
  }()
  static let words = allCases.flatMap(\.spellings)
}
