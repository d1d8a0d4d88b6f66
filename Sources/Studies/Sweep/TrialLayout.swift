import Backtesting
import RunStore

/// Where the store keeps each figure of a sweep's trials, over one period.
///
/// Money that is whole cents is stored as such; the view divides it again, in the order of ``Figures``, so that what
/// is read back has the same bits. What every trial of one condor setting shares stands in `settings`.
struct TrialLayout: Sendable {
  /// Sessions of the period: what a mean divides by.
  let sessions: Int
  /// Years of the period, ascending: the entries of `net_by_year`.
  let years: [String]

  /// Figures that are worked out on demand and kept of every trial, a column each after the others.
  let onDemand: [Metric]

  /// Of a period.
  init(_ axis: PeriodAxis, onDemand: [Metric] = []) {
    sessions = axis.dates.count
    years = Set(axis.years).sorted()
    self.onDemand = onDemand
  }

  /// The tables' columns, and each metric's place in them.
  var store: StoreLayout {
    StoreLayout(
      groupColumns: [
        .init("trades", .integer), .init("whipsaws", .integer), .init("whipsaw_cents", .integer),
        .init("stops_net_cents", .integer), .init("stop_rate", .real), .init("stop_reachable", .real),
        .init("theta_capture", .real),
      ],
      trialColumns: [
        .init("net_cents", .integer), .init("wins", .integer), .init("worst_cents", .integer),
        .init("max_drawdown_cents", .integer), .init("max_drawdown_sessions", .integer),
        .init("hedge_net_cents", .integer), .init("both_lose_sessions", .integer), .init("sd_dollars", .real),
        .init("sharpe", .real), .init("sortino", .real), .init("cvar95_dollars", .real),
        .init("cvar99_dollars", .real), .init("hedge_offset", .real), .init("spx_beta_dollars", .real),
        .init("net_by_year", .blob),
      ] + onDemand.map { .init($0.rawValue, .real) },
      metrics: (Metric.streamed + onDemand).map { ($0.rawValue, expression($0)) },
      facts: [("net_by_year", years.joined(separator: " "))])
  }

  /// SQL over a trial `t` and its setting `s`. SQLite's division is that of Swift: 64-bit whole numbers become the
  /// nearest double, and a division by 0 is NULL.
  private func expression(_ metric: Metric) -> String {
    switch metric {
    case .net: "t.net_cents / 100.0"
    case .mean: "t.net_cents / \(sessions).0 / 100.0"
    case .sd: "t.sd_dollars"
    case .sharpe: "t.sharpe"
    case .sortino: "t.sortino"
    case .winRate: "CAST(t.wins AS REAL) / s.trades"
    case .worst: "t.worst_cents / 100.0"
    case .cvar95: "t.cvar95_dollars"
    case .cvar99: "t.cvar99_dollars"
    case .maxDrawdown: "t.max_drawdown_cents / 100.0"
    case .drawdownSessions: "t.max_drawdown_sessions"
    case .trades: "s.trades"
    case .stopRate: "s.stop_rate"
    case .stopReachable: "s.stop_reachable"
    case .whipsaws: "s.whipsaws"
    case .whipsawDollars: "s.whipsaw_cents / 100.0"
    case .stopsNet: "s.stops_net_cents / 100.0"
    case .thetaCapture: "s.theta_capture"
    case .hedgeNet: "t.hedge_net_cents / 100.0"
    case .hedgeOffset: "t.hedge_offset"
    case .bothLose: "t.both_lose_sessions"
    case .spxBeta: "t.spx_beta_dollars"
    default: "t.\(metric.rawValue)"
    }
  }

  /// The shared part of a configuration's figures.
  ///
  /// - Parameter id: the setting's number.
  static func setting(_ id: Int, _ f: Figures) -> SettingRecord {
    SettingRecord(
      id: id, reason: f.trades > 0 ? nil : f.mainReason ?? "no_sessions",
      integers: [
        Int64(f.trades), Int64(f.whipsaws), cents(f.whipsawDollars), cents(f.stopsNetDollars),
      ],
      reals: [f.stopRate ?? .nan, f.stopReachable ?? .nan, f.thetaCapture ?? .nan],
      outcomes: OutcomeCode.allCases.compactMap { code in
        f.outcomes[code.rawValue].map { OutcomeCount(code.rawValue, $0) }
      })
  }

  /// The same of facts that are still whole cents.
  static func setting(_ id: Int, _ f: CondorFacts) -> SettingRecord {
    let outcomes = f.outcomes
    return SettingRecord(
      id: id, reason: f.trades > 0 ? nil : Figures.mainReason(outcomes) ?? "no_sessions",
      integers: [Int64(f.trades), Int64(f.whipsaws), f.whipsawCents, f.stopsNetCents],
      reals: [f.stopRate ?? .nan, f.stopReachable ?? .nan, f.thetaCapture ?? .nan],
      outcomes: OutcomeCode.allCases.compactMap { code in
        outcomes[code.rawValue].map { OutcomeCount(code.rawValue, $0) }
      })
  }

  /// Dollars that were made of whole cents as those cents: exact below 2⁵⁰ cents.
  static func cents(_ dollars: Double) -> Int64 { Int64((dollars * 100).rounded()) }
}

