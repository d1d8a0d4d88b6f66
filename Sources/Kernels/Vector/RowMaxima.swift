import CKernelShims

/// The largest scaled and shifted number of every row, with where it stands, of a table that comes column block by column
/// block: maxima of test statistics over settings, resample by resample.
public struct RowMaxima: Hashable, Sendable {
  /// max over j of products[row, j]·scale[j] + shift[j], of what was taken so far; −∞ before anything was.
  public private(set) var values: [Double]
  /// The first column that reaches it; −1 while it is −∞.
  public private(set) var places: [Int]

  /// Nothing taken yet.
  ///
  /// - Parameter rows: ≥ 0.
  public init(rows: Int) {
    values = Array(repeating: -.infinity, count: rows)
    places = Array(repeating: -1, count: rows)
  }

  /// Takes the next columns of every row.
  ///
  /// - Parameters:
  ///   - products: by rows, all finite; shape `[rows, columns]`.
  ///   - scale: finite; shape `[columns]`.
  ///   - shift: finite, or −∞ for a column that is left out; shape `[columns]`.
  ///   - first: the number of the first of these columns, above those taken before.
  /// - Precondition: the shapes agree.
  /// - Accuracy: one rounding a number (fused multiply-add); the same bits everywhere.
  /// - Complexity: O(rows × columns ÷ 8), no allocation; a second look at the rows whose maximum rises.
  public mutating func take(
    _ products: Span<Double>, scale: Span<Double>, shift: Span<Double>, firstColumn first: Int
  ) {
    let columns = scale.count
    precondition(
      shift.count == columns && products.count == values.count * columns, "RowMaxima.take: shapes")
    unsafe products.withUnsafeBufferPointer { products in
      unsafe scale.withUnsafeBufferPointer { scale in
        unsafe shift.withUnsafeBufferPointer { shift in
          for row in values.indices {
            let x = unsafe UnsafeBufferPointer(rebasing: products[row * columns..<(row + 1) * columns])
            let most = unsafe Self.largest(x, scale, shift)
            guard most > values[row] else { continue }
            values[row] = most
            for j in 0..<columns where unsafe ck_fma1(x[j], scale[j], shift[j]) == most {
              places[row] = first + j
              break
            }
          }
        }
      }
    }
  }

  @inline(__always)
  private static func largest(
    _ x: UnsafeBufferPointer<Double>, _ scale: UnsafeBufferPointer<Double>,
    _ shift: UnsafeBufferPointer<Double>
  ) -> Double {
    var even = ck_d8(repeating: -.infinity)
    var odd = even
    var j = 0
    while j + 16 <= x.count {
      even = unsafe ck_max(even, ck_fma(load8(x, j), load8(scale, j), load8(shift, j)))
      odd = unsafe ck_max(odd, ck_fma(load8(x, j + 8), load8(scale, j + 8), load8(shift, j + 8)))
      j += 16
    }
    even = ck_max(even, odd)
    var most = -Double.infinity
    for lane in 0..<8 where even[lane] > most { most = even[lane] }
    while j < x.count {
      let one = unsafe ck_fma1(x[j], scale[j], shift[j])
      if one > most { most = one }
      j += 1
    }
    return most
  }
}
