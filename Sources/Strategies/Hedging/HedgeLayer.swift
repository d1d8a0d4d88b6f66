import MarketData

/// One layer of the VIX hedge: when it opens, what it holds, how much, and when parts of it are sold.
public struct HedgeLayer: Hashable, Sendable {
  /// How long a layer lives.
  public enum Horizon: String, Hashable, Sendable, CaseIterable {
    /// Opened by a trade, closed at the settlement of its expiry session.
    case condor
    /// Part of the standing book: held and marked daily whether or not a condor trades.
    case standing
  }
  /// A short name for tables.
  public var name: String
  /// How long it lives.
  public var horizon: Horizon
  /// When it opens.
  public var trigger: Trigger
  /// What it holds.
  public var instrument: HedgeInstrument
  /// How much it holds.
  public var size: HedgeSize
  /// How many times ``size`` it opens with, at most ``mostScale``, told where the opening is decided; `nil` for once. What
  /// isn't above 0 there, or has no value, opens nothing.
  public var scale: StrategyRule?
  /// Ascending by gain; shares sum to at most 1000. Of a standing layer's VIX calls whole contracts are sold, rounded down.
  public var monetise: [MonetiseStep]
  /// When what is left of it is sold before the settlement; `nil` for never. Asked from the opening fill on, each minute
  /// after the ladder.
  public var release: StrategyRule?

  /// Of its parts.
  ///
  /// - Precondition: VIX calls have a roll where they are held for good, and none where a trade opens them.
  public init(
    name: String, horizon: Horizon = .condor, trigger: Trigger, instrument: HedgeInstrument, size: HedgeSize,
    scale: StrategyRule? = nil, monetise: [MonetiseStep] = [], release: StrategyRule? = nil
  ) {
    if case .vixCall(let calls) = instrument {
      precondition((calls.roll != nil) == (horizon == .standing), "HedgeLayer: a standing layer's calls roll")
    }
    self.name = name
    self.horizon = horizon
    self.trigger = trigger
    self.instrument = instrument
    self.size = size
    self.scale = scale
    self.monetise = monetise
    self.release = release
  }

  /// A layer of VX futures.
  public init(
    name: String, horizon: Horizon = .condor, trigger: Trigger, tenorDays: Int = 30, size: HedgeSize,
    scale: StrategyRule? = nil, monetise: [MonetiseStep] = [], release: StrategyRule? = nil
  ) {
    self.init(
      name: name, horizon: horizon, trigger: trigger, instrument: .vx(tenorDays: tenorDays), size: size,
      scale: scale, monetise: monetise, release: release)
  }

  /// No scale makes more of a layer than this many times its size.
  public static let mostScale = 10.0

  /// The most times ``size`` that it can open with: what its scale can't exceed by its form, as where it is clamped.
  public var mostTimes: Double {
    scale.map { min(Self.mostScale, max(0, $0.rule.bounds.upperBound)) } ?? 1
  }

  /// Every rule of it.
  public var rules: [StrategyRule] { trigger.rules + [scale, release].compactMap { $0 } }
  /// Whether one of them looks at the condor.
  public var seesCondor: Bool { rules.contains(where: \.seesCondor) }

  /// A standing layer of VIX calls, `contracts` of them at most.
  public init(name: String, calls: VIXCallRule, contracts: Int, monetise: [MonetiseStep] = []) {
    self.init(
      name: name, horizon: .standing, trigger: .always, instrument: .vixCall(calls),
      size: HedgeSize(base: .contracts, amount: Double(contracts)), monetise: monetise)
  }

  /// Whether every order is of whole contracts, whatever the condor.
  public var isInWholeContracts: Bool {
    let orders = [1000] + monetise.map(\.shareThousandths)
    return size.base == .contracts && scale == nil
      && orders.allSatisfy { (size.amount * Double($0)).truncatingRemainder(dividingBy: 1000) == 0 }
  }

