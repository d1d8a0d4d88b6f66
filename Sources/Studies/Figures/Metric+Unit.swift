extension Metric {
  /// What it is measured in, as a table heads it.
  public var unit: String {
    switch self {
    case .net, .worst, .maxDrawdown, .whipsawDollars, .stopsNet, .hedgeNet, .hedgeCarry,
      .extrinsicForfeited:
      "dollars"
    case .mean, .sd, .cvar95, .cvar99, .capmAlpha: "dollars a session"
    case .spxBeta: "dollars a session for +1 % of the index"
    case .sharpe, .sortino, .calmar: "a year"
    case .winRate, .stopRate, .stopReachable: "share of trades"
    case .thetaCapture: "share of credit"
    case .hedgeOffset: "share of the condor's loss"
    case .irrMargin, .irrAccount: "share a year"
    case .capmRSquared: "share of variance"
    case .ulcer: "percent"
    case .turnover: "× the account a year"
    case .drawdownSessions, .bothLose, .untraded, .dataHoles, .unreachable, .marginRefused: "sessions"
    case .trades, .whipsaws: "trades"
    case .profitFactor, .skewness, .excessKurtosis, .capmAlphaT, .capmBetaT: "ratio"
    }
  }

  /// What it is, in a line.
  public var meaning: String {
    switch self {
    case .net: "everything realised in the period"
    case .mean: "net ÷ sessions"
    case .sd: "standard deviation of sessions"
    case .sharpe: "mean ÷ sd, yearly, no risk-free rate"
    case .sortino: "mean ÷ downside deviation, yearly"
    case .winRate: "winning trades, hedge included"
    case .worst: "worst session"
    case .cvar95: "mean of the worst 5 % of sessions"
    case .cvar99: "mean of the worst 1 % of sessions"
    case .maxDrawdown: "deepest fall below the running peak"
    case .drawdownSessions: "its length, to recovery or the end"
    case .trades: "entries that sold"
    case .stopRate: "stopped trades"
    case .stopReachable: "trades whose stop the position can reach"
    case .whipsaws: "stopped trades that would have won"
    case .whipsawDollars: "what those would have earned more"
    case .stopsNet: "what all stops earned or cost"
    case .thetaCapture: "credit kept, before fees"
    case .hedgeNet: "result of all hedges"
    case .hedgeOffset: "hedge result on sessions where the condor lost"
    case .bothLose: "condor and hedge both lose"
    case .spxBeta: "slope on the index (CAPM β)"
    case .profitFactor: "gross profit ÷ gross loss of sessions"
    case .calmar: "yearly return on the account ÷ its largest fall"
    case .ulcer: "Ulcer index of the account"
    case .skewness: "skew of sessions"
    case .excessKurtosis: "kurtosis of sessions, less the normal law's 3"
    case .irrMargin: "internal rate of the margin's dated payments"
    case .irrAccount: "internal rate of the account"
    case .capmAlpha: "what the index doesn't explain (CAPM α)"
    case .capmAlphaT: "CAPM α ÷ its HAC error"
    case .capmBetaT: "CAPM β ÷ its HAC error"
    case .capmRSquared: "variance that the index explains (CAPM R²)"
    case .hedgeCarry: "hedge result where the condor did not lose"
    case .extrinsicForfeited: "extrinsic value paid by early exits"
    case .turnover: "option premium received and paid"
    case .untraded: "entry sessions in which nothing was sold"
    case .dataHoles: "of them, for missing data"
    case .unreachable: "of them, for no strikes or credit in the bands"
    case .marginRefused: "of them, for want of margin"
    }
  }
}
