import Rules

/// A trigger in the language of rules: a condition over signals of the market and the entry.
///
/// Two are the same where their canonical texts are, those of the named rules that they use included.
public struct TriggerRule: Sendable {
  /// The condition.
  public let rule: CheckedRule
  /// Named rules that it uses, each after those it needs itself, canonical.
  public let definitions: [NamedRule]

  /// A named rule's canonical text.
  public struct NamedRule: Hashable, Sendable {
    /// The name.
    public let name: String
    /// What it stands for.
    public let text: String
  }

  /// Checks a condition.
  ///
  /// - Throws: the first mistake: no condition, a signal that depends on the condor or the account, one that has a value
  ///   only once a layer is open.
  public init(_ text: String, _ rulebook: Rulebook, at place: RulePlace = RulePlace()) throws(RuleError) {
    rule = try rulebook.check(
      text, as: .condition, upTo: .entry, without: ["hedge_gain", "vix_giveback"], at: place)
    let uses = rule.uses
    definitions = rulebook.rules.filter { uses.contains($0.name) }
      .sorted { (uses.firstIndex(of: $0.name) ?? 0) < (uses.firstIndex(of: $1.name) ?? 0) }
      .map { NamedRule(name: $0.name, text: $0.rule.canonical) }
  }
}

extension TriggerRule: Hashable {
  /// By canonical texts.
  public static func == (a: TriggerRule, b: TriggerRule) -> Bool {
    a.rule.canonical == b.rule.canonical && a.definitions == b.definitions
  }
  /// By the canonical text.
  public func hash(into hasher: inout Hasher) { hasher.combine(rule.canonical) }
}
