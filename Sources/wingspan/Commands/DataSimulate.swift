import ArgumentParser
import HistoryStore
import MarketData

/// `wingspan data simulate`: a whole synthetic history into a store.
struct DataSimulate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Make a synthetic market history, for tests and large benchmarks.",
    discussion: """
      Stochastic volatility that rises when the index falls, jumps, U-shaped minutes, weekends, releases, VIX9D, \
      VIX, VIX3M and eight VX contracts a day, on the real trading calendar. The same seed gives the same bits. \
      Nothing in it is a fact about the market: results on it say how the program works, never what pays.

        wingspan data simulate --years 20 --seed 1 --into synthetic.sqlite
        wingspan backtest params/hold.yaml --history synthetic.sqlite
      """)

  @Option(help: "How many years; with --from the last day may not be after 2027.")
  var years = 5
  @Option(help: "The seed: a whole number from 0.")
  var seed: UInt64 = 1
  @Option(
    help:
      "The first day, YYYY-MM-DD; default: so that the last day is at the end of 2026, when options expire daily."
  )
  var from: SessionDate?
  @Option(
    help: "A file of series of your own to put beside the market, series,observed,known,value.",
    completion: .file(extensions: ["csv", "gz"]))
  var series: String?
  @Option(help: "The store to make.", completion: .file(extensions: ["sqlite"]))
  var into: String
  @Flag(help: "Print the summary as JSON.")
  var json = false

  /// What is printed when done.
  struct Summary: Codable {
    var history: String
    var store: String
    var seed: UInt64
    var sessions: Int
    var first: String
    var last: String
  }

  func validate() throws {
    guard (1...37).contains(years) else {
      throw ValidationError("--years must be between 1 and 37, was \(years)")
    }
  }

  func run() throws {
    let start = from ?? SessionDate(year: 2027 - years, month: 1, day: 1) ?? SyntheticMarket.defaultStart
    var history = try SyntheticMarket.history(years: years, seed: seed, start: start)
    if let series {
      let named = try HistoryStore.series(inFile: series)
      guard !named.isEmpty else {
        throw ValidationError(
          "--series: \(series) holds no series; its header is series,observed,known,value")
      }
      for series in named { history.series[series.name] = KnownSeries(series.values) }
    }
    try HistoryStore.write(history, to: into)
    let summary = Summary(
      history: history.name, store: into, seed: seed, sessions: history.sessions.count,
      first: history.sessions.first?.date.description ?? "",
      last: history.sessions.last?.date.description ?? "")
    if json { return try Output.json(summary) }
    try Output.text(
      "\(into): \(summary.sessions) synthetic sessions, \(summary.first) to \(summary.last), seed \(seed)\n"
        + "Nothing in it is a fact about the market.")
  }
}
