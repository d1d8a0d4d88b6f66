import MarketData
import Pricing
import Rules
import Signals
import Strategies

/// VX of the sessions at hand, minute by minute: contracts around a tenor, what a decision sees of them, and what a
/// fill pays. Each is worked out once, whoever asks. Belongs to one thread.
final class VXTables {
  /// A pair of contracts over one session, 1/1000 points by minute from the open; ``TickGrid/missing`` where there
  /// is none.
  struct PairDay {
    let indicative: [Int32]
    let tradable: [Int32]
  }
  private struct ContractKey: Hashable {
    let expiry: SessionDate
    let session: Int
  }
  private struct TradableKey: Hashable {
    let contract: ContractKey
    let seed: UInt64
  }
  private struct PairKey: Hashable {
    let contracts: [ContractWeight]
    let session: Int
    let seed: UInt64
  }
  private let context: MarketContext
  private var indicatives: [ContractKey: [Int32]?] = [:]
  private var tradables: [TradableKey: [Int32]?] = [:]
  private var pairs: [PairKey: PairDay] = [:]
  private var moves: [(session: Int, percent: [Double])] = []

  init(_ context: MarketContext) { self.context = context }

  /// Forgets sessions before `entry`.
  func keep(from entry: Int) {
    for key in indicatives.keys where key.session < entry { indicatives[key] = nil }
    for key in tradables.keys where key.contract.session < entry { tradables[key] = nil }
    for key in pairs.keys where key.session < entry { pairs[key] = nil }
    moves.removeAll { $0.session < entry }
  }

  /// The pair over a session.
  func pair(_ contracts: [ContractWeight], session: Int, seed: UInt64) -> PairDay {
    let key = PairKey(contracts: contracts, session: session, seed: seed)
    if let known = pairs[key] { return known }
    let count = context.history.sessions[session].spot.count
    let made = PairDay(
      indicative: blend(contracts, count) { indicative($0.expiry, session) },
      tradable: blend(contracts, count) { tradable($0.expiry, session, seed) })
    pairs[key] = made
    return made
  }

  private func blend(
    _ contracts: [ContractWeight], _ count: Int, _ prices: (ContractWeight) -> [Int32]?
  ) -> [Int32] {
    var sums = Array(repeating: Int64(500), count: count)
    var isMissing = Array(repeating: false, count: count)
    for contract in contracts {
      guard let path = prices(contract) else { return Array(repeating: TickGrid.missing, count: count) }
      let weight = Int64(contract.thousandths)
      for k in 0..<count {
        sums[k] += weight * Int64(path[k])
        if path[k] == TickGrid.missing { isMissing[k] = true }
      }
    }
    return (0..<count).map { isMissing[$0] ? TickGrid.missing : Int32(sums[$0] / 1000) }
  }

  private func tradable(_ expiry: SessionDate, _ session: Int, _ seed: UInt64) -> [Int32]? {
    let key = TradableKey(contract: ContractKey(expiry: expiry, session: session), seed: seed)
    if let known = tradables[key] { return known }
    let made = context.vx.path(expiry, session: session, seed: seed)
    tradables[key] = .some(made)
    return made
  }

  private func indicative(_ expiry: SessionDate, _ session: Int) -> [Int32]? {
    let key = ContractKey(expiry: expiry, session: session)
    if let known = indicatives[key] { return known }
    let made = context.vx.indicatives(expiry, session: session, moves: move(session))
    indicatives[key] = .some(made)
    return made
  }

  private func move(_ session: Int) -> [Double] {
    for known in moves where known.session == session { return known.percent }
    let made = context.vx.moves(session: session)
    moves.append((session, made))
    return made
  }
}

/// Indicators of the sessions at hand, minute by minute. Belongs to one thread.
final class IndicatorTables {
  private struct Key: Hashable {
    let length: Int
    let barMinutes: Int
    let session: Int
  }
  private struct SignalKey: Hashable {
    let signal: SignalInstance
    let session: Int
    let expiry: Int
  }
  private let context: MarketContext
  private var values: [Key: [Double]] = [:]
  private var signals: [SignalKey: [Double]] = [:]

  init(_ context: MarketContext) { self.context = context }

  /// Forgets sessions before `entry`.
  func keep(from entry: Int) {
    for key in values.keys where key.session < entry { values[key] = nil }
    for key in signals.keys where key.session < entry { signals[key] = nil }
  }

  /// ``MarketContext/minutes(_:session:expiry:)``, kept as long as its session is at hand.
  func minutes(_ signal: SignalInstance, session: Int, expiry: Int) -> [Double] {
    let key = SignalKey(
      signal: signal, session: session, expiry: signal.dependence == .market ? session : expiry)
    if let known = signals[key] { return known }
    let made = context.minutes(signal, session: session, expiry: expiry)
    signals[key] = made
    return made
  }

  /// RSI as seen at each point of a surface.
  func rsi(length: Int, barMinutes: Int, _ surface: MarkSurface) -> [Double] {
    let before = day(length, barMinutes, surface.entry)
    let after = day(length, barMinutes, surface.expiry)
    var made: [Double] = []
    made.reserveCapacity(surface.minutes.count)
    for i in 0..<surface.expiryStart {
      let k = surface.minutes[i] - MinuteOfDay.open
      made.append(
        before.indices.contains(k)
          ? before[k]
          : context.rsi(
            length: length, barMinutes: barMinutes, session: surface.entry, minute: surface.minutes[i]))
    }
    made += after
    return made
  }

  private func day(_ length: Int, _ barMinutes: Int, _ session: Int) -> [Double] {
    let key = Key(length: length, barMinutes: barMinutes, session: session)
    if let known = values[key] { return known }
    let close = context.history.sessions[session].closeMinute
    let series = context.rsi(length: length, barMinutes: barMinutes)
    let made = (MinuteOfDay.open...close).map { series.value(session: session, minute: $0) }
    values[key] = made
    return made
  }
}
