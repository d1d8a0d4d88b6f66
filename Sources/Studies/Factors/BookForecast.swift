import Backtesting
import Kernels
import MarketData
import Risk

/// Why a session has no forecast of a book.
public enum NoForecast: String, Error, Sendable, Codable, CaseIterable {
  /// Nothing is held over it.
  case nothingHeld = "nothing held"
  /// Fewer sessions lie before it than the window has.
  case shortHistory = "too few sessions before"
  /// The factors that it hangs on miss too many days of the window.
  case noFactor = "factor missing"
  /// A layer holds something that has no price at the settlement before.
  case noPrice = "no price before"
}

/// One book over one session: what was forecast at 16:15 of the session before, and what came. Cents.
struct BookForecast: Sendable {
  /// Position of the session in the history.
  let session: Int
  /// By scenarios.
  let risk: TailRisk
  /// What each part adds to the expected shortfall; shape `[parts]`.
  let parts: [Double]
  /// What each factor adds to the value at risk of the linearised book, 0 for those left out; shape `[factors]`.
  let factors: [Double]
  /// What came; `nil` where something held has no price at the session's settlement.
  let result: (held: Outcome, traded: Outcome)?
  /// For the test of the shortfall.
  let test: ShortfallTest.Day
  /// For those of exceedances.
  let exceedance: ExceedanceLaw.Day

  /// A P&L beside its forecast.
  struct Outcome: Sendable {
    let cents: Double
    /// Share of it that lies in the tail: ``TailForecast/weight(of:)``.
    let weight: Double
  }
}

/// Forecasts of all books of a session, by the law that was known before it.
struct SessionForecaster {
  private let session: Int
  private let context: MarketContext
  private let law: FactorLaw
  private let question: FactorQuestion
  private var moves: FactorMoves
  private var next: SessionDate { context.history.sessions[session].date }

  /// - Parameter session: the one that is forecast.
  init(
    session: Int, context: MarketContext, law: FactorLaw, question: FactorQuestion, draws: FactorScenarios
  ) {
    self.session = session
    self.context = context
    self.law = law
    self.question = question
    moves = FactorMoves(law, source: question.source, draws: draws)
  }

  /// Condor, hedge and both, in this order.
  ///
  /// - Parameter book: as held, of all condors.
  /// - Complexity: O(positions × scenarios + scenarios × log(scenarios)).
  mutating func forecasts(_ book: HeldBook) -> [Result<BookForecast, NoForecast>] {
    var views: [Result<PartView, NoForecast>] = []
    for part in book.parts { views.append(view(part)) }
    // standing layers as they are held
    let standing = views.indices.reduce(0) { sum, k in
      book.isStanding[k] ? sum + ((try? views[k].get())?.realised ?? 0) : sum
    }
    let (condor, hedge) = (book.tradedCondor, book.tradedLayers + standing)
    return zip(book.books, [condor, hedge, condor + hedge]).map { forecast(views, $0, traded: $1) }
  }

  /// One part: by scenario, to first order, and as it came, `nil` without a price then. Nothing held has no scenarios.
  private struct PartView {
    var pnl: [Double] = []
    var exposures: [Double]
    var realised: Double? = 0
  }

  private mutating func view(_ positions: [HeldPosition]?) -> Result<PartView, NoForecast> {
    guard let positions else { return .failure(.noPrice) }
    var made = PartView(exposures: Array(repeating: 0, count: law.covariance.order))
    guard !positions.isEmpty else { return .success(made) }
    made.pnl = Array(repeating: 0, count: moves.count)
    for position in positions {
      guard let factors = position.factors(law, next: next) else { return .failure(.noFactor) }
      var columns: [FactorColumn] = []
      for factor in factors { columns.append(moves.of(factor)) }
      position.add(columns, to: &made.pnl)
      for (factor, exposure) in zip(factors, position.exposures) { made.exposures[factor] += exposure }
      made.realised = Self.sum(made.realised, position.realised(session: session, context: context))
    }
    return .success(made)
  }

  /// Of some parts together.
  private func forecast(
    _ views: [Result<PartView, NoForecast>], _ range: Range<Int>, traded: Double
  ) -> Result<BookForecast, NoForecast> {
    var pnl = Array(repeating: 0.0, count: moves.count)
    var exposures = Array(repeating: 0.0, count: law.covariance.order)
    var realised: Double? = 0
    var held: [(part: Int, pnl: [Double])] = []
    for k in range {
      switch views[k] {
      case .failure(let reason): return .failure(reason)
      case .success(let view) where view.pnl.isEmpty: continue
      case .success(let view):
        held.append((k, view.pnl))
        for s in pnl.indices { pnl[s] += view.pnl[s] }
        for i in exposures.indices { exposures[i] += view.exposures[i] }
        realised = Self.sum(realised, view.realised)
      }
    }
    guard !held.isEmpty, let tail = TailForecast(pnl, perTenThousand: question.perTenThousand) else {
      return .failure(.nothingHeld)
    }
    var contributions = Array(repeating: 0.0, count: views.count)
    for (part, pnl) in held { contributions[part] = tail.contribution(pnl) }
    let linear = DeltaNormal(
      exposures: exposures, covariance: law.covariance, perTenThousand: question.perTenThousand)
    var factors = Array(repeating: 0.0, count: law.window.factors)
    for (i, factor) in law.window.kept.enumerated() { factors[factor] = linear.components[i] }
    // a stream of its own by date, behind those of the scenarios; the same numbers for every book
    var random = Philox(seed: question.seed, stream: 1 << 32 | UInt64(UInt32(bitPattern: next.ordinal)))
    func outcome(_ cents: Double) -> BookForecast.Outcome {
      BookForecast.Outcome(cents: cents, weight: tail.weight(of: cents))
    }
    return .success(
      BookForecast(
        session: session, risk: tail.risk, parts: contributions, factors: factors,
        result: realised.map { (outcome($0), outcome(traded)) },
        test: ShortfallTest.Day(tail, scenarios: pnl, random: &random),
        exceedance: ExceedanceLaw.Day(tail, scenarios: pnl.count)))
  }

  /// Without one there is no sum.
  private static func sum(_ a: Double?, _ b: Double?) -> Double? { a.flatMap { a in b.map { a + $0 } } }
}
