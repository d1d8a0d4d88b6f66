/// When an open position is bought back at a loss. Every threshold is a whole number of 1/10,000 points.
public enum StopRule: Hashable, Sendable {
  /// Never: hold to settlement.
  case none
  /// Loss ≥ `thousandths`/1000 × credit, so cost ≥ ⌈credit·(1000 + thousandths)/1000⌉.
  case lossMultiple(thousandths: Int32)
  /// Cost to close ≥ ⌈credit·thousandths/1000⌉.
  case costMultiple(thousandths: Int32)
  /// Loss ≥ this many 1/10,000 points.
  case lossPoints(units: Int32)
  /// Cost to close ≥ this many 1/10,000 points.
  case costPoints(units: Int32)
  /// The index is at or through a short strike.
  case shortStrikeTouched

  /// The cost at or above which the stop fires; `nil` for rules that aren't about cost.
  ///
  /// - Parameters:
  ///   - credit: what was received for the position under the stop, units.
  ///   - reference: the credit that multiples refer to (`of: total` for one side), units.
  public func level(credit: Int32, reference: Int32) -> Int32? {
    func ceiling(_ a: Int64) -> Int32 { Int32(clamping: a >= 0 ? (a + 999) / 1000 : a / 1000) }
    switch self {
    case .none, .shortStrikeTouched: return nil
    case .lossMultiple(let m): return ceiling(Int64(credit) * 1000 + Int64(reference) * Int64(m))
    case .costMultiple(let m): return ceiling(Int64(reference) * Int64(m))
    case .lossPoints(let units): return credit + units
    case .costPoints(let units): return units
    }
  }
}

/// How a position ends before it settles.
public struct ExitRule: Hashable, Sendable {
  /// What a stop watches.
  public enum Basis: String, Hashable, Sendable, CaseIterable {
    case condor
    /// Put spread and call spread each on its own; the other side lives on.
    case side
  }
  /// Which credit a side's multiple refers to.
  public enum Reference: String, Hashable, Sendable, CaseIterable {
    case total
    case side
  }
  /// Which price triggers.
  public enum Mark: String, Hashable, Sendable, CaseIterable {
    case mid
    /// Buy shorts at the ask, sell wings at the bid.
    case natural
  }
  /// At which price a triggered stop fills.
  public enum Fill: String, Hashable, Sendable, CaseIterable {
    /// The next minute's cost and slippage.
    case next
    /// The mark that triggered, without slippage: only to compare with tools that do so.
    case trigger
  }
  /// When it is bought back at a loss.
  public var stop: StopRule
  /// What the stop watches.
  public var basis: Basis
  /// Which credit a side's multiple refers to.
  public var reference: Reference
  /// Which price triggers.
  public var mark: Mark
  /// At which price a triggered stop fills.
  public var fill: Fill
  /// Consecutive minutes the stop must hold; a missing minute or the night starts anew. ≥ 1.
  public var confirm: Int
  /// Buy back when this share of the credit is earned, 1/1000; `nil` for never.
  public var targetThousandths: Int32?
  /// Close at market from this minute of the expiry session on; `nil` for never.
  public var timeStop: Int?
  /// Close at market, every part, from the minute after the fill on where this holds; `nil` for never. What it sees of the
  /// condor is the condor as sold, also with `basis: side` where one side has been closed, at what ``mark`` says.
  public var condition: StrategyRule?
  /// Whether another condor is sold after an early end; `nil` for never.
  public var reentry: ReentryRule?
  /// Where a stopped side is sold again; `nil` for nowhere. Needs `basis: side`, a stop, fills of the next minute and no
  /// re-entry.
  public var shift: ShiftRule?

  /// Whether a condor may be closed for what the market or its loss does, by a stop or by a rule.
  public var stopsOut: Bool { stop != .none || condition != nil }

  /// Of its parts.
  public init(
    stop: StopRule = .none, basis: Basis = .condor, reference: Reference = .total, mark: Mark = .mid,
    fill: Fill = .next, confirm: Int = 1, targetThousandths: Int32? = nil, timeStop: Int? = nil,
    condition: StrategyRule? = nil, reentry: ReentryRule? = nil, shift: ShiftRule? = nil
  ) {
    self.stop = stop
    self.basis = basis
    self.reference = reference
    self.mark = mark
    self.fill = fill
    self.confirm = confirm
    self.targetThousandths = targetThousandths
    self.timeStop = timeStop
    self.condition = condition
    self.reentry = reentry
    self.shift = shift
  }
}
