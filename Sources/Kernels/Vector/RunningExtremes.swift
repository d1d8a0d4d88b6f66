import CKernelShims

/// The steps of a running maximum or minimum: where a path first reached each new extreme.
///
/// A path on a grid has few of them, so the first passage of *any* level is a search among a few dozen steps and no
/// scan of the path.
public struct Staircase: Sendable, Hashable {
  /// Values of the steps, then their positions: a search reads neighbouring values, and one position.
  private let steps: [Int32]

  /// No steps.
  public init() { steps = [] }

  /// Steps.
  public var count: Int { steps.count / 2 }
  /// Position of each step, ascending.
  public var positions: [Int32] { Array(steps[count...]) }
  /// Value at each step: strictly ascending for maxima, strictly descending for minima.
  public var values: [Int32] { Array(steps[..<count]) }

  /// The first position at which the path was at or above `level`, of a running maximum; `nil` if never. O(log steps).
  public func first(atLeast level: Int32) -> Int? {
    search { $0 >= level }
  }

  /// The first position at which the path was at or below `level`, of a running minimum; `nil` if never. O(log steps).
  public func first(atMost level: Int32) -> Int? {
    search { $0 <= level }
  }

  @inline(__always)
  private func search(_ holds: (Int32) -> Bool) -> Int? {
    let count = count
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if holds(steps[middle]) { high = middle } else { low = middle + 1 }
    }
    return low < count ? Int(steps[count + low]) : nil
  }

  /// Steps of the running maximum of `path[range]`. Int32.min never makes a step: it stands for a hole.
  ///
  /// - Precondition: `range` lies inside the path.
  /// - Complexity: O(range ÷ 8 + steps).
  public init(maximaOf path: Span<Int32>, in range: Range<Int>) {
    self.init(path, range, from: Int32.min, exceeds: { ck_greater($0, $1) }, exceedsOne: { $0 > $1 })
  }

  /// Steps of the running minimum of `path[range]`. Int32.max never makes a step: it stands for a hole.
  ///
  /// - Precondition: `range` lies inside the path.
  /// - Complexity: O(range ÷ 8 + steps).
  public init(minimaOf path: Span<Int32>, in range: Range<Int>) {
    self.init(path, range, from: Int32.max, exceeds: { ck_greater($1, $0) }, exceedsOne: { $0 < $1 })
  }

  @inline(__always)
  private init(
    _ path: Span<Int32>, _ range: Range<Int>, from start: Int32, exceeds: (ck_i8, ck_i8) -> ck_i8,
    exceedsOne: (Int32, Int32) -> Bool
  ) {
    precondition(range.lowerBound >= 0 && range.upperBound <= path.count, "Staircase: range outside the path")
    steps = unsafe path.withUnsafeBufferPointer { path in
      unsafe withUnsafeTemporaryAllocation(of: Int32.self, capacity: 2 * range.count) { made in
        var count = 0
        var extreme = start
        var i = range.lowerBound
        while i < range.upperBound {
          if i + 8 <= range.upperBound {
            let eight = unsafe load8(path, i)
            if ck_any(exceeds(eight, ck_i8(repeating: extreme))) == 0 {
              i += 8
              continue
            }
          }
          for j in i..<min(i + 8, range.upperBound) where unsafe exceedsOne(path[j], extreme) {
            extreme = unsafe path[j]
            unsafe made.initializeElement(at: count, to: extreme)
            unsafe made.initializeElement(at: range.count + count, to: Int32(truncatingIfNeeded: j))
            count += 1
          }
          i += 8
        }
        return unsafe Array(unsafeUninitializedCapacity: 2 * count) { out, used in
          for k in 0..<count {
            unsafe out.initializeElement(at: k, to: made[k])
            unsafe out.initializeElement(at: count + k, to: made[range.count + k])
          }
          used = 2 * count
        }
      }
    }
  }
}

