/// Eigenvalues and eigenvectors of a symmetric matrix, with the same bits on every machine.
///
/// Cyclic Jacobi rotations: slower than a library's tridiagonal methods beyond some hundred rows, but of + − × ÷ √
/// only, and small eigenvalues of positive definite matrices keep their digits.
///
/// - Source: C. Jacobi, Crelle's Journal 30 (1846); G. Golub and C. Van Loan, "Matrix Computations", section 8.5;
///   J. Demmel and K. Veselić, "Jacobi's method is more accurate than QR", SIAM J. Matrix Anal. Appl. 13 (1992).
public struct SymmetricEigen: Sendable {
  /// Sweeps over all pairs; convergence is quadratic, and some ten are enough for any size met.
  private static let mostSweeps = 50

  /// Rows, and columns.
  public let order: Int
  /// Eigenvalues, ascending; shape `[n]`.
  public let values: [Double]
  /// Unit eigenvectors, one a row, in the order of the values; shape `[n × n]`.
  public let vectors: [Double]

  /// Of a matrix, of which the upper triangle is read; nil if a number in it is not finite, or if 50 sweeps didn't
  /// converge.
  ///
  /// - Parameters:
  ///   - matrix: row after row; shape `[n × n]`.
  ///   - order: n ≥ 0.
  /// - Complexity: O(n³) a sweep, 6 to 10 sweeps.
  /// - Accuracy: residual and loss of orthogonality of some n ulp of the largest eigenvalue.
  public init?(_ matrix: [Double], order: Int) {
    precondition(order >= 0 && matrix.count == order * order, "SymmetricEigen: shape")
    self.order = order
    var a = matrix
    for i in 0..<order {
      for j in 0..<i { a[i * order + j] = a[j * order + i] }
    }
    guard a.allSatisfy(\.isFinite) else { return nil }
    var v = Array(repeating: 0.0, count: order * order)
    for i in 0..<order { v[i * order + i] = 1 }

    var isDiagonal = false
    for _ in 0..<Self.mostSweeps where !isDiagonal {
      isDiagonal = true
      for p in 0..<order {
        for q in stride(from: p + 1, to: order, by: 1) {
          let off = a[p * order + q]
          let (x, y) = (a[p * order + p], a[q * order + q])
          // nothing to gain where it no longer changes either (Demmel and Veselić's criterion, else by size)
          guard off != 0, off * off > 0x1p-106 * (x * y).magnitude else {
            a[p * order + q] = 0
            a[q * order + p] = 0
            continue
          }
          isDiagonal = false
          // the smaller root of t² + 2θt − 1 = 0 (Golub and Van Loan, eq. 8.5.2)
          let theta = (y - x) / (2 * off)
          let t = (theta < 0 ? -1 : 1) / (theta.magnitude + (theta * theta + 1).squareRoot())
          let c = 1 / (t * t + 1).squareRoot()
          Self.rotate(&a, &v, order: order, p, q, cosine: c, sine: t * c)
          a[p * order + p] = x - t * off
          a[q * order + q] = y + t * off
          a[p * order + q] = 0
          a[q * order + p] = 0
        }
      }
    }
    guard isDiagonal else { return nil }
    let diagonal = (0..<order).map { a[$0 * order + $0] }
    let sorted = (0..<order).sorted { (diagonal[$0], $0) < (diagonal[$1], $1) }
    values = sorted.map { diagonal[$0] }
    vectors = sorted.flatMap { v[$0 * order..<($0 + 1) * order] }
  }

  /// Rotates rows and columns p and q of the matrix, and rows of the vectors.
  private static func rotate(
    _ a: inout [Double], _ v: inout [Double], order: Int, _ p: Int, _ q: Int, cosine c: Double, sine s: Double
  ) {
    for k in 0..<order {
      if k != p && k != q {
        let (x, y) = (a[p * order + k], a[q * order + k])
        let (newX, newY) = (c * x - s * y, s * x + c * y)
        a[p * order + k] = newX
        a[k * order + p] = newX
        a[q * order + k] = newY
        a[k * order + q] = newY
      }
      let (x, y) = (v[p * order + k], v[q * order + k])
      v[p * order + k] = c * x - s * y
      v[q * order + k] = s * x + c * y
    }
  }
}
