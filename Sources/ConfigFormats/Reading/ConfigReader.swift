/// Reads one map of a configuration, key by key, and remembers which keys were asked for.
///
/// Ask for every key the map may have (an absent one gives nil), then call ``finish()``: what nobody asked for
/// is a misspelt key, and an error. A null value counts as absent. The reader is a working tool of one
/// thread: keep the values, not the reader.
public final class ConfigReader {
  /// The name that messages use.
  public let file: String
  /// Where this map is: empty for the root, `hedge.layers[0]` and so on below it.
  public let path: String
  /// The line this map starts on.
  public let line: Int

  private let entries: [ConfigEntry]
  private var asked: [String] = []
  private var inner: [(key: String, readers: [ConfigReader])] = []

  /// A reader of the document's root.
  ///
  /// - Throws: ``ConfigError/wrongType(file:line:path:expected:met:)`` if the root is no map.
  public convenience init(_ document: ConfigDocument) throws(ConfigError) {
    try self.init(document.root, file: document.file, path: "")
  }

  /// A reader of one map node.
  ///
  /// - Throws: ``ConfigError/wrongType(file:line:path:expected:met:)`` if the node is no map.
  public init(_ node: ConfigNode, file: String, path: String) throws(ConfigError) {
    guard case .map(let entries) = node.value else {
      throw .wrongType(
        file: file, line: node.line, path: path.isEmpty ? "the file" : path,
        expected: "a map of keys and values", met: node.value.kind)
    }
    self.file = file
    self.path = path
    self.line = node.line
    self.entries = entries
  }

  // MARK: Looking

  /// The keys of the map, in the order of the file.
  public var keys: [String] { entries.map(\.key) }

  /// Whether the key is there with a value other than null. Counts as asking for it.
  public func has(_ key: String) -> Bool { node(key) != nil }

  /// The raw value of a key, nil if absent or null. Counts as asking for it.
  public func node(_ key: String) -> ConfigNode? {
    if !asked.contains(key) { asked.append(key) }
    guard let node = entries.first(where: { $0.key == key })?.node, node.value != .null else { return nil }
    return node
  }

  /// The line of a key, or of the map if the key isn't there.
  public func line(of key: String) -> Int { entries.first { $0.key == key }?.keyLine ?? line }

  /// The dotted path of a key of this map.
  public func path(of key: String) -> String { path.isEmpty ? key : path + "." + key }

  // MARK: Scalars

  /// A number; whole numbers are taken too.
  ///
  /// - Parameters:
  ///   - range: the values allowed; nil for any.
  ///   - unit: in words, for messages: "index points".
  /// - Returns: nil if the key is absent.
  public func double(
    _ key: String, in range: ClosedRange<Double>? = nil, unit: String = ""
  ) throws(ConfigError) -> Double? {
    guard let node = node(key) else { return nil }
    return try double(node, key: path(of: key), in: range, unit: unit)
  }

  /// A whole number: `3`, but neither `3.0` nor `"3"`.
  public func int(
    _ key: String, in range: ClosedRange<Int>? = nil, unit: String = ""
  ) throws(ConfigError) -> Int? {
    guard let node = node(key) else { return nil }
    return try int(node, key: path(of: key), in: range, unit: unit)
  }

  /// A text. Numbers and booleans are no texts; quote them.
  public func string(_ key: String) throws(ConfigError) -> String? {
    guard let node = node(key) else { return nil }
    return try string(node, key: path(of: key))
  }

  /// `true` or `false`, and nothing else.
  public func bool(_ key: String) throws(ConfigError) -> Bool? {
    guard let node = node(key) else { return nil }
    if case .bool(let flag) = node.value { return flag }
    throw wrongType(node, path(of: key), "true or false")
  }

  /// One of the cases of a string enum, by its raw value. An unknown one names the nearest and lists all.
  public func choice<E: RawRepresentable & CaseIterable>(
    _ key: String, as type: E.Type
  ) throws(ConfigError) -> E? where E.RawValue == String {
    guard let node = node(key) else { return nil }
    let names = E.allCases.map(\.rawValue)
    guard case .string(let text) = node.value else {
      throw wrongType(node, path(of: key), "one of " + names.joined(separator: ", "))
    }
    if let found = E(rawValue: text) { return found }
    let nearest = NearestNames.of(text, in: names).first.map { " (did you mean '\($0)'?)" } ?? ""
    throw .outOfRange(
      file: file, line: node.line, path: path(of: key), value: "'\(text)'",
      allowed: names.joined(separator: ", ") + nearest)
  }

