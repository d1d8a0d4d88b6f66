import COpenBLAS

extension OpenBLAS {
  /// Whether products of whole numbers summed over `count` terms are exact in Double: the sum of their magnitudes stays
  /// below 2⁵³, so every partial sum in any order is a whole number that Double holds. Then kernel, blocking and threads
  /// can't change a bit.
  ///
  /// - Parameters:
  ///   - left: largest magnitude of the left factors.
  ///   - right: largest magnitude of the right factors.
  ///   - count: terms of one sum.
  public static func isExact(left: Double, right: Double, count: Int) -> Bool {
    // the test itself is rounded: one bit is left as a margin
    left * right * Double(max(count, 1)) < 0x1p52
  }

  /// result += left · right over some terms of each sum (`dgemm`), one thread.
  ///
  /// - Parameters:
  ///   - left: by rows; shape `[rows, terms]`.
  ///   - right: those terms of the range alone; shape `[range, columns]`.
  ///   - terms: entries of a row of `left`.
  ///   - range: which terms are summed over, inside 0 ..< terms.
  ///   - result: shape `[rows, columns]`.
  /// - Precondition: the shapes agree.
  /// - Accuracy: exact for whole numbers within ``isExact(left:right:count:)``; else the last bits vary by machine, and
  ///   what they rank must be worked out anew.
  /// - Complexity: O(rows × columns × range).
  public static func addProducts(
    left: Span<Double>, right: Span<Double>, terms: Int, range: Range<Int>,
    into result: inout MutableSpan<Double>
  ) {
    guard terms > 0, !range.isEmpty, !left.isEmpty, !right.isEmpty else { return }
    let rows = left.count / terms
    let columns = right.count / range.count
    precondition(
      left.count == rows * terms && right.count == range.count * columns && result.count == rows * columns
        && range.lowerBound >= 0 && range.upperBound <= terms, "OpenBLAS.addProducts: shapes")
    precondition(
      rows < Int(Int32.max) && columns < Int(Int32.max) && terms < Int(Int32.max),
      "OpenBLAS.addProducts: beyond 2³¹ rows")
    unsafe left.withUnsafeBufferPointer { left in
      unsafe right.withUnsafeBufferPointer { right in
        unsafe result.withUnsafeMutableBufferPointer { result in
          unsafe cblas_dgemm(
            CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(rows), blasint(columns), blasint(range.count),
            1,
            left.start + range.lowerBound, blasint(terms), right.start, blasint(columns), 1, result.start,
            blasint(columns))
        }
      }
    }
  }
}

extension LinearAlgebraReference {
  /// The plain twin of ``OpenBLAS/addProducts(left:right:terms:range:into:)``.
  public static func addProducts(
    left: [Double], right: [Double], terms: Int, range: Range<Int>, into result: inout [Double]
  ) {
    guard terms > 0, !range.isEmpty else { return }
    let columns = right.count / range.count
    for i in 0..<(left.count / terms) {
      for (k, d) in range.enumerated() {
        for j in 0..<columns { result[i * columns + j] += left[i * terms + d] * right[k * columns + j] }
      }
    }
  }
}
