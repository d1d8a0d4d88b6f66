import MarketData
import Strategies

/// A spread that a shift sold: a tested side rolled to a later expiry, or one brought home to the condor's.
public struct ShiftedSpread: Sendable, Hashable {
  /// Which side of the condor.
  public var part: ClosingFill.Part
  /// Position of the session it expires in.
  public var expirySession: Int
  /// The minute whose marks the strikes were chosen on.
  public var decidedAt: TradeMinute
  /// The sale, at the next mark.
  public var filledAt: TradeMinute
  /// Sold, index points.
  public var short: Int
  /// Bought, index points.
  public var long: Int
  /// Paid for the spread that it takes the place of, units of 1/10,000 point: the stopped side, or the rolled one.
  public var buyBack: Int32
  /// Received, units.
  public var credit: Int32
  /// How the condor's exit ended it; `nil` where the shift bought it back.
  public var reason: ExitReason?
  /// The minute whose mark decided the end; `nil` for settlement.
  public var endDecidedAt: TradeMinute?
  /// The end: the closing fill, or the close of the expiry session.
  public var endedAt: TradeMinute
  /// Paid at the end, units.
  public var cost: Int32
  /// To open and to close, cents.
  public var feesCents: Int32

  /// Credit − cost − fees, cents.
  public var netCents: Int32 { credit - cost - feesCents }
  /// Reg-T: the width less the credit, cents.
  public var marginCents: Int32 { max(0, Int32(abs(short - long)) * 10_000 - credit) }

  /// What a spread owes at a settlement, units.
  static func settlement(_ part: ClosingFill.Part, short: Int, long: Int, close: Int32) -> Int32 {
    let (short, width) = (Int32(short) * 10_000, Int32(abs(short - long)) * 10_000)
    return min(max(part == .put ? short - close : close - short, 0), width)
  }
}

extension ExitRule {
  /// Whether margin is held to the condor's expiry whatever is closed before: for what may yet be sold.
  var reservesMargin: Bool { reentry != nil || shift != nil }

  /// Margin of a trade from its entry on, cents: the whole width where other condors may follow, and a side's width more
  /// where one may be rolled while the other is still open, so that a roll is never refused.
  ///
  /// - Parameters:
  ///   - sold: of the condor sold at the entry, cents.
  ///   - width: of its wider side, points.
  func marginCents(sold: Int64, width: Int) -> Int64 {
    let whole = Int64(width) * 10_000
    return reentry != nil ? whole : shift != nil ? sold + whole : sold
  }
}

extension Trade {
  /// Net of the spreads that a shift sold, cents.
  public var shiftNetCents: Int64 { shifted.reduce(0) { $0 + Int64($1.netCents) } }
  /// Those that ended with the condor or before it.
  var shiftedInside: [ShiftedSpread] { shifted.filter { $0.endedAt.session <= expirySession } }
  /// The one that outlived the condor: never more than one, since only one is out at a time.
  var outliving: ShiftedSpread? { shifted.first { $0.endedAt.session > expirySession } }
}

extension SessionRecord {
  /// Puts down what a shift made of the trade.
  ///
  /// - Parameters:
  ///   - spreads: all that it sold.
  ///   - entry: position of the entry session; the condor expires in the next one.
  ///   - last: position of the last session in which a rolled spread could end.
  mutating func take(_ spreads: [ShiftedSpread], entry: Int, last: Int) {
    lastSession = UInt8(clamping: last - entry)
    rolls = UInt8(clamping: spreads.count { $0.expirySession > entry + 1 })
    for spread in spreads {
      guard spread.endedAt.session > entry + 1 else {
        shiftNet += spread.netCents
        continue
      }
      laterNet = spread.netCents
      laterMargin = spread.marginCents
      laterSessions = UInt8(clamping: spread.endedAt.session - entry)
      laterMinute = spread.reason == .settlement ? .max : Int16(spread.endedAt.minute)
    }
  }

  /// Margin of a rolled spread that is still held so many sessions after the entry, at `minute`, cents. That of the first
  /// one after is within ``marginCents``.
  func laterMargin(sessions: Int, at minute: Int16) -> Int64 {
    let last = Int(laterSessions)
    guard code == .traded, sessions > 1, sessions < last || sessions == last && laterMinute > minute else {
      return 0
    }
    return Int64(quantity) * Int64(laterMargin)
  }
}
