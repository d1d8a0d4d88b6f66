import Backtesting
import MarketData
import Risk
import Strategies

/// The forecasts of some configurations over a period, session by session.
struct FactorRun: Sendable {
  private let strategies: [Strategy]
  private let context: MarketContext
  private let question: FactorQuestion
  private let changes: FactorChanges
  private let draws: FactorScenarios
  /// First session of the period.
  private let first: Int
  /// What each trade holds over its night.
  private let trades: TradeScan<HeldBook>
  /// standing[strategy][session][layer].
  private let standing: [[[[HeldPosition]?]]]

  /// One session: the law that it was forecast by, if there was one, and what was forecast of it.
  struct Day: Sendable {
    /// How the law came about.
    let laws: FactorReport.Laws
    /// forecasts[strategy][book], books in the order of ``HeldBook/books``.
    let forecasts: [[Result<BookForecast, NoForecast>]]
  }

  /// Trades and standing layers of the period. O(strategies × sessions × minutes).
  init(
    _ strategies: [Strategy], market: Market, period: ClosedRange<Int>, question: FactorQuestion, threads: Int
  ) {
    let context = market.context(for: strategies)
    self.strategies = strategies
    self.context = context
    self.question = question
    first = period.lowerBound
    changes = FactorChanges(market.history)
    draws = FactorScenarios(
      count: question.scenarios, factors: FactorChanges.names.count, seed: question.seed)
    trades = TradeScan(strategies, context: context, period: period, threads: threads) {
      trade, strategy, priced, desk in HeldBook(trade, of: strategy, priced: priced, desk: desk)
    }
    standing = strategies.map { HeldBook.standing($0, context: context, period: period) }
  }

  /// The law at the end of a session.
  ///
  /// - Parameter next: the date that it is for.
  func law(after session: Int, next: SessionDate) -> Result<FactorLaw, NoForecast> {
    guard let window = changes.window(through: session, count: question.window) else {
      return .failure(.shortHistory)
    }
    let law = FactorLaw(
      window, shrinkTo: question.shrinkTo, settles: context.history.futures[session], next: next)
    return law.map { .success($0) } ?? .failure(.noFactor)
  }

  /// Forecasts of the session after the k-th of the period, made at the end of that one.
  ///
  /// - Complexity: O(strategies × (positions × scenarios + scenarios × log(scenarios))).
  func day(_ k: Int) -> Day {
    let books = strategies.indices.map { n in
      HeldBook(
        strategies[n], trade: trades.values[n][k],
        quantity: Int(trades.evaluations[n].records[k].quantity), standing: standing[n][k])
    }
    let session = first + k + 1
    switch law(after: session - 1, next: context.history.sessions[session].date) {
    case .failure(let reason):
      return Day(
        laws: FactorReport.Laws(),
        forecasts: books.map { book in
          book.books.map { .failure(book.isEmpty($0) ? .nothingHeld : reason) }
        })
    case .success(let law):
      var forecaster = SessionForecaster(
        session: session, context: context, law: law, question: question, draws: draws)
      return Day(laws: FactorReport.Laws(law), forecasts: books.map { forecaster.forecasts($0) })
    }
  }
}
