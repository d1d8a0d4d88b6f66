import MarketData
import Pricing

/// VIX calls held and rolled whether or not a condor trades: one layer of a ladder such as 4/4/2 at 30/110/220 days.
///
/// Prices are modelled and unvalidated (``VIXCallParameters``).
public struct VIXCallLayer: Hashable, Sendable {
  /// A short name for tables.
  public var name: String
  /// How many calls a roll buys.
  public var size: VIXCallSize
  /// Aim of the time to expiry, calendar days: of the months that outlive the roll rule, the nearest.
  public var days: Int
  /// Black-76 delta aimed at, 0…1, exclusive: the nearest listed strike.
  public var delta: Double
  /// When the calls are sold and bought anew.
  public var roll: VIXCallRoll
  /// Sales of parts into a rise, ascending by gain; shares sum to at most 1000. The gain is the call's, mark over what was
  /// paid; whole contracts, rounded down.
  public var monetise: [MonetiseStep]

  /// Of its parts.
  public init(
    name: String, size: VIXCallSize, days: Int, delta: Double = 0.5, roll: VIXCallRoll,
    monetise: [MonetiseStep] = []
  ) {
    self.name = name
    self.size = size
    self.days = days
    self.delta = delta
    self.roll = roll
    self.monetise = monetise
  }
}

/// How many calls a roll buys.
public enum VIXCallSize: Hashable, Sendable {
  /// So many.
  case contracts(Int)
  /// As many whole ones as a share of an account buys at the ask. The account is fixed: nothing compounds. The share hangs
  /// on the VX of the month bought: the last step whose bound lies below it, 0 under the first.
  case premium(accountCents: Int64, steps: [PremiumStep])

  /// Contracts bought at `ask`, cents a contract, when VX was last seen at `vx`, 1/1000 points.
  public func contracts(ask: Int32, vx: Int32) -> Int {
    switch self {
    case .contracts(let count): return count
    case .premium(let account, let steps):
      let share = steps.last { $0.aboveVX < vx }?.shareThousandths ?? 0
      return Int(account * Int64(share) / (1000 * Int64(ask)))
    }
  }
}

/// One step of a schedule of premiums by VX.
public struct PremiumStep: Hashable, Sendable {
  /// In force above this VX, 1/1000 points.
  public var aboveVX: Int32
  /// Premium, 1/1000 of the account.
  public var shareThousandths: Int32
  /// Of its parts.
  public init(aboveVX: Int32, shareThousandths: Int32) {
    self.aboveVX = aboveVX
    self.shareThousandths = shareThousandths
  }
}

/// When a layer of VIX calls is rolled. The last trading day, the session before the expiry, ends every holding but one to
/// settlement.
public enum VIXCallRoll: Hashable, Sendable {
  /// After so many calendar days.
  case held(days: Int)
  /// When at most so many calendar days are left.
  case residual(days: Int)
  /// Never sold: held to the final settlement, and bought anew that day.
  case settlement

  /// Calendar days that a call bought now must have left, exclusive, so that the rule doesn't end it at once.
  public var leastLife: Int {
    switch self {
    case .held(let days), .residual(let days): days
    case .settlement: 0
    }
  }

  /// Whether a call bought on `bought` is sold on `date`, the session before `next`.
  public func isDue(on date: SessionDate, next: SessionDate, bought: SessionDate, expiry: SessionDate) -> Bool
  {
    switch self {
    case .held(let days): date - bought >= days || next >= expiry
    case .residual(let days): expiry - date <= days || next >= expiry
    case .settlement: false
    }
  }
}
