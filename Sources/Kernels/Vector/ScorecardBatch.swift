import CKernelShims

/// Exact path figures of many P&L series, eight at a time. Whole cents in, whole cents out; the reference is a plain
/// loop over each series (`PnLSummary` in Statistics).
///
/// The caller sees to it that no sum can leave 32 bits: |x| < 2³⁰ for every value, and Σ|x| and Σ|hedge| < 2³¹ for
/// every series (``fits(largest:sum:)``); squares are summed in 64 bits.
public enum ScorecardBatch {
  /// Whether the lanes can hold series whose values stay within `largest` and whose sums of magnitudes within `sum`.
  public static func fits(largest: Int64, sum: Int64) -> Bool { largest < 1 << 30 && sum < 1 << 31 }

  /// A condor row against hedges held at one size all along: x = condor + (held ? hedge : 0).
  ///
  /// - Parameters:
  ///   - condor: cents of each slot; 0 where nothing was sold; shape `[slots]`.
  ///   - held: −1 where the hedge counts, else 0; shape `[slots]`.
  ///   - hedges: cents of the whole position, eight hedges a vector; shape `[vectors, slots]`. The more alike they
  ///     are, the fewer slots have to be searched for the tails.
  ///   - lowest: smallest hedge of all vectors by slot; shape `[slots]`.
  ///   - highest: largest; shape `[slots]`.
  ///   - emit: called with the number of each vector and its figures, in order.
  /// - Complexity: O(vectors × slots), no allocation; about two dozen steps a slot for the plan of the row.
  public static func score(
    condor: Span<Int32>, held: Span<Int32>, hedges: Span<SIMD8<Int32>>, lowest: Span<Int32>,
    highest: Span<Int32>, axis: ScoreAxis, workspace: ScorecardWorkspace, emit: (Int, ScoreLanes) -> Void
  ) {
    let n = axis.days.count
    workspace.need(n)
    precondition(
      condor.count == n && held.count == n && lowest.count == n && highest.count == n,
      "ScorecardBatch.score: arguments of different lengths")
    precondition(n == 0 ? hedges.isEmpty : hedges.count % n == 0, "ScorecardBatch.score: whole vectors")
    guard n > 0 else { return }
    let losses = bounds(condor, held, lowest, highest, workspace)
    var plan = ScorecardPlan(axis, workspace)
    plan.losses = losses
    unsafe condor.withUnsafeBufferPointer { condor in
      unsafe held.withUnsafeBufferPointer { held in
        unsafe hedges.withUnsafeBufferPointer { hedges in
          // no empty buffer has come here
          let row = unsafe HedgedRow(
            condor: condor.start, minus: workspace.minus, held: held.start, hedges: hedges.start)
          let vectors = hedges.count / n
          var v = 0
          while v + 2 <= vectors {
            let one = row.moved(by: v * n)
            let two = row.moved(by: (v + 1) * n)
            // two at a time: neither waits for its own last step then
            let scores = walkPair(one, two, plan, axis, workspace)
            emit(v, scores.0)
            emit(v + 1, scores.1)
            v += 2
          }
          if v < vectors { emit(v, walkOne(row.moved(by: v * n), plan, axis, workspace)) }
        }
      }
    }
  }

  /// Eight series, whatever they are made of.
  ///
  /// - Parameter series: x of each slot, one series a lane; shape `[slots]`. The more alike the lanes are, the fewer
  ///   slots have to be searched for the tails.
  /// - Returns: the figures; those of losses on which a hedge was held are 0.
  /// - Complexity: O(slots), no allocation.
  public static func score(
    series: Span<SIMD8<Int32>>, axis: ScoreAxis, workspace: ScorecardWorkspace
  ) -> ScoreLanes {
    let n = axis.days.count
    workspace.need(n)
    precondition(series.count == n, "ScorecardBatch.score: a value for each slot")
    guard n > 0 else { return ScoreLanes() }
    return unsafe series.withUnsafeBufferPointer { unsafe scored($0.start, axis, workspace) }
  }

