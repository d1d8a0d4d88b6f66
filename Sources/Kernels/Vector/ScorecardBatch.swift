import CKernelShims

/// Buffers of one worker for ``ScorecardBatch``. Reused from row to row.
public final class ScorecardWorkspace {
  fileprivate var upper: UnsafeMutableBufferPointer<Int32>
  fileprivate var lower: UnsafeMutableBufferPointer<Int32>
  fileprivate var candidates: [Int32] = []
  fileprivate var gathered: UnsafeMutablePointer<ck_i8>
  fileprivate var series: UnsafeMutablePointer<ck_i8>
  fileprivate var losses: [Int32] = []
  private let slots: Int

  /// Room for series of so many slots.
  public init(slots: Int) {
    self.slots = slots
    unsafe upper = .allocate(capacity: slots)
    unsafe lower = .allocate(capacity: slots)
    unsafe gathered = .allocate(capacity: max(1, slots))
    unsafe series = .allocate(capacity: max(1, slots))
    unsafe upper.initialize(repeating: 0)
    unsafe lower.initialize(repeating: 0)
  }
  deinit {
    unsafe upper.deallocate()
    unsafe lower.deallocate()
    unsafe gathered.deallocate()
    unsafe series.deallocate()
  }
  fileprivate func need(_ n: Int) {
    precondition(n <= slots, "ScorecardWorkspace: \(n) slots in a workspace of \(slots)")
  }
}

/// Exact path figures of many P&L series, eight at a time. Whole cents in, whole cents out; the reference is a plain
/// loop over each series (`PnLSummary` in Statistics).
///
/// The caller sees to it that no sum can leave 32 bits: |x| < 2³⁰ for every value, and Σ|x| and Σ|hedge| < 2³¹ for
/// every series (``fits(largest:sum:)``); longer sums are 64 bits wide.
public enum ScorecardBatch {
  /// Whether the lanes can hold series whose values stay within `largest` and whose sums of magnitudes within `sum`.
  public static func fits(largest: Int64, sum: Int64) -> Bool { largest < 1 << 30 && sum < 1 << 31 }

