/// p-values of several tests looked at together, each raised so that of true nulls one is rejected at α with a chance of at
/// most α, however the tests hang together.
///
/// The smallest is multiplied by the number of tests, the next by one less, and so on; none is below a smaller one's, none
/// above 1. Never weaker than Bonferroni's.
///
/// - Parameter pValues: each in 0…1, in any order.
/// - Returns: in the same order.
/// - Complexity: O(n·log n).
/// - Source: S. Holm, Scandinavian Journal of Statistics 6 (1979).
public func holmAdjusted(_ pValues: [Double]) -> [Double] {
  precondition(pValues.allSatisfy { (0...1).contains($0) }, "holmAdjusted: p-values lie in 0...1")
  var adjusted = pValues
  var most = 0.0
  for (rank, place) in pValues.indices.sorted(by: { pValues[$0] < pValues[$1] }).enumerated() {
    most = max(most, min(1, Double(pValues.count - rank) * pValues[place]))
    adjusted[place] = most
  }
  return adjusted
}
