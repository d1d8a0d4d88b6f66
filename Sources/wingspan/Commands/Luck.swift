import ArgumentParser
import Statistics
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
  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    var outcomes = try OutcomeMatrix(path: matrix)
    if let benchmark { outcomes = try outcomes.above(OutcomeMatrix(path: benchmark)) }
    let report = LuckReport(outcomes, seed: seed)
    try json ? Output.json(report) : Output.text(Self.text(report))
  }

  private static func text(_ report: LuckReport) -> String {
    let table = report.table
    return
      "\(table.settings) settings over \(table.days) days, of which \(table.constantSettings) earn the same every day"
  }
}
