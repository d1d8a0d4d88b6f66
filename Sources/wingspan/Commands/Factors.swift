import ArgumentParser
import Kernels
import Risk
import Studies

/// `wingspan factors`.
struct Factors: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "What condor and hedge may lose over the next session by the joint law of index, VIX, VX months and VVIX.",
    discussion: """
      At 16:15 of each session the book as it is held then is revalued in scenarios of the next one: condors at their \
      settlement, VX by the change of its month, VIX calls by their model a session later on the moved VX and VVIX. \
      Scenarios are normal, by the covariance of the --window sessions before, fitted anew each session (mean 0); or those \
      sessions as they were; or filtered, each brought to the volatility at the window's end. Stops, targets and layers that aren't open yet are orders and no positions: they are not in \
      a forecast. Its backtest is told against the book as held, and against what these orders made of it.

      The n-th VX month is the n-th contract that outlives the session, its change that of this one contract, never across \
      a roll. A factor that misses more than a tenth of a window, or never changed in it, is left out of that window, and the nearest \
      month stands in.

      Example: wingspan factors params/hold.yaml params/alvh-442.yaml --level 0.99 --scenarios filtered
      """)

  @OptionGroup var options: ReportOptions
  @Option(help: "Level of value at risk and expected shortfall, 0.5 to 0.9999, to four decimals.")
  var level = 0.95
  @Option(help: "Sessions before each that make its covariance, 20 to 5000.")
  var window = 250
  @Option(help: "What correlations are drawn to: identity, constant-correlation or none.")
  var shrinkTo = FactorShrinkage.identity
  @Option(help: "Where scenarios come from: normal, historical or filtered.")
  var scenarios = FactorQuestion.Source.normal
  @Option(
    help:
      "Normal scenarios a session, 100 to 1000000; default: 10000. Other scenarios are the window's sessions."
  )
  var draws: Int?
  @Option(help: "Seed of the scenarios: a whole number from 0.")
  var scenarioSeed: UInt64 = 1
  @Option(
    help: "Write the factors' daily changes, all sessions of the history, as .npy or else as CSV.",
    completion: .file(extensions: ["csv", "npy"]))
  var out: String?
  @Option(
    help: "Write the covariance at the end of the period as .npy.", completion: .file(extensions: ["npy"]))
  var covariance: String?

  func validate() throws {
    func require(_ holds: Bool, _ option: String, _ range: String, _ value: some CustomStringConvertible)
      throws
    {
      if !holds { throw ValidationError("--\(option) must be \(range), was \(value)") }
    }
    try require((0.5...0.9999).contains(level), "level", "0.5 to 0.9999", level)
    try require((20...5_000).contains(window), "window", "20 to 5000", window)
    if let draws {
      try require((100...1_000_000).contains(draws), "draws", "100 to 1000000", draws)
      if scenarios != .normal {
        throw ValidationError(
          "--draws \(draws) is of normal scenarios, and --scenarios \(scenarios.rawValue) draws none: each session of the "
            + "--window is one; leave --draws out")
      }
    }
  }

  func run() throws {
    let outputs = [("--out", out), ("--covariance", covariance)]
    try OutputPaths.check(
      outputs, inputs: OutputPaths.configurations(options.paths()) + options.market.inputs)
    try OutputPaths.checkWritable(outputs)
    var question = FactorQuestion()
    question.perTenThousand = Int((10_000 * (1 - level)).rounded())
    question.window = window
    question.shrinkTo = shrinkTo
    question.source = scenarios
    if let draws { question.scenarios = draws }
    question.seed = scenarioSeed
    let (strategies, market, period) = try options.open()
    let report = FactorReport(
      strategies, market: market, period: period, question: question, threads: options.workers.count)
    if let out {
      let changes = FactorChanges(market.history)
      if out.hasSuffix(".npy") {
        try NumPyFile.write(
          changes.values, shape: [market.history.sessions.count, FactorChanges.names.count], to: out)
      } else {
        try OutputFile.write(changes.csv(market.history), to: out)
      }
    }
    if let covariance {
      guard let rows = report.law?.covariance else {
        throw ValidationError(
          "--covariance has nothing to write: too few of the \(window) sessions before the period's end have changes; "
            + "give a later --to or a smaller --window")
      }
      try NumPyFile.write(rows.flatMap { $0 }, shape: [rows.count, rows.count], to: covariance)
    }
    if options.json { try Output.json(report) } else { try Output.text(FactorText.text(report)) }
  }
}

extension FactorShrinkage: ExpressibleByArgument {}
extension FactorQuestion.Source: ExpressibleByArgument {}
