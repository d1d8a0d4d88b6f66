import Kernels
import Statistics
import Testing
import Validation

private struct CSCVCase: Decodable {
  var settings, blocks, dropped, leftOut, flat: Int
  var score: ColumnScore
  var values, logits: [Double]
  var picked: [Int]
  var pbo, loss, meanIn, meanOut, gap, area: Double
  var slope, intercept, rSquared: Double
}

/// Normal P&L of independent settings, with an edge for one of them.
func noise(days: Int, settings: Int, seed: UInt64, edge: Double = 0) throws -> OutcomeMatrix {
  var random = Philox(seed: seed)
  var values = (0..<days * settings).map { _ in random.normal() }
  for d in 0..<days { values[d * settings + settings / 2] += edge }
  return try OutcomeMatrix(values: values, settings: settings)
}

@Suite struct SymmetricCrossValidationTests {
  @Test func figuresMatchThePaperSplitBySplit() throws {
    let golden = try OverfittingGolden<CSCVCase>("cscv.json")
    #expect(golden.cases.count == 6)
    for c in golden.cases {
      let matrix = try OutcomeMatrix(values: c.values, settings: c.settings)
      let validation = try SymmetricCrossValidation(matrix, blocks: c.blocks, score: c.score)
      let tiles = (0..<validation.tiles).map(validation.outcomes(tile:))
      let figures = BacktestOverfitting(validation.layout, tiles: tiles)
      #expect(figures == BacktestOverfitting(validation))
      let pairs = tiles.flatMap(\.pairs)
      #expect(pairs.map(\.half.setting) + pairs.reversed().map(\.mirror.setting) == c.picked)
      #expect(figures.pbo == c.pbo)
      #expect(close(figures.logits, c.logits))
      #expect(close(figures.slope, c.slope) && close(figures.intercept, c.intercept))
      #expect(close(figures.rSquared, c.rSquared))
      #expect(figures.probabilityOfLoss == c.loss)
      #expect(close(figures.meanInSample, c.meanIn) && close(figures.meanOutOfSample, c.meanOut))
      #expect(close(figures.dominance.largestGap, c.gap) && close(figures.dominance.largestArea, c.area))
      #expect(figures.dominance.firstOrder == (c.gap <= 0))
      #expect(figures.flatScores == c.flat)
      #expect(figures.layout.daysDropped == c.dropped && figures.layout.settingsLeftOut == c.leftOut)
    }
  }

  /// Sixteen blocks make the paper's 12,870 splits, whose mirrors stand at the other end.
  @Test func sixteenBlocks() throws {
    let validation = try SymmetricCrossValidation(noise(days: 160, settings: 9, seed: 4))
    #expect(validation.layout.splits == 12_870 && validation.tiles == 805)
    #expect(BacktestOverfitting(validation).logits.count == 12_870)
  }

  /// Without an edge the pick is as often above the median out of sample as below; with one it seldom is below.
  @Test func halfWithoutAnEdge() throws {
    var (none, some) = (0.0, 0.0)
    for seed in 0..<60 {
      none += try BacktestOverfitting(
        SymmetricCrossValidation(noise(days: 120, settings: 20, seed: UInt64(seed)), blocks: 8)
      ).pbo
      some += try BacktestOverfitting(
        SymmetricCrossValidation(noise(days: 120, settings: 20, seed: UInt64(seed), edge: 0.4), blocks: 8)
      ).pbo
    }
    #expect((0.42...0.58).contains(none / 60), "\(none / 60)")
    #expect(some / 60 < 0.15, "\(some / 60)")
  }

  /// Whole cents are summed exactly, so a unit of dollars instead changes nothing that is counted.
  @Test func unitsChangeNothing() throws {
    var random = Philox(seed: 8)
    let cents = (0..<96 * 15).map { _ in Double(random.integer(below: 40_001) - 20_000) }
    let a = try BacktestOverfitting(
      SymmetricCrossValidation(OutcomeMatrix(values: cents, settings: 15), blocks: 8))
    let b = try BacktestOverfitting(
      SymmetricCrossValidation(OutcomeMatrix(values: cents.map { $0 / 100 }, settings: 15), blocks: 8))
    #expect(a.pbo == b.pbo && a.logits == b.logits && a.probabilityOfLoss == b.probabilityOfLoss)
    #expect(close(a.meanOutOfSample, b.meanOutOfSample))
  }

  @Test func dominanceOfShiftedSamples() {
    let worse = [0.0, 1, 2, 3]
    let better = StochasticDominance(of: [1, 2, 3, 4], over: worse)
    #expect(better.firstOrder && better.secondOrder && better.largestGap == 0 && better.largestArea == 0)
    let steadier = StochasticDominance(of: [1.5, 1.5, 1.5, 1.5], over: worse)
    #expect(!steadier.firstOrder && steadier.secondOrder && steadier.largestGap == 0.5)
    let same = StochasticDominance(of: worse, over: worse)
    #expect(!same.firstOrder && !same.secondOrder)
  }

  @Test func refusals() throws {
    func fails(_ error: OverfittingError, _ body: () throws -> Void) {
      #expect(throws: error) { try body() }
    }
    let matrix = try noise(days: 40, settings: 3, seed: 1)
    for blocks in [0, 2, 5, 17, 22, -4] {
      fails(.badBlocks(blocks: blocks)) { _ = try SymmetricCrossValidation(matrix, blocks: blocks) }
    }
    fails(.tooFewDays(source: "matrix", days: 38, blocks: 20)) {
      _ = try SymmetricCrossValidation(noise(days: 38, settings: 3, seed: 1), blocks: 20)
    }
    let lone = try OutcomeMatrix(values: (0..<60).map { $0 % 3 == 0 ? Double($0) : 0 }, settings: 3)
    fails(.tooFewSettings(source: "matrix", varying: 1, settings: 3)) {
      _ = try SymmetricCrossValidation(lone, blocks: 4)
    }
    let huge = try OutcomeMatrix(values: [1e200, 1, 2, 3, 4, 5, 6, 7], settings: 1)
    fails(.badUnit(source: "matrix", value: 1e200)) { _ = try SymmetricCrossValidation(huge, blocks: 4) }
    #expect(
      "\(OverfittingError.badBlocks(blocks: 5))".contains(
        "5 blocks have no halves to compare; give an even --partitions, 4 to 20"))
  }
}
