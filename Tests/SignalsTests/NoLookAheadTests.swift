import Kernels
import MarketData
import Rules
import Signals
import Testing

/// The proof that no signal sees later data: at random instants all of it is replaced by other data, and every value that
/// could be seen by then stays the same to the last bit.
@Suite("No look-ahead of signals")
struct SignalNoLookAheadTests {
  static let sessions = 330
  static let signals = Result {
    try SignalCatalogue.standard.declarations.map(\.usual).filter {
      $0.dependence == .market || $0.name == "mev"
    }
      + [
        "rsi(2, 1 session)", "rsi(3, 1 min)", "macd(3, 6, 4, histogram, 15 min)", "vx_now(90)",
        "realised_vol(2)",
        "order_flow(10)", "amihud(5)", "ad_slope(3)", "gdp_regime(contraction)", "reer_change(1)",
        "event(FOMC, NFP) within 3 sessions",
      ].map { try Ask.signal($0) }
  }
  static let market = Result {
    (
      real: try MadeMarket.full(sessions: sessions, seed: 5),
      other: try MadeMarket.full(sessions: sessions, seed: 6)
    )
  }

  /// An instant: everything up to it is known.
  struct Cut {
    let session: Int
    /// 570 to 960, or 975, when the day's closes are known.
    let minute: Int
    var knowsCloses: Bool { minute >= MinuteOfDay.afterClose }
  }

  /// The history with another one's values after the cut, in the same places.
  static func replaced(_ history: MarketHistory, by other: MarketHistory, after cut: Cut) -> MarketHistory {
    var result = history
    func masked(_ own: Double, _ new: Double) -> Double { own.isNaN ? own : new * 1.13 }
    for i in cut.session..<history.sessions.count {
      let isToday = i == cut.session
      let from = isToday ? cut.minute - MinuteOfDay.open + 1 : 0
      let own = history.sessions[i]
      for k in own.spot.indices where k >= from {
        result.sessions[i].spot[k] = masked(own.spot[k], other.sessions[i].spot[k])
      }
      if let bars = history.fund[i]?.bars {
        for (k, bar) in bars.enumerated() where !isToday || bar.endMinute > cut.minute {
          result.fund[i]?.bars[k] = FundBar(
            endMinute: bar.endMinute, open: bar.open * 1.02, close: bar.close * 0.97,
            volume: bar.volume * 3 + 1)
        }
      }
      guard !isToday || !cut.knowsCloses else { continue }
      let theirs = other.sessions[i].official
      result.sessions[i].official = DailyBar(
        open: masked(own.official.open, theirs.open), high: masked(own.official.high, theirs.high),
        low: masked(own.official.low, theirs.low),
        close: masked(own.official.close, theirs.close.isNaN ? 1_234 : theirs.close))
      for index in VolatilityIndex.allCases where history.volatility[index] != nil {
        let value = other.close(index, i)
        result.volatility[index]?[i] = masked(history.close(index, i), value.isNaN ? 41 : value)
      }
      result.futures[i] = history.futures[i].enumerated().map { rank, own in
        FuturesSettle(expiry: own.expiry, settle: own.settle * (1.4 - 0.1 * Double(rank)))
      }
    }
    let today = history.sessions[cut.session].date
    result.series = history.series.mapValues { series in
      KnownSeries(
        series.values.map { value in
          .init(
            observed: value.observed, known: value.known,
            value: value.known > today
              ? value.value * (value.observed.month % 2 == 0 ? 1.7 : 0.6) : value.value)
        })
    }
    return result
  }

  static func isSame(_ a: SignalReading, _ b: SignalReading) -> Bool {
    a == b && a.number.bitPattern == b.number.bitPattern
  }

  @Test("200 cuts: values seen by then stay, and are said to be known by then", arguments: 0..<8)
  func laterDataChangesNothing(part: Int) throws {
    let (history, other) = try Self.market.get()
    let signals = try Self.signals.get()
    let feed = try Ask.feed(signals, history)
    var random = Philox(seed: 31, stream: UInt64(part))
    var changed = Set<SignalInstance>()
    var seen: [SignalInstance: Int] = [:]
    for _ in 0..<25 {
      let session = 22 + random.integer(below: Self.sessions - 25)
      let close = history.sessions[session].closeMinute
      let minute =
        random.integer(below: 4) == 0
        ? MinuteOfDay.afterClose : MinuteOfDay.open + random.integer(below: close - MinuteOfDay.open + 1)
      let cut = Cut(session: session, minute: minute)
      let later = try Ask.feed(signals, Self.replaced(history, by: other, after: cut))
      for signal in signals {
        if signal.resolution == .session {
          check(signal, feed, later, cut, history, &seen, &changed)
          continue
        }
        for i in [random.integer(below: session), session - 1, session] {
          let marks =
            i == session ? min(cut.minute, close) - MinuteOfDay.open + 1 : history.sessions[i].spot.count
          let own = readings(feed, signal, i)
          let replaced = readings(later, signal, i)
          let first = (0..<marks).first { !Self.isSame(own[$0], replaced[$0]) }
          #expect(first == nil, "\(signal.text) saw later data: \(i) \(first ?? 0), cut \(cut)")
          for k in 0..<marks {
            guard case .value(_, let observed, let known) = own[k] else { continue }
            let now = SignalTime(history.sessions[i].date, MinuteOfDay.open + k)
            if observed > known || known > now {
              Issue.record("\(signal.text) of \(observed), known \(known), is seen at \(now)")
            }
            seen[signal, default: 0] += 1
          }
        }
        let after = session + 2
        let pair = (readings(feed, signal, after), readings(later, signal, after))
        if zip(pair.0, pair.1).contains(where: { !Self.isSame($0, $1) }) { changed.insert(signal) }
      }
    }
    // what was replaced mattered: every signal but those known ahead has other values afterwards
    for signal in signals where !["event", "minutes_to_close"].contains(signal.name) {
      #expect(changed.contains(signal), "\(signal.text) never changed: nothing was replaced")
      #expect(seen[signal, default: 0] > 100, "\(signal.text) was hardly ever there")
    }
  }

  /// All sessions up to the cut, at both views.
  private func check(
    _ signal: SignalInstance, _ feed: SignalFeed, _ later: SignalFeed, _ cut: Cut, _ history: MarketHistory,
    _ seen: inout [SignalInstance: Int], _ changed: inout Set<SignalInstance>
  ) {
    for view in SessionView.allCases {
      let own = feed.sessions(signal, view: view)
      let replaced = later.sessions(signal, view: view)
      let last = view == .open || cut.knowsCloses ? cut.session : cut.session - 1
      let first = (0...last).first { !Self.isSame(own[$0], replaced[$0]) }
      #expect(first == nil, "\(signal.text) saw later data: \(view) of \(first ?? 0), cut \(cut)")
      for i in 0...last {
        guard case .value(_, let observed, let known) = own[i] else { continue }
        let minute = view == .open ? MinuteOfDay.open : MinuteOfDay.afterClose
        if observed > known || known > SignalTime(history.sessions[i].date, minute) {
          Issue.record("\(signal.text) of \(observed), known \(known), is seen at \(view) of \(i)")
        }
        seen[signal, default: 0] += 1
      }
      if (last + 1..<own.count).contains(where: { !Self.isSame(own[$0], replaced[$0]) }) {
        changed.insert(signal)
      }
    }
  }

  private func readings(_ feed: SignalFeed, _ signal: SignalInstance, _ session: Int) -> [SignalReading] {
    signal.dependence == .market
      ? feed.minutes(signal, session: session)
      : feed.minutes(signal, session: session, expiry: session + 1)
  }
}
