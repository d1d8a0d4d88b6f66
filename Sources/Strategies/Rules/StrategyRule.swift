import Rules

/// A part of a strategy in the language of rules: a condition or a number over signals of what its role may see.
///
/// Two are the same where their canonical texts are, those of the named rules that they use included.
public struct StrategyRule: Sendable {
  /// What a rule decides, which says what it must give and what it may look at.
  public enum Role: Sendable {
    /// Whether a condor is sold, or a standing layer held: a condition on the market alone.
    case market
    /// When a layer opens: a condition on the market, the entry and the condor.
    case trigger
    /// How many times its size a layer is opened with: a number without a unit, over the same.
    case scale
    /// When what is left of a layer is sold: a condition that may look at the layer's own gain too.
    case release
    /// When the condor is closed: a condition on the market, the entry and the condor itself.
    case exit

    /// The most that it may depend on.
    var limit: RuleDependence { self == .market ? .market : .condor }
  }

  /// The rule.
  public var rule: CheckedRule { content.rule }
  /// Named rules that it uses, each after those it needs itself, canonical.
  public var definitions: [NamedRule] { content.definitions }
  /// Shared, so that what holds a rule is copied as fast as what holds none.
  private let content: Content

  private final class Content: Sendable {
    let rule: CheckedRule
    let definitions: [NamedRule]

    init(_ rule: CheckedRule, _ definitions: [NamedRule]) {
      self.rule = rule
      self.definitions = definitions
    }
  }

  /// A named rule's canonical text.
  public struct NamedRule: Hashable, Sendable {
    /// The name.
    public let name: String
    /// What it stands for.
    public let text: String
  }

  /// Signals that have a value only once a layer is open.
  public static let ofOpenLayer: Set<String> = ["hedge_gain", "vix_giveback"]

  /// Checks a text for its role.
  ///
  /// - Throws: the first mistake: another type, a signal that depends on more than the role may see, or that has no value
  ///   yet when it is asked.
  public init(
    _ text: String, as role: Role = .trigger, _ rulebook: Rulebook, at place: RulePlace = RulePlace()
  ) throws(RuleError) {
    let rule = try rulebook.check(
      text, as: role == .scale ? .number(.ratio) : .condition, upTo: role.limit,
      without: role == .release ? [] : Self.ofOpenLayer, at: place)
    let uses = rule.uses
    let definitions = rulebook.rules.filter { uses.contains($0.name) }
      .sorted { (uses.firstIndex(of: $0.name) ?? 0) < (uses.firstIndex(of: $1.name) ?? 0) }
      .map { NamedRule(name: $0.name, text: $0.rule.canonical) }
    content = Content(rule, definitions)
  }

  /// Whether it looks at the gain of the layer that it belongs to.
  public var seesLayer: Bool { rule.signals.contains { Self.ofOpenLayer.contains($0.name) } }
  /// Whether it looks at the condor, so that it can't be worked out once for all condors.
  public var seesCondor: Bool { rule.signals.contains { $0.dependence.isCoupled } }
}

extension StrategyRule: Hashable {
  /// By canonical texts.
  public static func == (a: StrategyRule, b: StrategyRule) -> Bool {
    a.rule.canonical == b.rule.canonical && a.definitions == b.definitions
  }
  /// By the canonical text.
  public func hash(into hasher: inout Hasher) { hasher.combine(rule.canonical) }
}
