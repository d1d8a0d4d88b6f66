import ConfigFormats

/// A rule in plain words, with all that a reader or a tool may ask of it.
public struct RuleExplanation: Hashable, Sendable {
  /// The rule.
  public let rule: CheckedRule
  /// What it says, in English, one condition a line.
  public let words: [String]
  /// The declaration of each of the rule's signals.
  public let declarations: [SignalDeclaration]

  /// A rule in words.
  /// - Precondition: the rule was checked with this catalogue.
  public init(_ rule: CheckedRule, catalogue: SignalCatalogue) {
    self.rule = rule
    words = RuleWords(rule: rule).lines
    declarations = rule.signals.compactMap { catalogue[$0.name] }
    precondition(declarations.count == rule.signals.count, "RuleExplanation: another catalogue's rule")
  }

  /// For people: the words, then where the inputs come from and when they are known.
  public var text: String {
    var lines = words
    lines.append(
      "seen \(rule.resolution == .session ? "once a session" : "at every completed minute")"
        + "; depends on the \(rule.dependence.rawValue)\(rule.dependence.isCoupled ? " (coupled)" : "")"
        + "; reads \(rule.lookBackSessions) session\(rule.lookBackSessions == 1 ? "" : "s")")
    if !rule.uses.isEmpty { lines.append("uses the rules \(rule.uses.joined(separator: ", "))") }
    for (signal, declaration) in zip(rule.signals, declarations) {
      lines.append(
        "\(signal.text): \(Self.unit(signal.type)); known: \(declaration.asOf); from \(declaration.suppliedBy)"
      )
    }
    return lines.joined(separator: "\n")
  }

  /// For tools: the same as a tree that ``ConfigDocument`` writes as JSON, YAML or TOML.
  public var tree: ConfigNode {
    func map(_ entries: [(String, ConfigValue)]) -> ConfigNode {
      ConfigNode(.map(entries.map { ConfigEntry(key: $0.0, node: ConfigNode($0.1)) }))
    }
    func texts(_ list: [String]) -> ConfigValue { .list(list.map { ConfigNode(.string($0)) }) }
    let signals = zip(rule.signals, declarations).map { signal, declaration in
      map([
        ("signal", .string(signal.text)), ("unit", .string(Self.unit(signal.type))),
        ("resolution", .string(signal.resolution.rawValue)),
        ("depends_on", .string(signal.dependence.rawValue)), ("known", .string(declaration.asOf)),
        ("supplied_by", .string(declaration.suppliedBy)), ("formula", .string(declaration.formula)),
      ])
    }
    let numbers = rule.expression.numbers.map { number in
      map([
        ("position", .int(number.position)), ("value", DecimalText.decimal(number.value)),
        ("unit", .string(number.unit.rawValue)), ("column", .int(number.column)),
      ])
    }
    return map([
      ("rule", .string(rule.canonical)), ("words", texts(words)), ("unit", .string(Self.unit(rule.type))),
      ("resolution", .string(rule.resolution.rawValue)), ("depends_on", .string(rule.dependence.rawValue)),
      ("coupled", .bool(rule.dependence.isCoupled)), ("sessions_read", .int(rule.lookBackSessions)),
      ("uses", texts(rule.uses)), ("signals", .list(signals)), ("numbers", .list(numbers)),
    ])
  }

  private static func unit(_ type: RuleType) -> String {
    switch type {
    case .condition: "condition"
    case .number(let unit): unit.words
    }
  }
}
