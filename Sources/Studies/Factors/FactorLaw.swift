import Kernels
import MarketData
import Risk

/// How factor risk is worked out.
public struct FactorQuestion: Sendable, Codable, Hashable {
  /// Where scenarios come from.
  public enum Source: String, Sendable, CaseIterable, Codable {
    /// The joint normal law of the window's covariance, mean 0.
    case normal
    /// The window's days as they were.
    case historical
    /// The window's days at the volatility of its end.
    case filtered
  }
  /// Sessions before each forecast that make its law, ≥ 2.
  public var window = 250
  /// What correlations are drawn to.
  public var shrinkTo = FactorShrinkage.identity
  /// Where scenarios come from.
  public var source = Source.normal
  /// Normal scenarios, ≥ 1.
  public var scenarios = 10_000
  /// Of the random numbers.
  public var seed: UInt64 = 1
  /// 10,000·(1 − α), 1…5,000.
  public var perTenThousand = 500
  /// The defaults.
  public init() {}
}

/// The joint law of the factors as known at 16:15 of a session, which the next one is forecast by.
struct FactorLaw: Sendable {
  /// The sessions that it is made of.
  let window: FactorWindow
  /// Their covariances.
  let covariance: FactorCovariance
  /// Position among the factors kept of each factor; `nil` for those left out.
  private let places: [Int?]
  /// Settlement dates of the months listed, the nearest first.
  private let listed: [SessionDate]

  /// Of the window that ends with session `last`.
  ///
  /// - Parameters:
  ///   - next: the date that is forecast.
  /// - Returns: `nil` where the window doesn't give a covariance.
  init?(
    _ changes: some RandomAccessCollection<Double>, shrinkTo: FactorShrinkage, settles: [FuturesSettle],
    next: SessionDate
  ) {
    let names = FactorChanges.names
    guard let window = FactorWindow(changes, factors: names.count),
      let covariance = FactorCovariance(window, shrinkTo: shrinkTo)
    else { return nil }
    self.window = window
    self.covariance = covariance
    places = names.indices.map { window.kept.firstIndex(of: $0) }
    listed = FactorChanges.months(settles, outliving: next).map(\.expiry)
  }

  /// Position among the factors kept of the index, and of VVIX; `nil` where it is left out.
  var indexFactor: Int? { places[FactorChanges.index] }
  var vvixFactor: Int? { places[FactorChanges.vvix] }

  /// The same of a VX contract: of its month, or of the nearest month that is kept, the nearer of two; a contract
  /// that settles in the session that is forecast moves as VIX. `nil` where there is none.
  func factor(of expiry: SessionDate, settlesBy next: SessionDate) -> Int? {
    if expiry <= next { return places[FactorChanges.vix] }
    let rank = max(listed.count { $0 <= expiry } - 1, 0)
    let kept = (0..<FactorChanges.months).filter { places[FactorChanges.firstMonth + $0] != nil }
    return kept.min { (abs($0 - rank), $0) < (abs($1 - rank), $1) }
      .flatMap { places[FactorChanges.firstMonth + $0] }
  }
}

/// Where one factor may stand a session later, by scenario.
struct FactorColumn {
  /// Logarithms of its changes.
  let moves: [Double]
  /// Their exponentials.
  let growth: [Double]
}

/// Where each factor may stand a session later, worked out as it is asked for.
struct FactorMoves {
  private let law: FactorLaw
  private let source: FactorQuestion.Source
  private let draws: FactorScenarios
  private var columns: [FactorColumn?]

  /// - Parameter draws: of normal scenarios.
  init(_ law: FactorLaw, source: FactorQuestion.Source, draws: FactorScenarios) {
    self.law = law
    self.source = source
    self.draws = draws
    columns = Array(repeating: nil, count: law.covariance.order)
  }

  /// Scenarios, S.
  var count: Int { source == .normal ? draws.count : law.window.days }

  /// Moves of a factor kept; shapes `[S]`.
  mutating func of(_ factor: Int) -> FactorColumn {
    if let known = columns[factor] { return known }
    let moves =
      switch source {
      case .normal: draws.moves(factor, law.covariance)
      case .historical: law.window.column(factor)
      case .filtered: VolatilityFilter.rescaled(law.window.column(factor))
      }
    var growth = moves
    var out = growth.mutableSpan
    elementaryExps(moves.span, into: &out)
    let column = FactorColumn(moves: moves, growth: growth)
    columns[factor] = column
    return column
  }
}
