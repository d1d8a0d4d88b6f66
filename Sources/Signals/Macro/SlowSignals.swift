import MarketData
import Rules

/// Signals out of a history's slow series: which series each is made of.
struct SlowSignals {
  private let history: MarketHistory
  init(_ history: MarketHistory) { self.history = history }

  /// What computes a signal; `nil` for one that isn't made of slow series.
  func signal(_ signal: SignalInstance) throws(SignalError) -> (any SessionSignal)? {
    switch signal.name {
    case "ad_line": return slow(AdvanceDeclineLine(try breadth(signal)))
    case "ad_slope": return slow(AdvanceDeclineSlope(try breadth(signal), sessions: signal.count(0)))
    case "wacc":
      return slow(
        CapitalCost(
          riskFree: try series("DGS10", signal), debt: try series("BAA", signal), equity: signal.number(0),
          premium: signal.number(1), tax: signal.number(2)))
    case "rate_differential":
      return slow(RateDifferential(long: try series("DGS10", signal), short: try series("DGS2", signal)))
    case "reer_change":
      return slow(SeriesChange(try series("RBUSBIS", signal), months: signal.count(0)))
    case "gdp_growth": return slow(SeriesChange(try series("GDPC1", signal), months: 12))
    case "gdp_regime":
      return slow(
        OutputRegime(try series("GDPC1", signal), isExpansion: signal.word(0) == "expansion"))
    case "p_cf", "quick_ratio": return slow(try series(signal.name, signal))
    case "p_cf_stress": return slow(OwnMedian(try series("p_cf", signal)))
    case "market_cap_trend": return slow(YearTrend(try capitalisation(signal)))
    case "pe":
      if let own = SlowSeries("pe", history) { return slow(own) }
      return PriceOverSeries(history, try series("Shiller earnings", signal, or: "pe"))
    case "ddm_gap": return PriceOverSeries(history, try series("ddm_value", signal), less: 1)
    case "stress":
      let composite = StressComposite(history, self)
      guard let composite else {
        throw lacking(signal, "at least one series of its parts (yields, GDP, breadth, valuation)")
      }
      return composite
    default: return nil
    }
  }

  /// The signal of that kind with its usual arguments, of the parts of the stress composite; `nil` where the history
  /// lacks it.
  func part(_ name: String) -> (any SessionSignal)? {
    guard let declaration = SignalCatalogue.standard[name] else { return nil }
    return try? signal(declaration.usual)
  }

  private func slow(_ formula: any SlowFormula) -> any SessionSignal { SlowSignal(formula, history) }

  private func lacking(_ signal: SignalInstance, _ needs: String) -> SignalError {
    .lacking(history: history.name, signal: signal.text, needs: needs)
  }
  private func series(
    _ name: String, _ signal: SignalInstance, or other: String? = nil
  ) throws(SignalError) -> SlowSeries {
    guard let series = SlowSeries(name, history) else {
      let isUser = name.utf8.contains { (97...122).contains($0) } && !name.contains(" ")
      throw lacking(
        signal,
        isUser
          ? "a file 'series,observed,known,value' with the series \(name)"
          : "the series \(name)"
            + (other.map { ", or a file 'series,observed,known,value' with the series \($0)," } ?? ""))
    }
    return series
  }
  private func breadth(_ signal: SignalInstance) throws(SignalError) -> Breadth {
    Breadth(
      advancers: try series("NYSE advancers", signal), decliners: try series("NYSE decliners", signal),
      calendar: history.calendar)
  }
  private func capitalisation(_ signal: SignalInstance) throws(SignalError) -> SlowSeries {
    if let own = SlowSeries("market_cap", history) { return own }
    return try series("equity market value", signal, or: "market_cap")
  }
}
