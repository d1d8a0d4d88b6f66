import Kernels

/// The state of a synthetic market between two sessions.
struct SyntheticSimulation {
  /// What one session adds.
  struct Day {
    var session: Session
    var vix9d: Double
    var vix: Double
    var vix3m: Double
    var netAdvances: Double
  }

  private let seed: UInt64
  private var slow: Double
  private var fast = 0.0
  private var close = 1200.0
  private let plain = IntradayVarianceProfile.plain
  private let decisionDay = IntradayVarianceProfile.decisionDay

  /// Decay a session and size of the shocks of the two factors of log volatility.
  private static let slowFactor = (decay: 0.011552, shock: 0.034)
  private static let fastFactor = (decay: 0.086643, shock: 0.080)
  /// Mean of the log of the volatility a session: 12.9 % a year, before events and jumps.
  private static let meanLog = -4.905
  /// Correlation of the volatility shock with the return.
  private static let leverage = -0.80
  /// Log return a session; the jumps take most of it back.
  private static let drift = 0.0006
  private static let jumpsPerSession = 3.0 / 252
  /// Index over expected volatility: the variance premium and the days without a session.
  private static let premium = 1.33

  init(seed: UInt64) {
    self.seed = seed
    var draws = Philox(seed: seed, stream: 1)
    slow = 0.22 * draws.normal()
  }

  /// Simulates session `date`. O(minutes).
  ///
  /// - Parameter nightDays: calendar days since the previous session.
  mutating func next(
    date: SessionDate, closeMinute: Int, nightDays: Int, events: [EconomicEvent.Kind]
  ) -> Day {
    var draws = Philox(seed: seed, stream: MinuteBridge.stream(date, purpose: 1))
    let deviation = Elementary.exp(Self.meanLog + slow + fast)
    var night = 0.35
    if nightDays > 1 { night += nightDays == 3 && date.weekday == 1 ? 0.17 : 0.27 }
    if events.contains(.nfp) { night += 0.24 }
    if events.contains(.cpi) { night += 0.10 }
    let decision = events.contains(.fomc)
    let day = decision ? 0.95 : 0.65
    let elapsed = (decision ? decisionDay : plain).elapsedShares(closeMinute: closeMinute)

    // Jumps, in units of the day's deviation; where they fall: index −1 is the night.
    var jump = 0.0
    var jumpMinute = -1
    let jumps = draws.uniform() < Self.jumpsPerSession
    let jumpSize = -2.2 + 1.8 * draws.normal()
    let jumpPlace = draws.uniform()
    if jumps {
      jump = jumpSize
      if jumpPlace >= 0.5 { jumpMinute = 1 + Int((jumpPlace - 0.5) * 2 * Double(elapsed.count - 2)) }
    }

    let previous = close
    var standard = night.squareRoot() * draws.normal() + (jumpMinute < 0 ? jump : 0)
    var spot: [Double] = []
    spot.reserveCapacity(elapsed.count)
    let step = Self.drift - 0.5 * deviation * deviation
    func price(_ standard: Double) -> Double {
      MinuteBridge.cents(previous * Elementary.exp(step + deviation * standard))
    }
    spot.append(price(standard))
    for i in 1..<elapsed.count {
      standard += (day * (elapsed[i] - elapsed[i - 1])).squareRoot() * draws.normal()
      if i == jumpMinute { standard += jump }
      spot.append(price(standard))
    }
    close = spot[spot.count - 1]
    var high = spot[0]
    var low = spot[0]
    for mark in spot {
      high = max(high, mark)
      low = min(low, mark)
    }

    // Volatility moves against the return; a return of many deviations counts as six.
    let shock =
      Self.leverage * min(max(standard, -6), 6)
      + (1 - Self.leverage * Self.leverage).squareRoot() * draws.normal()
    slow += -Self.slowFactor.decay * slow + Self.slowFactor.shock * shock
    fast += -Self.fastFactor.decay * fast + Self.fastFactor.shock * shock

    let common = 0.010 * draws.normal()
    let vix9d = index(horizon: 6.3, term: 0.97, noise: common + 0.025 * draws.normal())
    let vix = index(horizon: 21, term: 1, noise: common + 0.010 * draws.normal())
    let vix3m = index(horizon: 63, term: 1.06, noise: common * 0.6 + 0.007 * draws.normal())
    let breadth = Elementary.tanh(0.8 * (standard + 0.6 * draws.normal()))
    return Day(
      session: Session(
        date: date, closeMinute: closeMinute, spot: spot,
        official: DailyBar(open: spot[0], high: high, low: low, close: close)),
      vix9d: vix9d, vix: vix, vix3m: vix3m,
      netAdvances: (2600 * breadth).rounded() + 0)  // + 0: never −0
  }

  /// A volatility index over `horizon` sessions, points, whole hundredths, at least 5.
  ///
  /// - Parameter term: the premium of this horizon over that of 21 sessions.
  private func index(horizon: Double, term: Double, noise: Double) -> Double {
    // The mean of e^(−decay·t) over the horizon.
    func weight(_ decay: Double) -> Double { (1 - Elementary.exp(-decay * horizon)) / (decay * horizon) }
    // Half the variance of log volatility still to come, as a convexity correction.
    let slowVariance = Self.slowFactor.shock * Self.slowFactor.shock / (2 * Self.slowFactor.decay)
    let fastVariance = Self.fastFactor.shock * Self.fastFactor.shock / (2 * Self.fastFactor.decay)
    let convexity =
      slowVariance * (1 - weight(2 * Self.slowFactor.decay)) + fastVariance
      * (1 - weight(2 * Self.fastFactor.decay))
    let expected = Elementary.exp(
      Self.meanLog + slow * weight(Self.slowFactor.decay) + fast * weight(Self.fastFactor.decay) + convexity)
    let points = 100 * 15.874507866387544 * expected * Self.premium * term * Elementary.exp(noise)
    return max(MinuteBridge.cents(points), 5)
  }
}
