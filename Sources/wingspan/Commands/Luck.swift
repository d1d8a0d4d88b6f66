import ArgumentParser
import Kernels
import Statistics
import Studies
import Validation

struct Luck: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say how much of the best of many settings is luck.",
    discussion: """
      --matrix holds what every setting earned on every day, higher is better: a row a day, a column a setting. Either \
      .npy (float64, float32, int64 or int32, [days, settings]), or text with commas, whose first row may be names and \
      first column dates.
      """)

  @Option(help: "P&L of every setting by day (.npy or .csv).", completion: .file(extensions: ["npy", "csv"]))
  var matrix: String
  @Option(
    help: "P&L by day of what they must beat; default: 0.", completion: .file(extensions: ["npy", "csv"]))
  var benchmark: String?
  @Option(help: "Seed of the resamples: a whole number from 0.")
  var seed: UInt64 = 1
  @Option(help: "Blocks of days, of which every half picks a setting for the other: even, 4 to 20.")
  var partitions = 16
  @Option(help: "What picks a setting in them.")
  var pick = ColumnScore.sharpe
  @OptionGroup var workers: ThreadOptions
  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    var outcomes = try OutcomeMatrix(path: matrix)
    if let benchmark { outcomes = try outcomes.above(OutcomeMatrix(path: benchmark)) }
    let report = LuckReport(outcomes, seed: seed)
    let threads = workers.count
    let overfitting = try OverfittingReport(outcomes, blocks: partitions, score: pick) { count, body in
      _ = Scheduler.map(count: count, threads: threads, body)
    }
    try json
      ? Output.json(LuckFigures(luck: report, overfitting: overfitting))
      : Output.text(Self.text(report) + "\n\n" + OverfittingText(overfitting).text)
  }

  private static func text(_ report: LuckReport) -> String {
    let table = report.table
    return
      "\(table.settings) settings over \(table.days) days, of which \(table.constantSettings) earn the same every day"
  }
}
