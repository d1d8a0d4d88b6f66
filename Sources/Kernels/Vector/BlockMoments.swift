import CKernelShims

/// How a column is scored over a set of rows.
public enum ColumnScore: String, Sendable, Hashable, CaseIterable, Codable {
  /// Mean of a row ÷ its sample standard deviation; per row, not annualised.
  case sharpe
  /// Mean of a row, in the unit of the matrix.
  case mean
}

/// Sums and sums of squares of every column of a matrix over blocks of rows between cuts.
///
/// Any set of rows that is a union of blocks is scored from them alone: a cross-validation of thousands of splits reads
/// the matrix once. Blocks are added in the order given and only by operations that IEEE 754 rounds exactly, so scores are the
/// same bits on any processor; of whole numbers below 2⁵³ all sums are exact.
public struct BlockMoments: Sendable {
  /// A column whose variance is at most this share of its mean square has no spread: rounding alone leaves as much.
  public static let leastSpread = 1e-12
  /// Columns that share a pass: tables of so many stay in a core's own cache while all unions go over them.
  private static let columnsAtOnce = 512

  /// Columns scored.
  public let columns: Int
  /// Entries of a row of scores: `columns` rounded up to whole lanes. What lies beyond `columns` is NaN.
  public let stride: Int
  /// Rows of each block; shape `[blocks]`.
  public let rows: [Int]
  /// Σx, then Σx², of each block; NaN beyond the last column; shape `[blocks, 2, stride]`.
  let table: [Double]

  /// Of a matrix.
  ///
  /// - Parameters:
  ///   - matrix: by rows; shape `[rows, width]`, all |x| ≤ 1e150.
  ///   - width: columns of the matrix, ≥ 1.
  ///   - used: which of them are scored.
  ///   - cuts: first row of each block, then the row after the last; ascending. Rows outside are left out.
  /// - Complexity: O(rows × used) time, 16·blocks·used bytes.
  public init(matrix: Span<Double>, width: Int, used: [Int], cuts: [Int]) {
    precondition(width > 0 && matrix.count % width == 0, "BlockMoments: shape")
    precondition(
      cuts.first ?? 0 >= 0 && cuts.last ?? 0 <= matrix.count / width
        && zip(cuts, cuts.dropFirst()).allSatisfy(<=), "BlockMoments: ascending cuts inside the matrix")
    precondition(used.allSatisfy { (0..<width).contains($0) }, "BlockMoments: columns inside the matrix")
    columns = used.count
    let stride = (used.count + 7) / 8 * 8
    self.stride = stride
    rows = zip(cuts, cuts.dropFirst()).map { $1 - $0 }
    var table = Array(repeating: Double.nan, count: 2 * stride * rows.count)
    for block in rows.indices {
      let sums = 2 * stride * block
      let squares = sums + stride
      for j in used.indices {
        table[sums + j] = 0
        table[squares + j] = 0
      }
      for row in cuts[block]..<cuts[block + 1] {
        for (j, column) in used.enumerated() {
          let x = matrix[row * width + column]
          table[sums + j] += x
          table[squares + j] += x * x
        }
      }
    }
    self.table = table
  }

  /// The score of every column over each of some unions of blocks.
  ///
  /// - Parameters:
  ///   - unions: numbers of blocks, each at most once in a union; at least two rows each for ``ColumnScore/sharpe``, one for
  ///     ``ColumnScore/mean``.
  ///   - score: what is worked out.
  /// - Returns: scores, shape `[unions, stride]`, and how many of them are the Sharpe of a column without spread over the
  ///   union, which is 0.
  /// - Accuracy: bit for bit ``BlockMomentsReference``.
  /// - Complexity: O(unions × blocks of one × columns).
  public func scores(of unions: [[Int]], as score: ColumnScore) -> (values: [Double], flat: Int) {
    precondition(
      unions.allSatisfy { $0.allSatisfy(rows.indices.contains) },
      "BlockMoments.scores: a block that isn't there")
    var flat = 0
    let stride = stride
    let values = unsafe Array<Double>(unsafeUninitializedCapacity: unions.count * stride) { scores, count in
      unsafe table.withUnsafeBufferPointer { table in
        var first = 0
        while first < stride {
          let last = min(first + Self.columnsAtOnce, stride)
          for (r, union) in unions.enumerated() {
            let row = unsafe UnsafeMutableBufferPointer(rebasing: scores[r * stride..<(r + 1) * stride])
            switch score {
            case .sharpe: flat += unsafe sharpes(union, table, first..<last, into: row)
            case .mean: unsafe means(union, table, first..<last, into: row)
            }
          }
          first = last
        }
      }
      count = unions.count * stride
    }
    return (values, flat)
  }

  @inline(__always)
  private func sharpes(
    _ union: [Int], _ table: UnsafeBufferPointer<Double>, _ range: Range<Int>,
    into row: UnsafeMutableBufferPointer<Double>
  ) -> Int {
    let n = Double(union.reduce(0) { $0 + rows[$1] })
    precondition(n > 1, "BlockMoments: a Sharpe ratio needs two rows")
    let count = ck_d8(repeating: n)
    let scale = ck_d8(repeating: ((n - 1) / n).squareRoot())
    let least = ck_d8(repeating: Self.leastSpread)
    let zero = ck_d8(repeating: 0)
    let lowest = ck_d8(repeating: -.infinity)
    var flat = 0
    var i = range.lowerBound
    while i < range.upperBound {
      var sum = zero
      var squares = zero
      for block in union {
        let at = 2 * stride * block + i
        unsafe sum = sum + load8(table, at)
        unsafe squares = squares + load8(table, at + stride)
      }
      let whole = count * squares
      let spread = whole - sum * sum
      let bound = least * whole
      let ratio = sum * scale / ck_sqrt(spread)
      // a column of the filling stays NaN: nothing is below a NaN
      let value = ck_selectLess(bound, spread, ratio, zero * sum)
      flat += ck_bitsWithin(spread - bound, lowest, zero).nonzeroBitCount
      unsafe store8(value, row, i)
      i += 8
    }
    return flat
  }

  @inline(__always)
  private func means(
    _ union: [Int], _ table: UnsafeBufferPointer<Double>, _ range: Range<Int>,
    into row: UnsafeMutableBufferPointer<Double>
  ) {
    let n = union.reduce(0) { $0 + rows[$1] }
    precondition(n > 0, "BlockMoments: a mean needs a row")
    let count = ck_d8(repeating: Double(n))
    var i = range.lowerBound
    while i < range.upperBound {
      var sum = ck_d8(repeating: 0)
      for block in union { unsafe sum = sum + load8(table, 2 * stride * block + i) }
      unsafe store8(sum / count, row, i)
      i += 8
    }
  }
}
