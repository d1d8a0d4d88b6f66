/// The lower triangle L of a positive definite matrix C = L·Lᵀ, with the same bits on every machine.
///
/// - Source: G. Golub and C. Van Loan, "Matrix Computations", section 4.2, row by row.
public struct Cholesky: Sendable {
  /// Rows, and columns.
  public let order: Int
  /// L by rows, 0 above the diagonal; shape `[n × n]`.
  public let lower: [Double]

  /// Of a matrix of which the lower triangle is read.
  ///
  /// - Parameters:
  ///   - matrix: by rows; shape `[n × n]`.
  ///   - order: n ≥ 0.
  /// - Returns: `nil` where a pivot isn't above n·2⁻⁵² of its diagonal entry: not positive definite, singular to
  ///   working precision, or not finite.
  /// - Complexity: n³/3 multiplications; n² numbers.
  public init?(_ matrix: [Double], order: Int) {
    precondition(order >= 0 && matrix.count == order * order, "Cholesky: shape")
    var l = Array(repeating: 0.0, count: order * order)
    let least = Double(order) * 0x1p-52
    for i in 0..<order {
      for j in 0...i {
        var rest = matrix[i * order + j]
        for k in 0..<j { rest -= l[i * order + k] * l[j * order + k] }
        if i == j {
          guard rest > least * matrix[i * order + i], rest.isFinite else { return nil }
          l[i * order + i] = rest.squareRoot()
        } else {
          l[i * order + j] = rest / l[j * order + j]
        }
      }
    }
    self.order = order
    lower = l
  }

  /// L·z. O(n²).
  public func times(_ z: [Double]) -> [Double] {
    precondition(z.count == order, "Cholesky.times: length")
    return (0..<order).map { i in
      var sum = 0.0
      for k in 0...i { sum += lower[i * order + k] * z[k] }
      return sum
    }
  }

  /// Lᵀ·w. O(n²).
  public func transposedTimes(_ w: [Double]) -> [Double] {
    precondition(w.count == order, "Cholesky.transposedTimes: length")
    var result = Array(repeating: 0.0, count: order)
    for i in 0..<order {
      for k in 0...i { result[k] += lower[i * order + k] * w[i] }
    }
    return result
  }
}
