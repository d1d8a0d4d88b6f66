import MarketData
import Pricing
import Strategies

/// The four strikes of a condor, index points.
public struct CondorStrikes: Hashable, Sendable {
  /// Wing below.
  public let longPut: Int
  /// Short put.
  public let shortPut: Int
  /// Short call.
  public let shortCall: Int
  /// Wing above.
  public let longCall: Int
  /// - Precondition: ascending, wings outside the shorts.
  public init(longPut: Int, shortPut: Int, shortCall: Int, longCall: Int) {
    precondition(longPut < shortPut && shortPut <= shortCall && shortCall < longCall, "CondorStrikes: order")
    self.longPut = longPut
    self.shortPut = shortPut
    self.shortCall = shortCall
    self.longCall = longCall
  }
  /// Width of the wider side, points.
  public var width: Int { max(shortPut - longPut, longCall - shortCall) }

  /// What the put side owes at settlement, units of 1/10,000 point.
  public func putSettlement(close: Int32) -> Int32 {
    min(max(Int32(shortPut) * 10_000 - close, 0), Int32(shortPut - longPut) * 10_000)
  }
  /// What the call side owes at settlement, units.
  public func callSettlement(close: Int32) -> Int32 {
    min(max(close - Int32(shortCall) * 10_000, 0), Int32(longCall - shortCall) * 10_000)
  }
}

/// A minute of a trade: of its entry session or of its expiry session.
public struct TradeMinute: Sendable, Hashable {
  /// Position of the session in the history.
  public let session: Int
  /// Minutes after midnight, New York.
  public let minute: Int
  /// Of its parts.
  public init(session: Int, minute: Int) {
    self.session = session
    self.minute = minute
  }
  /// The minute of a point of a surface.
  public init(_ surface: MarkSurface, _ point: Int) {
    session = point < surface.expiryStart ? surface.entry : surface.expiry
    minute = surface.minutes[point]
  }
}

extension MarkSurface {
  /// The point of a minute; `nil` for the settlement and for minutes that it doesn't hold.
  public func point(_ time: TradeMinute) -> Int? {
    let found =
      time.session == entry
      ? minutes[..<expiryStart].firstIndex(of: time.minute)
      : minutes[expiryStart...].firstIndex(of: time.minute)
    return time.session == entry || time.session == expiry ? found : nil
  }
}

/// One closing fill: of the condor, or of one side of it.
public struct ClosingFill: Sendable, Hashable {
  /// What was closed.
  public enum Part: String, Sendable, Hashable, Codable {
    case condor
    case put
    case call
  }
  /// What was closed.
  public var part: Part
  /// Why.
  public var reason: ExitReason
  /// Position of the session in the history.
  public var session: Int
  /// Minute of the fill.
  public var minute: Int
  /// The minute whose mark made the rule true, one mark before the fill (the same with `fill: trigger`); `nil` for
  /// settlement.
  public var decidedAt: TradeMinute?
  /// Credit received for this part, units of 1/10,000 point, one cent a condor.
  public var credit: Int32
  /// Cost paid, units.
  public var cost: Int32
  /// Opening and closing fees of this part, cents.
  public var feesCents: Int32
  /// The same part carried on without its stop: its net, cents. Equal to `netCents` where it wasn't stopped.
  public var shadowNetCents: Int32
  /// Extrinsic value still in the part when it was closed early, units; 0 at settlement.
  public var extrinsic: Int32
  /// Credit − cost − fees, cents.
  public var netCents: Int32 { credit - cost - feesCents }

  /// Of its parts.
  public init(
    part: Part, reason: ExitReason, session: Int, minute: Int, decidedAt: TradeMinute?, credit: Int32,
    cost: Int32, feesCents: Int32, shadowNetCents: Int32, extrinsic: Int32
  ) {
    self.part = part
    self.reason = reason
    self.session = session
    self.minute = minute
    self.decidedAt = decidedAt
    self.credit = credit
    self.cost = cost
    self.feesCents = feesCents
    self.shadowNetCents = shadowNetCents
    self.extrinsic = extrinsic
  }
}

