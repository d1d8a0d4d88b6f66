import MarketData
import Pricing
import Strategies

/// What each spec of a plan earns a size unit in one book and session, whole cents: sizes and costs put to the
/// trajectories of ``SurfaceHedges``. The arithmetic is ``HedgeAccounting``'s: exact in 10⁻⁹ cents, rounded once.
public struct BookHedges {
  private let hedges: SurfaceHedges
  private let slippage: Int32
  private let fees: (entry: FeeRow, expiry: FeeRow)

  init(_ hedges: SurfaceHedges, slippage: Int32, fees: (entry: FeeRow, expiry: FeeRow)) {
    self.hedges = hedges
    self.slippage = slippage
    self.fees = fees
  }

  /// One spec's result.
  public struct Unit: Sendable, Hashable {
    /// Cents a size unit by base, in the order of ``CompiledPlan/bases(ofSpec:)``; the rest are 0.
    public var cents: (Int64, Int64, Int64, Int64) = (0, 0, 0, 0)
    /// Orders of all layers.
    public var orders = 0

    /// Cents of the k-th base.
    public subscript(k: Int) -> Int64 {
      get { k == 0 ? cents.0 : k == 1 ? cents.1 : k == 2 ? cents.2 : cents.3 }
      set {
        switch k {
        case 0: cents.0 = newValue
        case 1: cents.1 = newValue
        case 2: cents.2 = newValue
        default: cents.3 = newValue
        }
      }
    }
    /// Equal cents and orders.
    public static func == (a: Unit, b: Unit) -> Bool { a.cents == b.cents && a.orders == b.orders }
    /// Of cents and orders.
    public func hash(into hasher: inout Hasher) {
      for k in 0..<4 { hasher.combine(self[k]) }
      hasher.combine(orders)
    }
  }

  /// Where the layers of a condor are sold that was closed so; `nil` where it is left to the settlement.
  func end(_ closing: CompiledDay.Closing) -> Int? {
    closing.lastIsOrdered ? closing.lastPoint : hedges.nextTradable(after: closing.lastPoint)
  }

  /// The result of a spec, or the outcome that a missing input makes of the session. O(layers).
  ///
  /// - Parameters:
  ///   - end: the point at which what is left is sold, with the condor; `nil` for the settlement.
  ///   - kept: by layer of the spec, whether it may open; `nil` for all.
  public func unit(
    ofSpec number: Int, until end: Int? = nil, kept: [Bool]? = nil
  ) -> Result<Unit, OutcomeFailure> {
    unit(ofSpec: number, until: end, kept: kept, beside: nil)
  }

  /// The same beside the condors that layers of it look at.
  func unit(
    ofSpec number: Int, until end: Int?, kept: [Bool]?, beside condor: CondorRules?
  ) -> Result<Unit, OutcomeFailure> {
    let spec = hedges.setting.plan.specs[number]
    var unit = Unit()
    var totals: (Int128, Int128, Int128, Int128) = (0, 0, 0, 0)
    for (k, part) in spec.parts.lazy.map({ hedges.setting.plan.parts[$0] }).enumerated()
    where kept?[k] ?? true {
      switch hedges.path(part.trajectory, until: end, beside: condor) {
      case .failure(.code(let code)): return .failure(OutcomeFailure(code: code))
      case .success(let path):
        unit.orders += path.orders
        guard path.orders > 0 else { continue }
        let gained = Int128(size(part, path)) * Int128(perSize(path))
        switch spec.bases.firstIndex(of: part.size.base) ?? 0 {
        case 0: totals.0 += gained
        case 1: totals.1 += gained
        case 2: totals.2 += gained
        default: totals.3 += gained
        }
      }
    }
    unit.cents = (Self.cents(totals.0), Self.cents(totals.1), Self.cents(totals.2), Self.cents(totals.3))
    return .success(unit)
  }

