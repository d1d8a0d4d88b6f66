/// Plain twins of what ``OpenBLAS`` computes: the same bits everywhere, at a tenth of the speed.
public enum LinearAlgebraReference {
  /// Pearson correlations of all pairs of columns; see ``OpenBLAS/correlationMatrix(columns:)``.
  ///
  /// - Complexity: O(k²·n).
  public static func correlationMatrix(columns: [[Double]]) -> [Double] {
    let z = columns.map(standardised)
    let k = columns.count
    var matrix = Array(repeating: Double.nan, count: k * k)
    for i in 0..<k {
      guard let a = z[i] else { continue }
      for j in 0..<k {
        guard let b = z[j] else { continue }
        var sum = 0.0
        for row in a.indices { sum += a[row] * b[row] }
        matrix[i * k + j] = i == j ? 1 : min(max(sum, -1), 1)
      }
    }
    return matrix
  }

  /// A column minus its mean, scaled to unit length.
  ///
  /// - Returns: nil where there is no spread to scale by: a constant column, fewer than two values, or a value
  ///   that is not finite.
  public static func standardised(_ column: [Double]) -> [Double]? {
    guard let first = column.first, column.contains(where: { $0 != first }) else { return nil }
    guard column.allSatisfy(\.isFinite) else { return nil }
    let scale = column.reduce(0) { max($0, $1.magnitude) }
    let mean = column.reduce(0) { $0 + $1 / scale } / Double(column.count)
    let centred = column.map { $0 / scale - mean }
    let length = centred.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard length > 0 else { return nil }
    return centred.map { $0 / length }
  }
}
