import ArgumentParser
import Kernels
import Risk
import Statistics

/// `wingspan risk`: how settings hang together, and mixes of them.
struct RiskCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "risk",
    abstract: "Say how many different bets many settings are, mix them, and tell what the mixes risk.",
    discussion: """
      Of a study: of its trials, each with its results a session, which are read from its store or worked out again. Or of \
      any table, --matrix: what every setting earned on every day, higher is better, a row a day, a column a setting. \
      Either .npy (float64, float32, int64 or int32, [days, settings]), or text with commas, whose first row may be names \
      and first column dates. Of a study the JSON is kept in its folder too, as risk.json.

      Eigenvalues and shrinkage are of all settings that vary. The --top settings of the highest P&L over the first \
      --fit share of the days are clustered, and mixed by weights fitted on those days: equal, minimum CVaR (by linear \
      programming) and equal contributions to risk. The days after them say what the mixes were worth. Tails are P&L: \
      negative is a loss.
      """)

  @OptionGroup var source: OutcomeSource
  @Option(help: "Level of value at risk, expected shortfall and CVaR, 0.5 to 0.9999, to four decimals.")
  var level = 0.95
  @Option(help: "Cluster and mix so many settings, the best over the fit, 1 to 5000.")
  var top = 1_000
  @Option(help: "Share of the days, from the first, to choose settings and fit weights on, above 0 to 1.")
  var fit = 0.7
  @Option(help: "Largest weight of a setting in the minimum-CVaR mix, above 0 to 1.")
  var cap = 1.0
  @Option(parsing: .unconditional, help: "Settings correlated so much are one bet, -1 to 1.")
  var sameBet = 0.5
  @Option(help: "What mixes' covariances are drawn to: identity or constant-correlation.")
  var shrinkTo = LedoitWolf.Target.identity
  @Option(help: "How clusters are joined: average or ward.")
  var linkage = Clustering.Linkage.average
  @Option(help: "Days before each that make its value at risk in the backtest, 1 to 10000.")
  var window = 250
  @Option(help: "Normal scenarios, 100 to 1000000.")
  var scenarios = 10_000
  @Option(help: "Seed of the scenarios: a whole number from 0.")
  var seed: UInt64 = 1
  @Option(
    help: "Write the covariances of the chosen settings as .npy.", completion: .file(extensions: ["npy"]))
  var out: String?
  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    func require(_ holds: Bool, _ option: String, _ range: String, _ value: some CustomStringConvertible)
      throws
    {
      if !holds { throw ValidationError("--\(option) must be \(range), was \(value)") }
    }
    try require((0.5...0.9999).contains(level), "level", "0.5 to 0.9999", level)
    let steps = 10_000 * (1 - level)
    try require(abs(steps - steps.rounded()) < 1e-6, "level", "given to four decimals", level)
    try require((1...5_000).contains(top), "top", "1 to 5000", top)
    try require(fit > 0 && fit <= 1, "fit", "above 0 and at most 1", fit)
    try require(cap > 0 && cap <= 1, "cap", "above 0 and at most 1", cap)
    try require((-1...1).contains(sameBet), "same-bet", "-1 to 1", sameBet)
    try require((1...10_000).contains(window), "window", "1 to 10000", window)
    try require((100...1_000_000).contains(scenarios), "scenarios", "100 to 1000000", scenarios)
    try OutputPaths.check(
      [("--out", out)],
      inputs: [("--matrix", source.matrix), ("--history", source.history)] + OutputPaths.study(source.folder))
  }

  func run() throws {
    try OutputPaths.checkWritable([("--out", out)])
    var question = RiskQuestion()
    question.perTenThousand = Int((10_000 * (1 - level)).rounded())
    question.top = top
    question.fitShare = fit
    question.cap = cap
    question.sameBet = sameBet
    question.shrinkTarget = shrinkTo
    question.linkage = linkage
    question.window = window
    question.scenarios = scenarios
    question.seed = seed
    let (outcomes, facts) = try source.open(seed: seed)
    let report = try RiskReport(outcomes, question: question)
    if let out {
      let width = report.table.chosen.count
      try NumPyFile.write(report.covariances, shape: [width, width], to: out)
    }
    let head = facts.map { $0.text + "\n\n" } ?? ""
    let figures = StudyFigures(study: facts, [report])
    if let folder = source.folder { try figures.keep(.risk, beside: folder) }
    try json ? Output.json(figures) : Output.text(head + RiskText(report).text)
  }
}

extension Clustering.Linkage: ExpressibleByArgument {}
extension LedoitWolf.Target: ExpressibleByArgument {}
