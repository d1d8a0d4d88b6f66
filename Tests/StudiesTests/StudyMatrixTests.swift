import Backtesting
import Foundation
import RunStore
import Testing

@testable import Studies

/// The matrix of a study's results is that of plain backtests, stored or not.
@Suite struct StudyMatrixTests {
  private static func opened(_: StudyRecord) -> (market: Market, period: ClosedRange<Int>) {
    (Fixture.market, Fixture.period)
  }

  /// Each trial's results a session, by the reference engine.
  private static let expected: [[Int64]] = {
    guard let space = try? Fixture.sweep(StoredStudy.grid).space else { return [] }
    return (0..<space.count).map { trial in
      guard let strategy = try? space.strategy(at: trial) else { return [] }
      let context = Fixture.market.context(for: [strategy])
      return Evaluator.run(
        [strategy], context: context, period: Fixture.period, threads: 1, engine: .reference)?[0]
        .netBySession ?? []
    }
  }()

  @Test func storedResultsAreRead() throws {
    let scratch = try ScratchFolder()
    let matrix = try #require(
      try StudyMatrix(StoredStudy.grid(scratch), threads: 2) { _ in throw StudyError.noPresets(searched: []) }
    )
    #expect(matrix.trials == Array(0..<60) && matrix.cents == Self.expected && matrix.tried == 60)
    #expect(!matrix.isSample && !matrix.isRecomputed && !matrix.isBestOnly && matrix.withoutResult == 0)
    let nets = Self.expected.map { $0.reduce(0, +) }
    let picked = try #require(
      try StudyMatrix(StoredStudy.grid(scratch), pick: "7", threads: 2, market: Self.opened))
    #expect(picked.picked == 7)
    // of trials that are worth the same the first
    let sharpes = Self.expected.map { cents -> Double in
      let mean = Double(cents.reduce(0, +)) / Double(cents.count)
      let squares = cents.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
      return mean / (squares / Double(cents.count - 1)).squareRoot()
    }
    #expect(Set(nets).count > 10)
    #expect(abs(sharpes[matrix.picked] - (sharpes.filter(\.isFinite).max() ?? 0)) < 1e-12)
  }

  /// Of the best alone the store knows nothing of the others: they are worked out again.
  @Test(arguments: [1, 2]) func theRestIsWorkedOut(threads: Int) throws {
    let scratch = try ScratchFolder()
    let matrix = try #require(
      try StudyMatrix(StoredStudy.grid(scratch, keep: 3), threads: threads, market: Self.opened))
    #expect(matrix.trials == Array(0..<60) && matrix.cents == Self.expected)
    #expect(matrix.isRecomputed && !matrix.isBestOnly && matrix.tried == 60)
  }

  @Test func anotherMarketIsRefused() throws {
    let scratch = try ScratchFolder()
    let folder = try StoredStudy.grid(scratch, keep: 3)
    let error = #expect(throws: StudyError.self) {
      try StudyMatrix(folder, threads: 2) { _ in
        let market = ProductSweepTests.holey
        return (market, 0...(market.history.sessions.count - 1))
      }
    }
    #expect(error.map { "\($0)".contains("its history changed") } ?? false, "\(error as Any)")
  }

  @Test func samplesAreDrawn() throws {
    let scratch = try ScratchFolder()
    let folder = try StoredStudy.grid(scratch)
    let whole = try #require(try StudyMatrix(folder, threads: 2, market: Self.opened))
    let first = try #require(try StudyMatrix(folder, limit: 10, seed: 3, threads: 2, market: Self.opened))
    let again = try #require(try StudyMatrix(folder, limit: 10, seed: 3, threads: 1, market: Self.opened))
    #expect(first.trials == again.trials && first.trials.count == 10 && first.isSample && first.tried == 60)
    #expect(first.picked == whole.picked)
    #expect(first.cents == first.trials.map { Self.expected[$0] })
  }

  /// Every number is drawn as often as any other.
  @Test func drawsAreFair() {
    var counts: [Int: Int] = [:]
    let numbers = RangeSet([2..<5, 10..<17])
    for seed in 0..<6_000 {
      let drawn = StudyMatrix.draw(numbers, limit: 4, seed: UInt64(seed))
      #expect(drawn.count == 4 && drawn == drawn.sorted() && Set(drawn).count == 4)
      for number in drawn { counts[number, default: 0] += 1 }
    }
    #expect(counts.count == 10)
    // 2400 each, sd 38
    for (number, count) in counts { #expect(abs(count - 2_400) < 180, "\(number) \(count)") }
    #expect(StudyMatrix.draw(numbers, limit: 10, seed: 1) == [2, 3, 4] + Array(10..<17))
  }

  @Test func cancelled() throws {
    let scratch = try ScratchFolder()
    let matrix = try StudyMatrix(
      StoredStudy.grid(scratch, keep: 3), threads: 2, market: Self.opened, isCancelled: { true })
    #expect(matrix == nil)
  }
}
