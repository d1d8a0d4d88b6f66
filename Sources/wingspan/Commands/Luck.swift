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
      be names and first column dates. Of a study the JSON is kept in its folder too, as luck.json, unless --benchmark asks \
      another question.

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
  @Option(
    help:
      "What picks a setting in them, on paths and on the walk; default: sharpe, or mean of a study whose one objective it or the net is."
  )
  var pick: ColumnScore?
  @OptionGroup var picking: PickingOptions
  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard (100...1_000_000).contains(resamples) else {
      throw ValidationError("--resamples must be 100 to 1000000, was \(resamples)")
    }
    if let block, !(1...1e6).contains(block) {
      throw ValidationError("--block must be 1 to 1000000 days, was \(block)")
    }
    guard size > 0, size < 1 else { throw ValidationError("--size must lie inside 0 and 1, was \(size)") }
    guard size * Double(resamples + 1) >= 1 else {
      throw ValidationError("--size \(size) needs more resamples than \(resamples): at least 1 / size")
    }
  }

  func run() throws {
    var (outcomes, facts) = try source.open(seed: seed)
    if let benchmark {
      let series = try OutcomeMatrix(path: benchmark, header: source.header)
      outcomes = try outcomes.above(series, dates: series.dates == nil ? nil : source.sessionDates())
    }
    let threads = source.workers.count
    let pick = pick ?? facts?.objectiveScore ?? .sharpe
    let run: RunPieces = { count, body in _ = Scheduler.map(count: count, threads: threads, body) }
    let overfitting = try OverfittingReport(
      outcomes, blocks: partitions, score: pick, tried: facts?.tried ?? 0, run: run)
    let held = try PickingReport(outcomes, picking.question(score: pick))
    let report = try LuckReport(
      outcomes, seed: seed, resamples: resamples, blockLength: block, size: size, confidenceSet: mcs, run: run
    )
    let words = LuckText(report, benchmark: benchmark).text
    let figures = StudyFigures(
      study: facts, [report, overfitting, held] + [benchmark.map(Rival.init)].compactMap { $0 })
    if let folder = source.folder, benchmark == nil { try figures.keep(.luck, beside: folder) }
    try json
      ? Output.json(figures)
      : Output.text(
        (facts.map { $0.text + "\n\n" } ?? "")
          + [words, OverfittingText(overfitting).text, PickingText(held).text].joined(separator: "\n\n"))
  }
}

/// What settings must beat, by file; every figure beside it is of the difference.
private struct Rival: Encodable {
  let benchmark: String
}

/// Which days `luck` picks on, and which it holds the pick on.
struct PickingOptions: ParsableArguments {
  @Option(help: "Groups of days that paths are made of, 2 to 1000.")
  var groups = 10
  @Option(help: "How many of them are held out at a time, fewer than all.")
  var testGroups = 2
  @Option(
    help: "Days between those that are picked on and those that are held, 0 to 10000: a condor lives for two."
  )
  var purge = 1
  @Option(help: "Days on top of that behind those that are held, and on the walk, 0 to 10000.")
  var embargo = 0
  @Option(help: "Days that the walk picks on, 2 to 100000; default: 252, or half of all days if fewer.")
  var inSample: Int?
  @Option(help: "Days that its pick is held, 1 to 100000; default: a quarter of those.")
  var outOfSample: Int?
  @Flag(help: "Walk on all days from the first on, rather than on the last --in-sample of them.")
  var anchored = false

  func validate() throws {
    for (name, value, range) in [
      ("groups", groups, 2...1_000), ("test-groups", testGroups, 1...1_000), ("purge", purge, 0...10_000),
      ("embargo", embargo, 0...10_000), ("in-sample", inSample ?? 2, 2...100_000),
      ("out-of-sample", outOfSample ?? 1, 1...100_000),
    ] where !range.contains(value) {
      throw ValidationError("--\(name) must be \(range.lowerBound) to \(range.upperBound), was \(value)")
    }
  }

  func question(score: ColumnScore) -> PickingQuestion {
    var question = PickingQuestion()
    question.score = score
    question.groups = groups
    question.testGroups = testGroups
    question.purge = purge
    question.embargo = embargo
    question.inSample = inSample
    question.outOfSample = outOfSample
    question.isAnchored = anchored
    return question
  }
}

extension ColumnScore: ExpressibleByArgument {}