  /// Eight series given slot by slot.
  ///
  /// - Parameters:
  ///   - condor: the part of each series that is the condor's, where lanes differ in it or not.
  ///   - value: x of a slot.
  /// - Complexity: O(slots), no allocation. Inlined, so that vectors pass between modules in memory only: a module
  ///   built for another instruction set hands them over in other registers.
  @inlinable
  public static func score(
    axis: ScoreAxis, workspace: ScorecardWorkspace, condor: (Int) -> SIMD8<Int32>,
    value: (Int) -> SIMD8<Int32>
  ) -> ScoreLanes {
    let n = axis.days.count
    workspace.need(n)
    guard n > 0 else { return ScoreLanes() }
    for d in 0..<n {
      unsafe workspace.series[d] = value(d)
      unsafe workspace.condors[d] = condor(d)
    }
    return scoredFromWorkspace(axis, workspace)
  }

  @usableFromInline
  static func scoredFromWorkspace(_ axis: ScoreAxis, _ workspace: ScorecardWorkspace) -> ScoreLanes {
    var score = unsafe scored(workspace.series, axis, workspace)
    let zero = ck_i8(repeating: 0)
    var both = zero
    var offset = zero
    for d in axis.days.indices {
      let c = unsafe workspace.condors[d]
      let hedge = unsafe ck_greater(zero, c) & (workspace.series[d] &- c)
      both = ck_counting(both, ck_greater(zero, hedge))
      offset = offset &+ hedge
    }
    score.bothLose = both
    score.hedgeOnLoss = offset
    return score
  }

  static func scored(
    _ series: UnsafePointer<ck_i8>, _ axis: ScoreAxis, _ workspace: ScorecardWorkspace
  ) -> ScoreLanes {
    unsafe bounds(series, axis.days.count, workspace)
    let plan = ScorecardPlan(axis, workspace)
    return unsafe walkOne(GivenSeries(series: series), plan, axis, workspace)
  }

  // MARK: bounds

  /// The greatest and the smallest value of each slot, and the slots on which the condor lost and a hedge was held.
  private static func bounds(
    _ condor: Span<Int32>, _ held: Span<Int32>, _ lowest: Span<Int32>, _ highest: Span<Int32>,
    _ w: ScorecardWorkspace
  ) -> Int {
    let n = condor.count
    var losses = 0
    for d in 0..<n {
      let c = condor[d]
      let h = held[d]
      unsafe w.minus[d] = 0 &- c
      unsafe w.upper[d] = c &+ (h & highest[d])
      unsafe w.lower[d] = c &+ (h & lowest[d])
    }
    for d in 0..<n {
      unsafe w.losses[losses] = Int32(truncatingIfNeeded: d)
      losses += condor[d] < 0 && held[d] != 0 ? 1 : 0
    }
    return losses
  }

  /// The same of given series: eight slots are folded into one vector of bounds.
  private static func bounds(_ x: UnsafePointer<ck_i8>, _ n: Int, _ w: ScorecardWorkspace) {
    var d = 0
    while d + 8 <= n {
      let upper = unsafe folded(x + d, ck_maxI)
      let lower = unsafe folded(x + d, ck_minI)
      unsafe UnsafeMutableRawPointer(w.upper + d).storeBytes(of: upper, as: ck_i8.self)
      unsafe UnsafeMutableRawPointer(w.lower + d).storeBytes(of: lower, as: ck_i8.self)
      d += 8
    }
    while d < n {
      unsafe w.upper[d] = ck_largest(x[d])
      unsafe w.lower[d] = ck_smallest(x[d])
      d += 1
    }
  }

  @inline(__always)
  private static func folded(_ x: UnsafePointer<ck_i8>, _ fold: (ck_i8, ck_i8) -> ck_i8) -> ck_i8 {
    @inline(__always)
    func one(_ a: ck_i8, _ b: ck_i8) -> ck_i8 { fold(ck_first1(a, b), ck_second1(a, b)) }
    @inline(__always)
    func two(_ a: ck_i8, _ b: ck_i8) -> ck_i8 { fold(ck_first2(a, b), ck_second2(a, b)) }
    let left = unsafe two(one(x[0], x[1]), one(x[2], x[3]))
    let right = unsafe two(one(x[4], x[5]), one(x[6], x[7]))
    return fold(ck_first4(left, right), ck_second4(left, right))
  }

  // MARK: walks

