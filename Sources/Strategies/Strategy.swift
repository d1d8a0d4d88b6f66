import Pricing

/// One whole strategy: what is sold, when, how it ends, how it is hedged, and what all that costs. A value.
public struct Strategy: Hashable, Sendable {
  /// A short name for tables.
  public var name: String
  /// Where the rules come from, in a sentence; printed beside the results.
  public var source: String
  /// When it is sold.
  public var entry: EntryRule
  /// What is sold.
  public var condor: CondorRule
  /// How it ends.
  public var exit: ExitRule
  /// The ALVH layers; empty for none.
  public var hedge: [HedgeLayer]
  /// What of the layers hangs on the condor.
  public var ties = HedgeTies()
  /// What trading costs.
  public var costs: CostRule
  /// How marks are made.
  public var marks: MarkSettings
  /// Capital that margin is held against, whole cents: for one condor, or that ``sizing`` starts from.
  public var accountCents: Int64
  /// How many condors are sold at an entry.
  public var sizing = Sizing.one
  /// Seed of the residual of VX paths inside a day.
  public var vxPathSeed: UInt64

  /// Of its parts.
  public init(
    name: String, source: String = "", entry: EntryRule = EntryRule(), condor: CondorRule,
    exit: ExitRule = ExitRule(), hedge: [HedgeLayer] = [], costs: CostRule = CostRule(),
    marks: MarkSettings = MarkSettings(), accountCents: Int64 = 1_000_000, vxPathSeed: UInt64 = 1
  ) {
    self.name = name
    self.source = source
    self.entry = entry
    self.condor = condor
    self.exit = exit
    self.hedge = hedge
    self.costs = costs
    self.marks = marks
    self.accountCents = accountCents
    self.vxPathSeed = vxPathSeed
  }

  /// Every rule in it.
  public var rules: [StrategyRule] {
    [entry.condition, exit.condition].compactMap { $0 } + hedge.flatMap(\.rules)
  }

  /// Whether results of condor and hedge can't be worked out apart: one hangs on what becomes of the other, or the
  /// size of both on what they earned before, or money of one trade falls into several sessions.
  public var isCoupled: Bool {
    hasCoupledCondor || ties.couple(hedge)
  }

  /// Whether the condor alone makes the strategy coupled, whatever its hedge.
  public var hasCoupledCondor: Bool { sizing != .one || exit.shift != nil }
}
