import Foundation

/// The three languages a configuration may be written in.
public enum ConfigFormat: String, Sendable, CaseIterable {
  case yaml, json, toml

  /// The format that a file's extension names, if any.
  public init?(path: String) {
    switch URL(filePath: path).pathExtension.lowercased() {
    case "yaml", "yml": self = .yaml
    case "json": self = .json
    case "toml": self = .toml
    default: return nil
    }
  }
}

/// A whole configuration: one tree of plain values, each with its line.
public struct ConfigDocument: Sendable, Hashable {
  /// The name that messages use; usually the path it was read from.
  public let file: String
  /// The tree; its root is a map.
  public var root: ConfigNode

  /// The largest file that is read, in bytes.
  public static let byteLimit = 4 << 20

  /// A tree made in code.
  public init(file: String, root: ConfigNode) {
    self.file = file
    self.root = root
  }

  /// Reads a file: by its extension (`yaml`, `yml`, `json`, `toml`), or without one by its first sign.
  ///
  /// - Throws: ``ConfigError``, with line and column where there is one.
  public static func load(path: String) throws(ConfigError) -> ConfigDocument {
    let text = try text(path: path)
    return try parse(text, format: ConfigFormat(path: path) ?? guess(text), file: path)
  }

  /// Reads a text.
  ///
  /// - Parameters:
  ///   - file: the name that messages use.
  /// - Throws: ``ConfigError``, with line and column. The root must be a map.
  public static func parse(
    _ text: String, format: ConfigFormat, file: String
  ) throws(ConfigError) -> ConfigDocument {
    guard text.utf8.count <= byteLimit else { throw tooLarge(file) }
    let root: ConfigNode =
      switch format {
      case .yaml: try YAMLText.tree(text, file: file)
      case .json: try JSONText.tree(text, file: file)
      case .toml: try TOMLText.tree(text, file: file)
      }
    guard case .map = root.value else {
      throw .wrongType(
        file: file, line: max(root.line, 1), path: "the file", expected: "a map of keys and values",
        met: root.value.kind)
    }
    return ConfigDocument(file: file, root: root)
  }

  /// The document as text that ``parse(_:format:file:)`` reads back as the same values in the same order.
  ///
  /// The same tree always gives the same bytes. TOML has no null: such keys are left out there.
  public func render(_ format: ConfigFormat) -> String {
    switch format {
    case .yaml: YAMLText.render(root)
    case .json: JSONText.render(root)
    case .toml: TOMLText.render(root)
    }
  }

  private static func text(path: String) throws(ConfigError) -> String {
    guard FileManager.default.fileExists(atPath: path) else {
      throw .unreadable(file: path.isEmpty ? "''" : path, reason: "no such file; check the path")
    }
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw .unreadable(file: path, reason: "can't be opened; check its permissions")
    }
    defer { try? handle.close() }
    let bytes: Data
    do {
      bytes = try handle.read(upToCount: byteLimit + 1) ?? Data()
    } catch {
      throw .unreadable(file: path, reason: "can't be read; give a yaml, json or toml file, no folder")
    }
    guard bytes.count <= byteLimit else { throw tooLarge(path) }
    guard var text = String(validating: bytes, as: UTF8.self) else {
      throw .unreadable(
        file: path, reason: "not UTF-8 from line \(firstBadLine(bytes)) on; save it as UTF-8 text")
    }
    if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
    return text
  }

  /// The line of the first byte that can't be UTF-8.
  private static func firstBadLine(_ bytes: Data) -> Int {
    var line = 1
    for piece in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      if String(validating: piece, as: UTF8.self) == nil { return line }
      line += 1
    }
    return line
  }

  private static func tooLarge(_ file: String) -> ConfigError {
    .unreadable(file: file, reason: "larger than \(byteLimit >> 20) MB; that is no configuration")
  }

  /// JSON starts with a brace; TOML's first line of content has a header or `key =`; the rest is YAML.
  private static func guess(_ text: String) -> ConfigFormat {
    var hasComment = false
    for line in text.split(whereSeparator: \.isNewline) {
      let content = line.drop { $0 == " " || $0 == "\t" }
      hasComment = hasComment || content.first == "#"
      if content.isEmpty || content.first == "#" { continue }
      if content.first == "{" { return hasComment ? .yaml : .json }
      let name = content.prefix { $0 != "=" && $0 != ":" }
      let isAssignment = name.endIndex < content.endIndex && content[name.endIndex] == "="
      return content.first == "[" || isAssignment ? .toml : .yaml
    }
    return .yaml
  }
}
