extension CheckedRule {
  /// Bounds that its number can't leave by its form, as that of `clamp`; infinite where the form tells none. O(nodes).
  public var bounds: ClosedRange<Double> {
    var known: [ClosedRange<Double>] = []
    known.reserveCapacity(nodes.count)
    for node in nodes { known.append(Self.bounds(of: node, node.operands.map { known[$0] })) }
    return known[root]
  }

  private static func bounds(of node: RuleNode, _ parts: [ClosedRange<Double>]) -> ClosedRange<Double> {
    let any = -Double.infinity...Double.infinity
    if let constant = node.constant { return constant.isNaN ? any : constant...constant }
    switch node.operation {
    case .named: return parts[0]
    case .clamp: return Swift.min(parts[1].lowerBound, parts[2].upperBound)...parts[2].upperBound
    case .minimum: return extreme(parts, Swift.min)
    case .maximum: return extreme(parts, Swift.max)
    case .absolute, .exponential: return 0...Double.infinity
    case .multiply where parts.allSatisfy { $0.lowerBound >= 0 }:
      // 0 × ∞ is 0 here: the value beside the 0 is finite
      func product(_ a: Double, _ b: Double) -> Double { a == 0 || b == 0 ? 0 : a * b }
      return product(
        parts[0].lowerBound, parts[1].lowerBound)...product(
          parts[0].upperBound, parts[1].upperBound)
    default: return node.range ?? any
    }
  }

  private static func extreme(
    _ parts: [ClosedRange<Double>], _ choose: (Double, Double) -> Double
  ) -> ClosedRange<Double> {
    parts.dropFirst().reduce(parts[0]) {
      choose($0.lowerBound, $1.lowerBound)...choose($0.upperBound, $1.upperBound)
    }
  }
}
