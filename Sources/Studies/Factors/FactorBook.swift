import MarketData
import Risk

/// One book's forecasts and what became of them. Dollars; negative is a loss.
public struct FactorBook: Sendable, Codable {
  /// Dollars that a part or factor adds, on average over the sessions forecast.
  public struct Contribution: Sendable, Codable {
    /// The part or factor.
    public var name: String
    /// Mean of what it adds.
    public var meanDollars: Double
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
    /// What each part adds to the expected shortfall; in the order of ``FactorBook/parts``.
    public var parts: [Double]
    /// What each factor adds to the value at risk of the linearised book; in the order of ``FactorBook/factors``.
    public var factors: [Double]
    /// What the book earned as it was held.
    public var heldDollars: Double
    /// The same with every order of the session.
    public var tradedDollars: Double
  }
  /// Forecasts against what came.
  public struct Backtest: Sendable, Codable {
    /// Sessions below the value at risk.
    public var below: Int
    /// Sessions exactly at it, as where a condor loses its whole width.
    public var at: Int
    /// Of exceedances, those at it counted by lot with the share of their law that belongs to the tail.
    @Nullable public var valueAtRisk: ValueAtRiskBacktest?
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
    perTenThousand share: Int, history: MarketHistory
  ) {
    let made = results.compactMap { try? $0.get() }
    let reasons = results.compactMap { if case .failure(let reason) = $0 { reason } else { nil } }
    self.book = book
    forecasts = made.count
    without = NoForecast.allCases.compactMap { reason in
      let count = reasons.count { $0 == reason }
      return count > 0 ? Without(reason: reason, sessions: count) : nil
    }
    func mean(_ value: (BookForecast) -> Double) -> Double? {
      made.isEmpty ? nil : made.reduce(0) { $0 + value($1) } / Double(made.count) / 100
    }
    func means(_ names: [String], _ values: (BookForecast) -> [Double]) -> [Contribution] {
      names.indices.map { k in Contribution(name: names[k], meanDollars: mean { values($0)[k] } ?? 0) }
    }
    meanValueAtRisk = mean(\.risk.valueAtRisk)
    meanExpectedShortfall = mean(\.risk.expectedShortfall)
    meanDeltaNormal = mean { $0.factors.reduce(0, +) }
    self.parts = means(names, \.parts)
    factors = means(FactorChanges.names, \.factors)
    held = Backtest(made, share, \.held)
    traded = Backtest(made, share, \.traded)
    sessions = made.map { f in
      Session(
        date: history.sessions[f.session].date.description, valueAtRisk: f.risk.valueAtRisk / 100,
        expectedShortfall: f.risk.expectedShortfall / 100, parts: f.parts.map { $0 / 100 },
        factors: f.factors.map { $0 / 100 }, heldDollars: f.held.cents / 100,
        tradedDollars: f.traded.cents / 100)
    }
  }
}

extension FactorBook.Backtest {
  init(
    _ forecasts: [BookForecast], _ share: Int, _ outcome: (BookForecast) -> BookForecast.Outcome
  ) {
    let outcomes = forecasts.map(outcome)
    let pairs = zip(forecasts, outcomes)
    let beyond = outcomes.reduce(0) { $0 + $1.weight }
    func mean(_ value: (BookForecast, BookForecast.Outcome) -> Double) -> Double? {
      beyond > 0 ? pairs.reduce(0) { $0 + $1.1.weight * value($1.0, $1.1) } / beyond / 100 : nil
    }
    self.init(
      below: pairs.count { $1.cents < $0.risk.valueAtRisk },
      at: pairs.count { $1.cents == $0.risk.valueAtRisk },
      valueAtRisk: ValueAtRiskBacktest(exceeded: outcomes.map(\.exceeded), perTenThousand: share),
      meanBeyond: mean { $1.cents }, meanForecast: mean { f, _ in f.risk.expectedShortfall },
      shortfall: ShortfallTest(
        forecasts.map(\.test), realised: outcomes.map(\.cents), perTenThousand: share
      )?.scaled(by: 0.01))
  }
}
