import ArgumentParser
import Studies

/// `wingspan breakeven`.
struct BreakEven: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "breakeven",
    abstract:
      "Where condors begin to lose at the settlement, and how far each hedge layer is expected to move that.",
    discussion: """
      The condor's break-evens are exact: credit less opening fees against what it settles at. A layer is added at what it \
      is expected to be worth where the index settles, as that can be told when the condor is sold: the index goes straight \
      there, the layer opens where its trigger first holds on that way, and VX moves by the beta that is estimated before \
      the session and that indicative prices have. Not in it: ways that turn back, the residual of VX, the roll. Conditions \
      that the level doesn't tell (RSI, signals by minute) count as true where a layer can't open without them; how often is \
      told.

      A layer that moves a break-even by more than --limit-points in some session, or takes one away, is flagged.
      """)

  @OptionGroup var options: ReportOptions
  @Option(help: "Index points beyond which a shift is flagged, from 0.")
  var limitPoints = 1.0

  func validate() throws {
    guard limitPoints >= 0, limitPoints.isFinite else {
      throw ValidationError(
        "--limit-points is \(limitPoints); give a number of index points from 0, for example 1.0")
    }
  }

  func run() throws {
    let (strategies, market, period) = try options.open()
    let report = BreakEvenReport(
      strategies, market: market, period: period, limitPoints: limitPoints, threads: options.workers.count)
    if options.json { try Output.json(report) } else { try Output.text(BreakEvenText.text(report)) }
  }
}
