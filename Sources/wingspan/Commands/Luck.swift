import ArgumentParser
import Kernels
import Statistics
import Studies
import Validation

struct Luck: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say how much of the best of many settings is luck.",
    discussion: """
      Of a study: of all its trials, each with its results a session, which are read from its store or worked out again. \
      Or of any table, --matrix: what every setting earned on every day, higher is better, a row a day, a column a \
      setting. Either .npy (float64, float32, int64 or int32, [days, settings]), or text with commas, whose first row may \
      be names and first column dates.

      Example: wingspan luck runs/demo --json
      """)

  @OptionGroup var source: OutcomeSource
  @Option(
    help: "P&L by day of what they must beat; default: 0.", completion: .file(extensions: ["npy", "csv"]))
  var benchmark: String?
  @Option(help: "Seed of the resamples: a whole number from 0.")
  var seed: UInt64 = 1
  @Option(help: "Resamples of the days, 100 to 1000000.")
  var resamples = 10_000
  @Option(
    help:
      "Mean length of the blocks of days that are drawn; default: the median over the settings of Politis and White's."
  )
  var block: Double?
  @Option(help: "Probability that the list of settings that beat the benchmark holds a false one.")
  var size = 0.05
  @Flag(inversion: .prefixedNo, help: "Find the settings that can't be told from the best; takes longest.")
  var mcs = true
  @Option(help: "Blocks of days, of which every half picks a setting for the other: even, 4 to 20.")
  var partitions = 16
  @Option(help: "What picks a setting in them.")
  var pick = ColumnScore.sharpe
  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard (100...1_000_000).contains(resamples) else {
      throw ValidationError("--resamples must be 100 to 1000000, was \(resamples)")
    }
    if let block, !(1...1e6).contains(block) {
      throw ValidationError("--block must be 1 day or more, was \(block)")
    }
    guard size > 0, size < 1 else { throw ValidationError("--size must lie inside 0 and 1, was \(size)") }
    guard size * Double(resamples + 1) >= 1 else {
      throw ValidationError("--size \(size) needs more resamples than \(resamples): at least 1 / size")
    }
  }

  func run() throws {
    var (outcomes, facts) = try source.open(seed: seed)
    if let benchmark { outcomes = try outcomes.above(OutcomeMatrix(path: benchmark, header: source.header)) }
    let threads = source.workers.count
    let run: RunPieces = { count, body in _ = Scheduler.map(count: count, threads: threads, body) }
    let report = try LuckReport(
      outcomes, seed: seed, resamples: resamples, blockLength: block, size: size, confidenceSet: mcs, run: run
    )
    let overfitting = try OverfittingReport(
      outcomes, blocks: partitions, score: pick, tried: facts?.tried ?? 0, run: run)
    let words = LuckText(report, hasBenchmark: benchmark != nil).text
    try json
      ? Output.json(OutcomeFigures(study: facts, [report, overfitting]))
      : Output.text(
        (facts.map { $0.text + "\n\n" } ?? "") + words + "\n\n" + OverfittingText(overfitting).text)
  }
}

extension ColumnScore: ExpressibleByArgument {}
