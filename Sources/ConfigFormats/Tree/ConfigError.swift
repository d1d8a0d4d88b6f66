/// What can be wrong with a configuration file. Every case names file and line, the value met, and what to do.
public enum ConfigError: Error, Equatable, Sendable {
  /// The file can't be opened, is too large, isn't UTF-8, or its format can't be told.
  case unreadable(file: String, reason: String)
  /// The text isn't well formed. Columns count Unicode scalars from 1.
  case syntax(file: String, line: Int, column: Int, message: String)
  /// The same key twice in one map; the line is that of the first.
  case duplicateKey(file: String, line: Int, key: String)
  /// Well formed, but something a configuration doesn't take: merge keys, tags, empty list entries.
  case notAllowed(file: String, line: Int, column: Int, message: String)
  /// A key that nothing reads, with the known keys nearest to it, best first.
  case unknownKey(file: String, line: Int, path: String, key: String, nearest: [String])
  /// A value of another type than the key takes.
  case wrongType(file: String, line: Int, path: String, expected: String, met: String)
  /// A value of the right type that the key doesn't take.
  case outOfRange(file: String, line: Int, path: String, value: String, allowed: String)
  /// A key that must be there; the line is that of the map it belongs to.
  case missing(file: String, line: Int, path: String, key: String)
  /// An axis of a parameter space that can't be stepped through.
  case badAxis(file: String, line: Int, path: String, message: String)
  /// A constraint that can't be read, or that names nothing known; the column is that of the fault.
  /// A rule that can't be read or doesn't make sense; columns count its characters from 1.
  case badRule(file: String, line: Int, path: String, text: String, column: Int, message: String)
  case badConstraint(file: String, line: Int, column: Int, text: String, message: String)
  /// A parameter space with more configurations than may be run.
  case tooManyConfigurations(file: String, count: String, limit: Int)
}

extension ConfigError: CustomStringConvertible {
  /// The message: place, value met, remedy.
  public var description: String {
    switch self {
    case .unreadable(let file, let reason): "\(file): \(reason)"
    case .syntax(let file, let line, let column, let message): "\(file):\(line):\(column): \(message)"
    case .duplicateKey(let file, let line, let key):
      "\(file):\(line): the key '\(key)' stands more than once in the same map; keep one"
    case .notAllowed(let file, let line, let column, let message): "\(file):\(line):\(column): \(message)"
    case .unknownKey(let file, let line, let path, let key, let nearest):
      "\(file):\(line): unknown key '\(key)'" + (path.isEmpty ? "" : " in \(path)") + "; "
        + (nearest.isEmpty ? "remove it" : "did you mean \(Self.choices(nearest))?")
    case .wrongType(let file, let line, let path, let expected, let met):
      "\(file):\(line): \(path) takes \(expected), but is \(met)"
    case .outOfRange(let file, let line, let path, let value, let allowed):
      "\(file):\(line): \(path) is \(value); allowed: \(allowed)"
    case .missing(let file, let line, let path, let key):
      "\(file):\(line): " + (path.isEmpty ? "the file" : path) + " lacks the key '\(key)'; add it"
    case .badAxis(let file, let line, let path, let message): "\(file):\(line): \(path): \(message)"
    case .badRule(let file, let line, let path, let text, let column, let message):
      "\(file):\(line): \(path), column \(column) of '\(text)': \(message)"
    case .badConstraint(let file, let line, let column, let text, let message):
      "\(file):\(line):\(column): in the constraint '\(text)': \(message)"
    case .tooManyConfigurations(let file, let count, let limit):
      "\(file): the space holds \(count) configurations, more than the \(limit) a grid may have; "
        + "take a larger step, fix a parameter, or search by another method than grid"
    }
  }

  /// `'a'`, `'a' or 'b'`, `'a', 'b' or 'c'`.
  private static func choices(_ names: [String]) -> String {
    let quoted = names.map { "'\($0)'" }
    guard let last = quoted.last, quoted.count > 1 else { return quoted.first ?? "" }
    return quoted.dropLast().joined(separator: ", ") + " or " + last
  }
}
