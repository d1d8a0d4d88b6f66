import ConfigFormats
import Rules
import Signals
import Studies

/// How a checked rule is printed.
struct RuleText {
  let name: String?
  let explanation: RuleExplanation
  /// Of the signals that have a column, where a history was given.
  let entries: [SignalTable.Entry]

  private var coverage: [String] {
    entries.compactMap { entry in
      entry.coverage.map { "\(entry.signal.text) here: \(SignalText.sentence($0))" }
    }
  }

  /// One line, and where signals have values.
  var checked: String {
    let rule = explanation.rule
    let head = (name.map { "\($0): " } ?? "") + rule.canonical
    return
      ([head + " — \(SignalText.unit(rule.type)), by \(rule.resolution.rawValue)"]
      + coverage.map { "  " + $0 }).joined(separator: "\n")
  }

  /// The words and their inputs.
  var explained: String {
    ((name.map { ["\($0): \(explanation.rule.canonical)"] } ?? []) + [explanation.text] + coverage)
      .joined(separator: "\n")
  }

  static func checked(_ text: RuleText) -> String { text.checked }
  static func explained(_ text: RuleText) -> String { text.explained }

  /// A list of all rules as JSON.
  static func json(_ texts: [RuleText]) -> String {
    func node(_ entries: [(String, ConfigValue)]) -> ConfigNode {
      ConfigNode(.map(entries.map { ConfigEntry(key: $0.0, node: ConfigNode($0.1)) }))
    }
    let rules = texts.map { text -> ConfigNode in
      var entries: [ConfigEntry] = []
      if let name = text.name { entries.append(ConfigEntry(key: "name", node: ConfigNode(.string(name)))) }
      if case .map(let own) = text.explanation.tree.value { entries += own }
      let coverage = text.entries.compactMap { entry in
        entry.coverage.map { coverage in
          node([
            ("signal", .string(entry.signal.text)), ("sessions", .int(coverage.sessions)),
            ("with_value", .int(coverage.withValue)),
            ("first", coverage.first.map { .string($0) } ?? .null),
            ("last", coverage.last.map { .string($0) } ?? .null),
            (
              "missing",
              node(coverage.missing.sorted { $0.key < $1.key }.map { ($0.key, .int($0.value)) }).value
            ),
          ])
        }
      }
      if !coverage.isEmpty {
        entries.append(ConfigEntry(key: "coverage", node: ConfigNode(.list(coverage))))
      }
      return ConfigNode(.map(entries))
    }
    return ConfigDocument(file: "rules", root: node([("rules", .list(rules))])).render(.json)
  }
}