  @inline(never)
  private static func walkOne<Row: ScoreRow>(
    _ row: Row, _ plan: ScorecardPlan, _ axis: ScoreAxis, _ w: ScorecardWorkspace
  ) -> ScoreLanes {
    let n = axis.days.count
    let size = DrawdownWalk.block
    let blocks = (n + size - 1) / size
    var walk = DrawdownWalk()
    let starts = unsafe w.starts.0
    var block = 0
    while (block + 1) * size <= n {
      unsafe starts[block] = walk.below
      let first = block * size
      for d in first..<first + size { walk.add(loss: row.loss(d)) }
      walk.endBlock(block, of: blocks)
      block += 1
    }
    if block * size < n {
      unsafe starts[block] = walk.below
      for d in block * size..<n { walk.add(loss: row.loss(d)) }
      walk.endBlock(block, of: blocks)
    }
    var score = ScoreLanes()
    unsafe walk.finish(&score, axis: axis, starts: starts) { row.at($0, lane: $1) }
    rest(row, &score, plan, axis, w)
    return score
  }

  @inline(never)
  private static func walkPair<Row: ScoreRow>(
    _ one: Row, _ two: Row, _ plan: ScorecardPlan, _ axis: ScoreAxis, _ w: ScorecardWorkspace
  ) -> (ScoreLanes, ScoreLanes) {
    let n = axis.days.count
    let size = DrawdownWalk.block
    let blocks = (n + size - 1) / size
    var a = DrawdownWalk()
    var b = DrawdownWalk()
    let (startsA, startsB) = unsafe w.starts
    var block = 0
    while (block + 1) * size <= n {
      unsafe startsA[block] = a.below
      unsafe startsB[block] = b.below
      let first = block * size
      for d in first..<first + size {
        a.add(loss: one.loss(d))
        b.add(loss: two.loss(d))
      }
      a.endBlock(block, of: blocks)
      b.endBlock(block, of: blocks)
      block += 1
    }
    if block * size < n {
      unsafe startsA[block] = a.below
      unsafe startsB[block] = b.below
      for d in block * size..<n {
        a.add(loss: one.loss(d))
        b.add(loss: two.loss(d))
      }
      a.endBlock(block, of: blocks)
      b.endBlock(block, of: blocks)
    }
    var scores = (ScoreLanes(), ScoreLanes())
    unsafe a.finish(&scores.0, axis: axis, starts: startsA) { one.at($0, lane: $1) }
    unsafe b.finish(&scores.1, axis: axis, starts: startsB) { two.at($0, lane: $1) }
    rest(one, &scores.0, plan, axis, w)
    rest(two, &scores.1, plan, axis, w)
    return scores
  }

  /// Everything but the drawdown.
  @inline(__always)
  private static func rest<Row: ScoreRow>(
    _ row: Row, _ score: inout ScoreLanes, _ plan: ScorecardPlan, _ axis: ScoreAxis, _ w: ScorecardWorkspace
  ) {
    let zero = ck_i8(repeating: 0)
    var squares = LossSquares()
    var sum = zero
    var worst = axis.zeros > 0 ? zero : ck_i8(repeating: Int32.max)
    for j in 0..<plan.inner {
      let x = unsafe row.at(Int(w.walked[j]))
      sum = sum &+ x
      worst = ck_minI(worst, x)
      squares.add(x)
    }
    let innerSum = sum
    for j in plan.inner..<plan.outer {
      let x = unsafe row.at(Int(w.walked[j]))
      sum = sum &+ x
      worst = ck_minI(worst, x)
      squares.add(x)
    }
    for j in plan.outer..<plan.searched {
      let x = unsafe row.at(Int(w.walked[j]))
      unsafe w.gathered[j - plan.outer] = x
      worst = ck_minI(worst, x)
      squares.add(x)
    }
    for j in plan.searched..<plan.walked { squares.add(unsafe row.at(Int(w.walked[j]))) }
    squares.finish(&score, alwaysWon: axis.days.count - plan.walked)
    score.worst = worst

    let smallIndex = plan.secondIsSmall ? 1 : 0
    let outer = unsafe plan.large.search(
      w.gathered, plan.searched - plan.outer, needsEdge: axis.tails[1 - smallIndex].needsEdge)
    for j in 0..<plan.open { unsafe w.gathered[j] = row.at(Int(w.open[j])) }
    let inner = unsafe plan.small.search(w.gathered, plan.open, needsEdge: axis.tails[smallIndex].needsEdge)
    let large = (sum: SIMD8<Int64>(truncatingIfNeeded: sum &+ outer.sum), edge: outer.edge)
    let small = (sum: SIMD8<Int64>(truncatingIfNeeded: innerSum &+ inner.sum), edge: inner.edge)
    score.tailSum = plan.secondIsSmall ? (large.sum, small.sum) : (small.sum, large.sum)
    score.tailEdge = plan.secondIsSmall ? (large.edge, small.edge) : (small.edge, large.edge)

    var both = zero
    var offset = zero
    for j in 0..<plan.losses {
      let hedge = unsafe row.hedge(Int(w.losses[j]))
      both = ck_counting(both, ck_greater(zero, hedge))
      offset = offset &+ hedge
    }
    score.bothLose = both
    score.hedgeOnLoss = offset
  }
}

