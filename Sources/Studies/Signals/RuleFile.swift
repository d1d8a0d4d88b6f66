import ConfigFormats
import Foundation
import Rules
import Strategies

/// Rules of a file or of the command line, checked against the standard catalogue.
///
/// A file (YAML, JSON or TOML) has a map `rules` of names and texts, which may use one another by name, and may have a map
/// `parameters` of numbers that rules take as `${name}`. Of a configuration or a space the rules are read, at the first
/// of the values that are searched.
public struct RuleFile: Sendable {
  /// The rules in the order of the file, each with its name; a rule of the command line has none.
  public let rules: [(name: String?, rule: CheckedRule)]

  /// Reads and checks a file, or else takes the text for one rule.
  ///
  /// - Parameter text: a path if there is such a file or it ends like one, otherwise a rule.
  /// - Throws: `ConfigError` or `RuleError`, the first mistake with its place.
  public init(_ text: String) throws {
    guard FileManager.default.fileExists(atPath: text) || ConfigFormat(path: text) != nil else {
      rules = [(nil, try Rulebook(catalogue: .standard).check(text))]
      return
    }
    let document = try ConfigDocument.load(path: text)
    guard document.root["condor"] == nil else {
      let strategy = try SweepSpace(document).firstStrategy()
      let ofCondor = [("the entry", strategy.entry.condition), ("the exit", strategy.exit.condition)]
      rules =
        ofCondor.compactMap { name, rule in rule.map { (name, $0.rule) } }
        + strategy.hedge.flatMap { layer in
          layer.trigger.rules.map { ("the trigger of \(layer.name)", $0.rule) }
            + [("the scale", layer.scale), ("the release", layer.release)].compactMap { part, rule in
              rule.map { ("\(part) of \(layer.name)", $0.rule) }
            }
        }
      return
    }
    let reader = try ConfigReader(document)
    guard let map = try reader.map("rules") else { throw reader.missing("rules") }
    var definitions: [RuleDefinition] = []
    for name in map.keys {
      guard let rule = try map.string(name), let node = map.node(name) else { throw map.missing(name) }
      definitions.append(
        RuleDefinition(
          name, rule, at: RulePlace(file: text, line: max(1, node.line), column: max(1, node.column))))
    }
    var parameters: [String: Double] = [:]
    if let given = try reader.map("parameters") {
      for name in given.keys {
        guard let value = try given.double(name) else { throw given.missing(name) }
        parameters[name] = value
      }
      try given.finish()
    }
    try map.finish()
    try reader.finish()
    rules = try Rulebook(definitions, catalogue: .standard, parameters: parameters).rules.map {
      ($0.name, $0.rule)
    }
  }
}
