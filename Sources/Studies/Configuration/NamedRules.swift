import ConfigFormats
import Rules
import Strategies
import Synchronization

/// The named rules of a section, the hedge or the entry, and the numbers that its rules take: `rules` and `parameters`.
struct NamedRules {
  private let definitions: [RuleDefinition]
  private let parameters: [String: Double]
  private let node: ConfigReader

  /// Reads both, and checks the rules if there are any.
  init(_ node: ConfigReader) throws(ConfigError) {
    self.node = node
    var parameters: [String: Double] = [:]
    if let numbers = try node.map("parameters") {
      for key in numbers.keys { parameters[key] = try numbers.double(key) }
    }
    var definitions: [RuleDefinition] = []
    if let texts = try node.map("rules") {
      for key in texts.keys {
        guard let text = try texts.string(key) else { continue }
        let place = RulePlace(file: texts.file, line: texts.line(of: key))
        definitions.append(RuleDefinition(key, text, at: place))
      }
    }
    self.definitions = definitions
    self.parameters = parameters
    if !definitions.isEmpty { _ = try rule("true", as: .market, node, "rules") }
  }

  /// The rule under a key; `nil` if there is none.
  func rule(
    _ reader: ConfigReader, _ key: String, as role: StrategyRule.Role
  ) throws(ConfigError) -> StrategyRule? {
    guard let text = try reader.string(key) else { return nil }
    return try rule(text, as: role, reader, key)
  }

  /// The rule that a text is, of what stands under a key.
  func rule(
    _ text: String, as role: StrategyRule.Role, _ reader: ConfigReader, _ key: String
  ) throws(ConfigError) -> StrategyRule {
    let place = RulePlace(file: reader.file, line: reader.line(of: key))
    let used = parameters.filter { name, _ in
      let mark = "${" + name + "}"
      return text.contains(mark) || definitions.contains { $0.text.contains(mark) }
    }
    let asked = Asked(text: text, role: role, place: place, definitions: definitions, parameters: used)
    if let known = Self.known.withLock({ $0[asked] }) { return known }
    let rulebook = try rulebook()
    do throws(RuleError) {
      let made = try StrategyRule(text, as: role, rulebook, at: place)
      Self.known.withLock { known in
        if known.count >= Self.mostKnown { known.removeAll() }
        known[asked] = made
      }
      return made
    } catch {
      throw told(error, reader.path(of: key))
    }
  }

  /// What a rule hangs on. The points of a space ask for the same few rules again and again.
  private struct Asked: Hashable {
    let text: String
    let role: StrategyRule.Role
    let place: RulePlace
    let definitions: [RuleDefinition]
    let parameters: [String: Double]
  }
  private static let known = Mutex<[Asked: StrategyRule]>([:])
  private static let mostKnown = 10_000

  /// The signal that a text is, of what stands under a key.
  func signal(_ text: String, _ reader: ConfigReader, _ key: String) throws(ConfigError) -> SignalInstance {
    let rulebook = try rulebook()
    do throws(RuleError) {
      return try rulebook.signal(text, at: RulePlace(file: reader.file, line: reader.line(of: key)))
    } catch {
      throw told(error, reader.path(of: key))
    }
  }

  private func rulebook() throws(ConfigError) -> Rulebook {
    do throws(RuleError) {
      return try Rulebook(definitions, catalogue: .standard, parameters: parameters)
    } catch {
      throw told(error, node.path(of: "rules"))
    }
  }

  /// - Parameter path: where the rule stands that was asked for; a mistake in a named rule that it uses is told of that one.
  private func told(_ error: RuleError, _ path: String) -> ConfigError {
    let named = definitions.first { $0.place == error.place }
    let path = named.map { "\(node.path(of: "rules")).\($0.name)" } ?? path
    return .badRule(
      file: error.place.file, line: error.place.line, path: path, text: error.text, column: error.column,
      message: "\(error.fault)")
  }
}
