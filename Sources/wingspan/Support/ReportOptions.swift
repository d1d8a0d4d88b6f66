import ArgumentParser
import Backtesting
import ConfigFormats
import Strategies
import Studies

/// What every report on configurations takes.
struct ReportOptions: ParsableArguments {
  @Argument(
    help: "Configurations (YAML, JSON or TOML); by default the five presets of `wingspan compare`.",
    completion: .file(extensions: ["yaml", "json", "toml"]))
  var configs: [String] = []
  @OptionGroup var market: MarketOptions
  @Option(help: "Folder that holds the presets.")
  var presets: String?
  @OptionGroup var workers: ThreadOptions
  @Flag(help: "Print JSON.")
  var json = false

  /// The files of the configurations.
  func paths() throws -> [String] {
    configs.isEmpty ? try Presets.paths(Presets.comparisonNames, folder: presets) : configs
  }

  /// The configurations, the market and the period, checked against one another.
  func open() throws -> (strategies: [Strategy], market: Market, period: ClosedRange<Int>) {
    let strategies = try paths().map { try StrategyReader.strategy(ConfigDocument.load(path: $0)) }
    let opened = try market.open()
    let period = try Backtester.period(of: opened.history, from: market.from, to: market.to)
    _ = try opened.checkedContext(for: strategies, period: period)
    return (strategies, opened, period)
  }
}

/// The head of a report.
enum ReportText {
  static func head(
    _ what: String, history: String, from: String, to: String, disclosure: String
  ) -> String {
    "\(what) on \(history), \(from) to \(to)\n" + Text.wrap(disclosure)
  }
  /// A name with what must be known of it.
  static func title(_ name: String, _ caveats: [String]) -> String {
    ([name] + caveats.map { Text.wrap($0) }).joined(separator: "\n")
  }
}
