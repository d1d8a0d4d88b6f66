import Kernels
import MarketData

/// The imbalance of buying and selling in the fund over the last minutes, −1…1, by bulk-volume classification: of the
/// volume V of a bar the share N(ΔP/σ) is taken as bought, so the imbalance is Σ V·(2N(ΔP/σ) − 1) ÷ ΣV.
///
/// ΔP is the change from the bar before, of a session's first bar that from its own open; σ the root mean square of such
/// changes over the 20 sessions with bars before this one. Bars count that ended within the window, which must hold
/// every one of them: minutes without bars give no value.
///
/// - Source: D. Easley, M. López de Prado and M. O'Hara, "Flow toxicity and liquidity in a high-frequency world", Review of
///   Financial Studies 25 (2012); σ there is over the whole sample, here over what was known.
struct OrderFlowImbalance: MinuteSignal {
  static let scaleSessions = 20
  private let history: MarketHistory
  private let minutes: Int
  /// Sums of squared changes and their count, by session with bars.
  private let squares: [(session: Int, sum: Double, count: Int)]

  /// - Parameter minutes: of the window, ≥ 1.
  init(_ history: MarketHistory, minutes: Int) {
    self.history = history
    self.minutes = minutes
    squares = history.fund.indices.compactMap { i in
      guard let changes = history.fund[i]?.changes, !changes.isEmpty else { return nil }
      return (i, changes.reduce(0) { $0 + $1 * $1 }, changes.count)
    }
  }

  func readings(session: Int) -> [SignalReading] {
    let day = history.sessions[session]
    func none(_ gap: SignalGap) -> [SignalReading] { day.spot.map { _ in .missing(gap) } }
    guard let fund = history.fund[session] else { return none(.noSource) }
    let after = squares.firstIndex { $0.session >= session } ?? squares.count
    let past = squares[max(0, after - Self.scaleSessions)..<after]
    guard past.count == Self.scaleSessions else { return none(.tooLittleHistory) }
    let scale = (past.reduce(0) { $0 + $1.sum } / Double(past.reduce(0) { $0 + $1.count })).squareRoot()
    let changes = fund.changes
    return (MinuteOfDay.open...day.closeMinute).map { minute in
      guard minute - minutes >= MinuteOfDay.open else { return .missing(.tooLittleHistory) }
      var (net, total) = (0.0, 0.0)
      var (covered, last) = (0, 0)
      for (bar, change) in zip(fund.bars, changes)
      where bar.endMinute > minute - minutes && bar.endMinute <= minute {
        net += bar.volume * (2 * normalCDF(change / scale) - 1)
        total += bar.volume
        (covered, last) = (covered + 1, bar.endMinute)
      }
      guard covered > 0, covered >= minutes / fund.barMinutes else { return .missing(.noValue) }
      return .finite(net / total, observed: SignalTime(day.date, last), known: SignalTime(day.date, last))
    }
  }
}

extension FundSession {
  /// Change of each bar from the one before, of the first from its own open, dollars.
  var changes: [Double] {
    var before = bars.first?.open ?? .nan
    return bars.map { bar in
      defer { before = bar.close }
      return bar.close - before
    }
  }
  /// Whether bars cover the whole session.
  func isWhole(closeMinute: Int) -> Bool {
    bars.count * barMinutes >= closeMinute - MinuteOfDay.open && bars.allSatisfy(\.volume.isFinite)
  }
}
