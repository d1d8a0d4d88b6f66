/// A document with holes where values are searched. Everything without a hole is kept whole.
indirect enum TreeTemplate: Sendable {
  /// A value that nothing searches.
  case fixed(ConfigNode)
  /// A map in which something is searched.
  case map([Entry], line: Int, column: Int)
  /// A list in which something is searched.
  case list([TreeTemplate], line: Int, column: Int)
  /// The value of a parameter.
  case parameter(Int)
  /// The value that stands elsewhere.
  case tied(Int)

  /// One key of a map.
  struct Entry: Sendable {
    let key: String
    let keyLine: Int
    let value: TreeTemplate
  }

  /// The node, if nothing in it is searched.
  var node: ConfigNode? {
    if case .fixed(let node) = self { node } else { nil }
  }

  /// The template with parameters numbered anew.
  func renumbered(_ numbers: [Int]) -> TreeTemplate {
    switch self {
    case .fixed, .tied: self
    case .map(let entries, let line, let column):
      .map(
        entries.map { Entry(key: $0.key, keyLine: $0.keyLine, value: $0.value.renumbered(numbers)) },
        line: line, column: column)
    case .list(let list, let line, let column):
      .list(list.map { $0.renumbered(numbers) }, line: line, column: column)
    case .parameter(let p): .parameter(numbers[p])
    }
  }
}

/// A choice that must be taken: a parameter's position.
struct TreeGuard: Sendable, Hashable {
  var parameter: Int
  var position: Int
}

/// One place that a path may lead to: which it is hangs on the choices taken on the way.
struct TreePlace: Sendable {
  let template: TreeTemplate
  let guards: [TreeGuard]
  /// Whether the path counted the choices of a parameter, which only the tree knows.
  let countsChoices: Bool
}

/// `hedge.layers[0].size` in its pieces.
enum PathStep: Hashable {
  case key(String)
  case index(Int)

  /// The pieces of a path; nil for what is none.
  static func steps(_ path: String) -> [PathStep]? {
    var steps: [PathStep] = []
    for part in path.split(separator: ".", omittingEmptySubsequences: false) {
      let pieces = part.split(separator: "[", omittingEmptySubsequences: false)
      guard let key = pieces.first, !key.isEmpty else { return nil }
      steps.append(.key(String(key)))
      for piece in pieces.dropFirst() {
        guard piece.last == "]", let index = Int(piece.dropLast()), index >= 0 else { return nil }
        steps.append(.index(index))
      }
    }
    return steps
  }
}

extension ConfigNode {
  /// The node at a path, if there is one.
  func at(_ steps: ArraySlice<PathStep>) -> ConfigNode? {
    guard let step = steps.first else { return self }
    switch (value, step) {
    case (.map, .key(let key)): return self[key]?.at(steps.dropFirst())
    case (.list(let nodes), .index(let index)):
      return index < nodes.count ? nodes[index].at(steps.dropFirst()) : nil
    default: return nil
    }
  }

  /// Whether a tie stands anywhere in it.
  var hasTies: Bool {
    switch value {
    case .map(let entries): entries.contains { $0.key == "same_as" || $0.node.hasTies }
    case .list(let nodes): nodes.contains(where: \.hasTies)
    default: false
    }
  }

  /// The tree with what each tie is tied to in its place, or without its key where that isn't there.
  ///
  /// - Precondition: no tie leads back to itself.
  func untied(in root: ConfigNode) -> ConfigNode? {
    switch value {
    case .map(let entries):
      if let tie = entries.first(where: { $0.key == "same_as" }), case .string(let path) = tie.node.value {
        return PathStep.steps(path).flatMap { root.at($0[...]) }.flatMap { $0.untied(in: root) }
      }
      let kept = entries.compactMap { entry in
        entry.node.untied(in: root).map {
          ConfigEntry(key: entry.key, keyLine: entry.keyLine, node: $0)
        }
      }
      return ConfigNode(.map(kept), line: line, column: column)
    case .list(let nodes):
      return ConfigNode(.list(nodes.compactMap { $0.untied(in: root) }), line: line, column: column)
    default: return self
    }
  }

  /// The number a node stands for: a number, or a time of day in minutes after midnight.
  var number: Double? {
    switch value {
    case .int(let number): Double(number)
    case .decimal(let number, _): number
    case .string(let text): ClockText.minute(text).map { Double($0) }
    default: nil
    }
  }
}
