import Kernels
import MarketData

/// Realised volatility of the index over n sessions, volatility points: √(252/n·Σ ln²(close/close before))·100, around zero
/// and not the mean, as variance swaps count it. Source: Cboe S&P 500 variance futures, contract specifications.
struct RealisedVolatility: SessionSignal {
  private let closes: DailyCloses
  let sessions: Int

  /// - Parameter sessions: returns, n ≥ 1.
  init(_ closes: DailyCloses, sessions: Int) {
    self.closes = closes
    self.sessions = sessions
  }

  /// Up to the close of a session, one more than n closes. O(n).
  func reading(upTo last: Int) -> SignalReading {
    closes.window(sessions + 1, upTo: last) { window in
      var squares = 0.0
      for (before, now) in zip(window, window.dropFirst()) {
        let step = Elementary.log(now / before)
        squares += step * step
      }
      return 100 * (252 / Double(sessions) * squares).squareRoot()
    }
  }
  func reading(_ moment: SessionMoment) -> SignalReading { reading(upTo: moment.closed) }
}

/// Realised over implied variance: realised_vol²/VIX², both up to the same close.
struct RealisedOverImplied: SessionSignal {
  let realised: RealisedVolatility
  let implied: DailyCloses
  func reading(_ moment: SessionMoment) -> SignalReading {
    realised.reading(upTo: moment.closed).combined(with: implied.reading(moment.closed)) {
      $0 * $0 / ($1 * $1)
    }
  }
}
