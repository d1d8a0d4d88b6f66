import MarketData

/// What a sweep keeps of one entry session: enough for every figure, a few dozen bytes.
public struct SessionRecord: Sendable, Hashable {
  /// The entry decision's outcome.
  public var code: OutcomeCode
  /// Condors sold at the entry; what follows is of one, with those that re-entry sold after it. 0 without a trade.
  public var quantity: Int32 = 0
  /// Of the trade entered in this session; all 0 without one. Cents.
  public var condorNet: Int32 = 0
  /// Of the trade-opened layers, cents.
  public var hedgeNet: Int32 = 0
  /// Condor net had no stop been set, cents.
  public var shadowNet: Int32 = 0
  /// Credit received at the entry, units of 1/10,000 point.
  public var credit: Int32 = 0
  /// Credit received by re-entries, units.
  public var laterCredit: Int32 = 0
  /// Cost paid, units.
  public var cost: Int32 = 0
  /// Extrinsic value given up by early exits, units.
  public var extrinsic: Int32 = 0
  /// Margin held from the entry on, cents.
  public var marginCents: Int32 = 0
  /// Minute of the opening fill.
  public var fillMinute: Int16 = 0
  /// Minute of the last closing fill; 0 and `exitsInEntry` false for settlement.
  public var exitMinute: Int16 = 0
  /// Whether every part was closed in the entry session.
  public var exitsInEntry = false
  /// Whether any part went to settlement.
  public var settled = false
  /// Closing fills, and how many of them were stops.
  public var parts: UInt8 = 0
  /// Closing fills that were stops.
  public var stops: UInt8 = 0
  /// Whether the stop lies within what the position can cost.
  public var stopReachable = false
  /// Whether the fill left the credit band.
  public var fillOutsideBand = false
  /// Orders of the hedge layers.
  public var hedgeFills: UInt8 = 0
  /// Condors sold after the first one was closed.
  public var reentries: UInt8 = 0
  /// Whether margin is held to the expiry whatever is closed before.
  public var reservesMargin = false
  /// Sides rolled to a later expiry.
  public var rolls: UInt8 = 0
  /// Of spreads that a shift sold and that ended with the condor or before, cents.
  public var shiftNet: Int32 = 0
  /// Of the rolled spread that outlives the condor, cents; it counts in the session in which it ends.
  public var laterNet: Int32 = 0
  /// Its margin, cents.
  public var laterMargin: Int32 = 0
  /// Sessions from the entry to its end; 0 without one.
  public var laterSessions: UInt8 = 0
  /// Minute of its end; the largest for settlement.
  public var laterMinute: Int16 = 0
  /// Sessions from the entry to the last in which anything of the trade could end, whatever came of it.
  public var lastSession: UInt8 = 1

  /// All that comes of the entry, of all condors that were sold, cents.
  public var tradeNet: Int64 { netAtExpiry + laterNetOfAll }
  /// Of it, what counts in the condor's expiry session.
  public var netAtExpiry: Int64 { optionsNetAtExpiry + Int64(quantity) * Int64(hedgeNet) }
  /// Of that, everything but the hedge.
  var optionsNetAtExpiry: Int64 { Int64(quantity) * (Int64(condorNet) + Int64(shiftNet)) }
  /// What counts in the session in which a rolled spread ends, cents.
  public var laterNetOfAll: Int64 { Int64(quantity) * Int64(laterNet) }
  /// Condors alone, all that were sold, cents.
  public var condorNetOfAll: Int64 { Int64(quantity) * Int64(condorNet) }

  /// Reduces an evaluation.
  public init(_ evaluation: SessionEvaluation) {
    code = evaluation.code
    guard case .trade(let trade) = evaluation else { return }
    let (fills, condors) = (trade.fills, trade.condors)
    quantity = 1
    condorNet = Int32(clamping: trade.condorNetCents)
    hedgeNet = Int32(clamping: trade.hedge.netCents)
    shadowNet = Int32(clamping: trade.shadowNetCents)
    credit = trade.first.credit
    laterCredit = condors.dropFirst().reduce(0) { $0 + $1.credit }
    cost = fills.reduce(0) { $0 + $1.cost }
    extrinsic = fills.reduce(0) { $0 + $1.extrinsic }
    marginCents = Int32(clamping: trade.marginCents)
    reservesMargin = trade.reservesMargin
    fillMinute = Int16(trade.first.filledAt.minute)
    parts = UInt8(fills.count)
    stops = UInt8(fills.count { $0.reason == .stop })
    settled = fills.contains { $0.reason == .settlement }
    exitsInEntry = fills.allSatisfy { $0.session == trade.entrySession }
    exitMinute = Int16(
      fills.map { $0.session == trade.entrySession && !exitsInEntry ? 0 : $0.minute }.max() ?? 0)
    stopReachable = condors.contains { $0.stopReachable }
    fillOutsideBand = condors.contains { $0.fillOutsideBand }
    hedgeFills = UInt8(clamping: trade.hedge.fills.count)
    reentries = UInt8(condors.count - 1)
    take(trade.shifted, entry: trade.entrySession, last: trade.lastSession)
  }

  /// A session without a trade.
  public init(code: OutcomeCode) { self.code = code }

  /// Whether margin of the trade is still held in its expiry session at `minute`.
  public func isHeldNextSession(at minute: Int16) -> Bool {
    code == .traded && (reservesMargin || !exitsInEntry && (settled || exitMinute > minute))
  }
}
