import Backtesting
import MarketData
import Pricing
import Strategies

/// When in the life of an entry a stress looks at what is held.
public enum StressMoment: Sendable, Hashable, CustomStringConvertible {
  /// At the fill of the condor.
  case entry
  /// At the last mark of the entry session.
  case close
  /// At a minute of the expiry session.
  case expiry(minute: Int)

  /// `entry`, `close`, `open` of the expiry session, or a minute of it as `HH:MM` from 09:30 to 15:59.
  ///
  /// - Throws: ``StudyError/badStress(option:value:problem:)``.
  public init(_ text: String) throws(StudyError) {
    switch text {
    case "entry": self = .entry
    case "close": self = .close
    case "open": self = .expiry(minute: MinuteOfDay.open)
    default:
      guard let minute = MinuteOfDay.parse(text), (MinuteOfDay.open..<MinuteOfDay.close).contains(minute)
      else {
        throw .badStress(
          option: "--at", value: text,
          problem: "is none of entry, close, open and the minutes 09:30 to 15:59 of the expiry session")
      }
      self = .expiry(minute: minute)
    }
  }

  /// As the command line spells it.
  public var description: String {
    switch self {
    case .entry: "entry"
    case .close: "close"
    case .expiry(let minute): minute == MinuteOfDay.open ? "open" : MinuteOfDay.text(minute)
    }
  }

  /// Whether a trade that expires in this session has settled by then.
  func isSettled(_ expiry: Session) -> Bool {
    if case .expiry(let minute) = self { minute >= expiry.closeMinute } else { false }
  }

  /// Its point on a trade's surface; `nil` where that has none.
  func point(_ trade: Trade, _ surface: MarkSurface) -> Int? {
    switch self {
    case .entry: surface.point(trade.first.filledAt)
    case .close: surface.expiryStart - 1
    case .expiry(let minute): surface.point(TradeMinute(session: surface.expiry, minute: minute))
    }
  }
}

extension StressBook {
  /// What a trade holds of its own, of one condor; `nil` where something of it has no price.
  init?(
    _ trade: Trade, of strategy: Strategy, surface: MarkSurface, context: MarketContext,
    at moment: StressMoment
  ) {
    guard let point = moment.point(trade, surface), surface.forward[point] > 0, surface.stdDev[point] > 0
    else { return nil }
    let time = TradeMinute(surface, point)
    self.init(
      time: time, date: context.history.sessions[time.session].date, stdDev: surface.stdDev[point])
    let held = OpenPositions(trade, of: strategy, surface: surface, point: point)
    spreads = held.spreads.flatMap { SpreadExposure.of($0, surface: surface, point: point) }
    for (open, size) in held.layers {
      guard
        let made = FuturesExposure.of(
          open, centsPerPoint: size, strategy: strategy, context: context, at: time)
      else { return nil }
      margined += made
      switch (open.holding, strategy.hedge[open.layer].instrument) {
      case (.call(let call), .vixCall(let rule)):
        guard
          let exposure = VIXCallExposure(
            call, of: rule, centsPerPoint: size, context: context, seen: .indicative(time),
            session: time.session)
        else { return nil }
        calls.append(exposure)
      default: futures += made
      }
    }
  }

  /// Of so many condors.
  func scaled(_ quantity: Int) -> StressBook {
    let factor = Double(quantity)
    func more(_ list: [FuturesExposure]) -> [FuturesExposure] {
      list.map {
        FuturesExposure(
          expiry: $0.expiry, centsPerPoint: factor * $0.centsPerPoint, price: $0.price, beta: $0.beta)
      }
    }
    var book = self
    for k in spreads.indices { book.spreads[k].contracts *= quantity }
    for k in calls.indices { book.calls[k].centsPerPoint *= factor }
    book.futures = more(futures)
    book.margined = more(margined)
    return book
  }
}

/// The standing layers of a strategy over a period, to be added to what trades hold.
struct StandingExposures {
  private let context: MarketContext
  private let first: Int
  /// From each session's settlement on; `nil` where something of them has no price.
  private let futures: [[FuturesExposure]?]
  private let calls: [(rule: VIXCallRule, carry: VIXCallCarry)]

  /// O(sessions × layers).
  init(_ strategy: Strategy, context: MarketContext, period: ClosedRange<Int>) {
    self.context = context
    first = period.lowerBound
    futures = FuturesExposure.standing(strategy, context: context, period: period)
    calls = strategy.hedge.compactMap { layer in
      guard layer.horizon == .standing, case .vixCall(let rule) = layer.instrument else { return nil }
      return (
        rule,
        VIXCallCarry(
          rule, contracts: Int(layer.size.amount), monetise: layer.monetise, context: context, range: period,
          costs: strategy.costs)
      )
    }
  }

  /// A book with what stands beside it at its minute: what was held from the last settlement on; `nil` where something of it has
  /// no price.
  func added(to book: StressBook) -> StressBook? {
    let (session, minute) = (book.time.session, book.time.minute)
    let settled = minute >= MinuteOfDay.afterClose ? session : session - 1
    let k = settled - first
    var book = book
    guard futures.indices.contains(k) else { return book }
    guard let standing = futures[k] else { return nil }
    for held in standing {
      let price =
        settled == session
        ? held.price
        : context.vx.indicative(held.expiry, session: session, minute: minute).map { Double($0) / 1000 }
      guard let price else { return nil }
      let now = FuturesExposure(
        expiry: held.expiry, centsPerPoint: held.centsPerPoint, price: price, beta: held.beta)
      book.futures.append(now)
      book.margined.append(now)
    }
    for (rule, carry) in calls {
      // what settled this morning is held no more
      guard let held = carry.holdings[k], held.call.expiry > book.date else { continue }
      let view: VIXCallMarket.View = settled == session ? .settled(session: session) : .indicative(book.time)
      guard
        let exposure = VIXCallExposure(
          held.call, of: rule, centsPerPoint: 10_000 * Double(held.contracts), context: context, seen: view,
          session: settled + 1)
      else { return nil }
      book.calls.append(exposure)
      book.premiumCents += carry.paidCents[k]
    }
    return book
  }
}
