import MarketData

/// VIX futures as a decision inside a session may see them: `prior settlement + β·(index return since the prior close)`, β in
/// VX points per percent. Nothing of the session's own settlement is in it.
///
/// β is a regression through the origin over the sessions before, of each contract's change on the index's, by the
/// contract's rank; it starts from the long-run values as if sixty sessions of one percent had been seen.
public struct IndicativeVX: Sendable {
  /// β before any observation, by contract rank from the nearest.
  static let priorBeta = [-0.95, -0.66, -0.50, -0.42, -0.36, -0.32, -0.29, -0.27]
  /// Weight of that start, in sessions of one percent.
  static let priorWeight = 60.0

  /// The whole record.
  public let history: MarketHistory
  /// betas[session][rank], from sessions before.
  private let betas: [[Double]]

  /// Estimates every β. O(sessions × contracts).
  ///
  /// - Parameter betaScale: multiplies each estimate.
  public init(_ history: MarketHistory, betaScale: Double = 1) {
    self.history = history
    let ranks = Self.priorBeta.count
    var xy = Self.priorBeta.map { $0 * Self.priorWeight }
    var xx = Array(repeating: Self.priorWeight, count: ranks)
    var betas: [[Double]] = []
    betas.reserveCapacity(history.sessions.count)
    for i in history.sessions.indices {
      betas.append((0..<ranks).map { betaScale * (xy[$0] / xx[$0]) })
      guard i > 0 else { continue }
      let move = 100 * (history.sessions[i].official.close / history.sessions[i - 1].official.close - 1)
      guard move == move else { continue }
      var rank = 0
      for old in history.futures[i - 1] where old.expiry > history.sessions[i - 1].date {
        defer { rank += 1 }
        guard rank < ranks, let new = history.futures[i].first(where: { $0.expiry == old.expiry }) else {
          continue
        }
        xy[rank] += (new.settle - old.settle) * move
        xx[rank] += move * move
      }
    }
    self.betas = betas
  }

  /// Settlement of a contract on a session, 1/1000 points; `nil` where missing.
  public func settle(_ expiry: SessionDate, session i: Int) -> Int32? {
    guard i >= 0, let quote = history.futures[i].first(where: { $0.expiry == expiry }), quote.settle > 0
    else { return nil }
    return Self.milli(quote.settle)
  }

  /// β of a contract in force on session `i` ≥ 1, VX points per percent of the index.
  public func beta(_ expiry: SessionDate, session i: Int) -> Double {
    let day = history.sessions[i - 1].date
    let rank = history.futures[i - 1].filter { $0.expiry > day && $0.expiry < expiry }.count
    return betas[i][min(rank, Self.priorBeta.count - 1)]
  }

  /// Price of a contract, 1/1000 points, when the index has moved by `move` (0.01 is 1 %) since the close before session
  /// `i`; `nil` without a settlement before or a move.
  public func price(_ expiry: SessionDate, session i: Int, move: Double) -> Int32? {
    guard let prior = settle(expiry, session: i - 1), move == move else { return nil }
    return Self.milli(max(Double(prior) / 1000 + beta(expiry, session: i) * 100 * move, 0.01))
  }

  /// The two of some contracts around a constant maturity, the near one's weight in 1/1000 by calendar days; the far one has
  /// the rest. The nearest with all the weight where the tenor is shorter; `nil` where the curve doesn't reach.
  ///
  /// - Parameter live: settlement dates, ascending.
  public static func pair(
    of live: [SessionDate], on date: SessionDate, tenorDays: Int
  ) -> (near: SessionDate, far: SessionDate, nearThousandths: Int32)? {
    guard let first = live.first else { return nil }
    let aim = date.adding(days: tenorDays)
    if aim <= first { return (first, first, 1000) }
    for (near, far) in zip(live, live.dropFirst()) where near <= aim && aim < far {
      let weight = Int32((1000 * Double(far - aim) / Double(far - near)).rounded(.toNearestOrAwayFromZero))
      return (near, far, weight)
    }
    return nil
  }

  /// A price to the nearest 1/1000 point.
  public static func milli(_ points: Double) -> Int32 {
    Int32((points * 1000).rounded(.toNearestOrAwayFromZero))
  }
}

/// Indicative VX at a constant maturity, volatility points: the two contracts around it, of those that settled on the session
/// before and still live, each moved with the index since the close before, weighted by calendar days.
struct IndicativeMaturity: MinuteSignal {
  private let history: MarketHistory
  private let indicative: IndicativeVX
  private let days: Int
  private let covered: ClosedRange<Int>?

  /// - Parameter days: to maturity, calendar days.
  init(_ history: MarketHistory, days: Int) {
    self.history = history
    indicative = IndicativeVX(history)
    self.days = days
    let quoted = history.futures.indices.filter { !history.futures[$0].isEmpty }
    covered = quoted.first.flatMap { first in quoted.last.map { first...$0 } }
  }

  func readings(session: Int) -> [SignalReading] {
    let day = history.sessions[session]
    let before = session - 1
    guard before >= 0 else { return day.spot.map { _ in .missing(.tooLittleHistory) } }
    guard covered?.contains(before) == true else { return day.spot.map { _ in .missing(.beyondCoverage) } }
    let live = history.futures[before].map(\.expiry).filter { $0 > day.date }
    let close = history.sessions[before].official.close
    guard let pair = IndicativeVX.pair(of: live, on: day.date, tenorDays: days), close > 0 else {
      return day.spot.map { _ in .missing(.noValue) }
    }
    return day.readings { _, spot in
      var sum: Int64 = 0
      for (expiry, weight) in [(pair.near, pair.nearThousandths), (pair.far, 1000 - pair.nearThousandths)]
      where weight > 0 {
        guard let price = indicative.price(expiry, session: session, move: spot / close - 1) else {
          return .nan
        }
        sum += Int64(weight) * Int64(price)
      }
      return Double((sum + 500) / 1000) / 1000
    }
  }
}
