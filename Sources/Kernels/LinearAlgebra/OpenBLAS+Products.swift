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

  /// result += left · rightᵀ: every row of one matrix times every row of another (`dgemm`), one thread.
  ///
  /// - Parameters:
  ///   - left: by rows, `stride` apart; shape `[rows, stride]`.
  ///   - right: likewise; shape `[columns, stride]`.
  ///   - range: which entries of the rows are summed over, inside 0 ..< stride.
  ///   - result: shape `[rows, columns]`.
  /// - Precondition: the shapes agree.
  /// - Accuracy: exact for whole numbers within ``isExact(left:right:count:)``; else the last bits vary by machine, and
  ///   what they rank must be worked out anew.
  /// - Complexity: O(rows × columns × range).
  public static func addProducts(
    left: Span<Double>, right: Span<Double>, stride: Int, range: Range<Int>,
    into result: inout MutableSpan<Double>
  ) {
    guard stride > 0, !range.isEmpty, !left.isEmpty, !right.isEmpty else { return }
    let rows = left.count / stride
    let columns = right.count / stride
    precondition(
      left.count == rows * stride && right.count == columns * stride && result.count == rows * columns
        && range.lowerBound >= 0 && range.upperBound <= stride, "OpenBLAS.addProducts: shapes")
    precondition(
      rows < Int(Int32.max) && columns < Int(Int32.max) && stride < Int(Int32.max),
      "OpenBLAS.addProducts: beyond 2³¹ rows")
    unsafe left.withUnsafeBufferPointer { left in
      unsafe right.withUnsafeBufferPointer { right in
        unsafe result.withUnsafeMutableBufferPointer { result in
          unsafe cblas_dgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, blasint(rows), blasint(columns), blasint(range.count), 1,
            left.baseAddress.unsafelyUnwrapped + range.lowerBound, blasint(stride),
            right.baseAddress.unsafelyUnwrapped + range.lowerBound, blasint(stride), 1,
            result.baseAddress.unsafelyUnwrapped, blasint(columns))
        }
      }
    }
  }
}

extension LinearAlgebraReference {
  /// The plain twin of ``OpenBLAS/addProducts(left:right:stride:range:into:)``.
  public static func addProducts(
    left: [Double], right: [Double], stride: Int, range: Range<Int>, into result: inout [Double]
  ) {
    guard stride > 0 else { return }
    let columns = right.count / stride
    for i in 0..<(left.count / stride) {
      for j in 0..<columns {
        for d in range { result[i * columns + j] += left[i * stride + d] * right[j * stride + d] }
      }
    }
  }
}
