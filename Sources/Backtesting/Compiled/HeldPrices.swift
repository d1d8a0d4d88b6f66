import MarketData
import Pricing
import Strategies

/// What a layer holds over the sessions of a surface, with its prices by point, 1/1000 points: the compiled twin of
/// ``HedgePrices``. Belongs to one thread.
final class HeldPrices {
  /// What is held, and whether since the entry session or since the expiry session.
  struct Key: Hashable {
    /// Position in ``HedgePlan/instruments``.
    let instrument: Int
    let seed: UInt64
    let fromEntry: Bool
    /// The call that was picked; `nil` for VX.
    let call: VIXCall?
  }
  /// The market of a call, with its spread.
  typealias Calls = (market: VIXCallMarket, spread: VIXCallSpread)

  let key: Key
  private let surface: MarkSurface
  private let calls: Calls?
  private let entry: VXTables.PairDay?
  /// `nil` where the curve doesn't reach.
  private let expiry: VXTables.PairDay?
  /// At the settlement of the expiry session.
  let settle: Int32?
  /// Marks of the call that were asked for, by point.
  private var marks: [Int32?] = []

  /// - Parameters:
  ///   - contracts: the futures that it is priced from; `nil` where the curve doesn't reach.
  ///   - calls: of a call.
  init(
    _ key: Key, contracts: [ContractWeight]?, calls: Calls?, surface: MarkSurface, vx: VXMarket,
    tables: VXTables
  ) {
    self.key = key
    self.surface = surface
    self.calls = calls
    func day(_ session: Int) -> VXTables.PairDay? {
      contracts.map { tables.pair($0, session: session, seed: key.seed) }
    }
    entry = key.fromEntry ? day(surface.entry) : nil
    expiry = day(surface.expiry)
    let future = contracts.flatMap { contracts in
      VXMarket.weigh(contracts) { vx.settle($0.expiry, session: surface.expiry) }
    }
    settle = Self.price(key.call, calls, .settled(session: surface.expiry), future)
    if key.call != nil { marks = Array(repeating: nil, count: surface.minutes.count) }
  }

  /// What a buyer pays at a price.
  func bought(_ price: Int32) -> Int32 { calls.map { $0.spread.ask(mark: 10 * price) / 10 } ?? price }

  /// What a seller gets at a price.
  func sold(_ price: Int32) -> Int32 { calls.map { $0.spread.bid(mark: 10 * price) / 10 } ?? price }

  /// Where it trades at a point; `nil` outside regular hours and in a hole.
  func traded(at point: Int) -> Int32? {
    guard let day = point < surface.expiryStart ? entry : expiry else { return nil }
    let k = surface.minutes[point] - MinuteOfDay.open
    guard day.tradable.indices.contains(k), day.tradable[k] != TickGrid.missing else { return nil }
    return price(at: point, future: day.tradable[k])
  }

  /// Indicative prices from an opening on, by point; ``TickGrid/missing`` before it. O(points).
  func indicative(from opened: Int) -> [Int32] {
    var prices = Array(repeating: TickGrid.missing, count: surface.minutes.count)
    if opened < surface.expiryStart, let day = entry?.indicative {
      for i in opened..<surface.expiryStart {
        let k = surface.minutes[i] - MinuteOfDay.open
        if day.indices.contains(k) { prices[i] = day[k] }
      }
    }
    if let day = expiry?.indicative {
      let start = surface.expiryStart
      for i in max(opened, start)..<surface.minutes.count { prices[i] = day[i - start] }
    }
    guard key.call != nil else { return prices }
    for i in opened..<prices.count where prices[i] != TickGrid.missing {
      let mark = marks[i] ?? price(at: i, future: prices[i]) ?? TickGrid.missing
      marks[i] = mark
      prices[i] = mark
    }
    return prices
  }

  private func price(at point: Int, future: Int32) -> Int32? {
    guard key.call != nil else { return future }
    return Self.price(key.call, calls, .traded(TradeMinute(surface, point), vx: future), future)
  }

  private static func price(
    _ call: VIXCall?, _ calls: Calls?, _ view: VIXCallMarket.View, _ future: Int32?
  ) -> Int32? {
    guard let call, let calls else { return future }
    return try? calls.market.mark(call, view).get() / 10
  }
}
