import ArgumentParser
import Studies

/// `wingspan parity`.
struct Parity: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Put-call parity of real chains: forwards, and what conversions, reversals and boxes would lock in.",
    discussion: """
      Reads the chains that `wingspan calibrate` reads. Of every expiry within --days the forward is K + C - P of the \
      tightest pairs near the money. A conversion sells the call at its bid, buys the put at its ask and buys the forward; a \
      reversal does the opposite; what is locked in after the spread is set against --cost-points. A box sells one strike's \
      synthetic forward at the bids and buys another's at the asks, with no mid in it. Prices are undiscounted: 100 points \
      from the forward and a week from the expiry that is 0.05 points at 2.5 % a year.

      Modelled marks keep parity by construction, as one Black-76 a strike prices both sides; how exactly they do is checked \
      on a history and told.
      """)

  @Argument(help: "Chain files.", completion: .file())
  var chains: [String]
  @OptionGroup var market: MarketOptions
  @Option(
    help: "Points that a trade must lock in more than: fees of four contracts, in points of a x100 contract.")
  var costPoints = ParityReport.defaultCosts
  @Option(help: "How far from the forward strikes may be, index points.")
  var windowPoints = 100.0
  @Option(help: "Expiries at most so many calendar days after the quotes, 1 to 60.")
  var days = 7
  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard !chains.isEmpty else { throw ValidationError("give at least one chain file") }
    guard costPoints >= 0, costPoints.isFinite else {
      throw ValidationError("--cost-points is \(costPoints); give points from 0, for example 0.054")
    }
    guard windowPoints > 0, windowPoints.isFinite else {
      throw ValidationError("--window-points is \(windowPoints); give points above 0, for example 100")
    }
    guard (1...60).contains(days) else { throw ValidationError("--days is \(days); give 1 to 60") }
  }

  func run() throws {
    let report = try ParityReport(
      paths: chains, market: market.open(), costPoints: costPoints, windowPoints: windowPoints, days: days)
    if json { try Output.json(report) } else { try Output.text(ParityText.text(report)) }
  }
}
