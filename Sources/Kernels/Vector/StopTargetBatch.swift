import CKernelShims

/// P&L of every stop and target over cost paths: the fast twin of ``StopTargetReference``, equal to it in every number.
///
/// One pass over a path finds the first passage of all levels. Blocks of 32 minutes give their greatest x and −x, four
/// blocks are folded together, and lanes of levels count the blocks from which each is passed; only the block in which a
/// level is first passed is looked at minute by minute. A hole is −2³¹, and so is its negative: it passes nothing.
/// Scanning ends once the widest stop or the furthest target is passed, for then every pair is closed. A pair's exit is
/// the earlier of its two passages, which is one comparison and one selection for eight trades.
public enum StopTargetBatch {
  /// Fills P&L of some neighbouring trades of one condor.
  ///
  /// - Parameters:
  ///   - paths: cost to close by minute, of these trades alone; shape `[trades, minutes]`.
  ///   - credits: received; shape `[trades]`.
  ///   - minutes: of a path, ≥ 1.
  ///   - first: number of the first of these trades in a row of `result`.
  ///   - condor: number of the condor in `result`.
  ///   - result: its grid is the one that is run. Rows of other condors and trades are left alone.
  ///   - workspace: of this thread and of the grid of `result`.
  /// - Precondition: the shapes agree; marks below ``StopTargetGrid/largestMark`` in magnitude, credits from 0 to below
  ///   it, or missing.
  /// - Complexity: O(trades × (minutes ÷ 8 + stops × targets ÷ 8 + levels)), no allocation.
  public static func fill(
    paths: Span<Int32>, credits: Span<Int32>, minutes: Int, first: Int, condor: Int,
    into result: StopTargetPnL, workspace: StopTargetWorkspace
  ) {
    let trades = credits.count
    precondition(
      minutes > 0 && paths.count == trades * minutes && workspace.grid == result.grid,
      "StopTargetBatch.fill: a path for each credit, a workspace of the grid")
    precondition(
      first >= 0 && first + trades <= result.trades && condor >= 0 && condor < result.condors,
      "StopTargetBatch.fill: trades outside the result")
    guard trades > 0 else { return }
    let w = workspace.buffers
    let columns = StopTargetBuffers.columns
    unsafe paths.withUnsafeBufferPointer { paths in
      // trades > 0 and minutes > 0: no empty buffer comes here
      let base = unsafe paths.start
      var done = 0
      while done < trades {
        let here = min(columns, trades &- done)
        for k in 0..<here {
          unsafe scan(base + (done &+ k) &* minutes, minutes, credits[done &+ k], column: k, w)
        }
        unsafe join(w, here, into: result.row(condor, 0) + (first &+ done), stride: result.trades)
        done &+= here
      }
    }
  }

  // MARK: passages

  /// Where and for how much each level of one path is passed, into a column of the workspace.
  @inline(__always)
  private static func scan(
    _ path: UnsafePointer<Int32>, _ minutes: Int, _ credit: Int32, column: Int, _ w: StopTargetBuffers
  ) {
    let missing = StopTargetGrid.missing
    var first = 0
    while first < minutes, unsafe path[first] == missing { first &+= 1 }
    guard credit != missing, first < minutes else {
      return w.fill(column, missing)
    }
    precondition(credit >= 0, "StopTargetBatch.fill: a credit below 0")
    var last = minutes &- 1
    while unsafe path[last] == missing { last &-= 1 }
    let n = last &- first
    let end = unsafe credit &- path[last]
    guard n > 0 else { return w.fill(column, end) }
    w.setLevels(credit)
    if n >= 32 {
      unsafe passages(path + (first &+ 1), n, credit, end, column, w)
    } else {
      unsafe w.short.update(repeating: missing, count: 32)
      unsafe w.short.update(from: path + (first &+ 1), count: n)
      unsafe passages(w.short, 32, credit, end, column, w)
    }
  }

