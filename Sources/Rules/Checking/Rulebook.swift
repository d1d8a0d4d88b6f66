import ConfigFormats

/// One named rule as written.
public struct RuleDefinition: Hashable, Sendable {
  /// The name that other rules use.
  public var name: String
  /// What it stands for.
  public var text: String
  /// Where the text begins.
  public var place: RulePlace
  /// Of its parts.
  public init(_ name: String, _ text: String, at place: RulePlace = RulePlace()) {
    self.name = name
    self.text = text
    self.place = place
  }
}

/// Named rules that may use one another, and the catalogue and parameters that rules are checked with.
///
/// `stress: clamp(zscore(vix, 252) / 2, 0, 1)` can be used by its name in every other rule, in any order; rules that need
/// one another in a circle are refused.
public struct Rulebook: Sendable {
  /// The signals that rules may use.
  public let catalogue: SignalCatalogue
  /// Values of `${name}`.
  public let parameters: [String: Double]
  /// The named rules, in the order given.
  public private(set) var rules: [(name: String, rule: CheckedRule)] = []
  private var checker: RuleChecker

  /// Checks all named rules.
  ///
  /// - Throws: the first mistake. A circle is told with every name on it.
  /// - Complexity: O(total length).
  public init(
    _ definitions: [RuleDefinition] = [], catalogue: SignalCatalogue, parameters: [String: Double] = [:]
  ) throws(RuleError) {
    self.catalogue = catalogue
    self.parameters = parameters
    var parsed: [(name: String, expression: Expression)] = []
    var taken = Set(
      Expression.keywords + RuleFunction.allCases.map(\.rawValue) + catalogue.declarations.map(\.name))
    for definition in definitions {
      let name = definition.name
      func refuse(_ fault: RuleFault) -> RuleError {
        RuleError(place: definition.place, text: definition.text, column: 1, fault: fault)
      }
      let scalars = name.unicodeScalars
      guard let first = scalars.first, RuleLexer.isLetter(first), scalars.allSatisfy(RuleLexer.isPart) else {
        throw refuse(.badName(name))
      }
      guard taken.insert(name).inserted else { throw refuse(.nameTaken(name)) }
      let expression = try Expression.parse(definition.text, at: definition.place)
      parsed.append((name, try expression.binding(parameters)))
    }
    checker = RuleChecker(catalogue: catalogue, rules: parsed)
    for (name, expression) in parsed {
      let root = try checker.define(name, expression)
      rules.append((name, try CheckedRule(expression, root: root, checker: checker)))
    }
  }

  /// Checks a rule that may use the named ones.
  ///
  /// - Parameters:
  ///   - text: the rule.
  ///   - type: what it must give: a condition, or a number that fits the unit; nil for either.
  ///   - limit: the most that it may depend on.
  ///   - unknown: signals that have no value where it is asked.
  ///   - place: where the text begins.
  /// - Throws: the first mistake, with its column.
  public func check(
    _ text: String, as type: RuleType? = nil, upTo limit: RuleDependence = .condor,
    without unknown: Set<String> = [], at place: RulePlace = RulePlace()
  ) throws(RuleError) -> CheckedRule {
    let rule = try check(Expression.parse(text, at: place), as: type)
    if let signal = rule.signals.first(where: { $0.dependence > limit }) {
      throw RuleError(
        place: place, text: text, column: 1,
        fault: .tooDependent(signal.text, signal.dependence, allowed: limit))
    }
    if let signal = rule.signals.first(where: { unknown.contains($0.name) }) {
      throw RuleError(place: place, text: text, column: 1, fault: .noSuchTime(signal.text))
    }
    return rule
  }