  /// A condor row against hedges held at one size all along: x = condor + (held ? hedge : 0).
  ///
  /// - Parameters:
  ///   - condor: cents of each slot; 0 where nothing was sold; shape `[slots]`.
  ///   - held: −1 where the hedge counts, else 0; shape `[slots]`.
  ///   - hedges: cents of the whole position, eight hedges a vector; shape `[vectors, slots]`.
  ///   - lowest: smallest hedge of all vectors by slot; shape `[slots]`.
  ///   - highest: largest; shape `[slots]`.
  ///   - emit: called with the number of each vector and its figures.
  /// - Complexity: O(vectors × slots); no allocation but the candidates' list.
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
    workspace.losses.removeAll(keepingCapacity: true)
    for d in 0..<n {
      unsafe workspace.upper[d] = condor[d] &+ (held[d] & highest[d])
      unsafe workspace.lower[d] = condor[d] &+ (held[d] & lowest[d])
      if condor[d] < 0 { workspace.losses.append(Int32(d)) }
    }
    let bounds = gatherCandidates(axis, workspace)
    let days = axis.days.span
    let through = axis.through.span
    for v in 0..<(hedges.count / n) {
      let h = hedges.extracting(v * n..<(v + 1) * n)
      var state = PathState(firstDay: days[0])
      for d in 0..<n {
        let x = ck_i8(repeating: condor[d]) &+ (h[d] & ck_i8(repeating: held[d]))
        state.add(x, day: days[d], through: through[d])
      }
      var score = state.result(lastSession: Int32(axis.sessions - 1))
      let candidates = workspace.candidates
      for j in candidates.indices {
        let d = Int(candidates[j])
        unsafe workspace.gathered[j] = ck_i8(repeating: condor[d]) &+ (h[d] & ck_i8(repeating: held[d]))
      }
      tails(&score, axis, bounds, workspace)
      let losses = workspace.losses
      var both = ck_i8(repeating: 0)
      var offset = both
      for j in losses.indices {
        let d = Int(losses[j])
        let hedge = h[d] & ck_i8(repeating: held[d])
        both = both &- ck_greater(ck_i8(repeating: 0), hedge)
        offset = offset &+ hedge
      }
      score.bothLose = both
      score.hedgeOnLoss = offset
      emit(v, score)
    }
  }

  /// Eight series given slot by slot.
  ///
  /// - Parameters:
  ///   - condor: the part of each series that is the condor's, where lanes differ in it or not; shape `[slots]`.
  ///   - value: x of a slot.
  /// - Complexity: O(slots).
  public static func score(
    axis: ScoreAxis, workspace: ScorecardWorkspace, condor: (Int) -> SIMD8<Int32>,
    value: (Int) -> SIMD8<Int32>
  ) -> ScoreLanes {
    let n = axis.days.count
    workspace.need(n)
    guard n > 0 else { return ScoreLanes() }
    let days = axis.days.span
    let through = axis.through.span
    var state = PathState(firstDay: days[0])
    var both = ck_i8(repeating: 0)
    var offset = both
    let zero = both
    for d in 0..<n {
      let x = value(d)
      let c = condor(d)
      state.add(x, day: days[d], through: through[d])
      unsafe workspace.series[d] = x
      unsafe workspace.upper[d] = ck_largest(x)
      unsafe workspace.lower[d] = ck_smallest(x)
      let hedge = ck_select(ck_greater(zero, c), x &- c, zero)
      both = both &- ck_greater(zero, hedge)
      offset = offset &+ hedge
    }
    var score = state.result(lastSession: Int32(axis.sessions - 1))
    let bounds = gatherCandidates(axis, workspace)
    let candidates = workspace.candidates
    for j in candidates.indices {
      unsafe workspace.gathered[j] = workspace.series[Int(candidates[j])]
    }
    tails(&score, axis, bounds, workspace)
    score.bothLose = both
    score.hedgeOnLoss = offset
    return score
  }

  /// Bounds of both tails, and the slots that can be in either, those of the smaller tail first.
  private static func gatherCandidates(
    _ axis: ScoreAxis, _ workspace: ScorecardWorkspace
  ) -> (bound: (Int32, Int32), used: (Int, Int)) {
    let n = axis.days.count
    let upper = unsafe UnsafeBufferPointer(rebasing: workspace.upper[0..<n])
    let first = unsafe TailSearch.bound(upper, zeros: axis.zeros, count: axis.tails[0].count)
    let second = unsafe TailSearch.bound(upper, zeros: axis.zeros, count: axis.tails[1].count)
    workspace.candidates.removeAll(keepingCapacity: true)
    let (inner, outer) = (min(first, second), max(first, second))
    for d in 0..<n where unsafe workspace.lower[d] <= inner { workspace.candidates.append(Int32(d)) }
    let few = workspace.candidates.count
    for d in 0..<n where unsafe workspace.lower[d] > inner && workspace.lower[d] <= outer {
      workspace.candidates.append(Int32(d))
    }
    let all = workspace.candidates.count
    return ((first, second), (first <= second ? few : all, second <= first ? few : all))
  }

  @inline(__always)
  private static func tails(
    _ score: inout ScoreLanes, _ axis: ScoreAxis, _ bounds: (bound: (Int32, Int32), used: (Int, Int)),
    _ workspace: ScorecardWorkspace
  ) {
    let least = axis.zeros > 0 ? ck_minI(score.worst, ck_i8(repeating: 0)) : score.worst
    let first = unsafe TailSearch(values: workspace.gathered, used: bounds.used.0, zeros: axis.zeros)
      .sum(axis.tails[0], least: least, bound: bounds.bound.0)
    let second = unsafe TailSearch(values: workspace.gathered, used: bounds.used.1, zeros: axis.zeros)
      .sum(axis.tails[1], least: least, bound: bounds.bound.1)
    score.worst = least
    score.tailSum = (first.sum, second.sum)
    score.tailEdge = (first.edge, second.edge)
  }
}
