import MarketData
import Pricing
import Signals
import Strategies

/// What a VIX call that a layer buys at the fill of a condor is expected to bring by VX at 16:15 of the expiry session, with VVIX
/// where it was last.
struct ExpectedCall {
  /// Paid, points, > 0.
  let ask: Double
  private let strike: Int32
  private let spread: VIXCallSpread
  /// Of the settlement, by VX in 1/1000 points.
  private let settled: (Int32) -> VIXSmile?

  /// Picks the strike at a VX.
  ///
  /// - Parameters:
  ///   - month: final settlement date of its future.
  ///   - vx: of the month, points, > 0.
  /// - Returns: `nil` without VVIX or outside the model.
  init?(_ rule: VIXCallRule, month: SessionDate, vx: Double, surface: MarkSurface, context: MarketContext) {
    let history = context.history
    let model = VIXCallModel(rule.pricing)
    let vvix = history.close(.vvix, surface.entry - 1)
    let (bought, sold) = (
      VIXCallModel.years(from: history.sessions[surface.entry].date, minute: surface.minutes[1], to: month),
      VIXCallModel.years(
        from: history.sessions[surface.expiry].date, minute: MinuteOfDay.afterClose, to: month)
    )
    guard let smile = model.smile(vx: IndicativeVX.milli(vx), vvix: vvix, years: bought) else { return nil }
    strike = smile.strike(delta: rule.delta)
    spread = rule.spread
    ask = Double(spread.ask(mark: smile.mark(strike: strike))) / 10_000
    settled = { model.smile(vx: $0, vvix: vvix, years: sold) }
  }

  /// What it gains where VX > 0 settles, points, after the sales of a ladder, each at exactly its gain. Prices are the model's own,
  /// off the grid, less half a spread.
  func gain(vx: Double, _ ladder: [MonetiseStep]) -> Double {
    let value = settled(IndicativeVX.milli(vx))?.price(strike: strike) ?? 0
    var left = 1.0
    var points = 0.0
    for step in ladder {
      let asked = ask * (1 + Double(step.gainThousandths) / 1000)
      guard value >= asked else { break }
      let share = min(Double(step.shareThousandths) / 1000, left)
      points += share * bid(asked)
      left -= share
    }
    return points + left * bid(value) - ask
  }

  private func bid(_ price: Double) -> Double {
    max(price - max(Double(spread.floor) / 10_000, price * Double(spread.thousandths) / 1000), 0)
  }
}
