import Kernels
import MarketData
import Strategies

@testable import Backtesting

/// An instant of a history: everything up to it is known, nothing after it.
struct Cut: CustomStringConvertible {
  var session: Int
  /// 570 to 960, or from 975 on, when the day's official bar, volatility closes and settlements are known.
  var minute: Int
  var key: Int { session * 10_000 + minute }
  var knowsCloses: Bool { minute >= MinuteOfDay.afterClose }
  var description: String { "session \(session) \(MinuteOfDay.text(minute))" }

  /// The first minute after the cut at which an order of the trade entered on `entry` can fill.
  func nextTradable(_ history: MarketHistory, entry: Int) -> Int? {
    for i in session..<max(session, entry + 2) {
      let day = history.sessions[i]
      let first = i == session ? max(minute + 1, MinuteOfDay.open) : MinuteOfDay.open
      guard first <= day.closeMinute else { continue }
      for m in first...day.closeMinute where day.spot(at: m) > 0 { return i * 10_000 + m }
    }
    return nil
  }
}

/// Replaces everything after a cut by other data, with the same values missing.
struct LaterData {
  let history: MarketHistory
  private let other: MarketHistory

  /// - Parameters:
  ///   - donor: a history of the same sessions.
  ///   - scale: what its index is multiplied by.
  init(_ history: MarketHistory, donor: MarketHistory, scale: Double) {
    self.history = history
    var other = history
    func masked(_ original: Double, _ value: Double) -> Double { original == original ? value : original }
    for i in history.sessions.indices {
      let from = donor.sessions[i]
      precondition(from.date == history.sessions[i].date, "LaterData: another calendar")
      for k in other.sessions[i].spot.indices {
        other.sessions[i].spot[k] = masked(other.sessions[i].spot[k], from.spot[k] * scale)
      }
      let bar = other.sessions[i].official
      other.sessions[i].official = DailyBar(
        open: masked(bar.open, from.official.open * scale),
        high: masked(bar.high, from.official.high * scale),
        low: masked(bar.low, from.official.low * scale), close: masked(bar.close, from.official.close * scale)
      )
      for index in VolatilityIndex.allCases {
        guard let own = other.volatility[index]?[i] else { continue }
        other.volatility[index]?[i] = masked(own, (donor.volatility[index]?[i] ?? 31) * 1.4)
      }
      other.futures[i] = other.futures[i].map { own in
        let found = donor.futures[i].first { $0.expiry == own.expiry }?.settle ?? 29
        return FuturesSettle(expiry: own.expiry, settle: (found * 130).rounded() / 100)
      }
    }
    self.other = other
  }

  /// The history with other data after the cut. O(sessions after it).
  func replaced(after cut: Cut) -> MarketHistory {
    var result = history
    for i in (cut.session + 1)..<history.sessions.count {
      result.sessions[i] = other.sessions[i]
      result.futures[i] = other.futures[i]
    }
    for (index, values) in other.volatility {
      let first = cut.knowsCloses ? cut.session + 1 : cut.session
      result.volatility[index]?.replaceSubrange(first..., with: values[first...])
    }
    if !cut.knowsCloses {
      result.futures[cut.session] = other.futures[cut.session]
      result.sessions[cut.session].official = other.sessions[cut.session].official
      let known = max(0, cut.minute - MinuteOfDay.open + 1)
      if known < result.sessions[cut.session].spot.count {
        result.sessions[cut.session].spot.replaceSubrange(
          known..., with: other.sessions[cut.session].spot[known...])
      }
    }
    return result
  }
}

/// Everything that a backtest decided by a cut, in words, one line a decision.
struct Decisions {
  var lines: [String] = []
  var exits = 0
  var hedges = 0
  /// Condors sold after the first of their trade.
  var again = 0
  /// Spreads that a shift sold.
  var shifts = 0

