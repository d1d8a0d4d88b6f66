import CKernelShims

/// Buffers of one worker for ``ScorecardBatch``. Reused from row to row.
public final class ScorecardWorkspace {
  /// Series given slot by slot, and the condor's part of them.
  @usableFromInline let series: UnsafeMutablePointer<SIMD8<Int32>>
  @usableFromInline let condors: UnsafeMutablePointer<SIMD8<Int32>>
  /// −1 × the condor's cents.
  let minus: UnsafeMutablePointer<Int32>
  let upper: UnsafeMutablePointer<Int32>
  let lower: UnsafeMutablePointer<Int32>
  /// Slots that can be in a tail, with what bounds them.
  let candidates: UnsafeMutablePointer<Int32>
  let candidateUpper: UnsafeMutablePointer<Int32>
  let candidateLower: UnsafeMutablePointer<Int32>
  /// Slots of the plan, and those on which the condor lost.
  let walked: UnsafeMutablePointer<Int32>
  let losses: UnsafeMutablePointer<Int32>
  /// Slots that are no candidates but may not win, and those that may be in the smaller tail or not.
  let others: UnsafeMutablePointer<Int32>
  let open: UnsafeMutablePointer<Int32>
  /// Values of the open slots, and starts of the blocks of two walks.
  let gathered: UnsafeMutablePointer<ck_i8>
  let starts: (UnsafeMutablePointer<ck_i8>, UnsafeMutablePointer<ck_i8>)
  private let slots: Int

  /// Room for series of so many slots.
  public init(slots: Int) {
    precondition(slots >= 0, "ScorecardWorkspace: a count of slots")
    self.slots = slots
    let vectors = slots + 8
    func numbers() -> UnsafeMutablePointer<Int32> {
      let made = UnsafeMutablePointer<Int32>.allocate(capacity: vectors)
      unsafe made.initialize(repeating: 0, count: vectors)
      return unsafe made
    }
    func lanes(_ count: Int) -> UnsafeMutablePointer<ck_i8> {
      let made = UnsafeMutablePointer<ck_i8>.allocate(capacity: count)
      unsafe made.initialize(repeating: ck_i8(repeating: 0), count: count)
      return unsafe made
    }
    unsafe series = lanes(vectors)
    unsafe condors = lanes(vectors)
    unsafe minus = numbers()
    unsafe upper = numbers()
    unsafe lower = numbers()
    unsafe candidates = numbers()
    unsafe candidateUpper = numbers()
    unsafe candidateLower = numbers()
    unsafe walked = numbers()
    unsafe losses = numbers()
    unsafe others = numbers()
    unsafe open = numbers()
    unsafe gathered = lanes(vectors)
    unsafe starts = (lanes(vectors / DrawdownWalk.block + 1), lanes(vectors / DrawdownWalk.block + 1))
  }
  deinit {
    for buffer in unsafe [
      minus, upper, lower, candidates, candidateUpper, candidateLower, walked, losses, others, open,
    ] { unsafe buffer.deallocate() }
    for buffer in unsafe [series, condors, gathered, starts.0, starts.1] { unsafe buffer.deallocate() }
  }
  /// Traps unless series of `n` slots have room.
  @usableFromInline func need(_ n: Int) {
    precondition(n <= slots, "ScorecardWorkspace: \(n) slots in a workspace of \(slots)")
  }
}

/// One tail of eight series, narrowed by what all of them have in common.
struct TailPlan {
  /// Values at or below this are in the tail of every series: fewer than wanted there are in any.
  var floor: Int32 = 0
  /// As many values as wanted lie at or below this in every series.
  var ceiling: Int32 = 0
  /// How many values the tail has besides the slots and the zeros that are surely in it, ≥ 1.
  var wanted = 0
  /// Sessions of 0 that may be in it or not.
  var zeros = 0
}

/// What the figures of some series need to look at, told by the smallest and the largest value of each slot.
///
/// Slots that win in every series are looked at for the drawdown only. Of the tails, most slots are in or out in all of
/// the series; only the few between floor and ceiling have to be searched.
struct ScorecardPlan {
  /// `workspace.walked` holds the slots surely in the smaller tail up to here,
  var inner = 0
  /// then those surely in the larger one up to here,
  var outer = 0
  /// then those that may be in the larger one,
  var searched = 0
  /// then the rest of those where a series may not win. All slots after them win in every series.
  var walked = 0
  /// Slots in `workspace.open`.
  var open = 0
  /// Slots in `workspace.losses`.
  var losses = 0
  var small = TailPlan()
  var large = TailPlan()
  /// Whether `axis.tails[1]` is the smaller one.
  let secondIsSmall: Bool

