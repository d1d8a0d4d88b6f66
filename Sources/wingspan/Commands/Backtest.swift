import ArgumentParser
import Backtesting
import ConfigFormats
import Governance
import MarketData
import Studies

struct Backtest: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Run one configuration and print its figures, with the reason for every session without a trade.",
    discussion: """
      Prices are of one condor. --trades writes one row a closing fill, --sessions one row a session; both in dollars \
      with two decimals. A session's outcome is that of the entry decided in it; its money is that of the trade \
      that expires in it. An exported file is checked against the figures it carries. --audit writes one line of JSON a \
      decision, in order of time: the rule, what it saw, what was done, and the cents that came of it, which add up to the net.
      """)

  @Argument(
    help: "Configuration (YAML, JSON or TOML).", completion: .file(extensions: ["yaml", "json", "toml"]))
  var config: String
  @OptionGroup var market: MarketOptions
  @Option(help: "Write the trades to this CSV file.", completion: .file(extensions: ["csv"]))
  var trades: String?
  @Option(help: "Write the sessions to this CSV file.", completion: .file(extensions: ["csv"]))
  var sessions: String?
  @Option(
    help: "Write every decision to this file, as lines of JSON.", completion: .file(extensions: ["jsonl"]))
  var audit: String?
  @Flag(help: "Print JSON.")
  var json = false

  private var outputs: [OutputPaths.Named] {
    [("--trades", trades), ("--sessions", sessions), ("--audit", audit)]
  }

  func validate() throws {
    try OutputPaths.check(outputs, inputs: OutputPaths.configurations([config]) + market.inputs)
  }

  func run() throws {
    try OutputPaths.checkWritable(outputs)
    let document = try ConfigDocument.load(path: config)
    let strategy = try StrategyReader.strategy(document)
    let exported = try ExportedStudy(document)
    let opened = try market.open()
    let period = try Backtester.period(
      of: opened.history, from: market.from ?? exported?.from, to: market.to ?? exported?.to)
    let context = try opened.checkedContext(for: [strategy], period: period)
    let result = Backtester(context).run(strategy, period: period)
    let axis = PeriodAxis(opened.history, period: period)
    let evaluation = Evaluation(result, axis: axis)
    if let trades { try OutputFile.write(TradeTable.csv(result, history: opened.history), to: trades) }
    if let sessions { try OutputFile.write(SessionTable.csv(result, history: opened.history), to: sessions) }
    if let audit {
      let hash = ContentHash(document)
      let trail = AuditTrail(result, market: opened, context: context, configuration: "\(hash)")
      try OutputFile.write(trail.text(), to: audit)
    }
    let reproduction = exported.map { $0.check(evaluation, market: opened, period: period) }
    let reach = CreditReach(evaluation, context: context, period: period)
    let standing = StandingBook(strategy, context: context, range: period).layers
      .map(StandingLayerReport.init)
    let shifts = ShiftReport(result)
    if json {
      try Output.json(
        BacktestReport(
          evaluation, reach: reach, standing: standing, shifts: shifts, market: opened, period: period,
          reproduction: reproduction))
    } else {
      let checked = reproduction.map { "\n\nexported figures: \($0)" } ?? ""
      try Output.text(
        FiguresText.backtest(
          evaluation, reach: reach, standing: standing, shifts: shifts, market: opened, period: period)
          + checked)
    }
    if case .differs(let error)? = reproduction { throw error }
  }
}
