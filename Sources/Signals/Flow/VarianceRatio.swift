import Kernels
import MarketData

/// The variance ratio of the session's minute returns so far: variance of overlapping q-minute returns over q times that of
/// one-minute returns, both unbiased; above 1 moves go on, below 1 they come back.
///
/// From 2q returns on, counted from the open or from the last hole. Where minutes are simulated or bridged it says something
/// about the simulation only.
///
/// - Source: A. W. Lo and A. C. MacKinlay, "Stock market prices do not follow random walks", Review of Financial Studies 1
///   (1988), σ̄_c²(q)/σ̄_a² with the corrections of eq. 14.
struct VarianceRatio: MinuteSignal {
  private let history: MarketHistory
  private let q: Int

  /// - Parameter bars: q ≥ 2.
  init(_ history: MarketHistory, bars: Int) {
    self.history = history
    q = bars
  }

  func readings(session: Int) -> [SignalReading] {
    let day = history.sessions[session]
    // of the marks since the last hole
    var logs: [Double] = []
    var (singles, multiples) = (0.0, 0.0)
    return day.spot.enumerated().map { k, spot in
      guard spot > 0 else {
        logs = []
        (singles, multiples) = (0, 0)
        return .missing(.noValue)
      }
      logs.append(Elementary.log(spot))
      let n = logs.count - 1
      if n >= 1 {
        let step = logs[n] - logs[n - 1]
        singles += step * step
      }
      if n >= q {
        let step = logs[n] - logs[n - q]
        multiples += step * step
      }
      guard n >= 2 * q else { return .missing(.tooLittleHistory) }
      let count = Double(n)
      let width = Double(q)
      let mean = (logs[n] - logs[0]) / count
      // Σ(x − m)² = Σx² − 2mΣx + km², Σ of overlapping returns telescopes
      let tail = logs[(n - q + 1)...n].reduce(0, +) - logs[0..<q].reduce(0, +)
      let windows = Double(n - q + 1)
      let long = multiples - 2 * width * mean * tail + windows * width * width * mean * mean
      let short = singles - count * mean * mean
      let m = width * (count - width + 1) * (1 - width / count)
      return .finite(
        (long / m) / (short / (count - 1)), at: SignalTime(day.date, MinuteOfDay.open + k))
    }
  }
}
