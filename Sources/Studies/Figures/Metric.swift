/// A figure that a search may rank by. Each knows its better direction, so none can be maximised by mistake.
///
/// Those of ``streamed`` are worked out for every pair of a product at full speed; their definitions are in ``Figures``.
/// Those of ``onDemand`` are worked out of a configuration's sessions (``SessionBook``) where they are asked for: as an
/// objective or a constraint of a search, or for trials that `sweep --keep` keeps. A figure that isn't defined is `nil`.
public enum Metric: String, CaseIterable, Sendable, Codable {
  case net = "net_dollars"
  case mean = "mean_dollars"
  case sd = "sd_dollars"
  case sharpe
  case sortino
  case winRate = "win_rate"
  case worst = "worst_dollars"
  case cvar95 = "cvar95_dollars"
  case cvar99 = "cvar99_dollars"
  case maxDrawdown = "max_drawdown_dollars"
  case drawdownSessions = "max_drawdown_sessions"
  case trades
  case stopRate = "stop_rate"
  case stopReachable = "stop_reachable"
  case whipsaws
  case whipsawDollars = "whipsaw_dollars"
  case stopsNet = "stops_net_dollars"
  case thetaCapture = "theta_capture"
  case hedgeNet = "hedge_net_dollars"
  case hedgeOffset = "hedge_offset"
  case bothLose = "both_lose_sessions"
  case spxBeta = "spx_beta_dollars"

  /// Σ max(x, 0) ÷ −Σ min(x, 0) of dollars a session, ≥ 0; nil where no session lost.
  case profitFactor = "profit_factor"
  /// Mean × 252 ÷ account, over the largest fall of account + Σx as a share of its running peak; nil without a fall, or
  /// where all was lost. T. Young, Futures 20 (1991), with the yearly return not compounded.
  case calmar
  /// Root of the mean squared fall of account + Σx below its running peak, in percent of the peak, ≥ 0. P. Martin and
  /// B. McCann, "The Investor's Guide to Fidelity Funds" (1989).
  case ulcer = "ulcer_percent"
  /// Third standardised central moment of dollars a session (denominator n); nil without spread. Odd moments are better
  /// high and even ones low: R. Scott and P. Horvath, J. Finance 35 (1980).
  case skewness
  /// Fourth standardised central moment − 3 (denominator n), ≥ −2; nil without spread.
  case excessKurtosis = "excess_kurtosis"
  /// Yearly internal rate of return, as a share, of the margin's dated payments: Reg-T margin is paid in on the day of the
  /// entry, and comes back on the day of the expiry with all that is realised in that session, hedges included. ACT/365, of
  /// several rates the one by ``Statistics/InternalRate``. Above −1; nil without payments of both signs.
  case irrMargin = "irr_margin_annual"
  /// Yearly internal rate of return, as a share, of the account: paid in on the first day, taken out with all that was
  /// realised on the last, nothing between: ((account + Σx) ÷ account)^(365/days) − 1. At least −1; nil where more than
  /// the account was lost, and without days.
  case irrAccount = "irr_account_annual"
  /// Intercept of dollars a session on the index's close-to-close moves: what the index doesn't explain (CAPM without a
  /// risk-free rate; the slope is ``spxBeta``). Nil for fewer than three sessions or an index that never moved.
  case capmAlpha = "capm_alpha_dollars"
  /// That intercept ÷ its HAC error (Newey and West, Bartlett's kernel, ⌊4·(n/100)^(2/9)⌋ lags); nil where that is 0.
  case capmAlphaT = "capm_t_alpha"
  /// The slope ÷ its HAC error.
  case capmBetaT = "capm_t_beta"
  /// Share of the variance of dollars a session that the index's moves explain, 0…1; nil without spread.
  case capmRSquared = "capm_r2"
  /// Hedge result on sessions where the condor did not lose: what the protection costs while it isn't needed.
  case hedgeCarry = "hedge_carry_dollars"
  /// Extrinsic value paid by early exits, ≥ 0.
  case extrinsicForfeited = "extrinsic_forfeited_dollars"
  /// Option premium turned over a year, × the account: (credits received + costs paid, early or at the settlement) ×
  /// 252 ÷ sessions ÷ account, ≥ 0. Futures have no premium and don't count.
  case turnover = "turnover_annual"
  /// Entry sessions in which nothing was sold, for any reason but the end of the period.
  case untraded = "untraded_sessions"
  /// Of them: marks, closes, settlements or a signal's values are missing (`data_hole`, `signal_missing`).
  case dataHoles = "data_hole_sessions"
  /// Of them: no strikes or no credit in the bands (`no_strike_in_band`, `credit_unreachable`).
  case unreachable = "unreachable_sessions"
  /// Of them: the account didn't hold the margin.
  case marginRefused = "margin_refused_sessions"

