import Kernels
import MarketData

/// Amihud's illiquidity over n sessions: the mean of |return of the index| over billions of dollars traded in the fund.
///
/// Dollars are Σ close·shares of the session's bars, at the venues of the file: a level of its own, so compare it with its
/// own past. Sessions whose bars or closes aren't whole are left out; at least half of the n must be.
///
/// - Source: Y. Amihud, "Illiquidity and stock returns", J. Financial Markets 5 (2002).
struct AmihudIlliquidity: SessionSignal {
  private let sessions: Int
  private let dates: [SessionDate]
  /// |return| over billions of dollars by session; NaN where it isn't whole.
  private let ratios: [Double]
  private let covered: Range<Int>

  /// O(bars). - Parameter sessions: n ≥ 1.
  init(_ history: MarketHistory, sessions: Int) {
    self.sessions = sessions
    dates = history.sessions.map(\.date)
    ratios = history.sessions.indices.map { i in
      guard i > 0, let fund = history.fund[i], fund.isWhole(closeMinute: history.sessions[i].closeMinute)
      else { return .nan }
      let step = Elementary.log(history.sessions[i].official.close / history.sessions[i - 1].official.close)
      let dollars = fund.bars.reduce(0) { $0 + $1.close * $1.volume }
      return dollars > 0 ? abs(step) / (dollars / 1e9) : .nan
    }
    covered =
      (ratios.firstIndex(where: \.isFinite) ?? 0)..<((ratios.lastIndex(where: \.isFinite) ?? -1) + 1)
  }

  func reading(_ moment: SessionMoment) -> SignalReading {
    let last = moment.closed
    guard last >= sessions - 1 else { return .missing(.tooLittleHistory) }
    let whole = (last - sessions + 1...last).filter { ratios[$0].isFinite }
    guard let newest = whole.last, whole.count * 2 >= sessions else {
      return .missing(
        last >= covered.upperBound || last < covered.lowerBound
          ? .beyondCoverage : last - covered.lowerBound < sessions ? .tooLittleHistory : .noValue)
    }
    let sum = whole.reduce(0) { $0 + ratios[$1] }
    return .finite(
      sum / Double(whole.count), at: SignalTime(dates[newest], MinuteOfDay.afterClose))
  }
}
