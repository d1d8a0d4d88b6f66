import Kernels
import MarketData
import Pricing

/// Value that moves of the index extract from a passive liquidity provider, over the premium a seller of options still earns
/// for bearing them (`mev`). A pool as large as one index: the ratio is of the order of a thousandth.
///
/// The pool is the constant-product one, which loses σ²/8 of its value a year to arbitrage (loss-versus-rebalancing), σ
/// realised. The premium is that of a reference condor with both shorts at the money and its wings out of reach, Black-76:
/// F·2·(2N(s/2) − 1), s = level·√w, as the last known closes give the level; both over the time w left to the expiry:
///
///     mev = σ²/8·w/252 ÷ 2·(2N(s/2) − 1)
///
/// - Source: J. Milionis, C. C. Moallemi, T. Roughgarden and A. L. Zhang, "Automated market making and
///   loss-versus-rebalancing" (2022), example of the constant-product market maker.
struct ExtractableValue: ExpirySignal {
  private let realised: RealisedVolatility
  private let history: MarketHistory
  private let model: MarkModel

  init(realised: RealisedVolatility, history: MarketHistory, parameters: MarkParameters) {
    self.realised = realised
    self.history = history
    model = MarkModel(
      parameters: parameters, settings: MarkSettings(), calendar: history.calendar, events: history.events)
  }

  func readings(session: Int, expiry: Int) -> [SignalReading] {
    let day = history.sessions[session]
    let past = realised.reading(upTo: session - 1)
    guard case .value(let volatility, let observed, _) = past else { return day.spot.map { _ in past } }
    guard let level = model.observedLevel(history, closeOf: session - 1) else {
      return day.spot.map { _ in .missing(.noValue) }
    }
    let later =
      session == expiry
      ? 0
      : model.clock.sessions(
        from: day.date, minute: MinuteOfDay.close + 60, to: history.sessions[expiry].date)
    let left = model.clock.dayProfile(day.date).map { $0 + later }
    return left.enumerated().map { k, w in
      let s = level.volatility * (w / 252).squareRoot()
      guard s > 0 else { return .missing(.noValue) }  // nothing left to earn at the close
      let loss = (volatility / 100) * (volatility / 100) / 8 * w / 252
      return .finite(
        loss / (2 * (2 * normalCDF(s / 2) - 1)), observed: observed,
        known: SignalTime(day.date, MinuteOfDay.open + k))
    }
  }
}
