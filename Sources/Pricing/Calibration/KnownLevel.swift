import Kernels
import MarketData

/// What may be known of a day's volatility level when a chain is priced.
public enum KnownLevel: String, Sendable, Codable, CaseIterable, CodingKeyRepresentable {
  /// The chain's own at-the-money level, with the given shape: the smile's error alone.
  case own
  /// That day's VIX9D close: looks ahead of a chain taken before 16:15.
  case vix9d
  /// That day's VIX close: looks ahead likewise.
  case vix
  /// The prior session's close, moved by the index since: what an entry before 16:15 has. No look-ahead.
  case prior
}

/// The volatility closes around one chain. NaN where the history has none.
public struct KnownCloses: Sendable, Hashable {
  /// From VIX9D.
  public var vix9d = Double.nan
  /// From VIX.
  public var vix = Double.nan
  /// The prior session's VIX9D close.
  public var priorVix9d = Double.nan
  /// The prior session's VIX close.
  public var priorVix = Double.nan
  /// The index's official close of the prior session.
  public var priorSpot = Double.nan

  /// Nothing known.
  public init() {}

  /// The closes of `date` and of the session before it. O(log n).
  public init(_ history: MarketHistory, on date: SessionDate) {
    let i = history.firstIndex(onOrAfter: date)
    guard i < history.sessions.count, history.sessions[i].date == date else { return }
    vix9d = history.close(.vix9d, i)
    vix = history.close(.vix, i)
    // The session before must be the one before in the calendar, or the close would be an old one.
    guard i > 0, history.sessions[i - 1].date == history.calendar.previous(before: date) else { return }
    priorVix9d = history.close(.vix9d, i - 1)
    priorVix = history.close(.vix, i - 1)
    priorSpot = history.sessions[i - 1].official.close
  }
}

/// A chain with the closes around it.
public struct CalibrationDay: Sendable {
  /// The chain.
  public var chain: OneDayChain
  /// The volatility and index closes around it.
  public var closes: KnownCloses
  /// A chain with its closes.
  public init(chain: OneDayChain, closes: KnownCloses) {
    self.chain = chain
    self.closes = closes
  }
}

extension MarkParameters {
  /// √w at the money that these parameters give a chain; `nil` where the level's closes are missing.
  ///
  /// `prior` is what ``MarkSurface`` does before 16:15: the first of VIX9D and VIX that has a prior close, moved
  /// by the spot–vol rule from that session's index close to the chain's forward.
  public func stdDev(_ day: CalibrationDay, knowing known: KnownLevel) -> Double? {
    let level = AtTheMoneyLevel(levels)
    func scaled(_ sigma: Double?) -> Double? { sigma.map { $0 * (day.chain.clock / 252).squareRoot() } }
    switch known {
    case .own: return SmileFit.level(day.chain, smile: smile)
    case .vix9d: return day.closes.vix9d > 0 ? scaled(level.volatility(.vix9d, day.closes.vix9d)) : nil
    case .vix: return day.closes.vix > 0 ? scaled(level.volatility(.vix, day.closes.vix)) : nil
    case .prior:
      guard day.closes.priorSpot > 0 else { return nil }
      let anchor: Double?
      if day.closes.priorVix9d > 0 {
        anchor = scaled(level.volatility(.vix9d, day.closes.priorVix9d))
      } else if day.closes.priorVix > 0 {
        anchor = scaled(level.volatility(.vix, day.closes.priorVix))
      } else {
        anchor = nil
      }
      guard let anchor else { return nil }
      let move = Elementary.log(day.chain.forward / day.closes.priorSpot)
      return anchor * spotVol.ratio(move: move, entryStdDev: anchor, smileSlope: smile.p[0])
    }
  }
}

extension SpotVolParameters {
  /// σ over its observed level after the index moved by `move` (log), clamped.
  func ratio(move: Double, entryStdDev: Double, smileSlope: Double) -> Double {
    let slope = factor * smileSlope / max(entryStdDev, minimumStdDev)
    return min(max(Elementary.exp(slope * move), lowest), highest)
  }
}