  /// A number in whole thousandths, exactly: `1.5` is 1500. More than three decimals is an error.
  public func decimalThousandths(
    _ key: String, in range: ClosedRange<Int>? = nil
  ) throws(ConfigError) -> Int? {
    guard let node = node(key) else { return nil }
    let name = path(of: key)
    guard let number = ExactDecimal(node.value) else { throw wrongType(node, name, "a number") }
    guard let units = number.units(places: 3) else {
      throw .outOfRange(
        file: file, line: node.line, path: name, value: node.brief, allowed: "at most three decimals")
    }
    if let range, !range.contains(units) {
      let (low, high) = (Self.thousandths(range.lowerBound), Self.thousandths(range.upperBound))
      throw .outOfRange(
        file: file, line: node.line, path: name, value: node.brief, allowed: "\(low) to \(high)")
    }
    return units
  }

  /// A time of day, New York, in minutes after midnight: `15:45` or `945`. 0 to 1439.
  public func minute(_ key: String) throws(ConfigError) -> Int? {
    guard let node = node(key) else { return nil }
    let name = path(of: key)
    switch node.value {
    case .int(let minute):
      if (0..<1440).contains(minute) { return minute }
    case .string(let text):
      if let minute = ClockText.minute(text) { return minute }
    default: throw wrongType(node, name, "a time such as 15:45")
    }
    throw .outOfRange(
      file: file, line: node.line, path: name, value: node.value.kind,
      allowed: "a time of day from 00:00 to 23:59, or minutes after midnight from 0 to 1439")
  }

  // MARK: Lists and maps

  /// A list of numbers.
  public func doubles(
    _ key: String, in range: ClosedRange<Double>? = nil, unit: String = ""
  ) throws(ConfigError) -> [Double]? {
    guard let nodes = try list(key, of: "numbers") else { return nil }
    var values: [Double] = []
    for (index, node) in nodes.enumerated() {
      values.append(try double(node, key: path(of: key) + "[\(index)]", in: range, unit: unit))
    }
    return values
  }

  /// A list of whole numbers.
  public func ints(
    _ key: String, in range: ClosedRange<Int>? = nil, unit: String = ""
  ) throws(ConfigError) -> [Int]? {
    guard let nodes = try list(key, of: "whole numbers") else { return nil }
    var values: [Int] = []
    for (index, node) in nodes.enumerated() {
      values.append(try int(node, key: path(of: key) + "[\(index)]", in: range, unit: unit))
    }
    return values
  }

  /// A list of texts.
  public func strings(_ key: String) throws(ConfigError) -> [String]? {
    guard let nodes = try list(key, of: "texts") else { return nil }
    var values: [String] = []
    for (index, node) in nodes.enumerated() {
      values.append(try string(node, key: path(of: key) + "[\(index)]"))
    }
    return values
  }

  /// A map inside this one. The same reader comes back when asked again; ``finish()`` covers it.
  public func map(_ key: String) throws(ConfigError) -> ConfigReader? {
    guard let node = node(key) else { return nil }
    if let known = inner.first(where: { $0.key == key })?.readers.first { return known }
    let reader = try ConfigReader(node, file: file, path: path(of: key))
    inner.append((key, [reader]))
    return reader
  }

  /// A list of maps. The same readers come back when asked again; ``finish()`` covers them.
  public func maps(_ key: String) throws(ConfigError) -> [ConfigReader]? {
    guard let nodes = try list(key, of: "maps") else { return nil }
    if let known = inner.first(where: { $0.key == key })?.readers { return known }
    var readers: [ConfigReader] = []
    for (index, node) in nodes.enumerated() {
      readers.append(try ConfigReader(node, file: file, path: path(of: key) + "[\(index)]"))
    }
    inner.append((key, readers))
    return readers
  }

  // MARK: Ending

  /// The dotted paths of all keys that were asked for, here and in the maps handed out, whether they were there or not.
  public var askedPaths: [String] {
    asked.flatMap { key in
      let readers = inner.first { $0.key == key }?.readers ?? []
      return [path(of: key)] + readers.flatMap(\.askedPaths)
    }
  }

