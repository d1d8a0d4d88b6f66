import ArgumentParser
import Backtesting
import ConfigFormats
import Foundation
import Studies

struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Put configurations side by side on the same sessions: stop out, or hedge?",
    discussion: """
      Without arguments: the five presets hold, promoter-stop-1x, promoter-stop-2x, promoter-debit-1.00 and \
      steward-alvh-tranches. Each stop is paired with each hedge session by session; the difference is shown with \
      its interval and again under other levels of volatility. A difference is a finding only if its sign and its \
      interval survive them.
      """)

  @Argument(
    help: "Configurations (YAML, JSON or TOML).", completion: .file(extensions: ["yaml", "json", "toml"]))
  var configs: [String] = []
  @OptionGroup var market: MarketOptions
  @Option(help: "A study folder of `wingspan sweep`: also print the correlation of its best configurations.")
  var study: String?
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

  /// The same market with four other seeds of its minutes, where minutes are simulated or bridged.
  private func reseeded(_ opened: Market) throws -> [Market] {
    switch opened.history.provenance.minutes {
    case .quoted, .synthetic: []
    case .simulated, .bridged: try (1...4).map { try market.open(seedOffset: $0) }
    }
  }

  func run() throws {
    let paths = configs.isEmpty ? try Presets.comparison(folder: presets) : configs
    let strategies = try paths.map { try StrategyReader.strategy(ConfigDocument.load(path: $0)) }
    let opened = try market.open()
    let period = try Backtester.period(of: opened.history, from: market.from, to: market.to)
    _ = try opened.checkedContext(for: strategies)
    var comparison = Comparison(
      strategies, market: opened, reseeded: try reseeded(opened), period: period, threads: workers.count,
      metrics: metrics.metrics)
    if let study { comparison.best = try StudyFolder(study).correlation(of: 10) }
    if json { try Output.json(comparison) } else { try Output.text(ComparisonText.text(comparison)) }
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
