import CKernelShims

/// One series of resampled means against another: how much their difference varies, and how far below it lies in multiples of that.
public enum StudentisedRow {
  /// Raises maxima[b] to (average[b] − row[b]) ÷ σ where that is larger, with σ² = Σ(row − average)² ÷ B.
  ///
  /// - Parameters:
  ///   - row: means of one setting less its own, all finite; shape `[B]`.
  ///   - average: those of the average of all settings; shape `[B]`.
  ///   - floor: least σ, > 0: of two series that are the same, the difference is 0 and not 0 ÷ 0.
  ///   - maxima: shape `[B]`.
  /// - Returns: σ.
  /// - Precondition: equal shapes, B ≥ 1.
  /// - Accuracy: sums in eight lanes, folded in a fixed order; the same bits everywhere.
  /// - Complexity: O(B ÷ 8), no allocation.
  public static func raise(
    _ maxima: inout MutableSpan<Double>, row: Span<Double>, average: Span<Double>, floor: Double
  ) -> Double {
    let n = row.count
    precondition(
      n > 0 && average.count == n && maxima.count == n && floor > 0, "StudentisedRow.raise: shapes")
    return unsafe row.withUnsafeBufferPointer { row in
      unsafe average.withUnsafeBufferPointer { average in
        unsafe maxima.withUnsafeMutableBufferPointer { maxima in
          var squares = ck_d8(repeating: 0)
          var b = 0
          while b + 8 <= n {
            let difference = unsafe load8(average, b) - load8(row, b)
            squares = ck_fma(difference, difference, squares)
            b += 8
          }
          var total = 0.0
          for lane in 0..<8 { total += squares[lane] }
          while b < n {
            let difference = unsafe average[b] - row[b]
            total += difference * difference
            b += 1
          }
          let deviation = max((total / Double(n)).squareRoot(), floor)
          let scale = 1 / deviation
          for b in 0..<n {
            let multiple = unsafe (average[b] - row[b]) * scale
            unsafe maxima[b] = multiple > maxima[b] ? multiple : maxima[b]
          }
          return deviation
        }
      }
    }
  }
}
