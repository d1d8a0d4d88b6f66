import Kernels
import Testing

/// Lengths around the lane count, none at all, and a whole path.
private let lengths = [0, 1, 7, 8, 9, 17, 420]

/// A path that moves in steps, repeats values, jumps, and has holes where the caller puts `hole`.
private func path(_ n: Int, hole: Int32, using g: inout Philox) -> [Int32] {
  var level = Int32(g.integer(below: 40_000))
  let step = [1, 50, 5_000][g.integer(below: 3)]
  let holes = [0, 10, 100][g.integer(below: 3)]
  return (0..<n).map { _ in
    level += Int32(g.integer(below: 2 * step + 1) - step)
    return g.integer(below: 100) < holes ? hole : level
  }
}

@Test(arguments: UInt64(0)..<60)
func firstPassagesOfAStaircaseAreThoseOfAScan(seed: UInt64) {
  var g = Philox(seed: seed)
  for n in lengths {
    let before = g.integer(below: 12)
    let after = g.integer(below: 12)
    let range = before..<before + n
    let up = path(before + n + after, hole: Int32.min, using: &g)
    let down = path(before + n + after, hole: Int32.max, using: &g)
    let maxima = Staircase(maximaOf: up.span, in: range)
    let minima = Staircase(minimaOf: down.span, in: range)
    #expect(zip(maxima.positions, maxima.positions.dropFirst()).allSatisfy { $0 < $1 })
    #expect(zip(minima.positions, minima.positions.dropFirst()).allSatisfy { $0 < $1 })
    #expect(zip(maxima.values, maxima.values.dropFirst()).allSatisfy { $0 < $1 })
    #expect(zip(minima.values, minima.values.dropFirst()).allSatisfy { $0 > $1 })
    // every value there is, its neighbours, the ends of the type and some at random
    var levels: [Int32] = [Int32.min, Int32.max, 0]
    for value in up + down { levels += [value &- 1, value, value &+ 1] }
    for _ in 0..<20 { levels.append(Int32(truncatingIfNeeded: g.next())) }
    for level in levels {
      // Int32.min stands for a hole of a maximum, Int32.max for one of a minimum
      let first = range.first { up[$0] >= level && up[$0] != Int32.min }
      let last = range.first { down[$0] <= level && down[$0] != Int32.max }
      guard maxima.first(atLeast: level) == first, minima.first(atMost: level) == last else {
        Issue.record("seed \(seed), \(n) values from \(before), level \(level)")
        return
      }
    }
  }
}

@Test func staircaseOfHolesHasNoStep() {
  let none = Array(repeating: Int32.min, count: 20)
  let high = Array(repeating: Int32.max, count: 20)
  #expect(Staircase(maximaOf: none.span, in: 0..<20) == Staircase())
  #expect(Staircase(minimaOf: high.span, in: 0..<20) == Staircase())
  #expect(Staircase().first(atLeast: Int32.min) == nil && Staircase().first(atMost: Int32.max) == nil)
}

@Test(arguments: lengths + [15, 16, 24, 25], UInt64(0)..<20)
func combinedPathsAreThoseOfAPlainLoop(n: Int, seed: UInt64) {
  var g = Philox(seed: seed, stream: UInt64(n))
  let missing = Int32.min
  let a = path(n, hole: missing, using: &g)
  // a leg that is missing where the other is there must not be read as a number; 0 is what a real path holds there
  let b = path(n, hole: 0, using: &g)
  let most = Int32(g.integer(below: 50_000))
  var result = Array(repeating: Int32(-7), count: n)
  var span = result.mutableSpan
  spreadCosts(short: a.span, long: b.span, most: most, missing: missing, into: &span)
  #expect(result == zip(a, b).map { $0 == missing ? missing : min(max($0 - $1, 0), most) })

  span = result.mutableSpan
  summedCosts(a.span, b.span, most: most, missing: missing, into: &span)
  #expect(result == zip(a, b).map { $0 == missing ? missing : min($0 + $1, most) })

  span = result.mutableSpan
  neighbourMaxima(b.span, last: 99, into: &span)
  #expect(result == (0..<n).map { $0 == n - 1 ? 99 : max(b[$0], b[$0 + 1]) })
}