  /// Reads one signal with its arguments: `vix`, `rsi(14)`, `event(FOMC, CPI) within 1 session`.
  ///
  /// - Throws: the first mistake, or that the text is more than one signal.
  public func signal(_ text: String, at place: RulePlace = RulePlace()) throws(RuleError) -> SignalInstance {
    let rule = try check(text, at: place)
    guard let signal = rule.signals.first, rule.canonical == signal.text else {
      throw rule.expression.error(rule.expression.nodes.count - 1, .notSignal(rule.canonical))
    }
    return signal
  }

  /// Checks a parsed rule that may use the named ones.
  public func check(_ expression: Expression, as type: RuleType? = nil) throws(RuleError) -> CheckedRule {
    let bound = try expression.binding(parameters)
    var checker = checker
    let root = try checker.check(bound)
    let rule = try CheckedRule(bound, root: root, checker: checker)
    let whole = bound.nodes.count - 1
    switch (type, rule.type) {
    case (.condition, .number): throw bound.error(whole, .notCondition(rule.canonical))
    case (.number, .condition): throw bound.error(whole, .notNumber(rule.canonical))
    case (.number(let wanted), .number(let unit)):
      guard unit.fits(wanted) || rule.nodes[root].isZero else {
        throw bound.error(
          whole, .wrongUnit(rule.canonical, unit, allowed: "a value in \(wanted.words)"))
      }
    default: break
    }
    return rule
  }
}

/// A rule whose every part has a type, with all that follows from it.
public struct CheckedRule: Hashable, Sendable {
  /// The rule as parsed, with the values of its parameters.
  public let expression: Expression
  /// The one spelling of the rule, arguments that were left out filled in, named rules by name. What a hash of a ruleset
  /// is taken over, together with the canonical texts of the rules in ``uses``.
  public let canonical: String
  /// Distinct signals that the rule needs, named rules looked into, in the order in which they are first met.
  public let signals: [SignalInstance]
  /// Named rules that it uses, looked into, each after those it needs itself.
  public let uses: [String]
  /// Operands before operators.
  let nodes: [RuleNode]
  let root: Int
  /// Positions of ``signals`` for the positions that nodes refer to; −1 for what the rule doesn't need.
  let signalPositions: [Int]

  /// What it gives.
  public var type: RuleType { nodes[root].type }
  /// How often its value changes.
  public var resolution: RuleResolution { nodes[root].resolution }
  /// What it depends on: the most that a part does.
  public var dependence: RuleDependence { nodes[root].dependence }
  /// Sessions of history that it reads, the present one included.
  public var lookBackSessions: Int { nodes[root].lookBack }

  init(_ expression: Expression, root: Int, checker: RuleChecker) throws(RuleError) {
    self.expression = expression
    self.root = root
    nodes = Array(checker.nodes[...root])
    canonical = nodes[root].text.text
    guard canonical.unicodeScalars.count <= Expression.lengthLimit else {
      throw expression.error(expression.nodes.count - 1, .tooLong(canonical.unicodeScalars.count))
    }
    var isUsed = Array(repeating: false, count: nodes.count)
    isUsed[root] = true
    for node in nodes.indices.reversed() where isUsed[node] {
      for operand in nodes[node].operands { isUsed[operand] = true }
    }
    var positions = Array(repeating: -1, count: checker.signals.count)
    var signals: [SignalInstance] = []
    var uses: [String] = []
    for node in nodes.indices where isUsed[node] {
      switch nodes[node].operation {
      case .signal(let signal) where positions[signal] < 0:
        positions[signal] = signals.count
        signals.append(checker.signals[signal])
      case .named(let name) where !uses.contains(name): uses.append(name)
      default: break
      }
    }
    signalPositions = positions
    self.signals = signals
    self.uses = uses
  }

  /// Refuses a rule whose windows reach back further than a history does.
  ///
  /// - Parameter sessions: of the history.
  public func requireSessions(_ sessions: Int) throws(RuleError) {
    guard lookBackSessions <= sessions else {
      throw expression.error(
        expression.nodes.count - 1, .historyTooShort(canonical, needs: lookBackSessions, has: sessions))
    }
  }
}
