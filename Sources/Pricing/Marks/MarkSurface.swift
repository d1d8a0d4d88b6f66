import Kernels
import MarketData

/// Builds the marks of one entry: pricing parameters and a history, ready to price any strike.
public struct MarkModel: Sendable {
  /// What prices are made of.
  public let parameters: MarkParameters
  /// How they are used.
  public let settings: MarkSettings
  /// Variance time.
  public let clock: VarianceClock
  let smile: VolatilitySmile
  let level: AtTheMoneyLevel
  let halfSpread: HalfSpread
  let prices: SmilePriceTable

  /// Marks for the calendar and events of one history.
  public init(
    parameters: MarkParameters, settings: MarkSettings, calendar: TradingCalendar, events: EventCalendar
  ) {
    self.parameters = parameters
    self.settings = settings
    clock = VarianceClock(parameters: parameters.clock, calendar: calendar, events: events)
    smile = VolatilitySmile(parameters.smile)
    prices = SmilePriceTable.shared(smile.curve)
    level = AtTheMoneyLevel(parameters.levels)
    halfSpread = HalfSpread(parameters.halfSpread)
  }

  /// The level observed at the 16:15 of session `i`: the first of VIX1D, VIX9D and VIX that has a close.
  public func observedLevel(
    _ history: MarketHistory, closeOf i: Int
  ) -> (index: VolatilityIndex, value: Double, volatility: Double)? {
    for index in [VolatilityIndex.vix1d, .vix9d, .vix] {
      let value = history.close(index, i)
      if value > 0, let sigma = level.volatility(index, value) { return (index, value, sigma) }
    }
    return nil
  }

  /// The marks of an entry decided at `decisionMinute` of session `entry` that expires at the close of `expiry`;
  /// `nil` if no volatility close is known by then or the index has no anchor.
  ///
  /// As-of rule: before 16:15 the level comes from the prior session's close, moved by the index since; from
  /// 16:15 on (or with `assumeCloseKnown`) from the entry session's own close.
  /// Complexity: O(minutes of both sessions).
  public func surface(
    _ history: MarketHistory, entry: Int, decisionMinute: Int, expiry: Int
  ) -> MarkSurface? {
    surface(
      history, entry: entry, decisionMinute: decisionMinute, expiry: expiry,
      profiles: (
        SessionProfile(history, session: entry, clock: clock),
        SessionProfile(history, session: expiry, clock: clock)
      ))
  }

  /// The same with the sessions' profiles at hand: entries of several minutes share them.
  public func surface(
    _ history: MarketHistory, entry: Int, decisionMinute: Int, expiry: Int,
    profiles: (entry: SessionProfile, expiry: SessionProfile)
  ) -> MarkSurface? {
    MarkSurface(
      model: self, history: history, entry: entry, decisionMinute: decisionMinute, expiry: expiry,
      profiles: profiles)
  }
}

/// What every surface over a session needs of it, minute by minute from the open to the close.
public struct SessionProfile: Sendable {
  /// ln of the index; NaN where there is no mark.
  let logSpot: [Double]
  /// What remains of the session's own variance, in sessions.
  let remaining: [Double]

  /// O(minutes).
  public init(_ history: MarketHistory, session i: Int, clock: VarianceClock) {
    let session = history.sessions[i]
    var logs = Array(repeating: 0.0, count: session.spot.count)
    var out = logs.mutableSpan
    elementaryLogs(session.spot.span, into: &out)
    logSpot = logs
    remaining = clock.dayProfile(session.date)
  }
}

/// The at-the-money state of the market at every minute of one trade, from the decision to the expiry close.
///
/// Point 0 is the decision minute, point 1 the fill minute, then each minute to the close of the entry session
/// and each minute of the expiry session. A point without an index mark has a NaN forward and no marks.
public struct MarkSurface: Sendable {
  /// Positions in the history.
  public let entry: Int
  /// When they expire.
  public let expiry: Int
  /// Minute of each point.
  public let minutes: [Int]
  /// First point of the expiry session.
  public let expiryStart: Int
  /// F and √w by point.
  let path: SmilePath
  /// F, index points.
  public var forward: [Double] { path.forward }
  /// √w to the expiry close, at the money; 0 at that close.
  public var stdDev: [Double] { path.stdDev }
  /// √w at the decision with the level as observed (before the index's move since): the *sd* of hedge triggers.
  public let entryStdDev: Double
  /// The index the level came from, and its value.
  public let levelIndex: VolatilityIndex
  /// That index's close, percent points.
  public let levelValue: Double
  /// By how much half-spreads are wider than the quiet formula at each point.
  public let spreadFactors: [Double]
  let smile: VolatilitySmile
  let halfSpread: HalfSpread
  private let prices: SmilePriceTable