  /// Those that every pair of a sweep is scored by.
  public static let streamed = allCases.filter(\.isStreamed)
  /// The others.
  public static let onDemand = allCases.filter { !$0.isStreamed }

  /// Which way a figure is better.
  public enum Direction: String, Sendable, Hashable {
    /// More is better.
    case higher
    /// Less is better.
    case lower
    /// Neither by itself: a search must say what it wants.
    case none
  }

  /// Which way it is better. Where neither is, a plain ranking takes the highest first.
  public var direction: Direction {
    switch self {
    case .trades, .stopReachable, .capmBetaT, .turnover, .untraded: .none
    default: lowerIsBetter ? .lower : .higher
    }
  }

  /// Whether less is better.
  public var lowerIsBetter: Bool {
    switch self {
    case .sd, .maxDrawdown, .drawdownSessions, .whipsaws, .whipsawDollars, .stopRate, .bothLose, .spxBeta,
      .ulcer, .excessKurtosis, .capmRSquared, .extrinsicForfeited, .dataHoles, .unreachable, .marginRefused:
      true
    default: false
    }
  }

  /// Whether every pair of a sweep is scored by it.
  public var isStreamed: Bool {
    switch self {
    case .net, .mean, .sd, .sharpe, .sortino, .winRate, .worst, .cvar95, .cvar99, .maxDrawdown,
      .drawdownSessions, .trades, .stopRate, .stopReachable, .whipsaws, .whipsawDollars, .stopsNet,
      .thetaCapture, .hedgeNet, .hedgeOffset, .bothLose, .spxBeta:
      true
    case .profitFactor, .calmar, .ulcer, .skewness, .excessKurtosis, .irrMargin, .irrAccount, .capmAlpha,
      .capmAlphaT, .capmBetaT, .capmRSquared, .hedgeCarry, .extrinsicForfeited, .turnover, .untraded,
      .dataHoles, .unreachable, .marginRefused:
      false
    }
  }

  /// Whether the results a session are all it needs, so that it can be had of some sessions alone.
  public var isOfSeries: Bool {
    switch self {
    case .net, .mean, .sd, .sharpe, .sortino, .worst, .cvar95, .cvar99, .maxDrawdown, .drawdownSessions,
      .profitFactor, .calmar, .ulcer, .skewness, .excessKurtosis, .irrMargin, .irrAccount, .capmAlpha,
      .capmAlphaT, .capmBetaT, .capmRSquared, .hedgeCarry:
      true
    default: false
    }
  }

  /// Whether it can be had of each part of a period. What grows from one day to the last needs sessions that follow each
  /// other.
  public func isDefined(by segment: SearchObjective.Segment) -> Bool {
    isOfSeries && !(self == .irrAccount && segment == .vix)
  }

  /// A streamed figure, `nil` where it isn't defined.
  ///
  /// - Precondition: ``isStreamed``; of an ``Evaluation`` any figure can be had.
  public func value(of f: Figures) -> Double? {
    switch self {
    case .net: f.netDollars
    case .mean: f.meanDollars
    case .sd: f.sdDollars
    case .sharpe: f.sharpe
    case .sortino: f.sortino
    case .winRate: f.winRate
    case .worst: f.worstDollars
    case .cvar95: f.cvar95Dollars
    case .cvar99: f.cvar99Dollars
    case .maxDrawdown: f.maxDrawdownDollars
    case .drawdownSessions: Double(f.maxDrawdownSessions)
    case .trades: Double(f.trades)
    case .stopRate: f.stopRate
    case .stopReachable: f.stopReachable
    case .whipsaws: Double(f.whipsaws)
    case .whipsawDollars: f.whipsawDollars
    case .stopsNet: f.stopsNetDollars
    case .thetaCapture: f.thetaCapture
    case .hedgeNet: f.hedgeNetDollars
    case .hedgeOffset: f.hedgeOffset
    case .bothLose: Double(f.bothLoseSessions)
    case .spxBeta: f.spxBetaDollars
    default: preconditionFailure("Metric.value(of:): \(rawValue) is worked out on demand")
    }
  }
}
