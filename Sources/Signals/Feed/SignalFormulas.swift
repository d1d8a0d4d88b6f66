import Kernels
import MarketData
import Pricing
import Rules

/// Which type computes which signal of the catalogue.
struct SignalFormulas {
  let history: MarketHistory
  let parameters: MarkParameters

  /// What computes a signal, prepared.
  func source(of signal: SignalInstance) throws(SignalError) -> SignalFeed.Source {
    switch signal.name {
    case "spx": .minute(IndexLevel(try prices(signal)))
    case "spx_close": .session(CloseSignal(officialCloses(try prices(signal))))
    case "minutes_to_close": .minute(MinutesToClose(history))
    case "rsi": relativeStrength(signal, try prices(signal))
    case "macd": try convergence(signal, try prices(signal))
    case "vix", "vix1d", "vix9d", "vix3m", "vix6m", "vvix":
      .session(CloseSignal(try closes(VolatilityIndex(rawValue: signal.name.uppercased()), signal)))
    case "vx1", "vx2", "vx3", "vx4", "vx5", "vx6", "vx7", "vx8":
      .session(FuturesSettlement(try futures(signal), month: Int(signal.name.dropFirst(2)) ?? 1))
    case "vx_now": .minute(IndicativeMaturity(try futures(signal), days: signal.count(0)))
    case "roll_yield": .session(RollYield(try futures(signal)))
    case "backwardation": .session(Backwardation(try futures(signal)))
    case "realised_vol": .session(realised(signal, try prices(signal)))
    case "realised_over_implied":
      .session(
        RealisedOverImplied(
          realised: realised(signal, try prices(signal)), implied: try closes(.vix, signal)))
    case "mev":
      .expiry(
        ExtractableValue(
          realised: realised(signal, try levels(signal)), history: history, parameters: parameters))
    case "order_flow": .minute(OrderFlowImbalance(try fund(signal), minutes: signal.count(0)))
    case "amihud": .session(AmihudIlliquidity(try fund(signal), sessions: signal.count(0)))
    case "variance_ratio": .minute(VarianceRatio(try prices(signal), bars: signal.count(0)))
    case "pin": .minute(PinPressure(try prices(signal), spacing: signal.count(0)))
    case "spy_basis": .minute(try FundBasis(try fund(signal), signal))
    case "event": .session(ScheduledEvent(signal, try calendar(signal)))
    default: try slow(signal)
    }
  }

  private func slow(_ signal: SignalInstance) throws(SignalError) -> SignalFeed.Source {
    let series = SlowSignals(history)
    guard let made = try series.signal(signal) else { throw .ofTrade(signal: signal.text) }
    return .session(made)
  }

  // MARK: What the history must hold

  private func lacking(_ signal: SignalInstance, _ needs: String) -> SignalError {
    .lacking(history: history.name, signal: signal.text, needs: needs)
  }
  private func prices(_ signal: SignalInstance) throws(SignalError) -> MarketHistory {
    guard !history.sessions.isEmpty else { throw lacking(signal, "daily and intraday prices of the S&P 500") }
    return history
  }
  private func futures(_ signal: SignalInstance) throws(SignalError) -> MarketHistory {
    guard history.futures.contains(where: { !$0.isEmpty }) else {
      throw lacking(signal, "VX settlements (a panel VX1…VX8, or the exchange's files by contract)")
    }
    return history
  }
  private func fund(_ signal: SignalInstance) throws(SignalError) -> MarketHistory {
    let bars = history.fund.compactMap { $0?.bars }.joined()
    guard bars.contains(where: { signal.name == "spy_basis" || $0.volume.isFinite }) else {
      throw lacking(signal, "intraday bars of SPY with a column of volume, into a new history,")
    }
    return history
  }
  private func calendar(_ signal: SignalInstance) throws(SignalError) -> MarketHistory {
    guard history.events.coverage != nil else {
      throw lacking(signal, "an economic calendar (date,event,…,time_et,…)")
    }
    return history
  }
  private func levels(_ signal: SignalInstance) throws(SignalError) -> MarketHistory {
    guard [VolatilityIndex.vix1d, .vix9d, .vix].contains(where: { history.volatility[$0] != nil }) else {
      throw lacking(signal, "daily closes of VIX, VIX9D or VIX1D")
    }
    return try prices(signal)
  }
  private func closes(_ index: VolatilityIndex?, _ signal: SignalInstance) throws(SignalError) -> DailyCloses
  {
    guard let index, let values = history.volatility[index], values.contains(where: \.isFinite) else {
      throw lacking(signal, "daily closes of \(index?.rawValue ?? signal.name)")
    }
    return DailyCloses(values, dates: history.sessions.map(\.date))
  }

  // MARK: Parts

  private func officialCloses(_ history: MarketHistory) -> DailyCloses {
    DailyCloses(history.sessions.map(\.official.close), dates: history.sessions.map(\.date))
  }
  private func realised(_ signal: SignalInstance, _ history: MarketHistory) -> RealisedVolatility {
    RealisedVolatility(officialCloses(history), sessions: signal.count(0))
  }

  private func relativeStrength(_ signal: SignalInstance, _ history: MarketHistory) -> SignalFeed.Source {
    bars(signal.barMinutes(1), RelativeStrengthReference(length: signal.count(0)), history)
  }
  private func convergence(
    _ signal: SignalInstance, _ history: MarketHistory
  ) throws(SignalError) -> SignalFeed.Source {
    guard signal.count(0) < signal.count(1) else {
      throw .arguments(
        signal: signal.text, reason: "the fast average must be shorter than the slow one; swap their lengths")
    }
    return bars(
      signal.barMinutes(4),
      Convergence(
        fast: signal.count(0), slow: signal.count(1), signal: signal.count(2), part: signal.word(3)),
      history)
  }
  private func bars(
    _ minutes: Int, _ indicator: some BarIndicator, _ history: MarketHistory
  ) -> SignalFeed.Source {
    let series = BarIndicatorSeries(indicator, barMinutes: minutes, history: history)
    return minutes == 0 ? .session(series) : .minute(series)
  }
}

extension SignalInstance {
  /// A whole-number argument.
  func count(_ position: Int) -> Int {
    guard case .count(let count) = arguments[position] else {
      preconditionFailure("SignalInstance.count: argument \(position) of \(text) is no count")
    }
    return count
  }
  /// A number in the unit it counts.
  func number(_ position: Int) -> Double {
    guard case .number(let value, let unit) = arguments[position] else {
      preconditionFailure("SignalInstance.number: argument \(position) of \(text) is no number")
    }
    return unit.value(value)
  }
  /// A word.
  func word(_ position: Int) -> String {
    guard case .word(let word) = arguments[position] else {
      preconditionFailure("SignalInstance.word: argument \(position) of \(text) is no word")
    }
    return word
  }
  /// Minutes a bar; 0 for whole sessions.
  func barMinutes(_ position: Int) -> Int {
    guard case .minutes(let minutes) = arguments[position] else { return 0 }
    return minutes
  }
}
