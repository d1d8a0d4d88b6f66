import Pricing

/// One whole strategy: what is sold, when, how it ends, how it is hedged, and what all that costs. A value.
public struct Strategy: Hashable, Sendable {
  /// A short name for tables.
  public var name: String
  /// Where the rules come from, in a sentence; printed beside the results.
  public var source: String
  public var entry: EntryRule
  public var condor: CondorRule
  public var exit: ExitRule
  /// The ALVH layers; empty for none.
  public var hedge: [HedgeLayer]
  public var costs: CostRule
  public var marks: MarkSettings
  /// Capital that margin is held against, whole cents, for one condor.
  public var accountCents: Int64
  /// Seed of the residual of VX paths inside a day.
  public var vxPathSeed: UInt64

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
}