/// max(xᵢ, xᵢ₊₁) for every i but the last, whose value is `last`: what a limit order needs of a cost path without
/// holes, which fills only if the next mark is at the limit too.
///
/// - Precondition: equal shapes.
/// - Complexity: O(n), no allocation.
public func neighbourMaxima(_ x: Span<Int32>, last: Int32, into result: inout MutableSpan<Int32>) {
  let n = x.count
  precondition(result.count == n, "neighbourMaxima: arguments of different lengths")
  guard n > 0 else { return }
  unsafe x.withUnsafeBufferPointer { x in
    unsafe result.withUnsafeMutableBufferPointer { result in
      var i = 0
      while i + 9 <= n {
        let pair = unsafe ck_maxI(load8(x, i), load8(x, i + 1))
        unsafe UnsafeMutableRawPointer(result.start + i).storeBytes(of: pair, as: ck_i8.self)
        i += 8
      }
      while i < n - 1 {
        unsafe result[i] = max(x[i], x[i + 1])
        i += 1
      }
      unsafe result[n - 1] = last
    }
  }
}

/// Cost of a spread: min(max(short − long, 0), most) where `short` is not `missing`, else `missing`.
///
/// - Precondition: equal shapes.
/// - Complexity: O(n), no allocation.
public func spreadCosts(
  short: Span<Int32>, long: Span<Int32>, most: Int32, missing: Int32, into cost: inout MutableSpan<Int32>
) {
  let n = cost.count
  precondition(short.count == n && long.count == n, "spreadCosts: arguments of different lengths")
  combine(short, long, into: &cost) { a, b in
    let zero = ck_i8(repeating: 0)
    let kept = ck_minI(ck_maxI(a &- b, zero), ck_i8(repeating: most))
    return ck_select(ck_equal(a, ck_i8(repeating: missing)), a, kept)
  }
}

/// min(a + b, most) where `a` is not `missing`, else `missing`.
///
/// - Precondition: equal shapes.
/// - Complexity: O(n), no allocation.
public func summedCosts(
  _ a: Span<Int32>, _ b: Span<Int32>, most: Int32, missing: Int32, into cost: inout MutableSpan<Int32>
) {
  let n = cost.count
  precondition(a.count == n && b.count == n, "summedCosts: arguments of different lengths")
  combine(a, b, into: &cost) { a, b in
    let sum = ck_minI(a &+ b, ck_i8(repeating: most))
    return ck_select(ck_equal(a, ck_i8(repeating: missing)), a, sum)
  }
}

@inline(__always)
private func combine(
  _ a: Span<Int32>, _ b: Span<Int32>, into result: inout MutableSpan<Int32>, _ body: (ck_i8, ck_i8) -> ck_i8
) {
  let n = result.count
  unsafe a.withUnsafeBufferPointer { a in
    unsafe b.withUnsafeBufferPointer { b in
      unsafe result.withUnsafeMutableBufferPointer { result in
        var i = 0
        while i + 8 <= n {
          let made = unsafe body(load8(a, i), load8(b, i))
          unsafe UnsafeMutableRawPointer(result.start + i).storeBytes(of: made, as: ck_i8.self)
          i += 8
        }
        guard i < n else { return }
        var x = ck_i8(repeating: 0)
        var y = ck_i8(repeating: 0)
        for lane in 0..<(n - i) {
          x[lane] = unsafe a[i + lane]
          y[lane] = unsafe b[i + lane]
        }
        let made = body(x, y)
        for lane in 0..<(n - i) { unsafe result[i + lane] = made[lane] }
      }
    }
  }
}

/// Eight neighbours as lanes. The caller has checked i + 8 ≤ count.
@inline(__always)
func load8(_ x: UnsafeBufferPointer<Int32>, _ i: Int) -> ck_i8 {
  unsafe UnsafeRawPointer(x.start + i).loadUnaligned(as: ck_i8.self)
}
