import Kernels
import MarketData

/// An indicator that takes one price a bar.
protocol BarIndicator: Sendable {
  /// Takes the price at the end of the next bar; NaN is skipped.
  mutating func add(price: Double)
  /// After the last price; NaN while there are too few.
  var value: Double { get }
}
extension RelativeStrengthReference: BarIndicator {}

/// An indicator on completed bars of the index, over a whole history.
///
/// Bars of `barMinutes` are counted from each session's open; a bar is complete at its end, so the value at a minute uses
/// bars that ended at or before it. The first bar of a session follows the last of the session before. A bar whose end has
/// no mark is left out. With 0 minutes a bar is a whole session, which ends with its official close.
final class BarIndicatorSeries: Sendable {
  let barMinutes: Int
  private let history: MarketHistory
  /// values[session][bar]; of session bars values[0][i] is that of the closes before session i, one more than sessions.
  private let values: [[Double]]

  /// Computes every bar of the history. O(bars).
  init(_ indicator: some BarIndicator, barMinutes: Int, history: MarketHistory) {
    precondition(barMinutes >= 0, "BarIndicatorSeries: bars of at least 0 minutes")
    self.barMinutes = barMinutes
    self.history = history
    var state = indicator
    var values: [[Double]] = []
    if barMinutes == 0 {
      var bySession = [state.value]
      bySession.reserveCapacity(history.sessions.count + 1)
      for session in history.sessions {
        state.add(price: session.official.close)
        bySession.append(state.value)
      }
      values = [bySession]
    } else {
      values.reserveCapacity(history.sessions.count)
      for session in history.sessions {
        var day: [Double] = []
        var minute = MinuteOfDay.open + barMinutes
        while minute <= session.closeMinute {
          state.add(price: session.spot(at: minute))
          day.append(state.value)
          minute += barMinutes
        }
        values.append(day)
      }
    }
    self.values = values
  }

  /// The value seen at `minute` of a session; NaN while too few bars are complete.
  func value(session: Int, minute: Int) -> Double {
    if barMinutes == 0 { return values[0][session] }
    let bars = completed(session, minute)
    if bars > 0 { return values[session][bars - 1] }
    var i = session - 1
    while i >= 0 {
      if let last = values[i].last { return last }
      i -= 1
    }
    return .nan
  }

  /// Bars complete at a minute of a session.
  private func completed(_ session: Int, _ minute: Int) -> Int {
    minute > MinuteOfDay.open ? min((minute - MinuteOfDay.open) / barMinutes, values[session].count) : 0
  }

  /// When the last bar that had a mark ended, of those complete at a minute; `nil` if there was none.
  private func lastBar(_ session: Int, _ minute: Int) -> SignalTime? {
    var bars = completed(session, minute)
    var i = session
    while i >= 0 {
      while bars > 0 {
        let end = MinuteOfDay.open + bars * barMinutes
        if history.sessions[i].spot(at: end).isFinite { return SignalTime(history.sessions[i].date, end) }
        bars -= 1
      }
      i -= 1
      if i >= 0 { bars = values[i].count }
    }
    return nil
  }
}

extension BarIndicatorSeries: SessionSignal {
  func reading(_ moment: SessionMoment) -> SignalReading {
    let value = values[0][moment.closed + 1]
    var last = moment.closed
    while last >= 0, !history.sessions[last].official.close.isFinite { last -= 1 }
    guard value.isFinite, last >= 0 else { return .missing(.tooLittleHistory) }
    return .finite(value, at: SignalTime(history.sessions[last].date, MinuteOfDay.afterClose))
  }
}

extension BarIndicatorSeries: MinuteSignal {
  func readings(session: Int) -> [SignalReading] {
    var readings: [SignalReading] = []
    var seen = -1
    for minute in MinuteOfDay.open...history.sessions[session].closeMinute {
      let bars = completed(session, minute)
      if bars == seen, let last = readings.last {
        readings.append(last)
        continue
      }
      seen = bars
      let value = value(session: session, minute: minute)
      if value.isFinite, let time = lastBar(session, minute) {
        readings.append(.finite(value, at: time))
      } else {
        readings.append(.missing(.tooLittleHistory))
      }
    }
    return readings
  }
}
