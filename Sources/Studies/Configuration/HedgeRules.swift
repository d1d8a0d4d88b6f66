import ConfigFormats
import Rules
import Strategies

/// The named rules of a hedge and the numbers that rules take: `rules` and `parameters`.
struct HedgeRules {
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
    if !definitions.isEmpty { _ = try rulebook() }
  }

  /// The condition that a text is.
  func trigger(
    _ text: String, _ reader: ConfigReader, key: String, line: Int
  ) throws(ConfigError) -> TriggerRule {
    let rulebook = try rulebook()
    do throws(RuleError) {
      return try TriggerRule(text, rulebook, at: RulePlace(file: reader.file, line: line))
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

  private func told(_ error: RuleError, _ path: String) -> ConfigError {
    .badRule(
      file: error.place.file, line: error.place.line, path: path, text: error.text, column: error.column,
      message: "\(error.fault)")
  }
}
