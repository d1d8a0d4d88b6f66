import ArgumentParser
import Backtesting
import ConfigFormats
import Foundation
import Studies

struct Paths: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the cost paths of condors as NumPy arrays, to check or to reuse outside.",
    discussion: """
      paths.npy is int32 [condors, trades, minutes]: what closing costs at mid, in 1/10,000 points, at each minute of \
      the entry session after the fill and then of the expiry session; -2147483648 where there is no mark. \
      credit.npy is int32 [condors, trades]; sessions.csv names the trades. A space file gives one condor a \
      configuration. All must enter at the same minute.
      """)

  @Argument(help: "Configuration or space (YAML, JSON or TOML).")
  var config: String
  @OptionGroup var market: MarketOptions
  @Option(help: "Folder to write to.")
  var out: String
  @OptionGroup var workers: ThreadOptions
  @Flag(help: "Print JSON.")
  var json = false

  /// Condors × sessions that one call writes at most.
  private static let pathLimit = 1_000_000

  private struct Report: Encodable {
    let condors: Int
    let trades: Int
    let minutes: Int
    let paths: String
    let credit: String
    let disclosure: String
  }

  func run() throws {
    let space = try SweepSpace(path: config)
    try space.checkIsFlatGrid()
    let opened = try market.open()
    let period = try Backtester.period(of: opened.history, from: market.from, to: market.to)
    guard space.count <= Self.pathLimit / period.count else {
      throw StudyError.tooManyPaths(
        file: config, condors: space.count, sessions: period.count, limit: Self.pathLimit)
    }
    var strategies = try (0..<space.count).map { try space.strategy(at: $0) }
    if strategies.contains(where: { $0.entry.minute != strategies[0].entry.minute }) {
      throw StudyError.entryMinutesDiffer(file: config)
    }
    for i in strategies.indices { strategies[i].hedge = [] }
    let made = try CostPaths.write(
      strategies, market: opened, period: period, to: out,
      threads: workers.count)
    let dates = "entry_session\n" + made.entrySessions.map { "\($0)\n" }.joined()
    try OutputFile.write(dates, to: out + "/sessions.csv")
    let report = Report(
      condors: made.condors, trades: made.entrySessions.count, minutes: made.minutes,
      paths: out + "/paths.npy",
      credit: out + "/credit.npy", disclosure: opened.disclosure)
    if json {
      try Output.json(report)
    } else {
      try Output.text(
        "\(report.paths): int32 [\(made.condors) condors, \(report.trades) trades, \(made.minutes) minutes]\n"
          + "\(report.credit): int32 [\(made.condors), \(report.trades)]\n" + Text.wrap(opened.disclosure))
    }
  }
}
