import Kernels
import MarketData

/// Wilder's relative strength index on completed bars of the index, over a whole history.
///
/// Bars of `barMinutes` are counted from each session's open; a bar is complete at its end, so the value at a
/// minute uses bars that ended at or before it. The change into a session's first bar is from the last bar of
/// the session before, the night included. A bar whose end has no mark is left out. With `barMinutes` 0 a bar is
/// a whole session and the value in a session is that of the closes before it.
///
/// Source: J. Welles Wilder, "New Concepts in Technical Trading Systems" (1978): the first averages are plain
/// means over `length` changes, later ones are smoothed by 1/length.
public struct RelativeStrengthIndex: Sendable {
  /// What identifies a series.
  public struct Key: Hashable, Sendable {
    /// Changes averaged, ≥ 2.
    public let length: Int
    /// Minutes a bar; 0 for whole sessions.
    public let barMinutes: Int
    /// Of its parts.
    public init(length: Int, barMinutes: Int) {
      self.length = length
      self.barMinutes = barMinutes
    }
  }
  private let series: BarIndicatorSeries

  /// Computes every bar of the history. O(bars).
  /// - Precondition: length ≥ 2, barMinutes ≥ 0.
  public init(_ key: Key, history: MarketHistory) {
    precondition(key.length >= 2 && key.barMinutes >= 0, "RelativeStrengthIndex: length >= 2, bars >= 0")
    series = BarIndicatorSeries(
      RelativeStrengthReference(length: key.length), barMinutes: key.barMinutes, history: history)
  }

  /// The index, 0…100, seen at `minute` of a session; NaN while fewer than `length` changes are known or before
  /// the first completed bar of the history.
  public func value(session: Int, minute: Int) -> Double { series.value(session: session, minute: minute) }
}
