import Backtesting
import MarketData
import Risk
import Strategies

/// What condor, hedge and both may lose over the next session by the joint law of index, VIX, VX months and VVIX, what each
/// part and factor adds to it, and whether those forecasts held.
///
/// A forecast is made at 16:15 of a session for the book as it is held then, and only by what is known then: a covariance of
/// the factors' changes over the sessions up to it, fitted anew each session. Every position is revalued in every scenario:
/// condors at their settlement on the index's close, VX by the change of its month, VIX calls by their model on the moved VX
/// and VVIX a session later. Held against it are what that same book earned, and what was earned with every order
/// that the session brought.
///
/// - Source: Basel Committee, MAR32 (2019): hypothetical and actual P&L in backtesting.
public struct FactorReport: Sendable, Codable {
  /// The law at one session's end.
  public struct Law: Sendable, Codable, Hashable {
    /// Last session of its window.
    public var date: String
    /// Factors used.
    public var factors: [String]
    /// Factors left out: more than a tenth of the window's days missing, or never changed.
    public var leftOut: [String]
    /// Sessions of the window with every factor.
    public var sessions: Int
    /// Those without.
    public var sessionsLeftOut: Int
    /// √(variance·252) of each factor, 0.2 is 20 %.
    public var annualVolatility: [Double]
    /// Of a session's changes, by rows.
    public var covariance: [[Double]]
    /// By rows.
    public var correlation: [[Double]]
    /// Of the correlations, descending.
    public var eigenvalues: [Double]
    /// Weight of what correlations are drawn to.
    public var shrinkage: Double
    /// How the square root was found.
    public var root: FactorCovariance.Root
  }
  /// Of the laws of all sessions forecast.
  public struct Laws: Sendable, Codable {
    /// Sessions with one.
    public var sessions = 0
    /// Of them, those with a factor left out.
    public var withFactorsLeftOut = 0
    /// Singular to working precision, so that scenarios come from eigenvectors.
    public var singular = 0
  }
  /// One configuration.
  public struct Row: Sendable, Codable {
    /// Name of the configuration.
    public var name: String
    /// What must be known of its settings.
    public var caveats: [String]
    /// The condor; with a hedge also the hedge and both.
    public var books: [FactorBook]
  }

  /// Name of the history.
  public var history: String
  /// What the prices are, in one sentence.
  public var disclosure: String
  /// First session.
  public var from: String
  /// Last session.
  public var to: String
  /// Sessions of the period.
  public var sessions: Int
  /// How it was worked out.
  public var question: FactorQuestion
  /// What the session after the period would be forecast by; `nil` where there is no law.
  @Nullable public var law: Law?
  /// Of the sessions of the period.
  public var laws: Laws
  /// One a configuration.
  public var rows: [Row]

  /// Runs the configurations over a period, each session on one thread. Sessions before the period make the first laws.
  ///
  /// - Complexity: O(strategies × sessions × (minutes + positions × scenarios + scenarios × log(scenarios))).
  public init(
    _ strategies: [Strategy], market: Market, period: ClosedRange<Int>, question: FactorQuestion, threads: Int
  ) {
    let axis = PeriodAxis(market.history, period: period)
    history = market.history.name
    disclosure = market.disclosure
    from = axis.dates.first?.description ?? ""
    to = axis.dates.last?.description ?? ""
    sessions = period.count
    self.question = question
    let run = FactorRun(strategies, market: market, period: period, question: question, threads: threads)
    let days = Scheduler.map(count: period.count - 1, threads: threads) { run.day($0) }.compactMap { $0 }
    laws = days.reduce(into: Laws()) { $0.add($1.laws) }
    let end = market.history.sessions[period.upperBound].date
    law = (try? run.law(after: period.upperBound, next: end).get()).map { Law($0, date: end) }
    rows = strategies.indices.map { n in
      let strategy = strategies[n]
      let books: [CapitalReport.Book] = strategy.hedge.isEmpty ? [.condor] : [.condor, .hedge, .both]
      let rolled =
        strategy.exit.shift == nil
        ? [] : ["spreads that a shift rolls are in no book: not forecast, not told"]
      return Row(
        name: strategy.name, caveats: strategy.caveats + rolled,
        books: books.enumerated().map { b, which in
          FactorBook(
            which, days.map { $0.forecasts[n][b] },
            parts: ["put side", "call side"] + strategy.hedge.map(\.name),
            question: question, history: market.history)
        })
    }
  }
}

extension FactorReport.Laws {
  /// Of one session.
  init(_ law: FactorLaw) {
    self.init(
      sessions: 1, withFactorsLeftOut: law.window.kept.count < law.window.factors ? 1 : 0,
      singular: law.covariance.root == .spectral ? 1 : 0)
  }

  mutating func add(_ other: Self) {
    sessions += other.sessions
    withFactorsLeftOut += other.withFactorsLeftOut
    singular += other.singular
  }
}

extension FactorReport.Law {
  init(_ law: FactorLaw, date: SessionDate) {
    let (window, covariance) = (law.window, law.covariance)
    let n = covariance.order
    func rows(_ values: [Double]) -> [[Double]] { (0..<n).map { Array(values[($0 * n)..<(($0 + 1) * n)]) } }
    self.init(
      date: date.description, factors: window.kept.map { FactorChanges.names[$0] },
      leftOut: FactorChanges.names.indices.filter { !window.kept.contains($0) }.map {
        FactorChanges.names[$0]
      },
      sessions: window.days, sessionsLeftOut: window.daysLeftOut,
      annualVolatility: (0..<n).map { (252 * covariance.values[$0 * n + $0]).squareRoot() },
      covariance: rows(covariance.values), correlation: rows(covariance.correlations),
      eigenvalues: covariance.eigenvalues, shrinkage: covariance.shrinkage, root: covariance.root)
  }
}
