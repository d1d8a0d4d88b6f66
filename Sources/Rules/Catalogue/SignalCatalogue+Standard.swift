extension SignalCatalogue {
  /// Every signal that the specification names. To add one: a declaration here, and its values where signals are computed.
  ///
  /// A value by session is the one known at the session's open; a value by minute is that of the last completed bar.
  public static let standard = SignalCatalogue(
    index + volatility + flow + breadthAndRates + valuation + calendar + position)

  private static let priorClose = "the prior session's close until 16:15"
  private static let completedMinute = "the last completed minute"
  private static let completedBar = "a bar counts from its end, a session from the next open"
  private static let spx = "intraday and daily SPX"
  private static let cboe = "daily volatility indices (VIX9D, VIX, VIX3M, VIX6M, VVIX)"
  private static let futures = "VX settlements by contract"
  private static let fund = "intraday bars of SPY with volume"
  private static func userSeries(_ name: String) -> String {
    "a file 'series,observed,known,value' with the series \(name)"
  }

  private static func length(_ name: String, _ range: ClosedRange<Int>, _ standard: Int) -> SignalParameter {
    SignalParameter(name, .count(range), standard: .count(standard))
  }
  private static func bar(_ standard: SignalArgument) -> SignalParameter {
    SignalParameter("bar", .bar(minutes: 1...390), standard: standard)
  }

  // MARK: Index

  private static let index: [SignalDeclaration] = [
    SignalDeclaration(
      "move", [SignalParameter("side", .word(["either", "up", "down"]), standard: .word("either"))],
      type: .number(.sd), resolution: .fixed(.minute), dependence: .entry, asOf: completedMinute,
      suppliedBy: spx, phrase: "the move of the index since the fill ({side} side counting)",
      formula: "ln(F/F at the fill) over level·√w from entry to expiry; its size, itself, or its negative"),
    SignalDeclaration(
      "spx", type: .number(.points), resolution: .fixed(.minute), asOf: completedMinute, suppliedBy: spx,
      phrase: "the index", formula: "S&P 500"),
    SignalDeclaration(
      "spx_close", type: .number(.points), resolution: .fixed(.session),
      asOf: "the prior session's official close", suppliedBy: spx, phrase: "the last close of the index",
      formula: "S&P 500"),
    SignalDeclaration(
      "rsi", [length("length", 2...500, 14), bar(.minutes(5))], type: .number(.score), range: 0...100,
      resolution: .ofBar, lookBack: .bars(of: ["length"]), asOf: completedBar, suppliedBy: spx,
      phrase: "the RSI of the index over {length} bars of {bar}",
      formula: "J. W. Wilder, New Concepts in Technical Trading Systems (1978)"),
    SignalDeclaration(
      "macd",
      [
        length("fast", 1...500, 12), length("slow", 2...500, 26), length("signal", 1...500, 9),
        SignalParameter("part", .word(["line", "signal", "histogram"]), standard: .word("line")),
        bar(.sessions(1)),
      ], type: .number(.points), resolution: .ofBar, lookBack: .bars(of: ["slow", "signal"]),
      asOf: completedBar, suppliedBy: spx,
      phrase: "the MACD {part} of the index ({fast}, {slow}, {signal}) on bars of {bar}",
      formula: "G. Appel, The Moving Average Convergence-Divergence Trading Method (1979), begun as in TA-Lib"
    ),
    SignalDeclaration(
      "minutes_to_close", type: .number(.minutes), range: 0...390, resolution: .fixed(.minute),
      asOf: "known ahead", suppliedBy: "the trading calendar",
      phrase: "the time to the close", formula: "close − now, the close 13:00 on half days"),
  ]

  // MARK: Volatility

  private static func volatilityIndex(_ name: String) -> SignalDeclaration {
    SignalDeclaration(
      name.lowercased(), type: .number(.vols), resolution: .fixed(.session), asOf: priorClose,
      suppliedBy: cboe, phrase: name, formula: "Cboe volatility index methodology")
  }
  private static let volatility: [SignalDeclaration] =
    ["VIX", "VIX1D", "VIX9D", "VIX3M", "VIX6M", "VVIX"].map(volatilityIndex)
    + (1...8).map { month in
      SignalDeclaration(
        "vx\(month)", type: .number(.vols), resolution: .fixed(.session),
        asOf: "the prior settlement until 16:15 (16:00 from 2020-10-26)", suppliedBy: futures,
        phrase: "the settlement of VX month \(month)",
        formula: "Cboe Futures Exchange; of the contracts that expire after the day settled")
    } + [
      SignalDeclaration(
        "vx_now", [length("days", 5...220, 30)], type: .number(.vols), resolution: .fixed(.minute),
        lookBack: .sessions(2), asOf: completedMinute, suppliedBy: futures,
        phrase: "indicative VX at {days} days, the prior settlement moved with the index",
        formula: "prior settlement + β·return of the index, β over the sessions before"),
      SignalDeclaration(
        "roll_yield", type: .number(.ratio), resolution: .fixed(.session), asOf: priorClose,
        suppliedBy: futures, phrase: "the roll yield from the second VX month to the first",
        formula: "VX1/VX2 − 1"),
      SignalDeclaration(
        "backwardation", type: .condition, resolution: .fixed(.session), asOf: priorClose,
        suppliedBy: futures, phrase: "VX is in backwardation", formula: "VX1 > VX2"),
      SignalDeclaration(
        "realised_vol", [length("sessions", 2...500, 20)], type: .number(.vols),
        resolution: .fixed(.session), lookBack: .bars(of: ["sessions"]),
        asOf: "the prior session's close", suppliedBy: spx,
        phrase: "realised volatility over {sessions} sessions",
        formula: "√(252/n·Σ ln²(close/close before))·100"),
      SignalDeclaration(
        "realised_over_implied", [length("sessions", 2...500, 20)], type: .number(.ratio),
        resolution: .fixed(.session), lookBack: .bars(of: ["sessions"]), asOf: priorClose,
        suppliedBy: "\(spx), \(cboe)", phrase: "realised over implied variance ({sessions} sessions)",
        formula: "realised_vol²/VIX²"),
      SignalDeclaration(
        "mev", [length("sessions", 2...500, 20)], type: .number(.ratio), resolution: .fixed(.minute),
        dependence: .entry, lookBack: .bars(of: ["sessions"]), asOf: completedMinute,
        suppliedBy: "\(spx), \(cboe)",
        phrase: "extractable value over the premium left, realised over {sessions} sessions",
        formula:
          "loss versus rebalancing σ²/8·w/252 (Milionis et al. 2022) over a reference at-the-money condor's premium"
      ),
    ]

  // MARK: Flow

  private static let flow: [SignalDeclaration] = [
    SignalDeclaration(
      "order_flow", [length("minutes", 1...390, 30)], type: .number(.ratio), range: -1...1,
      resolution: .fixed(.minute), lookBack: .sessions(21), asOf: "the last completed bar of SPY",
      suppliedBy: fund, phrase: "the bulk-volume imbalance of SPY over {minutes} minutes",
      formula: "Easley, López de Prado and O'Hara (2012), σ of the 20 sessions before"),
    SignalDeclaration(
      "amihud", [length("sessions", 1...500, 20)], type: .number(.ratio), resolution: .fixed(.session),
      lookBack: .bars(of: ["sessions"]), asOf: "the prior session's close",
      suppliedBy: fund, phrase: "Amihud's illiquidity over {sessions} sessions",
      formula: "Y. Amihud (2002): mean of |return of the index| over billions of dollars of SPY traded"),
    SignalDeclaration(
      "variance_ratio", [length("bars", 2...60, 5)], type: .number(.ratio), resolution: .fixed(.minute),
      asOf: completedMinute, suppliedBy: spx, phrase: "the variance ratio of {bars}-minute returns",
      formula: "Lo and MacKinlay (1988), of the session so far, from twice that many minutes on"),
    SignalDeclaration(
      "pin", [length("spacing", 5...100, 25)], type: .number(.ratio), range: 0...1,
      resolution: .fixed(.minute), asOf: completedMinute, suppliedBy: spx,
      phrase: "the pin pressure at strikes {spacing} points apart",
      formula: "1 − 2·|distance to the nearest such strike|/spacing in the last hour, 0 before"),
    SignalDeclaration(
      "spy_basis", type: .number(.ratio), resolution: .fixed(.minute), lookBack: .sessions(2),
      asOf: "the last completed bar of SPY", suppliedBy: "bars of SPX and of SPY for the same sessions",
      phrase: "the basis of SPY against SPX", formula: "10·SPY/SPX over the same at the prior close, less 1"),
  ]

  // MARK: Breadth and rates

  private static let breadthAndRates: [SignalDeclaration] = [
    SignalDeclaration(
      "ad_line", type: .number(.ratio), resolution: .fixed(.session), asOf: "the prior session's value",
      suppliedBy: "NYSE advancers and decliners", phrase: "the advance/decline line",
      formula: "Σ (advances − declines)/(advances + declines) since the first day of the history"),
    SignalDeclaration(
      "ad_slope", [length("sessions", 1...500, 20)], type: .number(.ratio), range: -1...1,
      resolution: .fixed(.session), lookBack: .bars(of: ["sessions"]), asOf: "the prior session's value",
      suppliedBy: "NYSE advancers and decliners",
      phrase: "the slope of the advance/decline line over {sessions} sessions",
      formula: "its mean change a counted day"),
    SignalDeclaration(
      "wacc",
      [
        SignalParameter("equity", .number(0...100, .percent), standard: .number(80, .percent)),
        SignalParameter("premium", .number(0...20, .percent), standard: .number(5, .percent)),
        SignalParameter("tax", .number(0...60, .percent), standard: .number(21, .percent)),
      ], type: .number(.ratio), resolution: .fixed(.session), asOf: "from the dates the yields are known",
      suppliedBy: "the FRED series DGS10 and BAA",
      phrase: "the cost of capital ({equity} equity, {premium} premium, {tax} tax)",
      formula: "E/V·(rf + β·ERP) + D/V·BAA·(1 − t), β = 1"),
    SignalDeclaration(
      "rate_differential", type: .number(.ratio), resolution: .fixed(.session),
      asOf: "from the dates the yields are known", suppliedBy: "the FRED series DGS10 and DGS2",
      phrase: "the interest-rate differential", formula: "10-year yield − 2-year yield"),
    SignalDeclaration(
      "reer_change", [length("months", 1...60, 12)], type: .number(.ratio), resolution: .fixed(.session),
      asOf: "from its known date", suppliedBy: "the FRED series RBUSBIS",
      phrase: "the change of the real effective exchange rate over {months} months",
      formula: "REER/REER before − 1"),
    SignalDeclaration(
      "gdp_growth", type: .number(.ratio), resolution: .fixed(.session), asOf: "quarter end + 30 days",
      suppliedBy: "the FRED series GDPC1", phrase: "real GDP growth over a year",
      formula: "GDP/GDP four quarters before − 1, latest vintage"),
    SignalDeclaration(
      "gdp_regime", [SignalParameter("state", .word(["expansion", "contraction"]))], type: .condition,
      resolution: .fixed(.session), asOf: "quarter end + 30 days", suppliedBy: "the FRED series GDPC1",
      phrase: "GDP is in {state}", formula: "the sign of the last known quarter's growth, latest vintage"),
  ]

  // MARK: Valuation

  private static func valuation(
    _ name: String, _ phrase: String, _ formula: String, of suppliedBy: String
  ) -> SignalDeclaration {
    var made = SignalDeclaration(
      name, type: .number(.ratio), resolution: .fixed(.session), asOf: "from its known date",
      suppliedBy: suppliedBy, phrase: phrase, formula: formula)
    made.isValuation = true
    return made
  }
  private static let valuation: [SignalDeclaration] = [
    valuation("p_cf", "price to cash flow", "price/cash flow a share", of: userSeries("p_cf")),
    valuation(
      "p_cf_stress", "the stress of price to cash flow", "its rise over its own median so far",
      of: userSeries("p_cf")),
    valuation(
      "quick_ratio", "the quick ratio", "(current assets − inventories)/current liabilities",
      of: userSeries("quick_ratio")),
    valuation(
      "market_cap_trend", "the trend of market capitalisation", "its change over a year",
      of: userSeries("market_cap") + ", or a panel of macro signals"),
    valuation(
      "pe", "price to earnings", "the series, or the last close over Shiller's earnings of twelve months",
      of: userSeries("pe") + ", or Shiller's table"),
    valuation(
      "ddm_gap", "the gap to the dividend discount value", "the last close/(D₁/(r − g)) − 1",
      of: userSeries("ddm_value")),
    SignalDeclaration(
      "stress", type: .number(.ratio), range: 0...1, resolution: .fixed(.session), asOf: priorClose,
      suppliedBy: "the slow series present, at least one", phrase: "the stress composite",
      formula: "mean of the expanding percentiles of the slow signals present, each turned towards stress"),
  ]

  // MARK: Calendar

  private static let calendar: [SignalDeclaration] = [
    SignalDeclaration(
      "event",
      [
        SignalParameter("kinds", .words(["FOMC", "CPI", "PPI", "NFP"])),
        SignalParameter("within", .within(0...20)),
      ], type: .condition, resolution: .fixed(.session),
      asOf: "dates are published long ahead; beyond the calendar's end it is missing",
      suppliedBy: "an economic calendar", phrase: "{kinds} is due within {within}",
      formula: "a release on the session or at most so many later")
  ]

  // MARK: Position

  private static func condor(
    _ name: String, _ unit: RuleUnit, _ phrase: String, _ formula: String,
    parameters: [SignalParameter] = [], _ dependence: RuleDependence = .condor
  ) -> SignalDeclaration {
    SignalDeclaration(
      name, parameters, type: .number(unit), resolution: .fixed(.minute), dependence: dependence,
      asOf: completedMinute, suppliedBy: "the trade itself", phrase: phrase, formula: formula)
  }
  private static let side = SignalParameter(
    "side", .word(["nearer", "put", "call"]), standard: .word("nearer"))
  private static let position: [SignalDeclaration] = [
    condor("credit", .points, "the condor's credit", "of its fill"),
    condor("cost", .points, "what closing the condor costs", "of all legs sold, at the mid or natural mark"),
    condor("loss", .points, "the condor's loss", "cost − credit"),
    condor(
      "strike_distance", .points, "the distance to the short strike ({side})",
      "index − short put, short call − index, or the smaller: positive out of the money", parameters: [side]),
    condor(
      "break_even_distance", .points, "the distance to the break-even point ({side})",
      "strike_distance + credit: positive inside", parameters: [side]),
    condor(
      "hedge_gain", .ratio, "the gain of the layer's VX, or of its calls, since its fill",
      "indicative VX over indicative VX at the fill − 1; a call's mark over its ask at the fill − 1, both at the indicative VX",
      .entry),
    condor(
      "vix_giveback", .ratio,
      "the share of the rise of VX, or of the call, since the fill that was given back",
      "(highest − now)/(highest − at the fill); 0 while nothing rose", .entry),
  ]
}
