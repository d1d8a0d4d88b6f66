import CKernelShims

/// Sums of eight P&L series. Values that are missing count as 0.
public struct SeriesSums: Sendable {
  /// Values that are not missing.
  public var trades = SIMD8<Int32>(repeating: 0)
  /// Σx.
  public var net = SIMD8<Int32>(repeating: 0)
  /// Σx².
  public var squares = SIMD8<Int64>(repeating: 0)

  /// Nothing summed yet.
  public init() {}
}

extension ScorecardBatch {
  /// Path figures and sums of up to eight series that lie by row, as `.npy` files hold them.
  ///
  /// - Parameters:
  ///   - rows: values of each slot, `missing` where there is none, which counts as 0; shape `[series, slots]` with 1 to
  ///     8 series. Lanes beyond them repeat the last one.
  ///   - missing: what stands for no value.
  ///   - axis: its slots are those of a row.
  /// - Precondition: ``fits(largest:sum:)`` of every row.
  /// - Complexity: O(slots), no allocation: eight by eight values are turned in registers.
  public static func score(
    rows: Span<Int32>, missing: Int32, axis: ScoreAxis, workspace: ScorecardWorkspace
  ) -> (lanes: ScoreLanes, sums: SeriesSums) {
    let n = axis.days.count
    workspace.need(n)
    guard n > 0 else { return (ScoreLanes(), SeriesSums()) }
    let used = rows.count / n
    precondition(
      rows.count == used * n && (1...8).contains(used), "ScorecardBatch.score: one to eight rows of the axis")
    return unsafe rows.withUnsafeBufferPointer { rows in
      let sums = unsafe turn(rows.start, used, n, missing, into: workspace.series)
      return unsafe (scored(workspace.series, axis, workspace), sums)
    }
  }

  /// Rows into slots of lanes, summing them on the way.
  private static func turn(
    _ rows: UnsafePointer<Int32>, _ used: Int, _ n: Int, _ missing: Int32,
    into series: UnsafeMutablePointer<ck_i8>
  ) -> SeriesSums {
    let none = ck_i8(repeating: missing)
    let zero = ck_i8(repeating: 0)
    var trades = zero
    var net = zero
    var even = ck_l4(repeating: 0)
    var odd = even
    func row(_ i: Int) -> UnsafePointer<Int32> { unsafe rows + min(i, used - 1) * n }
    let (r0, r1, r2, r3) = unsafe (row(0), row(1), row(2), row(3))
    let (r4, r5, r6, r7) = unsafe (row(4), row(5), row(6), row(7))
    @inline(__always)
    func put(_ x: ck_i8, _ d: Int) {
      let isNone = ck_equal(x, none)
      let kept = ck_select(isNone, zero, x)
      trades = trades &+ isNone
      net = net &+ kept
      even = even &+ ck_squareEven(kept)
      odd = odd &+ ck_squareOdd(kept)
      unsafe series[d] = kept
    }
    var d = 0
    while d &+ 8 <= n {
      let (a, b) = unsafe (load8(r0, d), load8(r1, d))
      let (c, e) = unsafe (load8(r2, d), load8(r3, d))
      let (f, g) = unsafe (load8(r4, d), load8(r5, d))
      let (h, k) = unsafe (load8(r6, d), load8(r7, d))
      // pairs of rows, then fours, then all eight
      let (ab, abHigh) = (ck_first1(a, b), ck_second1(a, b))
      let (ce, ceHigh) = (ck_first1(c, e), ck_second1(c, e))
      let (fg, fgHigh) = (ck_first1(f, g), ck_second1(f, g))
      let (hk, hkHigh) = (ck_first1(h, k), ck_second1(h, k))
      let (low0, low1) = (ck_first2(ab, ce), ck_second2(ab, ce))
      let (low2, low3) = (ck_first2(abHigh, ceHigh), ck_second2(abHigh, ceHigh))
      let (high0, high1) = (ck_first2(fg, hk), ck_second2(fg, hk))
      let (high2, high3) = (ck_first2(fgHigh, hkHigh), ck_second2(fgHigh, hkHigh))
      put(ck_first4(low0, high0), d)
      put(ck_first4(low1, high1), d &+ 1)
      put(ck_first4(low2, high2), d &+ 2)
      put(ck_first4(low3, high3), d &+ 3)
      put(ck_second4(low0, high0), d &+ 4)
      put(ck_second4(low1, high1), d &+ 5)
      put(ck_second4(low2, high2), d &+ 6)
      put(ck_second4(low3, high3), d &+ 7)
      d &+= 8
    }
    while d < n {
      var x = zero
      for lane in 0..<8 { x[lane] = unsafe row(lane)[d] }
      put(x, d)
      d &+= 1
    }
    var sums = SeriesSums()
    sums.trades = trades &+ ck_i8(repeating: Int32(truncatingIfNeeded: n))
    sums.net = net
    sums.squares.evenHalf = even
    sums.squares.oddHalf = odd
    return sums
  }

  /// The largest magnitude of some values, missing ones left out.
  ///
  /// - Complexity: O(n), no allocation.
  public static func largestMagnitude(_ values: Span<Int32>, missing: Int32) -> Int64 {
    let n = values.count
    return unsafe values.withUnsafeBufferPointer { x in
      let none = ck_i8(repeating: missing)
      let zero = ck_i8(repeating: 0)
      var high = zero
      var low = zero
      var i = 0
      while i &+ 8 <= n {
        let eight = unsafe load8(x, i)
        let kept = ck_select(ck_equal(eight, none), zero, eight)
        high = ck_maxI(high, kept)
        low = ck_minI(low, kept)
        i &+= 8
      }
      var most = max(Int64(ck_largest(high)), -Int64(ck_smallest(low)))
      while i < n {
        if unsafe x[i] != missing { most = unsafe max(most, Int64(x[i].magnitude)) }
        i &+= 1
      }
      return most
    }
  }
}