  /// Refuses the first key, in the order of the file, that nobody asked for, here or in a map handed out.
  public func finish() throws(ConfigError) {
    for entry in entries {
      guard asked.contains(entry.key) else {
        throw .unknownKey(
          file: file, line: entry.keyLine, path: path, key: entry.key,
          nearest: NearestNames.of(entry.key, in: asked))
      }
      for reader in inner.first(where: { $0.key == entry.key })?.readers ?? [] { try reader.finish() }
    }
  }

  /// The error for a key that must be there and isn't: if a key that nobody asked for is spelt much like it, that
  /// one is named.
  public func missing(_ key: String) -> ConfigError {
    // Closer than a suggestion need be: the key may be one that would have been asked for next.
    let reach = min(2, key.count / 3)
    for entry in entries where !asked.contains(entry.key) {
      guard NearestNames.distance(entry.key.lowercased(), key.lowercased()) <= reach else { continue }
      return .unknownKey(file: file, line: entry.keyLine, path: path, key: entry.key, nearest: [key])
    }
    return .missing(file: file, line: line, path: path, key: key)
  }

  /// The error for a value that only its user can judge ("must be above `from`").
  public func refused(_ key: String, allowed: String) -> ConfigError {
    .outOfRange(
      file: file, line: line(of: key), path: path(of: key), value: node(key)?.brief ?? "absent",
      allowed: allowed)
  }

  // MARK: Pieces

  private func list(_ key: String, of what: String) throws(ConfigError) -> [ConfigNode]? {
    guard let node = node(key) else { return nil }
    if case .list(let nodes) = node.value { return nodes }
    throw wrongType(node, path(of: key), "a list of \(what)")
  }

  private func double(
    _ node: ConfigNode, key: String, in range: ClosedRange<Double>?, unit: String
  ) throws(ConfigError) -> Double {
    let number: Double
    switch node.value {
    case .int(let whole): number = Double(whole)
    case .decimal(let value, _): number = value
    default: throw wrongType(node, key, "a number" + Self.inUnit(unit))
    }
    if let range, !range.contains(number) {
      throw .outOfRange(
        file: file, line: node.line, path: key, value: node.brief,
        allowed: "\(range.lowerBound) to \(range.upperBound)" + (unit.isEmpty ? "" : " \(unit)"))
    }
    return number
  }

  private func int(
    _ node: ConfigNode, key: String, in range: ClosedRange<Int>?, unit: String
  ) throws(ConfigError) -> Int {
    guard case .int(let number) = node.value else {
      throw wrongType(node, key, "a whole number" + Self.inUnit(unit))
    }
    if let range, !range.contains(number) {
      throw .outOfRange(
        file: file, line: node.line, path: key, value: "\(number)",
        allowed: "\(range.lowerBound) to \(range.upperBound)" + (unit.isEmpty ? "" : " \(unit)"))
    }
    return number
  }

  private func string(_ node: ConfigNode, key: String) throws(ConfigError) -> String {
    if case .string(let text) = node.value { return text }
    throw wrongType(node, key, "a text (in quotes if it looks like a number)")
  }

  private func wrongType(_ node: ConfigNode, _ key: String, _ expected: String) -> ConfigError {
    .wrongType(file: file, line: node.line, path: key, expected: expected, met: node.value.kind)
  }

  private static func inUnit(_ unit: String) -> String { unit.isEmpty ? "" : " (\(unit))" }

  private static func thousandths(_ units: Int) -> String { ExactDecimal.text(units: units, places: 3) }
}

/// Times of day as text.
enum ClockText {
  /// Minutes after midnight of `H:MM`, `HH:MM` or `HH:MM:00`; nil for anything else.
  static func minute(_ text: String) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2 || (parts.count == 3 && parts[2] == "00") else { return nil }
    guard (1...2).contains(parts[0].count), parts[1].count == 2,
      parts[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 24, minute < 60
    else { return nil }
    return hour * 60 + minute
  }

  /// `HH:MM`.
  static func text(_ minute: Int) -> String {
    let (hour, rest) = (minute / 60, minute % 60)
    return (hour < 10 ? "0" : "") + "\(hour):" + (rest < 10 ? "0" : "") + "\(rest)"
  }
}