  /// Reads `workspace.upper` and `.lower`, fills the lists but that of losses.
  @inline(never)
  init(_ axis: ScoreAxis, _ w: ScorecardWorkspace) {
    let n = axis.days.count
    let zeros = axis.zeros
    secondIsSmall = axis.tails[1].count <= axis.tails[0].count
    let many = max(axis.tails[0].count, axis.tails[1].count)
    let few = min(axis.tails[0].count, axis.tails[1].count)
    let most = unsafe Self.extreme(w.upper, n, from: zeros > 0 ? 0 : Int32.min, ck_maxI, max)
    large.ceiling = unsafe Self.least(w.upper, n, zeros: zeros, reaching: many, upTo: most)

    // candidates of the tails, and other slots where a series may not win
    let limit = ck_i8(repeating: max(0, large.ceiling))
    var candidates = 0
    var others = 0
    var i = 0
    while i < n {
      var bits = unsafe ck_bits(ck_lessOrEqual(load8(w.lower, i), limit))
      if n - i < 8 { bits &= (1 << UInt32(n - i)) - 1 }
      while bits != 0 {
        let d = i &+ bits.trailingZeroBitCount
        bits &= bits &- 1
        let low = unsafe w.lower[d]
        let isCandidate = low <= large.ceiling ? 1 : 0
        // written to both, kept in one
        unsafe w.candidates[candidates] = Int32(truncatingIfNeeded: d)
        unsafe w.candidateLower[candidates] = low
        unsafe w.candidateUpper[candidates] = w.upper[d]
        unsafe w.others[others] = Int32(truncatingIfNeeded: d)
        candidates &+= isCandidate
        others &+= 1 &- isCandidate
      }
      i &+= 8
    }

    unsafe small.ceiling = Self.least(
      w.candidateUpper, candidates, zeros: zeros, reaching: few, upTo: large.ceiling)
    unsafe large.floor = Self.greatest(
      w.candidateLower, candidates, zeros: zeros, under: many, upTo: large.ceiling)
    unsafe small.floor = Self.greatest(
      w.candidateLower, candidates, zeros: zeros, under: few, upTo: min(large.floor, small.ceiling))

    for j in 0..<candidates {
      unsafe w.walked[inner] = w.candidates[j]
      inner &+= unsafe w.candidateUpper[j] <= small.floor ? 1 : 0
    }
    outer = inner
    for j in 0..<candidates {
      let high = unsafe w.candidateUpper[j]
      unsafe w.walked[outer] = w.candidates[j]
      outer &+= high > small.floor && high <= large.floor ? 1 : 0
      unsafe w.open[open] = w.candidates[j]
      open &+= unsafe high > small.floor && w.candidateLower[j] <= small.ceiling ? 1 : 0
    }
    searched = outer
    for j in 0..<candidates {
      unsafe w.walked[searched] = w.candidates[j]
      searched &+= unsafe w.candidateUpper[j] > large.floor ? 1 : 0
    }
    for j in 0..<others { unsafe w.walked[searched + j] = w.others[j] }
    walked = searched + others
    small.take(few, sure: inner, zeros: zeros)
    large.take(many, sure: outer, zeros: zeros)
  }

  /// A level that at least `wanted` of the values (and of `zeros` zeros) lie at or below; close to the least such one.
  ///
  /// - Parameter upTo: such a level.
  static func least(
    _ values: UnsafeMutablePointer<Int32>, _ n: Int, zeros: Int, reaching wanted: Int, upTo: Int32
  ) -> Int32 {
    var low = unsafe smallest(values, n, zeros: zeros) - 1
    var high = upTo
    while high - low > 1 {
      let middle = low + (high - low) / 2
      let found = unsafe count(values, n, zeros: zeros, atMost: middle)
      if found >= wanted {
        high = middle
        if found <= wanted + wanted / 16 { break }
      } else {
        low = middle
      }
    }
    return high
  }

  /// A level that fewer than `wanted` of the values (and of `zeros` zeros) lie at or below; close to the greatest
  /// such one up to `upTo`.
  static func greatest(
    _ values: UnsafeMutablePointer<Int32>, _ n: Int, zeros: Int, under wanted: Int, upTo: Int32
  ) -> Int32 {
    if unsafe count(values, n, zeros: zeros, atMost: upTo) < wanted { return upTo }
    var low = unsafe min(smallest(values, n, zeros: zeros) - 1, upTo)
    var high = upTo
    while high - low > 1 {
      let middle = low + (high - low) / 2
      let found = unsafe count(values, n, zeros: zeros, atMost: middle)
      if found < wanted {
        low = middle
        if found >= wanted - 1 - wanted / 16 { break }
      } else {
        high = middle
      }
    }
    return low
  }

  private static func smallest(_ values: UnsafeMutablePointer<Int32>, _ n: Int, zeros: Int) -> Int32 {
    unsafe extreme(values, n, from: zeros > 0 ? 0 : Int32.max, ck_minI, min)
  }

