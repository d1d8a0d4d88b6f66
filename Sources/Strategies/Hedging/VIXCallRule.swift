import MarketData
import Pricing

/// VIX calls: held and rolled whether or not a condor trades, as those of 4/4/2 at 30/110/220 days, or bought for one condor
/// when a trigger fires and sold by the settlement of its expiry session. Prices are modelled and unvalidated
/// (``VIXCallParameters``).
public struct VIXCallRule: Hashable, Sendable {
  /// Aim of the time to expiry, calendar days: of the months that outlive the roll, or the condor, the nearest.
  public var days: Int
  /// Black-76 delta aimed at, 0…1, exclusive: the nearest listed strike.
  public var delta: Double
  /// When the calls of a standing layer are sold and bought anew; `nil` for those that a trade opens.
  public var roll: VIXCallRoll?
  /// What a roll may spend at most; `nil` for as many contracts as the layer's size says.
  public var budget: VIXCallBudget?
  /// How they are priced.
  public var pricing: VIXCallParameters
  /// What is given up to the market maker.
  public var spread: VIXCallSpread

  /// Of its parts.
  public init(
    days: Int, delta: Double = 0.5, roll: VIXCallRoll? = nil, budget: VIXCallBudget? = nil,
    pricing: VIXCallParameters = .standard, spread: VIXCallSpread = VIXCallSpread()
  ) {
    self.days = days
    self.delta = delta
    self.roll = roll
    self.budget = budget
    self.pricing = pricing
    self.spread = spread
  }
}

/// A share of a fixed account, by the VX of the month bought; nothing compounds.
public struct VIXCallBudget: Hashable, Sendable {
  /// The account, whole cents.
  public var accountCents: Int64
  /// Ascending; the last step that lies below VX is in force, and nothing is spent under the first.
  public var steps: [PremiumStep]
  /// Of its parts.
  public init(accountCents: Int64, steps: [PremiumStep]) {
    self.accountCents = accountCents
    self.steps = steps
  }

  /// Whole contracts that it buys at `ask` > 0, cents a contract, when VX was last seen at `vx`, 1/1000 points.
  public func contracts(ask: Int32, vx: Int32) -> Int {
    let share = steps.last { $0.aboveVX < vx }?.shareThousandths ?? 0
    return Int(accountCents * Int64(share) / (1000 * Int64(ask)))
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
