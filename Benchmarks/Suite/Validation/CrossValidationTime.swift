import ArgumentParser
import Foundation
import Statistics
import Studies
import Validation

/// A symmetric cross-validation of a table in a file, timed from numbers in memory to figures.
struct CrossValidationTime: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cross-validation", abstract: "Time a symmetric cross-validation; JSON with its figures.",
    discussion: "Benchmarks/peers/overfitting.py compares it with NumPy.")

  @Argument(help: "P&L by day (.npy), shape [days, settings].", completion: .file(extensions: ["npy"]))
  var matrix: String
  @Option(help: "Blocks.")
  var blocks = 16
  @Option(help: "Runs, of which the median counts.")
  var runs = 5
  @Option(help: "Worker threads; the figures don't depend on it.")
  var threads = Scheduler.defaultThreads

  private struct Result: Encodable {
    var seconds: Double
    var pbo, slope, probabilityOfLoss: Double?
    var logits: [Double]
  }

  func run() throws {
    let table = try OutcomeMatrix(path: matrix)
    var seconds: [Double] = []
    var figures: BacktestOverfitting?
    for _ in 0..<max(1, runs) {
      let start = ContinuousClock.now
      let validation = try SymmetricCrossValidation(table, blocks: blocks)
      let tiles = Scheduler.map(count: validation.tiles, threads: threads) { validation.outcomes(tile: $0) }
      figures = BacktestOverfitting(validation.layout, tiles: tiles.compactMap(\.self))
      seconds.append((ContinuousClock.now - start) / .seconds(1))
    }
    let result = Result(
      seconds: seconds.sorted()[seconds.count / 2], pbo: figures?.pbo, slope: figures?.slope,
      probabilityOfLoss: figures?.probabilityOfLoss, logits: figures?.logits ?? [])
    print(String(decoding: try JSONEncoder().encode(result), as: UTF8.self))
  }
}