  /// - Parameter history: only its calendar and its holes are looked at, which a replacement keeps.
  init(_ result: BacktestResult, by cut: Cut, history: MarketHistory) {
    let entry = result.strategy.entry.minute
    for (offset, record) in result.records.enumerated() {
      let s = result.period.lowerBound + offset
      if s < cut.session || (s == cut.session && cut.knowsCloses), result.standing[offset] != 0 {
        lines.append("\(s) standing book \(result.standing[offset])")
      }
      let trade = result.trades.first { $0.entrySession == s }
      if record.quantity > 1, s * 10_000 + entry + 1 <= cut.key {
        lines.append("\(s) sells \(record.quantity)")
      }
      guard s * 10_000 + entry <= cut.key, record.code != .periodEnds else { continue }
      if s * 10_000 + entry + 1 > cut.key {
        // Decided but not filled: what comes of it at the fill isn't known yet.
        if let trade { lines.append("\(s) chose \(trade.first.strikes) \(trade.first.midCredit)") }
        if ![.traded, .creditUnreachable, .margin, .dataHole].contains(record.code) {
          lines.append("\(s) \(record.code)")
        }
        continue
      }
      lines.append("\(s) \(record.code)")
      guard let trade else { continue }
      let first = trade.first
      lines.append(
        "\(s) sold \(first.strikes) mid \(first.midCredit) credit \(first.credit) at \(first.spotAtFill) "
          + "delta \(first.shortPutDelta) \(first.shortCallDelta) margin \(trade.marginCents)")
      add(trade, s, strategy: result.strategy, cut: cut, next: cut.nextTradable(history, entry: s))
    }
  }

  private func key(_ time: TradeMinute) -> Int { time.session * 10_000 + time.minute }

  private mutating func add(_ trade: Trade, _ s: Int, strategy: Strategy, cut: Cut, next: Int?) {
    for condor in trade.condors.dropFirst() {
      let decided = condor.decidedAt.session * 10_000 + condor.decidedAt.minute
      let filled = condor.filledAt.session * 10_000 + condor.filledAt.minute
      guard filled <= cut.key else { continue }
      lines.append("\(s) again at \(decided): \(condor.strikes), credit \(condor.credit) at \(filled)")
      again += 1
    }
    for fill in trade.fills {
      let key = fill.session * 10_000 + fill.minute
      let isDecided = strategy.exit.isOrdered(fill.reason)
      if fill.reason == .settlement {
        if cut.session > fill.session || (cut.session == fill.session && cut.knowsCloses) {
          lines.append("\(s) \(fill.part) settled at \(fill.cost)")
        }
      } else if key <= cut.key {
        exits += 1
        lines.append("\(s) \(fill.part) \(fill.reason) at \(key) for \(fill.cost), fees \(fill.feesCents)")
      } else if key == next, isDecided {
        exits += 1
        lines.append("\(s) \(fill.part) \(fill.reason) ordered for \(key)")
      }
    }
    for spread in trade.shifted where key(spread.filledAt) <= cut.key {
      lines.append(
        "\(s) shifts \(spread.part) at \(key(spread.decidedAt)) to \(spread.short)/\(spread.long) of "
          + "\(spread.expirySession) for \(spread.credit) at \(key(spread.filledAt))")
      shifts += 1
      let ended = spread.endedAt.session
      let isOver =
        spread.reason == .settlement
        ? ended < cut.session || ended == cut.session && cut.knowsCloses : key(spread.endedAt) <= cut.key
      if isOver { lines.append("\(s) \(spread.part) of \(spread.expirySession) ends for \(spread.cost)") }
    }
    for fill in trade.hedge.fills where fill.action != .close {
      let key = fill.session * 10_000 + fill.minute
      guard key <= cut.key || key == next else { continue }
      hedges += 1
      var line = "\(s) layer \(fill.layer) \(fill.action) \(fill.shareThousandths) for \(key)"
      if key <= cut.key { line += " size \(fill.centsPerPoint) of \(fill.holding)" }
      if fill.session < cut.session || (fill.session == cut.session && cut.knowsCloses) {
        line += " at \(fill.price)"
      }
      lines.append(line)
    }
  }
}
