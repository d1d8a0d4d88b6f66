/// A configuration in which some values are searched: a grid over every list and every `{from, to, step}`.
///
/// What is searched is seen from the tree alone:
/// - a list, unless its key is one of `listKeys`: each entry is a choice;
/// - `{from, to, step}` of numbers, or of times `{from: "09:45", to: "15:45", step: 15}` with the step in minutes;
/// - `{choices: […]}`, which also searches a key whose value is itself a list.
///
/// Steps are taken in exact decimals. A choice may be a map, and lists and ranges inside it stand for one choice
/// each: `stop: [{none: true}, {loss_multiple: [1.0, 2.0]}]` has three. Lists of a list key are looked into.
/// `{same_as: PATH}` is no axis: it takes what stands at the path. ``ParameterTree`` reads the same document as parameters
/// that hang on one another, and more than a grid can hold.
public struct ConfigSpace: Sendable {
  /// The most configurations that a space may hold.
  public static let limit = 10_000_000

  /// The document that spells the space.
  public let document: ConfigDocument
  /// The searched parameters in the order of the file. Empty for a plain configuration.
  public let axes: [ConfigAxis]
  /// How many configurations there are: the product of the axes' lengths, 1 without axes.
  public let count: Int
  private let hasTies: Bool

  /// Finds the axes of a document.
  ///
  /// - Parameters:
  ///   - listKeys: keys whose value is truly a list and no set of choices.
  /// - Throws: ``ConfigError`` for an empty list, a range that can't be stepped through, a value listed twice,
  ///   or more than ``limit`` configurations.
  /// - Complexity: O(values of the document + values of the axes).
  public init(_ document: ConfigDocument, listKeys: Set<String>) throws(ConfigError) {
    self.document = document
    var finder = AxisFinder(reader: AxisReader(file: document.file, listKeys: listKeys))
    try finder.look(into: document.root, key: "", path: "", steps: [])
    axes = finder.axes
    count = try Self.product(finder.axes, file: document.file)
    hasTies = document.root.hasTies
    // unknown paths and circles are its business
    if hasTies { _ = try ParameterTree(document, listKeys: listKeys, readsConstraints: false) }
  }

  /// The configuration of an index: mixed radix, the last axis fastest. Only searched values differ from the
  /// document; the rest keeps its lines.
  ///
  /// - Precondition: 0 ≤ index < ``count``.
  /// - Complexity: O(axes × size of the maps on their paths).
  public func configuration(at index: Int) -> ConfigDocument {
    var root = document.root
    for (axis, choice) in zip(axes, choices(at: index)) {
      root = root.replacing(axis.steps[...], with: axis.values[choice])
    }
    if hasTies { root = root.untied(in: root) ?? root }
    return ConfigDocument(file: document.file, root: root)
  }

  /// The searched values of an index, in the order of ``axes``: paths, and values as text on one line.
  ///
  /// - Precondition: 0 ≤ index < ``count``.
  public func assignments(at index: Int) -> [(path: String, text: String)] {
    zip(axes, choices(at: index)).map { ($0.path, $0.values[$1].brief) }
  }

  /// For each axis, which of its values an index takes.
  ///
  /// - Precondition: 0 ≤ index < ``count``.
  public func choices(at index: Int) -> [Int] {
    precondition((0..<count).contains(index), "ConfigSpace.choices: index \(index) of \(count)")
    var rest = index
    var result: [Int] = []
    for axis in axes.reversed() {
      result.append(rest % axis.values.count)
      rest /= axis.values.count
    }
    return result.reversed()
  }

  private static func product(_ axes: [ConfigAxis], file: String) throws(ConfigError) -> Int {
    var total = 1
    var overflowed = false
    for axis in axes {
      let (next, overflow) = total.multipliedReportingOverflow(by: axis.values.count)
      overflowed = overflowed || overflow
      total = overflow ? Int.max : next
    }
    guard !overflowed, total <= limit else {
      let lengths = axes.map { "\($0.path) \($0.values.count)" }.joined(separator: " × ")
      let told = (overflowed ? "more than 9·10^18" : "\(total)") + " (\(lengths))"
      throw .tooManyConfigurations(file: file, count: told, limit: limit)
    }
    return total
  }
}

/// Walks a document and gathers its axes.
private struct AxisFinder {
  let reader: AxisReader
  var axes: [ConfigAxis] = []

  mutating func look(
    into node: ConfigNode, key: String, path: String, steps: [Int]
  ) throws(ConfigError) {
    if !steps.isEmpty, let values = try reader.values(node, key: key, path: path) {
      axes.append(ConfigAxis(path: path, line: node.line, values: values, steps: steps))
      return
    }
    switch node.value {
    case .map(let entries):
      for (index, entry) in entries.enumerated() {
        let inner = path.isEmpty ? entry.key : path + "." + entry.key
        try look(into: entry.node, key: entry.key, path: inner, steps: steps + [index])
      }
    case .list(let nodes):
      for (index, element) in nodes.enumerated() {
        // A list inside a list is a value of the list, as are its entries.
        if case .list = element.value { continue }
        try look(into: element, key: key, path: path + "[\(index)]", steps: steps + [index])
      }
    default: break
    }
  }
}
