import ArgumentParser
import Foundation
import Kernels
import Studies

/// The group of commands that time one part of the program by itself.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract:
      "Run one part of the program by itself and time it, on arrays that other programs can be given too.",
    subcommands: [FromPaths.self])
}

/// `wingspan bench from-paths`: stops and targets over cost paths.
struct FromPaths: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "from-paths",
    abstract: "Every stop and target over given cost paths, closed at the mark that triggers.",
    discussion: """
      PATHS is int32 [condors, trades, minutes], CREDIT int32 [condors, trades], in 1/10,000 points, as \
      `wingspan paths` writes them; -2147483648 is a minute without a mark, which is skipped, or a condor that did not \
      trade. After its first mark a condor is closed at the first mark >= ceil(credit*(1000+stop)/1000) or \
      <= floor(credit*(1000-target)/1000), at that mark's cost, else at the last mark. The fill is the trigger's own \
      mark, so that other tools can be compared: `backtest` and `sweep` fill a minute later, with slippage.

      --out is int32 [condors, stops, targets, trades]: credit - cost, and -2147483648 where that condor did not trade \
      or has no mark. --hedges is int32 [hedges, trades], same unit: then condor x stop x target x hedge are scored, \
      each hedge held in the trades its condor has; --out stays the condor's own P&L.

      Figures are in cents of one x100 contract, one value a trade of the arrays, 0 where the condor did not trade. \
      The time is from arrays in memory to P&L and scorecards; reading, writing and making room for the P&L are not in it.
      """)

  @Argument(help: "Cost paths (.npy).", completion: .file(extensions: ["npy"]))
  var paths: String
  @Argument(help: "Credits (.npy).", completion: .file(extensions: ["npy"]))
  var credit: String
  @Option(help: "Stops, thousandths of the credit lost, from:to:step, both ends included; or one number.")
  var stops: String
  @Option(help: "Targets, thousandths of the credit kept, likewise, up to 1000.")
  var targets: String
  @Option(help: "P&L of hedges (.npy).", completion: .file(extensions: ["npy"]))
  var hedges: String?
  @Option(help: "Where the P&L goes (.npy).")
  var out: String
  @Option(help: "Write the figures of every combination as CSV.")
  var scorecards: String?
  @Option(help: "Do the work so many times, 1 to 1000; the time is the median.")
  var `repeat` = 1
  @OptionGroup var workers: ThreadOptions
  @Flag(help: "Print JSON.")
  var json = false

  private struct Report: Encodable {
    let condors: Int
    let stops: Int
    let targets: Int
    let hedges: Int
    let trades: Int
    let minutes: Int
    let threads: Int
    let configDays: Int
    let seconds: Double
    let secondsOfEach: [Double]
    let configDaysPerSecond: Double
    let bestByNet: PathScorecard?
    let bestBySharpe: PathScorecard?
    let pnl: String
  }

  func validate() throws {
    guard (1...1000).contains(`repeat`) else {
      throw ValidationError("--repeat must be 1 to 1000, was \(`repeat`)")
    }
    try OutputPaths.check(
      [("--out", out), ("--scorecards", scorecards)],
      inputs: [("the paths", paths), ("the credits", credit), ("--hedges", hedges)])
  }

  func run() throws {
    let stops = try ThousandthRange(self.stops, option: "--stops", most: StopTargetGrid.largestStop)
    let targets = try ThousandthRange(self.targets, option: "--targets", most: StopTargetGrid.largestTarget)
    let arrays = try PathArrays(paths: paths, credits: credit, hedges: hedges)
    let grid = try PathGrid(arrays, stops: stops, targets: targets)
    var cards: [PathScorecard] = []
    var seconds: [Double] = []
    for _ in 0..<`repeat` {
      cards = []
      let start = ContinuousClock.now
      cards = grid.run(threads: workers.count)
      seconds.append((ContinuousClock.now - start) / .seconds(1))
    }
    try OutputFile.makeFolder(URL(filePath: out).deletingLastPathComponent().path)
    try grid.write(to: out)
    if let scorecards {
      let rows = cards.map { $0.csv + "\n" }.joined()
      try OutputFile.write(PathScorecard.csvHeader + "\n" + rows, to: scorecards)
    }
    let median = seconds.sorted()[seconds.count / 2]
    let report = Report(
      condors: arrays.condors, stops: stops.values.count, targets: targets.values.count,
      hedges: arrays.hedgeCount, trades: arrays.trades, minutes: arrays.minutes, threads: workers.count,
      configDays: grid.configDays, seconds: median, secondsOfEach: seconds,
      configDaysPerSecond: Double(grid.configDays) / median,
      bestByNet: PathScorecard.best(cards, by: { Double($0.netCents) }),
      bestBySharpe: PathScorecard.best(cards, by: { $0.sharpe }), pnl: out)
    try json ? Output.json(report) : Output.text(text(report))
  }

  private func text(_ r: Report) -> String {
    var table = TextTable(["per condor", "best by net", "best by Sharpe"])
    func add(_ name: String, _ value: (PathScorecard) -> String) {
      table.add([name, r.bestByNet.map(value) ?? "-", r.bestBySharpe.map(value) ?? "-"])
    }
    func dollars(_ cents: Double?) -> String { Text.dollars(cents.map { $0 / 100 }) }
    add("condor, number in the arrays") { "\($0.condor)" }
    add("stop, share of the credit") { Text.number(Double($0.stop) / 1000, 3) }
    add("target, share of the credit") { Text.number(Double($0.target) / 1000, 3) }
    if r.hedges > 0 { add("hedge, number in the array") { $0.hedge.map(String.init) ?? "-" } }
    add("trades") { "\($0.trades)" }
    add("net $") { dollars(Double($0.netCents)) }
    add("mean $") { dollars($0.meanCents) }
    add("sd $") { dollars($0.sdCents) }
    add("Sharpe, yearly") { Text.number($0.sharpe) }
    add("Sortino, yearly") { Text.number($0.sortino) }
    add("worst day $") { dollars(Double($0.worstCents)) }
    add("max drawdown $") { dollars(Double($0.maxDrawdownCents)) }
    add("its length, trades") { "\($0.maxDrawdownSessions)" + ($0.drawdownRecovered ? "" : " (not over)") }
    add("CVaR 95 % $") { dollars($0.cvar95Cents) }
    add("CVaR 99 % $") { dollars($0.cvar99Cents) }
    let axes =
      "\(r.condors) condors x \(r.stops) stops x \(r.targets) targets"
      + (r.hedges > 0 ? " x \(r.hedges) hedges" : "")
    let rate = r.configDaysPerSecond / 1e6
    return axes + " over \(r.trades) trades of \(r.minutes) minutes\n"
      + "\(r.configDays) configuration-days in \(Text.number(r.seconds * 1000, 2)) ms on \(r.threads) threads: "
      + "\(Text.number(rate, 0)) million a second\n\n" + table.text
      + "\n\n\(r.pnl): int32 [\(r.condors), \(r.stops), \(r.targets), \(r.trades)]"
  }
}
