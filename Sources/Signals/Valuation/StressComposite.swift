import MarketData

/// The mean, over the slow signals that have a value, of each one's place among its own past, 0…1: the share of the sessions
/// so far, this one included, on which it was no more stressed. A signal counts from 252 sessions with a value on.
///
/// Which way is stress: dear capital, a strong dollar and high prices (P/CF, P/E, DDM gap) above; a flat or inverted yield
/// curve, low growth, poor breadth, a low quick ratio and shrinking market value below. Parts weigh the same; which are
/// present can change along the history, and the composite with them.
struct StressComposite: SessionSignal {
  static let minimum = 252
  /// Signals, and whether more of them is more stress.
  static let parts: [(name: String, rises: Bool)] = [
    ("wacc", true), ("rate_differential", false), ("reer_change", true), ("gdp_growth", false),
    ("ad_slope", false), ("p_cf", true), ("quick_ratio", false), ("market_cap_trend", false), ("pe", true),
    ("ddm_gap", true),
  ]
  private let atOpen, inEvening: [SignalReading]

  /// `nil` where the history has none of the parts. O(parts × sessions · log sessions), and an insertion each.
  init?(_ history: MarketHistory, _ signals: SlowSignals) {
    let present = Self.parts.compactMap { part in signals.part(part.name).map { (part.rises, $0) } }
    guard !present.isEmpty else { return nil }
    func column(_ view: SessionView) -> [SignalReading] {
      let places = present.map { rises, signal in
        Self.places(
          history.sessions.indices.map { i in
            signal.reading(SessionMoment(session: i, view: view)).map { rises ? $0 : -$0 }
          })
      }
      return history.sessions.indices.map { i in Self.mean(places.map { $0[i] }) }
    }
    atOpen = column(.open)
    inEvening = column(.evening)
  }

  /// The share of values up to each that are at most as great.
  private static func places(_ readings: [SignalReading]) -> [SignalReading] {
    var sorted: [Double] = []
    return readings.map { reading in
      guard case .value(let value, _, _) = reading else { return reading }
      let place = sorted.partitioningIndex { $0 > value }
      sorted.insert(value, at: place)
      guard sorted.count >= minimum else { return .missing(.tooLittleHistory) }
      return reading.map { _ in Double(place + 1) / Double(sorted.count) }
    }
  }

  /// Of those that have a value; where none has, the first's reason.
  private static func mean(_ parts: [SignalReading]) -> SignalReading {
    let present = parts.filter { $0.gap == nil }
    guard let first = present.first else { return parts[0] }
    let sum = present.dropFirst().reduce(first) { $0.combined(with: $1, +) }
    return sum.map { $0 / Double(present.count) }
  }

  func reading(_ moment: SessionMoment) -> SignalReading {
    (moment.view == .open ? atOpen : inEvening)[moment.session]
  }
}
