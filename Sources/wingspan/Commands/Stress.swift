import ArgumentParser
import MarketData
import Studies

/// `wingspan stress`.
struct Stress: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "What condor and hedge would gain or lose if the index and volatilities moved at once: priced anew, and by greeks.",
    discussion: """
      Every entry's position is put through moves of the index times moves of volatility, and its value set against that \
      without a move. Priced anew: index options by Black-76 at their own implied volatility times 1 + the move, a spread's cost \
      between 0 and its width; VX by its beta, known before the session, and by the share of the volatility move that VX has made \
      beside VIX9D (0.19 of it at 30 days to settlement, 0.08 at 90); VIX calls by their model on the moved VX, with VVIX times \
      1 + the move. By greeks: delta, gamma, vega, vanna and volga of each part, a Taylor series of second order. Volatility \
      moves are those beyond what the index's move brings along in VX; index options keep theirs, as portfolio margin has it.

      What is held is what is open then: at the fill (--at entry), at the close of the entry session (close), at the open of \
      the expiry session (open) or at a minute of it (HH:MM). A condor sold the session before, which expires minutes after \
      an afternoon's fill, is not in it. Shown are the mean over all entries of the period and the entry with the largest loss; --date \
      shows one. The margin is the largest loss of ten moves from -8 to 6 % of what is held then; `wingspan capital` has the same \
      rule, but of a trade the most that any fill or the close of its entry session binds, standing VX at the settlement before, \
      and trades that overlap together.

      Example: wingspan stress params/steward-alvh-tranches.yaml --at close --moves -8,-4,-2,-1,0,1,2,4 --volatility 0,50,100
      """)

  @OptionGroup var options: ReportOptions
  @Option(
    parsing: .unconditional,
    help:
      "Moves of the index, percents joined by commas, -50 to 50; default: the ten of portfolio margin, and 0."
  )
  var moves: String?
  @Option(
    parsing: .unconditional,
    help:
      "Moves of each implied volatility, percents of it joined by commas, -90 to 300; default: -30,-15,0,15,30,60."
  )
  var volatility: String?
  @Option(help: "When: entry, close, open, or a minute of the expiry session as HH:MM.")
  var at = "entry"
  @Option(help: "One entry session, YYYY-MM-DD, instead of all.")
  var date: SessionDate?

  func run() throws {
    let grid = try StressGrid(
      moves: moves.map { try StressGrid.shares($0, option: "--moves") } ?? StressGrid.standardMoves,
      volatility: volatility.map { try StressGrid.shares($0, option: "--volatility") }
        ?? StressGrid.standardVolatility)
    let moment = try StressMoment(at)
    let (strategies, market, period) = try options.open()
    let report = try StressReport(
      strategies, market: market, period: period, grid: grid, at: moment, date: date,
      threads: options.workers.count)
    if options.json { try Output.json(report) } else { try Output.text(StressText.text(report)) }
  }
}
