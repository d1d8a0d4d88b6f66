import MarketData
import Rules

/// The basis of the fund against the index, a ratio: 10·SPY/SPX over the same at the close before, less 1; what arbitrage
/// between the two has yet to close.
///
/// The level at the close before takes out the fund's accrued dividends and fees, but not a dividend paid over the night:
/// on its ex-dates, four a year, the basis is about 0.4 % too low all day. Sessions whose index marks are made of the fund
/// have none.
struct FundBasis: MinuteSignal {
  private let history: MarketHistory

  /// - Throws: ``SignalError/lacking(history:signal:needs:)`` where no session has bars of both.
  init(_ history: MarketHistory, _ signal: SignalInstance) throws(SignalError) {
    let both = history.fund.indices.contains { i in
      history.fund[i].map { !$0.isIndex } == true && history.sessions[i].spot.contains(where: \.isFinite)
    }
    guard both else {
      throw .lacking(
        history: history.name, signal: signal.text,
        needs: "bars of SPX and of SPY for the same sessions")
    }
    self.history = history
  }

  /// 10·SPY/SPX at the close of a session.
  private func closing(_ session: Int) -> Double? {
    guard session >= 0, let fund = history.fund[session], let last = fund.bars.last,
      last.endMinute == history.sessions[session].closeMinute, history.sessions[session].official.close > 0
    else { return nil }
    return 10 * last.close / history.sessions[session].official.close
  }

  func readings(session: Int) -> [SignalReading] {
    let day = history.sessions[session]
    guard let fund = history.fund[session], !fund.isIndex else {
      return day.spot.map { _ in .missing(.noSource) }
    }
    guard let usual = closing(session - 1) else {
      return day.spot.map { _ in .missing(session == 0 ? .tooLittleHistory : .noValue) }
    }
    var next = 0
    var last: FundBar?
    return (MinuteOfDay.open...day.closeMinute).map { minute in
      while next < fund.bars.count, fund.bars[next].endMinute <= minute {
        last = fund.bars[next]
        next += 1
      }
      // the index at the same minute as the fund's last bar
      guard let last, day.spot(at: last.endMinute) > 0 else { return .missing(.noValue) }
      return .finite(
        10 * last.close / day.spot(at: last.endMinute) / usual - 1,
        at: SignalTime(day.date, last.endMinute))
    }
  }
}
