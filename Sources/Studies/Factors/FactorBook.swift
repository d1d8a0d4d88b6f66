import MarketData
import Risk

/// One book's forecasts and what became of them. Dollars; negative is a loss.
public struct FactorBook: Sendable, Codable {
  /// Dollars that a part or factor adds, on average over the sessions forecast.
  public struct Contribution: Sendable, Codable {
    /// The part or factor.
    public var name: String
    /// Mean of what it adds; `nil` without any forecast.
    @Nullable public var meanDollars: Double?
  }
  /// Sessions without a forecast, for one reason.
  public struct Without: Sendable, Codable {
    /// Why.
    public var reason: NoForecast
    /// How many.
    public var sessions: Int
  }
  /// One session forecast.
  public struct Session: Sendable, Codable {
    /// The session, forecast at the end of the one before.
    public var date: String
    /// The forecast.
    public var valueAtRisk: Double
    /// The forecast.
    public var expectedShortfall: Double
    /// Whether less than one scenario lies in the tail, so that the worst stands in for both.
    public var isWorstOnly: Bool
    /// What each part adds to the expected shortfall; in the order of ``FactorBook/parts``.
    public var parts: [Double]
    /// What each factor adds to the value at risk of the linearised book; in the order of ``FactorBook/factors``.
    public var factors: [Double]
    /// What the book earned as it was held; `nil` where something held had no price then.
    @Nullable public var heldDollars: Double?
    /// The same with every order of the session; `nil` likewise.
    @Nullable public var tradedDollars: Double?
  }
  /// Forecasts against what came, of the sessions of which that is known.
  public struct Backtest: Sendable, Codable {
    /// Sessions below the value at risk.
    public var below: Int
    /// Sessions exactly at it, as where a condor loses its whole width.
    public var at: Int
    /// Of exceedances, those at it counted by the share of their law that belongs to the tail; `nil` without sessions, as all that
    /// follow.
    @Nullable public var exceedances: ExceedanceTest?
    /// The likelihood ratios of Kupiec and Christoffersen, which know no sessions at the value at risk: of those below it alone.
    @Nullable public var belowTests: ValueAtRiskBacktest?
    /// The same of those below it and at it.
    @Nullable public var upToTests: ValueAtRiskBacktest?
    /// Mean P&L of the tail, sessions at the value at risk with that share; `nil` where there was none.
    @Nullable public var meanBeyond: Double?
    /// Mean expected shortfall forecast for those sessions.
    @Nullable public var meanForecast: Double?
    /// Of expected shortfalls, Z in dollars.
    @Nullable public var shortfall: ShortfallTest?
  }

  /// Which.
  public var book: CapitalReport.Book
  /// Sessions forecast.
  public var forecasts: Int
  /// The other sessions.
  public var without: [Without]
  /// Sessions forecast of which something held has no price at their own settlement: in no backtest.
  public var withoutResult: Int
  /// Sessions forecast by less than one scenario in the tail: the worst is told.
  public var worstOnly: Int
  /// Mean of the forecasts; `nil` without any, as the others.
  @Nullable public var meanValueAtRisk: Double?
  /// Mean of the forecasts.
  @Nullable public var meanExpectedShortfall: Double?
  /// Mean value at risk of the book linearised in its factors.
  @Nullable public var meanDeltaNormal: Double?
  /// What parts add to the mean expected shortfall; they sum to it.
  public var parts: [Contribution]
  /// What factors add to the mean of the linearised book; they sum to it.
  public var factors: [Contribution]
  /// Against the book as held.
  public var held: Backtest
  /// Against the book as traded.
  public var traded: Backtest
  /// One by one.
  public var sessions: [Session]

  init(
    _ book: CapitalReport.Book, _ results: [Result<BookForecast, NoForecast>], parts names: [String],
    question: FactorQuestion, history: MarketHistory
  ) {
    let made = results.compactMap { try? $0.get() }
    let reasons = results.compactMap { if case .failure(let reason) = $0 { reason } else { nil } }
    self.book = book
    forecasts = made.count
    without = NoForecast.allCases.compactMap { reason in
      let count = reasons.count { $0 == reason }
      return count > 0 ? Without(reason: reason, sessions: count) : nil
    }
    withoutResult = made.count { $0.result == nil }
    worstOnly = made.count { $0.risk.isWorstOnly }
    func mean(_ value: (BookForecast) -> Double) -> Double? {
      made.isEmpty ? nil : made.reduce(0) { $0 + value($1) } / Double(made.count) / 100
    }
    func means(_ names: [String], _ values: (BookForecast) -> [Double]) -> [Contribution] {
      names.indices.map { k in Contribution(name: names[k], meanDollars: mean { values($0)[k] }) }
    }
    meanValueAtRisk = mean(\.risk.valueAtRisk)
    meanExpectedShortfall = mean(\.risk.expectedShortfall)
    meanDeltaNormal = mean { $0.factors.reduce(0, +) }
    self.parts = means(names, \.parts)
    factors = means(FactorChanges.names, \.factors)
    let known = made.compactMap { f in f.result.map { (f, $0) } }
    let isNext = known.indices.map { $0 > 0 && known[$0].0.session == known[$0 - 1].0.session + 1 }
    let law = ExceedanceLaw(
      known.map(\.0.exceedance), isNext: isNext, perTenThousand: question.perTenThousand, seed: question.seed)
    held = Backtest(known.map { ($0.0, $0.1.held) }, law, isNext, question)
    traded = Backtest(known.map { ($0.0, $0.1.traded) }, law, isNext, question)
    sessions = made.map { f in
      Session(
        date: history.sessions[f.session].date.description, valueAtRisk: f.risk.valueAtRisk / 100,
        expectedShortfall: f.risk.expectedShortfall / 100, isWorstOnly: f.risk.isWorstOnly,
        parts: f.parts.map { $0 / 100 }, factors: f.factors.map { $0 / 100 },
        heldDollars: f.result.map { $0.held.cents / 100 },
        tradedDollars: f.result.map { $0.traded.cents / 100 })
    }
  }
}

extension FactorBook.Backtest {
  /// Of sessions in order of time, each with its outcome.
  init(
    _ days: [(forecast: BookForecast, outcome: BookForecast.Outcome)], _ law: ExceedanceLaw, _ isNext: [Bool],
    _ question: FactorQuestion
  ) {
    func likelihoods(_ exceeds: (Double, Double) -> Bool) -> ValueAtRiskBacktest? {
      ValueAtRiskBacktest(
        exceeded: days.map { exceeds($0.outcome.cents, $0.forecast.risk.valueAtRisk) }, isNext: isNext,
        perTenThousand: question.perTenThousand)
    }
    let beyond = days.reduce(0) { $0 + $1.outcome.weight }
    func mean(_ value: (BookForecast, BookForecast.Outcome) -> Double) -> Double? {
      beyond > 0
        ? days.reduce(0) { $0 + $1.outcome.weight * value($1.forecast, $1.outcome) } / beyond / 100 : nil
    }
    self.init(
      below: days.count { $0.outcome.cents < $0.forecast.risk.valueAtRisk },
      at: days.count { $0.outcome.cents == $0.forecast.risk.valueAtRisk },
      exceedances: law.test(days.map(\.outcome.weight)), belowTests: likelihoods(<),
      upToTests: likelihoods(<=),
      meanBeyond: mean { $1.cents }, meanForecast: mean { f, _ in f.risk.expectedShortfall },
      shortfall: ShortfallTest(
        days.map(\.forecast.test), realised: days.map(\.outcome.cents),
        perTenThousand: question.perTenThousand
      )?.scaled(by: 0.01))
  }
}
