import Foundation
import Kernels
import Testing

/// The three known answers of Random123's `kat_vectors` for philox4x32-10.
@Test(arguments: [
  (
    SIMD4<UInt32>(repeating: 0), SIMD2<UInt32>(repeating: 0),
    SIMD4<UInt32>(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8)
  ),
  (
    SIMD4<UInt32>(repeating: .max), SIMD2<UInt32>(repeating: .max),
    SIMD4<UInt32>(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd)
  ),
  (
    SIMD4<UInt32>(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
    SIMD2<UInt32>(0xa409_3822, 0x299f_31d0),
    SIMD4<UInt32>(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1)
  ),
])
func philoxGivesTheKnownAnswers(
  counter: SIMD4<UInt32>, key: SIMD2<UInt32>, words: SIMD4<UInt32>
) { #expect(Philox.words(counter: counter, key: key) == words) }

@Test func philoxWalksTheCounterOfItsStream() {
  var g = Philox(seed: 0xA409_3822_299F_31D0, stream: 0x0000_0002_0000_0001)
  let key = SIMD2<UInt32>(0x299F_31D0, 0xA409_3822)
  for block in UInt32(0)..<3 {
    let w = Philox.words(counter: SIMD4(block, 0, 1, 2), key: key)
    #expect(g.next() == UInt64(w[0]) | UInt64(w[1]) << 32)
    #expect(g.next() == UInt64(w[2]) | UInt64(w[3]) << 32)
  }
}

@Test func streamsOfOneSeedDiffer() {
  var a = Philox(seed: 1, stream: 0)
  var b = Philox(seed: 1, stream: 1)
  var c = Philox(seed: 2, stream: 0)
  let x = (0..<100).map { _ in a.next() }
  #expect(Set(x + (0..<100).map { _ in b.next() } + (0..<100).map { _ in c.next() }).count == 300)
}

@Test func aCheckpointGoesOnWhereItStopped() throws {
  var g = Philox(seed: 5, stream: 9)
  _ = g.next()  // a spare word is left
  var copy = try JSONDecoder().decode(Philox.self, from: JSONEncoder().encode(g))
  for _ in 0..<5 { #expect(g.next() == copy.next()) }
}

@Test func uniformsLieInTheOpenIntervalAndHaveTheRightMoments() {
  var g = Philox(seed: 3)
  let n = 200_000
  let x = (0..<n).map { _ in g.uniform() }
  #expect(x.allSatisfy { $0 > 0 && $0 < 1 })
  let mean = x.reduce(0, +) / Double(n)
  let square = x.reduce(0) { $0 + $1 * $1 } / Double(n)
  #expect(abs(mean - 0.5) < 4 * (1 / 12.0 / Double(n)).squareRoot())
  #expect(abs(square - 1 / 3.0) < 4 * (4 / 45.0 / Double(n)).squareRoot())
}

@Test func normalsHaveTheRightMomentsAndTails() {
  var g = Philox(seed: 4)
  let n = 200_000
  let x = (0..<n).map { _ in g.normal() }
  let root = Double(n).squareRoot()
  #expect(abs(x.reduce(0, +) / Double(n)) < 4 / root)
  #expect(abs(x.reduce(0) { $0 + $1 * $1 } / Double(n) - 1) < 4 * 2.0.squareRoot() / root)
  let beyond = Double(x.count { $0 > 2 }) / Double(n)
  #expect(abs(beyond - 0.022_750_13) < 4 * (0.02275 / Double(n)).squareRoot())
}

@Test(arguments: [1, 2, 3, 6, 7, 10, 1_000])
func integersAreUniformBelowTheirBound(bound: Int) {
  var g = Philox(seed: 8, stream: UInt64(bound))
  var counts = Array(repeating: 0, count: bound)
  let n = 60_000
  for _ in 0..<n { counts[g.integer(below: bound)] += 1 }
  let expected = Double(n) / Double(bound)
  let chi = counts.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
  let freedom = Double(bound - 1)
  #expect(chi <= freedom + 4 * (2 * freedom).squareRoot())
}

/// Of 2⁶⁴ words each number below 3·2⁶¹ gets two or three, by its remainder modulo 3: without the rejection the
/// remainders would come up 3 : 3 : 2.
@Test func aHugeBoundIsUnbiased() {
  var g = Philox(seed: 21)
  let n = 30_000
  var counts = [0, 0, 0]
  for _ in 0..<n { counts[g.integer(below: 3 << 61) % 3] += 1 }
  for count in counts {
    #expect(abs(Double(count) / Double(n) - 1 / 3.0) < 4 * (2 / 9.0 / Double(n)).squareRoot())
  }
}

@Test func everyOrderOfAShuffleIsEquallyLikely() {
  var g = Philox(seed: 13)
  var counts: [[Int]: Int] = [:]
  let n = 24_000
  for _ in 0..<n {
    var x = [0, 1, 2, 3]
    g.shuffle(&x)
    counts[x, default: 0] += 1
  }
  let chi = counts.values.reduce(0) { $0 + (Double($1) - 1_000) * (Double($1) - 1_000) / 1_000 }
  #expect(counts.count == 24)
  #expect(chi < 23 + 4 * 46.0.squareRoot())
}
