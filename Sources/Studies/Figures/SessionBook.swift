import Backtesting
import Kernels
import MarketData
import Statistics

/// One configuration's results session by session: what the figures that aren't streamed are made of. Whole cents.
///
/// Evaluations and searches give the same book, so that a figure has the same bits wherever it comes from.
struct SessionBook: Sendable, Hashable {
  /// Everything realised in each session; shape `[sessions]`, as the others.
  private(set) var net: [Int64]
  /// Of it, the condors.
  private(set) var condor: [Int64]
  /// Margin held from the session before for what is realised in a session.
  private(set) var margin: [Int64]
  /// Day of each session, and of the one before it (the first one's own, at the start of the period).
  private(set) var days: [Int32]
  private(set) var daysBefore: [Int32]
  /// Moves of the index, parts per million.
  private(set) var moves: [Int32]
  /// Starting capital.
  let accountCents: Int64
  /// Of all entries of the period, whatever the sessions are.
  let facts: CondorFacts

  /// - Parameters:
  ///   - net: cents realised in each session; shape `[sessions]`, as the others.
  ///   - condor: of them, the condors'.
  ///   - margin: cents, by the session in which the trade is realised.
  ///   - days: of the sessions, ascending.
  ///   - moves: of the index into each session, parts per million.
  init(
    net: [Int64], condor: [Int64], margin: [Int64], days: [Int32], moves: [Int32], accountCents: Int64,
    facts: CondorFacts
  ) {
    self.net = net
    self.condor = condor
    self.margin = margin
    self.accountCents = accountCents
    self.facts = facts
    self.days = days
    daysBefore = days.prefix(1) + days.dropLast()
    self.moves = moves
  }

  /// The same of some sessions alone, ascending.
  func part(_ sessions: [Int]) -> SessionBook {
    var made = self
    made.net = sessions.map { net[$0] }
    made.condor = sessions.map { condor[$0] }
    made.margin = sessions.map { margin[$0] }
    made.days = sessions.map { days[$0] }
    made.daysBefore = sessions.map { daysBefore[$0] }
    made.moves = sessions.map { moves[$0] }
    return made
  }

  /// A figure, `nil` where it isn't defined.
  func value(_ metric: Metric) -> Double? { values([metric])[0] }

  /// Figures, what they have in common worked out once.
  ///
  /// - Precondition: each is worked out on demand, or ``Metric/isOfSeries``.
  /// - Complexity: O(n·log n), for an internal rate about 20·n exponentials, for the CAPM O(n·lags).
  func values(_ metrics: [Metric]) -> [Double?] {
    lazy var summary = PnLSummary(cents: net)
    lazy var account = AccountFigures(cents: net, account: accountCents)
    lazy var line = LeastSquaresLine(
      y: net.map { Double($0) / 100 }, x: moves.map { Double($0) / 10_000 })
    func dollars(_ cents: Int64) -> Double { Double(cents) / 100 }
    var made: [Double?] = []
    for metric in metrics {
      let value: Double? =
        switch metric {
        case .net: dollars(summary.net)
        case .mean: summary.mean.map { $0 / 100 }
        case .sd: summary.standardDeviation.map { $0 / 100 }
        case .sharpe: summary.sharpe
        case .sortino: summary.sortino
        case .worst: summary.worst.map(dollars)
        case .cvar95: summary.cvar95.map { $0.value / 100 }
        case .cvar99: summary.cvar99.map { $0.value / 100 }
        case .maxDrawdown: dollars(summary.drawdown.depth)
        case .drawdownSessions: Double(summary.drawdown.length)
        case .profitFactor: summary.profitFactor
        case .skewness: summary.skewness
        case .excessKurtosis: summary.excessKurtosis
        case .calmar: account.calmar
        case .ulcer: account.ulcer
        case .irrMargin: rateOn(margin: margin, net: net)
        case .irrAccount: rateOnAccount(net: summary.net)
        case .capmAlpha: line?.alpha.value
        case .capmAlphaT: line?.alpha.tStatistic
        case .capmBetaT: line?.beta.tStatistic
        case .capmRSquared: line?.rSquared
        case .hedgeCarry: dollars(carry)
        case .extrinsicForfeited: dollars(facts.extrinsic)
        case .turnover: turnover
        case .untraded: Double(facts.outcomes(except: [.traded, .periodEnds]))
        case .dataHoles: Double(facts.outcomes(of: [.dataHole, .signalMissing]))
        case .unreachable: Double(facts.outcomes(of: [.noStrikeInBand, .creditUnreachable]))
        case .marginRefused: Double(facts.outcomes(of: [.margin]))
        default: preconditionFailure("SessionBook.values: \(metric.rawValue) needs more than sessions")
        }
      made.append(value)
    }
    return made
  }

  /// The internal rate of dated payments: margin in on the day of the entry, out with the result on that of the expiry.
  ///
  /// - Parameters:
  ///   - margin: cents, by the session in which it is given back.
  ///   - net: cents realised in each session.
  func rateOn(margin: [Int64], net: [Int64]) -> Double? {
    var payments: [InternalRate.Payment] = []
    for s in net.indices where margin[s] != 0 || net[s] != 0 {
      payments.append(.init(day: Int(daysBefore[s]), cents: -margin[s]))
      payments.append(.init(day: Int(days[s]), cents: margin[s] + net[s]))
    }
    return InternalRate.annual(payments)
  }

  private func rateOnAccount(net: Int64) -> Double? {
    guard let first = daysBefore.first, let last = days.last, last > first, accountCents > 0,
      accountCents + net >= 0
    else { return nil }
    let growth = Double(accountCents + net) / Double(accountCents)
    guard growth > 0 else { return -1 }
    return Elementary.expm1(Elementary.log(growth) * (365 / Double(last - first)))
  }

  private var carry: Int64 {
    var sum: Int64 = 0
    for s in net.indices where condor[s] >= 0 { sum += net[s] - condor[s] }
    return sum
  }

  private var turnover: Double? {
    guard accountCents > 0, !net.isEmpty else { return nil }
    return Double(facts.credit + facts.cost) / Double(accountCents) * (252 / Double(net.count))
  }
}