  init?(
    model: MarkModel, history: MarketHistory, entry: Int, decisionMinute: Int, expiry: Int,
    profiles: (entry: SessionProfile, expiry: SessionProfile)
  ) {
    let t = history.sessions[entry]
    let x = history.sessions[expiry]
    let afterClose = decisionMinute >= MinuteOfDay.afterClose
    let sameDay = afterClose || model.settings.assumeCloseKnown
    let anchorSession = sameDay ? entry : entry - 1
    guard anchorSession >= 0, let observed = model.observedLevel(history, closeOf: anchorSession) else {
      return nil
    }
    let anchorSpot = history.sessions[anchorSession].official.close
    guard anchorSpot > 0 else { return nil }

    var minutes: [Int] = [decisionMinute, decisionMinute + 1]
    if decisionMinute + 2 <= t.closeMinute { minutes += (decisionMinute + 2)...t.closeMinute }
    let expiryStart = minutes.count
    minutes += MinuteOfDay.open...x.closeMinute
    let n = minutes.count

    let night = model.clock.sessions(from: t.date, minute: MinuteOfDay.close + 60, to: x.date)
    let spotVol = model.parameters.spotVol
    let scale = model.settings.levelScale
    let sigma = observed.volatility * scale
    let c0 = model.clock.day(t.date, from: decisionMinute) + night
    let entryStdDev = sigma * (c0 / 252).squareRoot()
    let frozen = max(entryStdDev, spotVol.minimumStdDev)
    let slope = spotVol.factor * model.parameters.smile.p[0] / frozen

    var forward = Array(repeating: Double.nan, count: n)
    var logForward = forward
    var remaining = forward
    for i in 0..<expiryStart {
      let minute = minutes[i]
      if minute >= MinuteOfDay.open, minute <= t.closeMinute {
        let k = minute - MinuteOfDay.open
        forward[i] = t.spot[k]
        logForward[i] = profiles.entry.logSpot[k]
        remaining[i] = profiles.entry.remaining[k] + night
      } else {
        forward[i] = t.spot(at: minute)
        logForward[i] = Elementary.log(forward[i])
        remaining[i] = model.clock.day(t.date, from: minute) + night
      }
    }
    for k in x.spot.indices {
      forward[expiryStart + k] = x.spot[k]
      logForward[expiryStart + k] = profiles.expiry.logSpot[k]
      remaining[expiryStart + k] = profiles.expiry.remaining[k]
    }

    let spread = model.settings.stressSpreads
    func anchored(_ level: (index: VolatilityIndex, value: Double, volatility: Double), at spot: Double)
      -> (log: Double, sigma: Double, factor: Double)
    {
      (
        Elementary.log(spot), level.volatility * scale,
        spread ? model.halfSpread.stressFactor(volatilityIndex: level.value) : 1
      )
    }
    let first = anchored(observed, at: anchorSpot)
    var second = first
    if model.settings.reanchor == .close, let fresh = model.observedLevel(history, closeOf: expiry - 1),
      history.sessions[expiry - 1].official.close > 0
    {
      second = anchored(fresh, at: history.sessions[expiry - 1].official.close)
    }

    var exponent = Array(repeating: 0.0, count: n)
    for i in 0..<n { exponent[i] = slope * (logForward[i] - (i < expiryStart ? first : second).log) }
    var stdDev = Array(repeating: 0.0, count: n)
    var out = stdDev.mutableSpan
    elementaryExps(exponent.span, into: &out)
    for i in 0..<n {
      let ratio = min(max(stdDev[i], spotVol.lowest), spotVol.highest)
      let anchor = i < expiryStart ? first.sigma : second.sigma
      stdDev[i] =
        exponent[i] == exponent[i] ? anchor * ratio * (remaining[i] / 252).squareRoot() : .nan
    }
    var factors = Array(repeating: second.factor, count: n)
    for i in 0..<expiryStart {
      factors[i] = first.factor * (minutes[i] > t.closeMinute ? model.halfSpread.afterClose : 1)
    }
    self.entry = entry
    self.expiry = expiry
    self.minutes = minutes
    self.expiryStart = expiryStart
    path = SmilePath(forward: forward, logForward: logForward, stdDev: stdDev)
    self.entryStdDev = entryStdDev
    levelIndex = observed.index
    levelValue = observed.value
    spreadFactors = factors
    smile = model.smile
    halfSpread = model.halfSpread
    prices = model.prices
  }

