import Dispatch
import Kernels
import Statistics
import Testing

@testable import Validation

@Suite struct SteppedConfidenceSetTests {
  /// The definition, round by round, from resampled means of every setting.
  @Test(arguments: [0, 0.2]) func roundsAreThoseOfTheDefinition(extra: Double) throws {
    let k = 14
    let resamples = 203
    let widening = (0..<k).map { 1 + extra * Double($0 % 3) }
    let matrix = try market(days: 60, settings: k, means: [90, 70, 40, 10, 0, -30, -60, -90], seed: 9)
    let bootstrap = StationaryBootstrap(count: 60, blockLength: 2, seed: 3)
    let mean = (0..<k).map { matrix.column($0).reduce(0, +) / 60 }
    let z = (0..<resamples).map { r in
      let places = bootstrap.indices(resample: r)
      return (0..<k).map { j in
        let x = matrix.column(j)
        return widening[j] * (places.reduce(0.0) { $0 + x[$1] } / 60 - mean[j])
      }
    }
    var left = Array(0..<k)
    var rounds = 0
    while true {
      rounds += 1
      func below(_ x: [Double], _ j: Int) -> Double {
        left.reduce(0) { $0 + x[$1] } / Double(left.count) - x[j]
      }
      var statistics: [Double] = []
      var maxima = Array(repeating: -Double.infinity, count: resamples)
      for j in left {
        let d = z.map { below($0, j) }
        let deviation = (d.reduce(0) { $0 + $1 * $1 } / Double(resamples)).squareRoot()
        statistics.append(below(mean, j) / deviation)
        for r in 0..<resamples { maxima[r] = max(maxima[r], d[r] / deviation) }
      }
      let stay = zip(left, statistics).filter { _, t in
        Double(1 + maxima.count { $0 >= t }) / Double(1 + resamples) > 0.1
      }.map(\.0)
      if stay.count == left.count { break }
      left = stay
    }
    let set = try #require(
      SteppedConfidenceSet(
        matrix, bootstrap: bootstrap, resamples: resamples, widening: widening, size: 0.1))
    #expect(set.members == left && set.rounds == rounds && rounds > 2, "\(set) \(left) \(rounds)")
  }

  /// Several tiles, threads in any order, copies, and a setting without spread.
  @Test func nothingHangsOnThreadsAndCopiesStayTogether() throws {
    let one = try market(days: 50, settings: 400, means: [0, 60, -50], seed: 12)
    var values: [Double] = []
    for d in 0..<50 {
      for x in one.values[400 * d..<400 * (d + 1)] { values += [x, x] }
      values.append(5)
    }
    let matrix = try OutcomeMatrix(values: values, settings: 801)
    let bootstrap = StationaryBootstrap(count: 50, blockLength: 2, seed: 3)
    let set = try #require(
      SteppedConfidenceSet(matrix, bootstrap: bootstrap, resamples: 300, size: 0.1))
    let isIn = Set(set.members)
    #expect((0..<400).allSatisfy { isIn.contains(2 * $0) == isIn.contains(2 * $0 + 1) })
    #expect(isIn.contains(2) && !isIn.contains(800) && isIn.count < 800)
    let threaded = SteppedConfidenceSet(matrix, bootstrap: bootstrap, resamples: 300, size: 0.1) {
      count, body in
      DispatchQueue.concurrentPerform(iterations: count) { body(count - 1 - $0) }
    }
    #expect(threaded == set)
    let flat = try OutcomeMatrix(values: Array(repeating: 3, count: 100), settings: 2)
    #expect(SteppedConfidenceSet(flat, bootstrap: bootstrap, resamples: 200, size: 0.1) == nil)
  }

  /// A setting that varies by rounding alone has no spread to be tested by: the others keep their places.
  @Test func settingsWithoutSpreadMoveNoOther() throws {
    let k = ExactColumns.tileWidth + 4
    let plain = try market(days: 60, settings: k, means: [90, -90, 60], seed: 12)
    var values: [Double] = []
    for d in 0..<60 {
      values += [1 + (d % 2 == 0 ? 0 : 1e-15)] + plain.values[k * d..<k * (d + 1)]
    }
    let matrix = try OutcomeMatrix(values: values, settings: k + 1)
    let bootstrap = StationaryBootstrap(count: 60, blockLength: 2, seed: 3)
    let set = try #require(SteppedConfidenceSet(matrix, bootstrap: bootstrap, resamples: 200, size: 0.1))
    let without = try #require(
      SteppedConfidenceSet(plain, bootstrap: bootstrap, resamples: 200, size: 0.1))
    #expect(matrix.constant == [0] && set.members == without.members.map { $0 + 1 })
    #expect(without.members.count < k)
  }

  /// Of 14 good settings, which differ by nothing, one is struck off in 10 % of 300 markets, give or take four standard
  /// errors; the 6 bad ones are, and those that stay are those that stay when one leaves at a time.
  @Test func theBestStay() throws {
    var (lost, bad, same) = (0, 0, 0)
    for seed in UInt64(0)..<300 {
      let matrix = try market(
        days: 120, settings: 20, means: Array(repeating: 70, count: 14), seed: seed)
      let bootstrap = StationaryBootstrap(count: 120, blockLength: 1, seed: seed)
      let stepped = try #require(
        SteppedConfidenceSet(matrix, bootstrap: bootstrap, resamples: 199, size: 0.1))
      let single = try #require(
        ModelConfidenceSet(matrix, bootstrap: bootstrap, resamples: 199, method: .maximum))
      if !Set(0..<14).isSubset(of: stepped.members) { lost += 1 }
      bad += stepped.members.count { $0 > 13 }
      if stepped.members == single.members(size: 0.1) { same += 1 }
    }
    #expect(lost <= 51 && lost > 9 && bad < 180 && same > 240, "\(lost) \(bad) \(same)")
  }
}
