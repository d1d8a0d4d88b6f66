import ArgumentParser
import Backtesting
import ConfigFormats
import Foundation
import MarketData
import Studies

struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Put configurations side by side on the same sessions: stop out, or hedge?",
    discussion: """
      Without arguments: the five presets hold, promoter-stop-1x, promoter-stop-2x, promoter-debit-1.00 and \
      steward-alvh-tranches. Each stop is paired with each hedge session by session; the difference is shown with \
      its interval and again under other levels of volatility. A difference is a finding only if its sign and its \
      interval survive them. --seed is also that of the resamples of days.

      With --study whole families compete: the spaces given (default: params/study, hold, stops and alvh, whose condors \
      are the same) are searched with the same budget on one half of the period and judged on the other, both ways \
      round. Each claim about stops and hedges gets its figure, its interval and a verdict. --seed then is also that of \
      the searches.
      """)

  @Argument(
    help: "Configurations (YAML, JSON or TOML); with --study spaces, one a family.",
    completion: .file(extensions: ["yaml", "json", "toml"]))
  var configs: [String] = []
  @OptionGroup var market: MarketOptions
  @Option(help: "A study folder of `wingspan sweep`: also print the correlation of its best configurations.")
  var bestOf: String?
  @Flag(
    help: "Search whole families with equal budgets, judge them out of sample, and say which claims hold.")
  var study = false
  @OptionGroup var studyOptions: FamilyStudyOptions
  @Option(help: "Folder that holds the presets.")
  var presets: String?
  @Option(
    help: """
      Tell these metrics too, as calmar,ulcer_percent: any that `wingspan trials DIR --metrics` lists. On demand there \
      are \(Metric.onDemand.map(\.rawValue).joined(separator: ", ")).
      """, transform: { try MetricList($0) })
  var metrics = MetricList()
  @OptionGroup var workers: ThreadOptions
  @Flag(help: "Print JSON.")
  var json = false

  /// The same market with some other seeds of its minutes, where minutes are simulated or bridged.
  private func reseeded(_ opened: Market, count: UInt64) throws -> [Market] {
    switch opened.history.provenance.minutes {
    case .quoted, .synthetic: []
    case .simulated, .bridged: try (1...count).map { try market.open(seedOffset: $0) }
    }
  }

  func validate() throws {
    if study, bestOf != nil || !metrics.metrics.isEmpty {
      throw ValidationError("--best-of and --metrics are for configurations; leave them out with --study")
    }
    if !study, let option = studyOptions.given { throw ValidationError("\(option) goes with --study") }
  }

  func run() throws {
    if study { return try runStudy() }
    let paths = configs.isEmpty ? try Presets.paths(Presets.comparisonNames, folder: presets) : configs
    let documents = try paths.map { try ConfigDocument.load(path: $0) }
    let strategies = try documents.map { try StrategyReader.strategy($0) }
    let opened = try market.open()
    let period = try market.period(of: documents, opened)
    _ = try opened.checkedContext(for: strategies, period: period)
    var comparison = Comparison(
      strategies, market: opened, reseeded: try reseeded(opened, count: 4), period: period,
      threads: workers.count, seed: market.seed, metrics: metrics.metrics)
    if let bestOf { comparison.best = try StudyFolder(bestOf).correlation(of: 10) }
    if json { try Output.json(comparison) } else { try Output.text(ComparisonText.text(comparison)) }
  }

  private func runStudy() throws {
    let interrupt = Interrupt()
    let paths = configs.isEmpty ? try Presets.paths(Presets.familyNames, folder: presets) : configs
    let outputs: [OutputPaths.Named] = [("--out", studyOptions.out), ("--ledger", studyOptions.ledger)]
    try OutputPaths.check(outputs, inputs: OutputPaths.configurations(paths) + market.inputs)
    try OutputPaths.checkWritable(outputs)
    let families = try FamilySpaces(paths.map { try ConfigDocument.load(path: $0) })
    let opened = try market.open()
    let period = try Backtester.period(of: opened.history, from: market.from, to: market.to)
    for member in families.members { try member.space.requireSignals(of: opened) }
    var study = try FamilyStudy(
      families, market: opened, period: period, trainUntil: studyOptions.trainUntil,
      vxSeeds: studyOptions.vxSeeds ?? 5)
    if let budget = studyOptions.budget { study.evaluations = budget }
    study.seed = market.seed
    study.perturbations += Perturbation.reseeded(try reseeded(opened, count: 2))
    let meter = ProgressMeter()
    let report = try study.run(
      threads: workers.count, isCancelled: { [flag = interrupt.flag] in flag.isRequested },
      progress: { meter.show($0) })
    meter.finish()
    guard let report else {
      Output.note("interrupted: nothing is written, since no verdict stands before all is tried")
      throw ExitCode(130)
    }
    if let ledger = studyOptions.ledger { try OutputFile.write(WhipsawLedger.csv(report.ledger), to: ledger) }
    if let out = studyOptions.out { try OutputFile.write(Output.jsonText(report) + "\n", to: out) }
    if json { try Output.json(report) } else { try Output.text(FamilyStudyText.text(report)) }
  }
}

/// What `compare --study` takes besides.
struct FamilyStudyOptions: ParsableArguments {
  @Option(help: "With --study: settings tried a family and half of the period, at most.")
  var budget: Int?
  @Option(help: "With --study: last day of the first half, YYYY-MM-DD; default: the middle.")
  var trainUntil: SessionDate?
  @Option(
    help: "With --study: seeds of VX paths inside a day that a verdict must survive, 1 to 100; default 5.")
  var vxSeeds: Int?
  @Option(help: "With --study: also write the JSON to this file.")
  var out: String?

  @Option(help: "With --study: write every stopped trade beside its fate without the stop to this CSV file.")
  var ledger: String?

  /// The first that was given.
  var given: String? {
    let all = [
      ("--budget", budget != nil), ("--train-until", trainUntil != nil),
      ("--vx-seeds", vxSeeds != nil), ("--out", out != nil),
      ("--ledger", ledger != nil),
    ]
    return all.first { $0.1 }?.0
  }

  func validate() throws {
    if let budget, !(1...1_000_000).contains(budget) {
      throw ValidationError("--budget must be 1 to 1000000, was \(budget)")
    }
    if let vxSeeds, !(1...100).contains(vxSeeds) {
      throw ValidationError("--vx-seeds must be 1 to 100, was \(vxSeeds)")
    }
  }
}

/// Some metrics as the command line spells them: names joined by commas.
struct MetricList {
  /// In the order given, each once.
  private(set) var metrics: [Metric] = []

  init() {}
  init(_ text: String) throws {
    for name in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let metric = Metric(rawValue: String(name)) else {
        throw ValidationError(
          "--metrics has '\(name)', which is no metric; choose of "
            + Metric.allCases.map(\.rawValue).joined(separator: ", "))
      }
      if !metrics.contains(metric) { metrics.append(metric) }
    }
  }
}