/// Trials on their way to the store, a column each, in the order of ``TrialLayout/store``.
struct TrialColumns: Sendable {
  let layout: TrialLayout
  var trials: [Int] = []
  var settings: [Int] = []
  var netCents: [Int64] = []
  var wins: [Int64] = []
  var worstCents: [Int64] = []
  var maxDrawdownCents: [Int64] = []
  var maxDrawdownSessions: [Int64] = []
  var hedgeNetCents: [Int64] = []
  var bothLoseSessions: [Int64] = []
  var sdDollars: [Double] = []
  var sharpe: [Double] = []
  var sortino: [Double] = []
  var cvar95Dollars: [Double] = []
  var cvar99Dollars: [Double] = []
  var hedgeOffset: [Double] = []
  var spxBetaDollars: [Double] = []
  /// Net cents a year of ``TrialLayout/years``, trial by trial.
  var netByYear: [Int64] = []
  var daily: [(trial: Int, cents: [Int64])] = []

  /// No trials.
  init(_ layout: TrialLayout) { self.layout = layout }

  /// Takes a configuration's figures; what is stored in cents is told from their dollars.
  ///
  /// - Parameters:
  ///   - trial: its index, above those taken before.
  ///   - setting: the label of its setting.
  ///   - net: net cents a session if they are to be kept.
  mutating func append(_ trial: Int, setting: Int, _ f: Figures, net: [Int64]?) {
    trials.append(trial)
    settings.append(setting)
    netCents.append(TrialLayout.cents(f.netDollars))
    wins.append(Int64(((f.winRate ?? 0) * Double(f.trades)).rounded()))
    worstCents.append(TrialLayout.cents(f.worstDollars))
    maxDrawdownCents.append(TrialLayout.cents(f.maxDrawdownDollars))
    maxDrawdownSessions.append(Int64(f.maxDrawdownSessions))
    hedgeNetCents.append(TrialLayout.cents(f.hedgeNetDollars))
    bothLoseSessions.append(Int64(f.bothLoseSessions))
    sdDollars.append(f.sdDollars ?? .nan)
    sharpe.append(f.sharpe ?? .nan)
    sortino.append(f.sortino ?? .nan)
    cvar95Dollars.append(f.cvar95Dollars)
    cvar99Dollars.append(f.cvar99Dollars)
    hedgeOffset.append(f.hedgeOffset ?? .nan)
    spxBetaDollars.append(f.spxBetaDollars ?? .nan)
    for year in layout.years { netByYear.append(TrialLayout.cents(f.netByYear[year] ?? 0)) }
    if let net { daily.append((trial, net)) }
  }

  private static let integerColumns: [WritableKeyPath<TrialColumns, [Int64]> & Sendable] = [
    \.netCents, \.wins, \.worstCents, \.maxDrawdownCents, \.maxDrawdownSessions, \.hedgeNetCents,
    \.bothLoseSessions,
  ]
  private static let realColumns: [WritableKeyPath<TrialColumns, [Double]> & Sendable] = [
    \.sdDollars, \.sharpe, \.sortino, \.cvar95Dollars, \.cvar99Dollars, \.hedgeOffset, \.spxBetaDollars,
  ]

  /// Room for so many trials.
  mutating func reserve(_ count: Int) {
    trials.reserveCapacity(count)
    settings.reserveCapacity(count)
    for column in Self.integerColumns { self[keyPath: column].reserveCapacity(count) }
    for column in Self.realColumns { self[keyPath: column].reserveCapacity(count) }
    netByYear.reserveCapacity(count * layout.years.count)
  }

  /// Takes figures that are whole cents still.
  mutating func append(
    _ trial: Int, setting: Int, _ f: PairFigures, byYear: ArraySlice<Int64>, net: [Int64]?
  ) {
    trials.append(trial)
    settings.append(setting)
    netCents.append(f.net)
    wins.append(f.wins)
    worstCents.append(f.worst)
    maxDrawdownCents.append(f.drawdown)
    maxDrawdownSessions.append(f.drawdownSessions)
    hedgeNetCents.append(f.hedgeNet)
    bothLoseSessions.append(f.bothLose)
    sdDollars.append(f.sdDollars)
    sharpe.append(f.sharpe)
    sortino.append(f.sortino)
    cvar95Dollars.append(f.cvar95Dollars)
    cvar99Dollars.append(f.cvar99Dollars)
    hedgeOffset.append(f.hedgeOffset)
    spxBetaDollars.append(f.spxBeta)
    netByYear += byYear
    if let net { daily.append((trial, net)) }
  }

  /// What the store takes.
  ///
  /// - Parameter onDemand: values by trial, in the order of ``TrialLayout/onDemand``.
  func block(onDemand values: [[Double?]] = []) -> TrialBlock {
    TrialBlock(
      trials: trials, settings: settings,
      columns: [
        .integers(netCents), .integers(wins), .integers(worstCents), .integers(maxDrawdownCents),
        .integers(maxDrawdownSessions), .integers(hedgeNetCents), .integers(bothLoseSessions),
        .reals(sdDollars), .reals(sharpe), .reals(sortino), .reals(cvar95Dollars), .reals(cvar99Dollars),
        .reals(hedgeOffset), .reals(spxBetaDollars), .words(netByYear, count: layout.years.count),
      ] + layout.onDemand.indices.map { k in .reals(values.map { $0[k] ?? .nan }) },
      daily: daily)
  }
}
