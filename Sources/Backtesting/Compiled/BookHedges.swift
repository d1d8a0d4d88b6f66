import MarketData
import Pricing
import Strategies

/// What each spec of a plan earns a size unit in one book and session, whole cents: sizes and costs put to the
/// trajectories of ``SurfaceHedges``. The arithmetic is ``HedgeAccounting``'s: exact in 10⁻⁹ cents, rounded once.
public struct BookHedges {
  private let hedges: SurfaceHedges
  private let slippage: Int64
  private let feeCents: (entry: Int64, expiry: Int64)

  init(_ hedges: SurfaceHedges, slippage: Int32, feeCents: (entry: Int32, expiry: Int32)) {
    self.hedges = hedges
    self.slippage = Int64(slippage)
    self.feeCents = (Int64(feeCents.entry), Int64(feeCents.expiry))
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

  /// The result of a spec, or the outcome that a missing input makes of the session. O(layers).
  ///
  /// - Parameter end: the point at which what is left is sold, with the condor; `nil` for the settlement.
  public func unit(ofSpec number: Int, until end: Int? = nil) -> Result<Unit, OutcomeFailure> {
    let spec = hedges.setting.plan.specs[number]
    var unit = Unit()
    var totals: (Int128, Int128, Int128, Int128) = (0, 0, 0, 0)
    for layer in spec.layers {
      switch end.map({ hedges.path(layer.trajectory, until: $0) }) ?? hedges.path(layer.trajectory) {
      case .failure(.code(let code)): return .failure(OutcomeFailure(code: code))
      case .success(let path):
        unit.orders += path.orders
        guard path.orders > 0 else { continue }
        let gained = scaled(path, layer.size)
        switch spec.bases.firstIndex(of: layer.size.base) ?? 0 {
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
  /// What a trajectory pays a unit of size, its costs included, is worked out once and multiplied by every size.
  /// - Parameters:
  ///   - at: where the book's cents start in `cents`.
  ///   - fail: called with each spec that a missing input keeps from being told.
  /// - Returns: whether some cents don't fit 32 bits; they stand as 0.
  func fill(_ cents: inout [Int32], at start: Int, fail: (Int, OutcomeCode) -> Void) -> Bool {
    let plan = hedges.setting.plan
    var paid = Array(repeating: Int64(0), count: plan.trajectories.count)
    var references = Array(repeating: Int32(0), count: plan.trajectories.count)
    var failures: [Int: OutcomeCode] = [:]
    for t in plan.trajectories.indices {
      switch hedges.path(t) {
      case .failure(.code(let code)): failures[t] = code
      case .success(let path) where path.orders > 0:
        paid[t] = perSize(path)
        references[t] = path.reference
      case .success: break
      }
    }
    let spot = hedges.surface.forward[1]
    var isCut = false
    let single = plan.singles
    for spec in single.indices {
      let only = single[spec]
      if only.trajectory >= 0, failures.isEmpty {
        let reference = references[only.trajectory]
        guard reference != 0 else { continue }
        let size = HedgeAccounting.centsPerPoint(only.size, price: reference, spot: spot)
        let (product, overflow) = size.multipliedReportingOverflow(by: paid[only.trajectory])
        let made =
          overflow || product.magnitude >= 1 << 62
          ? Self.cents(Int128(size) * Int128(paid[only.trajectory])) : Self.rounded(product)
        if let small = Int32(exactly: made) {
          cents[start + plan.offsets[spec]] = small
        } else {
          isCut = true
        }
        continue
      }
      switch unit(ofSpec: spec) {
      case .failure(let failure): fail(spec, failure.code)
      case .success(let unit):
        for k in plan.specs[spec].bases.indices {
          if let small = Int32(exactly: unit[k]) {
            cents[start + plan.offsets[spec] + k] = small
          } else {
            isCut = true
          }
        }
      }
    }
    return isCut
  }

  /// The result of a layer, 10⁻⁸ cents a size unit: size × Σ share·(100·(±price − slippage) − fee).
  private func scaled(_ path: HedgePath, _ size: HedgeSize) -> Int128 {
    let centsPerPoint = HedgeAccounting.centsPerPoint(
      size, price: path.reference, spot: hedges.surface.forward[1])
    return Int128(centsPerPoint) * Int128(perSize(path))
  }

  /// Σ share·(100·(±price − slippage) − fee) of a trajectory.
  private func perSize(_ path: HedgePath) -> Int64 {
    let shares = path.shares.entry + path.shares.expiry
    let fees = feeCents.entry * path.shares.entry + feeCents.expiry * path.shares.expiry
    return 100 * path.gain - 100 * slippage * shares - fees
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
  public func layerCount(ofSpec spec: Int) -> Int { hedges.specs[spec].layers.count }
}
