import MarketData

/// What a sweep keeps of one entry session: enough for every figure, a few dozen bytes.
public struct SessionRecord: Sendable, Hashable {
  /// The entry decision's outcome.
  public var code: OutcomeCode
  /// Of the trade entered in this session; all 0 without one. Cents.
  public var condorNet: Int32 = 0
  /// Of the trade-opened layers, cents.
  public var hedgeNet: Int32 = 0
  /// Condor net had no stop been set, cents.
  public var shadowNet: Int32 = 0
  /// Credit received and cost paid, units of 1/10,000 point.
  public var credit: Int32 = 0
  /// Cost paid, units.
  public var cost: Int32 = 0
  /// Extrinsic value given up by early exits, units.
  public var extrinsic: Int32 = 0
  /// Reg-T, cents.
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

  /// Condor and trade-opened hedge, cents.
  public var tradeNet: Int64 { Int64(condorNet) + Int64(hedgeNet) }

  /// Reduces an evaluation.
  public init(_ evaluation: SessionEvaluation) {
    code = evaluation.code
    guard case .trade(let trade) = evaluation else { return }
    condorNet = Int32(clamping: trade.condorNetCents)
    hedgeNet = Int32(clamping: trade.hedge.netCents)
    shadowNet = Int32(clamping: trade.shadowNetCents)
    credit = trade.credit
    cost = trade.fills.reduce(0) { $0 + $1.cost }
    extrinsic = trade.fills.reduce(0) { $0 + $1.extrinsic }
    marginCents = Int32(clamping: trade.marginCents)
    fillMinute = Int16(trade.fillMinute)
    parts = UInt8(trade.fills.count)
    stops = UInt8(trade.fills.count { $0.reason == .stop })
    settled = trade.fills.contains { $0.reason == .settlement }
    exitsInEntry = trade.fills.allSatisfy { $0.session == trade.entrySession }
    exitMinute = Int16(
      trade.fills.map { $0.session == trade.entrySession && !exitsInEntry ? 0 : $0.minute }.max() ?? 0)
    stopReachable = trade.stopReachable
    fillOutsideBand = trade.fillOutsideBand
    hedgeFills = UInt8(clamping: trade.hedge.fills.count)
  }

  /// A session without a trade.
  public init(code: OutcomeCode) { self.code = code }

  /// Whether the trade is still open in its expiry session at `minute`.
  func isOpenNextSession(at minute: Int16) -> Bool {
    code == .traded && !exitsInEntry && (settled || exitMinute > minute)
  }
}