  /// - Parameters:
  ///   - x: the path from the minute after its first mark.
  ///   - n: minutes of it, ≥ 32.
  ///   - end: P&L at the last mark.
  @inline(__always)
  private static func passages(
    _ x: UnsafePointer<Int32>, _ n: Int, _ credit: Int32, _ end: Int32, _ column: Int, _ w: StopTargetBuffers
  ) {
    let none = ck_i8(repeating: Int32.min)
    let blocks = (n &+ 31) >> 5
    let lastStart = n &- 32
    let stopLevels = unsafe UnsafeRawPointer(w.levels).assumingMemoryBound(to: Int32.self)
    let targetLevels = unsafe stopLevels + 8 &* w.stopVectors
    let (widest, furthest) = unsafe (stopLevels[w.stops &- 1], targetLevels[w.targets &- 1])
    for v in 0..<w.vectors { unsafe w.passed[v] = ck_i8(repeating: 0) }
    var most = none  // of x in lanes 0…3, of −x in lanes 4…7
    var block = 0
    repeat {
      let at = block << 5
      let a = unsafe extremes(x + min(at, lastStart))
      let b = unsafe block &+ 1 < blocks ? extremes(x + min(at &+ 32, lastStart)) : (none, none)
      let c = unsafe block &+ 2 < blocks ? extremes(x + min(at &+ 64, lastStart)) : (none, none)
      let d = unsafe block &+ 3 < blocks ? extremes(x + min(at &+ 96, lastStart)) : (none, none)
      let low = folded2(folded1(a.0, b.0), folded1(c.0, d.0))
      let high = folded2(folded1(a.1, b.1), folded1(c.1, d.1))
      let four = ck_maxI(ck_first4(low, high), ck_second4(low, high))
      most = ck_runningMaxima4(four, most)
      for v in 0..<w.stopVectors {
        unsafe w.passed[v] = counting(
          w.passed[v], w.levels[v], ck_lane0(most), ck_lane1(most), ck_lane2(most), ck_lane3(most))
      }
      for v in w.stopVectors..<w.vectors {
        unsafe w.passed[v] = counting(
          w.passed[v], w.levels[v], ck_lane4(most), ck_lane5(most), ck_lane6(most), ck_lane7(most))
      }
      block &+= 4
      if most[3] > widest || most[7] > furthest { break }
    } while block < blocks
    let counts = unsafe UnsafeRawPointer(w.passed).assumingMemoryBound(to: Int32.self)
    let targetCounts = unsafe counts + 8 &* w.stopVectors
    // where the furthest target is passed in an earlier block every pair of a stop takes a target, and the other way round
    let leastStop = unsafe max(1, targetCounts[w.targets &- 1])
    let leastTarget = unsafe max(1, counts[w.stops &- 1])
    unsafe place(
      x, lastStart, block, counts, leastStop, stopLevels, w.stops, credit, end, w.stopAt + column,
      w.stopPnL + column
    ) { $0 }
    unsafe place(
      x, lastStart, block, targetCounts, leastTarget, targetLevels, w.targets, credit, end,
      w.targetAt + column, w.targetPnL + column
    ) { 0 &- $0 }
  }

  /// One more for each of four running maxima that is beyond a level.
  @inline(__always)
  private static func counting(
    _ passed: ck_i8, _ level: ck_i8, _ a: ck_i8, _ b: ck_i8, _ c: ck_i8, _ d: ck_i8
  ) -> ck_i8 {
    let two = ck_counting(ck_counting(passed, ck_greater(a, level)), ck_greater(b, level))
    return ck_counting(ck_counting(two, ck_greater(c, level)), ck_greater(d, level))
  }

