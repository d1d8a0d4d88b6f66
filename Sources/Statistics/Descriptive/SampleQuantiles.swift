/// Quantiles of a sample, between order statistics by straight lines.
///
/// - Source: R. Hyndman and Y. Fan, The American Statistician 50 (1996), definition 7, the default of R and NumPy.
public struct SampleQuantiles: Hashable, Sendable {
  private let sorted: [Double]

  /// Sorts a sample. O(n·log n).
  ///
  /// - Parameter values: all finite.
  public init(_ values: [Double]) { sorted = values.sorted() }

  /// The value at (n − 1)·p of the sorted sample, counted from 0; `nil` of an empty one.
  ///
  /// - Precondition: p inside [0, 1].
  public subscript(p: Double) -> Double? {
    precondition((0...1).contains(p), "SampleQuantiles: p must lie inside [0, 1]")
    guard let last = sorted.last else { return nil }
    let at = Double(sorted.count - 1) * p
    let k = Int(at)
    return k + 1 < sorted.count ? sorted[k] + (at - Double(k)) * (sorted[k + 1] - sorted[k]) : last
  }
}