  /// Time to expiry aimed at, calendar days.
  public var tenorDays: Int {
    switch instrument {
    case .vx(let days): days
    case .vixCall(let calls): calls.days
    }
  }
}

/// What a layer holds.
public enum HedgeInstrument: Hashable, Sendable {
  /// VX futures at a constant maturity, calendar days: two identified contracts around it.
  case vx(tenorDays: Int)
  /// VIX calls.
  indirect case vixCall(VIXCallRule)

  /// Whether it is VIX calls.
  public var isVIXCall: Bool { if case .vixCall = self { true } else { false } }
}

/// How many dollars a point of its price a layer holds.
public struct HedgeSize: Hashable, Sendable {
  /// What the amount is a fraction of. Each base counts in whole units of the condor, so that hedge results can
  /// be computed once a unit and multiplied.
  public enum Base: String, Hashable, Sendable, CaseIterable {
    /// Fraction of the condor's gross risk, width × $100; unit: one point of width.
    case grossRisk = "gross_risk"
    /// Fraction of the credit received; unit: 0.05 points of credit.
    case credit
    /// Fraction of the index notional, index × $100; one unit.
    case notional
    /// VX contracts of $1,000 a point, or VIX calls; one unit.
    case contracts
  }
  /// What the amount is a share of.
  public var base: Base
  /// A fraction (0.10 is 10 %), or contracts. Dollars a point = amount × base ÷ the price seen at the opening fill: indicative
  /// VX, or the premium asked at it; of contracts amount × 1000, or × 100 of calls. To the nearest cent.
  public var amount: Double
  /// Of its parts.
  public init(base: Base, amount: Double) {
    self.base = base
    self.amount = amount
  }
}

/// Sell `share` of the layer once its VX price is up by `gain`.
public struct MonetiseStep: Hashable, Sendable {
  /// Rise of the indicative VX over the indicative VX at the opening fill, of a VIX call's mark over the price paid (of a
  /// trade-opened one, over the premium asked at the indicative VX then), 1/1000; 100 is 10 %.
  public var gainThousandths: Int32
  /// Share of the layer's first size, 1/1000.
  public var shareThousandths: Int32
  /// Of its parts.
  public init(gainThousandths: Int32, shareThousandths: Int32) {
    self.gainThousandths = gainThousandths
    self.shareThousandths = shareThousandths
  }
}

/// The condition that opens a layer, a tree of conditions as data. Evaluated on completed minutes from the
/// condor's fill on; what fires at one minute fills at the next.
public indirect enum Trigger: Hashable, Sendable {
  /// Which way the index has gone. A long-volatility layer does not help against a rise.
  public enum Side: String, Hashable, Sendable, CaseIterable {
    case down
    case up
    case either
  }
  /// From the first minute after the fill.
  case always
  /// |ln(F/F at the fill)| ≥ sd × √w at entry (the level's own, to expiry), in the given direction.
  case move(side: Side, atLeastSd: Double)
  /// Wilder's index on completed bars; a bar length of 0 minutes means sessions.
  case rsi(length: Int, barMinutes: Int, atLeast: Double?, atMost: Double?)
  /// One of the kinds falls on the entry session or at most so many sessions later.
  case event(kinds: [EconomicEvent.Kind], withinSessions: Int)
  case all([Trigger])
  case any([Trigger])
  /// In the language of rules.
  case rule(StrategyRule)

  /// Every rule in the tree.
  public var rules: [StrategyRule] {
    switch self {
    case .rule(let rule): [rule]
    case .always, .move, .rsi, .event: []
    case .all(let list), .any(let list): list.flatMap(\.rules)
    }
  }
  /// Every RSI that the tree asks for.
  public var rsiKeys: [(length: Int, barMinutes: Int)] {
    switch self {
    case .always, .move, .event, .rule: []
    case .rsi(let length, let bars, _, _): [(length, bars)]
    case .all(let list), .any(let list): list.flatMap(\.rsiKeys)
    }
  }
}