  /// The results of all specs: cents a size unit by spec and base (``CompiledPlan/centsOffset(ofSpec:)``).
  ///
  /// What each layer pays is worked out once; a spec whose layers share a base is their sum, rounded. O(specs × layers).
  /// - Parameters:
  ///   - at: where the book's cents start in `cents`.
  ///   - fail: called with each spec that a missing input keeps from being told.
  /// - Returns: whether some cents don't fit 32 bits; they stand as 0.
  func fill(_ cents: inout [Int32], at start: Int, fail: (Int, OutcomeCode) -> Void) -> Bool {
    let plan = hedges.setting.plan
    let (paid, areAllTold) = paid(plan)
    let (parts, starts, offsets, paidSpan) = (
      plan.partsInOrder.span, plan.partStarts.span, plan.offsets.span, paid.span
    )
    var isCut = false
    for spec in 0..<(starts.count - 1) {
      let (first, end, offset) = (Int(starts[spec]), Int(starts[spec + 1]), offsets[spec])
      if offsets[spec + 1] - offset == 1 {
        var sum: Int64 = 0
        var isTold = true
        for k in first..<end {
          let one = paidSpan[Int(parts[k])]
          if one == Self.untold { isTold = false }
          sum &+= one
        }
        if areAllTold || isTold, end - first <= Self.mostSummed {
          if let small = Int32(exactly: Self.rounded(sum)) {
            cents[start + offset] = small
          } else {
            isCut = true
          }
          continue
        }
      }
      switch unit(ofSpec: spec) {
      case .failure(let failure): fail(spec, failure.code)
      case .success(let unit):
        for k in 0..<(offsets[spec + 1] - offset) {
          if let small = Int32(exactly: unit[k]) { cents[start + offset + k] = small } else { isCut = true }
        }
      }
    }
    return isCut
  }

  /// Stands for what a missing input keeps from being told, and for what is too large to be summed in 64 bits.
  private static let untold = Int64.min
  /// So many layers of less than 2^56 are summed and rounded within 63 bits.
  private static let mostSummed = 32

  /// What each part of the plan pays, 10⁻⁸ cents a size unit, or ``untold``; and whether none is.
  private func paid(_ plan: HedgePlan) -> (paid: [Int64], areAllTold: Bool) {
    var areAllTold = true
    let paths = plan.trajectories.indices.map { t -> (path: HedgePath, perSize: Int64)? in
      guard case .success(let path) = hedges.path(t) else { return nil }
      return (path, perSize(path))
    }
    let paid = plan.parts.map { part -> Int64 in
      guard let known = paths[part.trajectory] else {
        areAllTold = false
        return Self.untold
      }
      guard known.path.orders > 0 else { return 0 }
      let (product, overflow) = size(part, known.path).multipliedReportingOverflow(by: known.perSize)
      guard !overflow, product.magnitude < 1 << 56 else {
        areAllTold = false
        return Self.untold
      }
      return product
    }
    return (paid, areAllTold)
  }

  /// Cents a point of a part for one size unit.
  private func size(_ part: HedgePlan.Part, _ path: HedgePath) -> Int64 {
    HedgeAccounting.centsPerPoint(
      part.size, calls: path.isOfCalls, scale: path.scale, price: path.reference,
      spot: hedges.surface.forward[1])
  }

  /// Σ share·(100·(±price − slippage) − fee) of a trajectory.
  private func perSize(_ path: HedgePath) -> Int64 {
    func paid(_ shares: Int64, _ fees: FeeRow) -> Int64 {
      let costs = HedgeAccounting.sideCosts(calls: path.isOfCalls, slippage: slippage, fees: fees)
      return shares * (100 * Int64(costs.slippage) + Int64(costs.feeCents))
    }
    return 100 * path.gain - paid(path.shares.entry, fees.entry) - paid(path.shares.expiry, fees.expiry)
  }

  /// 10⁻⁸ cents to the nearest whole cent, halves away from zero.
  private static func cents(_ scaled: Int128) -> Int64 {
    if let small = Int64(exactly: scaled), small.magnitude < 1 << 62 { return rounded(small) }
    return HedgeAccounting.wholeCents(10 * scaled)
  }

  @inline(__always)
  private static func rounded(_ small: Int64) -> Int64 {
    (small + (small >= 0 ? 50_000_000 : -50_000_000)) / 100_000_000
  }
}

/// An outcome other than a trade, as an error of `Result`.
public struct OutcomeFailure: Error, Hashable, Sendable {
  /// The outcome.
  public let code: OutcomeCode
}

extension CompiledPlan {
  /// Bases that a spec's layers are sized by.
  public func bases(ofSpec spec: Int) -> [HedgeSize.Base] { hedges.specs[spec].bases }
  /// Orders of a spec at most.
  public func layerCount(ofSpec spec: Int) -> Int { hedges.specs[spec].parts.count }
}