  @inline(__always)
  private static func extreme(
    _ values: UnsafeMutablePointer<Int32>, _ n: Int, from start: Int32, _ lanes: (ck_i8, ck_i8) -> ck_i8,
    _ one: (Int32, Int32) -> Int32
  ) -> Int32 {
    var folded = ck_i8(repeating: start)
    var i = 0
    while i + 8 <= n {
      folded = unsafe lanes(folded, load8(values, i))
      i &+= 8
    }
    var most = start
    for lane in 0..<8 { most = one(most, folded[lane]) }
    while i < n {
      most = unsafe one(most, values[i])
      i &+= 1
    }
    return most
  }

  private static func count(
    _ values: UnsafeMutablePointer<Int32>, _ n: Int, zeros: Int, atMost level: Int32
  ) -> Int {
    let levels = ck_i8(repeating: level)
    var a = ck_i8(repeating: 0)
    var b = a
    var i = 0
    while i + 16 <= n {
      a = unsafe ck_counting(a, ck_lessOrEqual(load8(values, i), levels))
      b = unsafe ck_counting(b, ck_lessOrEqual(load8(values, i + 8), levels))
      i &+= 16
    }
    var found = (level >= 0 ? zeros : 0) + Int((a &+ b).wrappedSum())
    while i < n {
      if unsafe values[i] <= level { found &+= 1 }
      i &+= 1
    }
    return found
  }
}

extension TailPlan {
  /// What is left to search of `count` values.
  fileprivate mutating func take(_ count: Int, sure: Int, zeros all: Int) {
    wanted = count - sure - (floor >= 0 ? all : 0)
    zeros = floor < 0 && ceiling >= 0 ? all : 0
  }

  /// Sum and greatest value of the `wanted` smallest of the values and zeros, in eight lanes.
  ///
  /// The edge is bisected in all lanes together until exactly `wanted` values lie at or below it, or it can't be cut
  /// finer because of ties; then wanted·edge + Σ min(x − edge, 0) is their sum. Sums wrap, and come out right because
  /// the whole sum fits.
  @inline(__always)
  func search(_ values: UnsafeMutablePointer<ck_i8>, _ used: Int, needsEdge: Bool) -> (
    sum: ck_i8, edge: ck_i8
  ) {
    let zero = ck_i8(repeating: 0)
    let one = ck_i8(repeating: 1)
    let lanes = ck_i8(repeating: Int32(truncatingIfNeeded: wanted))
    let zeroCount = ck_i8(repeating: Int32(truncatingIfNeeded: zeros))
    var low = ck_i8(repeating: floor)
    var high = ck_i8(repeating: ceiling)
    while ck_any(ck_greater(high &- low, one)) != 0 {
      let middle = low &+ ((high &- low) &>> one)
      let counted =
        unsafe Self.count(values, used, atMost: middle)
        &+ ck_select(ck_greater(zero, middle), zero, zeroCount)
      let tooFew = ck_greater(lanes, counted)
      high = ck_select(tooFew, high, middle)
      low = ck_select(tooFew, middle, low)
      low = ck_select(ck_equal(counted, lanes), high &- one, low)
    }
    var sum = high &* lanes
    for j in 0..<used { sum = unsafe sum &+ ck_minI(values[j] &- high, zero) }
    sum = sum &+ ck_minI(zero &- high, zero) &* zeroCount
    guard needsEdge else { return (sum, high) }
    // counted exactly, the edge may lie above the greatest value
    let none = ck_i8(repeating: Int32.min)
    var most = zeros > 0 ? ck_select(ck_greater(zero, high), none, zero) : none
    for j in 0..<used {
      let x = unsafe values[j]
      most = ck_maxI(most, ck_select(ck_lessOrEqual(x, high), x, none))
    }
    return (sum, most)
  }

  @inline(__always)
  private static func count(
    _ values: UnsafeMutablePointer<ck_i8>, _ used: Int, atMost level: ck_i8
  ) -> ck_i8 {
    var a = ck_i8(repeating: 0)
    var b = a
    var c = a
    var d = a
    var j = 0
    while j + 4 <= used {
      a = unsafe ck_counting(a, ck_lessOrEqual(values[j], level))
      b = unsafe ck_counting(b, ck_lessOrEqual(values[j + 1], level))
      c = unsafe ck_counting(c, ck_lessOrEqual(values[j + 2], level))
      d = unsafe ck_counting(d, ck_lessOrEqual(values[j + 3], level))
      j &+= 4
    }
    while j < used {
      a = unsafe ck_counting(a, ck_lessOrEqual(values[j], level))
      j &+= 1
    }
    return (a &+ b) &+ (c &+ d)
  }
}

/// Eight neighbours as lanes. The caller has seen to it that i + 8 numbers are there.
@inline(__always)
func load8(_ x: UnsafePointer<Int32>, _ i: Int) -> ck_i8 {
  unsafe UnsafeRawPointer(x + i).loadUnaligned(as: ck_i8.self)
}
