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
    let documents = try paths().map { try ConfigDocument.load(path: $0) }
    let strategies = try documents.map { try StrategyReader.strategy($0) }
    let opened = try market.open()
    let period = try market.period(of: documents, opened)
    _ = try opened.checkedContext(for: strategies, period: period)
    return (strategies, opened, period)
  }
}

extension MarketOptions {
  /// The sessions that configurations are looked at over: those asked for, else those of the figures that exported files carry, as a
  /// backtest of them has it, where they agree; else all. A note says that they were picked on these.
  func period(of documents: [ConfigDocument], _ opened: Market) throws -> ClosedRange<Int> {
    let exported = try documents.compactMap { try ExportedStudy($0) }
    guard from == nil || to == nil, let first = exported.first else {
      return try Backtester.period(of: opened.history, from: from, to: to)
    }
    guard exported.allSatisfy({ $0.from == first.from && $0.to == first.to }) else {
      Output.note(
        "exported files were picked on several periods; this is over no one of theirs (--from, --to)")
      return try Backtester.period(of: opened.history, from: from, to: to)
    }
    let period = try Backtester.period(of: opened.history, from: from ?? first.from, to: to ?? first.to)
    let dates = opened.history.sessions[period].map(\.date.description)
    Output.note(
      "\(dates.first ?? "") to \(dates.last ?? ""): in sample, the exported file was picked on these sessions (--from, --to for "
        + "others)")
    return period
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
