/// A place in a tree, as messages and axes spell it: `hedge.layers[0].size.gross_risk`.
public struct ConfigPath: Sendable, Hashable {
  /// One step down.
  enum Step: Sendable, Hashable {
    case key(String)
    case index(Int)
  }
  let steps: [Step]

  /// Reads keys joined by points, each with any number of `[index]`; `nil` for anything else.
  public init?(_ text: String) {
    var steps: [Step] = []
    for part in text.split(separator: ".", omittingEmptySubsequences: false) {
      let pieces = part.split(separator: "[", omittingEmptySubsequences: false)
      guard let key = pieces.first, !key.isEmpty, !key.contains("]") else { return nil }
      steps.append(.key(String(key)))
      for piece in pieces.dropFirst() {
        guard piece.last == "]", let index = Int(piece.dropLast()), index >= 0 else { return nil }
        steps.append(.index(index))
      }
    }
    self.steps = steps
  }
}

extension ConfigNode {
  /// The tree with the value at a place replaced. Keys that aren't there are added, list entries must be.
  ///
  /// - Returns: `nil` where the path leads through a value, or to no entry of a list.
  /// - Complexity: O(size of the maps on the path).
  public func setting(_ path: ConfigPath, to node: ConfigNode) -> ConfigNode? {
    setting(path.steps[...], to: node)
  }

  private func setting(_ steps: ArraySlice<ConfigPath.Step>, to node: ConfigNode) -> ConfigNode? {
    guard let step = steps.first else { return node }
    let rest = steps.dropFirst()
    var copy = self
    switch (step, value) {
    case (.key(let key), .map(var entries)):
      if let place = entries.firstIndex(where: { $0.key == key }) {
        guard let inner = entries[place].node.setting(rest, to: node) else { return nil }
        entries[place].node = inner
      } else {
        guard let inner = ConfigNode(.map([])).setting(rest, to: node) else { return nil }
        entries.append(ConfigEntry(key: key, keyLine: node.line, node: inner))
      }
      copy.value = .map(entries)
    // a value gives way to a map that is set into: `stop: none` to `stop.loss_multiple`
    case (.key, .string), (.key, .null), (.key, .bool), (.key, .int), (.key, .decimal):
      return ConfigNode(.map([]), line: line).setting(steps, to: node)
    case (.index(let index), .list(var nodes)) where nodes.indices.contains(index):
      guard let inner = nodes[index].setting(rest, to: node) else { return nil }
      nodes[index] = inner
      copy.value = .list(nodes)
    default: return nil
    }
    return copy
  }
}