  /// √w of the strike's own volatility at a point; 0 at expiry, NaN in a hole.
  public func strikeStdDev(_ strike: Double, at point: Int) -> Double {
    strikeStdDev(logStrike: Elementary.log(strike), at: point)
  }

  /// The same from ln K. The one formula behind every mark: z = (ln K − ln F)/s, then s·v(z).
  private func strikeStdDev(logStrike: Double, at point: Int) -> Double {
    let s = stdDev[point]
    guard s > 0 else { return s }
    return s * smile.ratio(z: (logStrike - path.logForward[point]) / s)
  }

  /// Undiscounted Black-76 delta of an option at a point: N(d₁) for a call, N(d₁) − 1 for a put.
  public func delta(strike: Double, isCall: Bool, at point: Int) -> Double {
    let s = strikeStdDev(strike, at: point)
    let f = forward[point]
    guard s > 0 else { return s == 0 ? (isCall ? (f > strike ? 1 : 0) : (f < strike ? -1 : 0)) : .nan }
    let n = normalCDF((path.logForward[point] - Elementary.log(strike)) / s + s / 2)
    return isCall ? n : n - 1
  }

  /// Deltas of calls whose ln K and √w are at hand. O(strikes).
  public func callDeltas(logStrike: [Double], stdDev: [Double], at point: Int) -> [Double] {
    let logF = path.logForward[point]
    return zip(logStrike, stdDev).map { logK, s in normalCDF((logF - logK) / s + s / 2) }
  }

  /// Model mids of one option at every point, index points, unrounded; NaN in a hole.
  ///
  /// One logarithm a strike, one smile and one lane of the Black-76 batch a point. O(points).
  public func mids(strike: Double, isCall: Bool) -> [Double] {
    let n = minutes.count
    let logStrike = Elementary.log(strike)
    let strikes = Array(repeating: strike, count: n)
    let signs = Array(repeating: isCall ? 1.0 : -1.0, count: n)
    var s = Array(repeating: 0.0, count: n)
    for i in 0..<n { s[i] = strikeStdDev(logStrike: logStrike, at: i) }
    var price = Array(repeating: Double.nan, count: n)
    var out = price.mutableSpan
    black76Prices(forward: forward.span, strike: strikes.span, stdDev: s.span, sign: signs.span, into: &out)
    return price
  }

  /// The same on the tick grid, units of 1/10,000 point; ``TickGrid/missing`` in a hole. One pass of lanes. O(points).
  public func marks(strike: Double, isCall: Bool) -> [Int32] {
    var marks = Array(repeating: TickGrid.missing, count: minutes.count)
    var out = marks.mutableSpan
    prices.marks(
      PathOption(strike: strike, isCall: isCall), along: path, missing: TickGrid.missing, into: &out)
    return marks
  }

  /// Every strike of a chain at one point: √w of its own volatility, and marks of put and call. O(strikes).
  ///
  /// - Precondition: the point has an index mark and stdDev > 0.
  public func chain(strikes: [Int], at point: Int) -> (
    logStrike: [Double], stdDev: [Double], put: [Int32], call: [Int32]
  ) {
    let n = strikes.count
    let points = strikes.map(Double.init)
    var logs = Array(repeating: 0.0, count: n)
    var s = logs
    var price = logs
    var out = logs.mutableSpan
    elementaryLogs(points.span, into: &out)
    out = s.mutableSpan
    smileStdDevs(
      logStrike: logs.span, logForward: path.logForward[point], stdDev: stdDev[point], smile: smile.curve,
      into: &out)
    let forwards = Array(repeating: forward[point], count: n)
    func marks(_ sign: Double) -> [Int32] {
      let signs = Array(repeating: sign, count: n)
      var out = price.mutableSpan
      black76Prices(forward: forwards.span, strike: points.span, stdDev: s.span, sign: signs.span, into: &out)
      return price.map(TickGrid.legMark(points:))
    }
    return (logs, s, marks(-1), marks(1))
  }

  /// Model mid of one option at one point, index points.
  public func mid(strike: Double, isCall: Bool, at point: Int) -> Double {
    var price = [Double.nan]
    let f = [forward[point]]
    let k = [strike]
    let s = [strikeStdDev(strike, at: point)]
    let sign = [isCall ? 1.0 : -1.0]
    var out = price.mutableSpan
    black76Prices(forward: f.span, strike: k.span, stdDev: s.span, sign: sign.span, into: &out)
    return price[0]
  }

  /// Half-spread of a leg marked at `mark`, units.
  public func halfSpreadUnits(mark: Int32, at point: Int) -> Int32 {
    halfSpread.units(mark: mark, factor: spreadFactors[point])
  }
}