/// Wins and squares of losses.
private struct LossSquares {
  private var wins = ck_i8(repeating: 0)
  private var even = ck_l4(repeating: 0)
  private var odd = ck_l4(repeating: 0)

  @inline(__always)
  init() {}
  @inline(__always)
  mutating func add(_ x: ck_i8) {
    let zero = ck_i8(repeating: 0)
    wins = ck_counting(wins, ck_greater(x, zero))
    let loss = ck_minI(x, zero)
    even = even &+ ck_squareEven(loss)
    odd = odd &+ ck_squareOdd(loss)
  }
  @inline(__always)
  func finish(_ score: inout ScoreLanes, alwaysWon: Int) {
    score.wins = wins &+ ck_i8(repeating: Int32(truncatingIfNeeded: alwaysWon))
    score.downside.evenHalf = even
    score.downside.oddHalf = odd
  }
}

/// Eight series by slot. The slots asked for are those of the axis.
private protocol ScoreRow {
  func at(_ slot: Int) -> ck_i8
  /// −1 × the values.
  func loss(_ slot: Int) -> ck_i8
  func at(_ slot: Int, lane: Int) -> Int32
  /// The part of a value that is the hedge's.
  func hedge(_ slot: Int) -> ck_i8
}

private struct HedgedRow: ScoreRow {
  let condor: UnsafePointer<Int32>
  /// −1 × condor: a negation and a broadcast of it would be two steps more a slot.
  let minus: UnsafePointer<Int32>
  let held: UnsafePointer<Int32>
  let hedges: UnsafePointer<ck_i8>

  @inline(__always)
  func moved(by elements: Int) -> HedgedRow {
    unsafe HedgedRow(condor: condor, minus: minus, held: held, hedges: hedges + elements)
  }
  @inline(__always)
  func at(_ slot: Int) -> ck_i8 {
    unsafe ck_i8(repeating: condor[slot]) &+ (hedges[slot] & ck_i8(repeating: held[slot]))
  }
  @inline(__always)
  func loss(_ slot: Int) -> ck_i8 {
    unsafe ck_i8(repeating: minus[slot]) &- (hedges[slot] & ck_i8(repeating: held[slot]))
  }
  @inline(__always)
  func at(_ slot: Int, lane: Int) -> Int32 {
    let numbers = unsafe UnsafeRawPointer(hedges + slot).assumingMemoryBound(to: Int32.self)
    return unsafe condor[slot] &+ (numbers[lane] & held[slot])
  }
  @inline(__always)
  func hedge(_ slot: Int) -> ck_i8 { unsafe hedges[slot] & ck_i8(repeating: held[slot]) }
}

private struct GivenSeries: ScoreRow {
  let series: UnsafePointer<ck_i8>

  @inline(__always)
  func at(_ slot: Int) -> ck_i8 { unsafe series[slot] }
  @inline(__always)
  func loss(_ slot: Int) -> ck_i8 { unsafe ck_i8(repeating: 0) &- series[slot] }
  @inline(__always)
  func at(_ slot: Int, lane: Int) -> Int32 {
    unsafe UnsafeRawPointer(series + slot).assumingMemoryBound(to: Int32.self)[lane]
  }
  @inline(__always)
  func hedge(_ slot: Int) -> ck_i8 { ck_i8(repeating: 0) }
}
