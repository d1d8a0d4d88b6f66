import MarketData

/// How near the index is to a strike in the last hour, 0…1: 1 − 2·|distance to the nearest strike|/spacing, so 1 on a
/// strike and 0 half way between two. Before the last hour there is none: 0.
///
/// What it stands for: hedging by holders of expiring options draws the price to strikes with much open interest, of which
/// the widely spaced ones have most. Source: S. X. Ni, N. D. Pearson and A. M. Poteshman, "Stock price clustering on option
/// expiration dates", J. Financial Economics 78 (2005). Open interest isn't in the history, so every strike counts alike.
struct PinPressure: MinuteSignal {
  private let history: MarketHistory
  private let spacing: Double
  /// - Parameter spacing: between strikes, index points, > 0.
  init(_ history: MarketHistory, spacing: Int) {
    self.history = history
    self.spacing = Double(spacing)
  }
  func readings(session: Int) -> [SignalReading] {
    let day = history.sessions[session]
    return day.readings { minute, spot in
      guard minute >= day.closeMinute - 60 else { return 0 }
      let strike = (spot / spacing).rounded(.toNearestOrAwayFromZero) * spacing
      return max(0, 1 - 2 * abs(spot - strike) / spacing)
    }
  }
}
