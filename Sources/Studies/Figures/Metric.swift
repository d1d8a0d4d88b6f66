/// A figure that a search may rank by. Each knows its better direction, so none can be maximised by mistake.
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
    case .trades, .stopReachable: .none
    default: lowerIsBetter ? .lower : .higher
    }
  }

  /// Whether less is better.
  public var lowerIsBetter: Bool {
    switch self {
    case .sd, .maxDrawdown, .drawdownSessions, .whipsaws, .whipsawDollars, .stopRate, .bothLose, .spxBeta:
      true
    default: false
    }
  }

  /// The figure, `nil` where it isn't defined.
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
    }
  }
}