/// One condor from its sale to its last closing fill.
public struct SoldCondor: Sendable, Hashable {
  /// The decision.
  public var decidedAt: TradeMinute
  /// The opening fill, one mark later.
  public var filledAt: TradeMinute
  /// The strikes.
  public var strikes: CondorStrikes
  /// Mid credit when the strikes were chosen, units.
  public var midCredit: Int32
  /// Credit received, units.
  public var credit: Int32
  /// The index at the fill, points.
  public var spotAtFill: Double
  /// |delta| of the short put at the decision.
  public var shortPutDelta: Double
  /// |delta| of the short call at the decision.
  public var shortCallDelta: Double
  /// Reg-T, cents.
  public var marginCents: Int64
  /// Whether the filled credit left the credit band that the mid was in.
  public var fillOutsideBand: Bool
  /// Whether the stop's level lies within what the position can cost.
  public var stopReachable = false
  /// In the order of `put` before `call`; one row for a whole condor.
  public var fills: [ClosingFill] = []

  /// After fees, cents.
  public var netCents: Int64 { fills.reduce(0) { $0 + Int64($1.netCents) } }
}

/// What was sold at one entry, to its last closing fill, with its hedge.
public struct Trade: Sendable, Hashable {
  /// Positions of the sessions in the history.
  public var entrySession: Int
  /// Position of the expiry session.
  public var expirySession: Int
  /// One, and those that re-entry sold after it, in order of time. Never empty.
  public var condors: [SoldCondor]
  /// Had no stop been set, cents: of all condors that there would have been then.
  public var shadowNetCents: Int64
  /// Margin held from the entry on, cents.
  public var marginCents: Int64
  /// Whether margin is held to the expiry whatever is closed before: for condors that may yet be sold.
  public var reservesMargin: Bool
  /// What the layers did.
  public var hedge: HedgeResult
  /// Spreads that a shift sold, in order of time.
  public var shifted: [ShiftedSpread] = []
  /// Position of the last session in which anything of it could end.
  public var lastSession: Int

  /// The condor sold at the entry.
  public var first: SoldCondor { condors[0] }
  /// Closing fills of all condors, in order of the condors.
  public var fills: [ClosingFill] { condors.flatMap(\.fills) }
  /// Of the condors, after fees, cents.
  public var condorNetCents: Int64 { condors.reduce(0) { $0 + $1.netCents } }
  /// Whether any part was stopped.
  public var stopped: Bool { fills.contains { $0.reason == .stop } }
  /// All fees of the condors, cents.
  public var feesCents: Int64 { fills.reduce(0) { $0 + Int64($1.feesCents) } }
}

/// One order of a hedge layer.
public struct HedgeFill: Sendable, Hashable {
  /// What was done.
  public enum Action: String, Sendable, Hashable, Codable {
    case open
    case monetise
    /// What was left, on the layer's own condition.
    case release
    case close
  }
  /// Position of the layer in the strategy.
  public var layer: Int
  /// What was done.
  public var action: Action
  /// Position of the fill's session in the history.
  public var session: Int
  /// Minute of the fill; 975 is the settlement.
  public var minute: Int
  /// The minute whose values made the rule true, one mark before the fill; `nil` for the settlement.
  public var decidedAt: TradeMinute?
  /// 1/1000 points: the blended price of the futures held, or the ask or bid of a call.
  public var price: Int32
  /// Share of the layer's first size, 1/1000.
  public var shareThousandths: Int32
  /// Cents a point of the price per size unit; 10,000 are one VIX call, 100,000 one VX.
  public var centsPerPoint: Int64
  /// What is held.
  public var holding: HedgeHolding
  /// The futures that it is priced from, with their weights.
  public var contracts: [ContractWeight] { holding.futures }
}

/// One future of a constant-maturity pair.
public struct ContractWeight: Sendable, Hashable {
  /// The contract, by its final settlement date.
  public let expiry: SessionDate
  /// 1/1000; the weights of a pair sum to 1000.
  public let thousandths: Int32
}

/// What the trade-opened layers earned.
public struct HedgeResult: Sendable, Hashable {
  /// Orders, layer by layer.
  public var fills: [HedgeFill]
  /// Per size base: result a size unit in whole cents, and the units the trade holds.
  public var parts: [Part]
  /// One base's share.
  public struct Part: Sendable, Hashable {
    /// What the amount is a share of.
    public var base: HedgeSize.Base
    /// Whole cents a size unit.
    public var centsPerUnit: Int64
    /// Size units of the trade.
    public var units: Int64
  }
  /// Σ units × cents a unit.
  public var netCents: Int64 { parts.reduce(0) { $0 + $1.units * $1.centsPerUnit } }
  /// No layers.
  public static let none = HedgeResult(fills: [], parts: [])
}