  /// The minute of each level that is passed, inside its block, and the P&L there.
  @inline(__always)
  private static func place(
    _ x: UnsafePointer<Int32>, _ lastStart: Int, _ scanned: Int, _ counts: UnsafePointer<Int32>,
    _ least: Int32, _ levels: UnsafePointer<Int32>, _ count: Int, _ credit: Int32, _ end: Int32,
    _ at: UnsafeMutablePointer<Int32>, _ pnl: UnsafeMutablePointer<Int32>, _ side: (ck_i8) -> ck_i8
  ) {
    let columns = StopTargetBuffers.columns
    var (at, pnl) = unsafe (at, pnl)
    var j = 0
    // levels ascend: once one is not passed, or too late to matter, none is
    while j < count, unsafe counts[j] >= least {
      let start = unsafe min((scanned &- Int(counts[j])) << 5, lastStart)
      let level = unsafe ck_i8(repeating: levels[j])
      let bits = unsafe ck_bits32(
        ck_greater(side(load8(x, start)), level), ck_greater(side(load8(x, start &+ 8)), level),
        ck_greater(side(load8(x, start &+ 16)), level), ck_greater(side(load8(x, start &+ 24)), level))
      let minute = start &+ bits.trailingZeroBitCount
      unsafe at[0] = Int32(truncatingIfNeeded: minute)
      unsafe pnl[0] = credit &- x[minute]
      unsafe at += columns
      unsafe pnl += columns
      j &+= 1
    }
    while j < count {
      unsafe at[0] = Int32.max
      unsafe pnl[0] = end
      unsafe at += columns
      unsafe pnl += columns
      j &+= 1
    }
  }

  /// The greatest x and −x of 32 minutes, in eight lanes.
  @inline(__always)
  private static func extremes(_ x: UnsafePointer<Int32>) -> (ck_i8, ck_i8) {
    let zero = ck_i8(repeating: 0)
    let (a, b) = unsafe (load8(x, 0), load8(x, 8))
    let (c, d) = unsafe (load8(x, 16), load8(x, 24))
    let high = ck_maxI(ck_maxI(a, b), ck_maxI(c, d))
    let low = ck_maxI(ck_maxI(zero &- a, zero &- b), ck_maxI(zero &- c, zero &- d))
    return (high, low)
  }

  @inline(__always)
  private static func folded1(_ a: ck_i8, _ b: ck_i8) -> ck_i8 { ck_maxI(ck_first1(a, b), ck_second1(a, b)) }
  @inline(__always)
  private static func folded2(_ a: ck_i8, _ b: ck_i8) -> ck_i8 { ck_maxI(ck_first2(a, b), ck_second2(a, b)) }

  // MARK: pairs

  /// The earlier passage of each stop and target, eight trades at a time, into rows that are `stride` apart.
  @inline(__always)
  private static func join(
    _ w: StopTargetBuffers, _ here: Int, into result: UnsafeMutablePointer<Int32>, stride: Int
  ) {
    let columns = StopTargetBuffers.columns
    let isFull = here == columns
    var row = unsafe result
    for s in 0..<w.stops {
      let i = s &* columns
      let (at0, at1) = unsafe (load8(w.stopAt, i), load8(w.stopAt, i &+ 8))
      let (pnl0, pnl1) = unsafe (load8(w.stopPnL, i), load8(w.stopPnL, i &+ 8))
      for t in 0..<w.targets {
        let i = t &* columns
        let first0 = unsafe ck_greater(at0, load8(w.targetAt, i))
        let first1 = unsafe ck_greater(at1, load8(w.targetAt, i &+ 8))
        let x0 = unsafe ck_select(first0, load8(w.targetPnL, i), pnl0)
        let x1 = unsafe ck_select(first1, load8(w.targetPnL, i &+ 8), pnl1)
        if isFull {
          unsafe UnsafeMutableRawPointer(row).storeBytes(of: x0, as: ck_i8.self)
          unsafe UnsafeMutableRawPointer(row + 8).storeBytes(of: x1, as: ck_i8.self)
        } else {
          for k in 0..<min(here, 8) { unsafe row[k] = x0[k] }
          for k in 8..<max(here, 8) { unsafe row[k] = x1[k &- 8] }
        }
        unsafe row += stride
      }
    }
  }
}
