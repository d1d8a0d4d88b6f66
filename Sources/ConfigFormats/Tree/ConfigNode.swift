/// One value of a configuration, with the place it was read from.
public struct ConfigNode: Sendable, Hashable {
  /// The value.
  public var value: ConfigValue
  /// The line it starts on, from 1; 0 for a value made in code.
  public var line: Int
  /// The column it starts on, in Unicode scalars from 1, of quoted text that behind the quote; 0 for a value made in
  /// code.
  public var column: Int

  /// A value and its place.
  public init(_ value: ConfigValue, line: Int = 0, column: Int = 0) {
    self.value = value
    self.line = line
    self.column = column
  }
}

/// What a configuration can hold: the common ground of YAML, JSON and TOML.
public indirect enum ConfigValue: Sendable, Hashable {
  /// An empty value. Readers treat it as absent; TOML, which has none, leaves the key out.
  case null
  /// `true` or `false`; `yes`, `no`, `on` and `off` are strings.
  case bool(Bool)
  /// A whole number without point or exponent.
  case int(Int)
  /// A finite number with a point or an exponent, and its canonical decimal text (``DecimalText``).
  case decimal(Double, text: String)
  /// Text. Dates and clock times are text too, in every format.
  case string(String)
  /// Values in order.
  case list([ConfigNode])
  /// Keys with values, in the order of the file, each key once.
  case map([ConfigEntry])
}

/// One key of a map, with its value.
public struct ConfigEntry: Sendable, Hashable {
  /// The key.
  public var key: String
  /// The line of the key, from 1; 0 for an entry made in code.
  public var keyLine: Int
  /// The value.
  public var node: ConfigNode

  /// A key with its value.
  public init(key: String, keyLine: Int = 0, node: ConfigNode) {
    self.key = key
    self.keyLine = keyLine
    self.node = node
  }
}

extension ConfigNode {
  /// The same tree with every line and column 0, so that trees from different texts compare by value.
  public func withoutPlaces() -> ConfigNode {
    switch value {
    case .list(let nodes): ConfigNode(.list(nodes.map { $0.withoutPlaces() }))
    case .map(let entries):
      ConfigNode(.map(entries.map { ConfigEntry(key: $0.key, node: $0.node.withoutPlaces()) }))
    default: ConfigNode(value)
    }
  }

  /// The value of a key, if this is a map that has it. O(keys).
  public subscript(key: String) -> ConfigNode? {
    guard case .map(let entries) = value else { return nil }
    return entries.first { $0.key == key }?.node
  }

  /// The node on one line: scalars as plain text, lists and maps as JSON.
  public var brief: String {
    if case .string(let text) = value { return text }
    return JSONText.line(self)
  }
}

extension ConfigValue {
  /// What the value is, in words for a message: "the text 'abc'", "a list of 3".
  public var kind: String {
    switch self {
    case .null: "nothing"
    case .bool(let flag): "\(flag)"
    case .int(let number): "the number \(number)"
    case .decimal(_, let text): "the number \(text)"
    case .string(let text): "the text '\(text)'"
    case .list(let nodes): "a list of \(nodes.count)"
    case .map(let entries): "a map of \(entries.count) keys"
    }
  }
}
