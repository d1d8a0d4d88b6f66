import MarketData
import Pricing
import Strategies

/// What each spec of a plan earns a size unit in one book and session, whole cents: sizes and costs put to the
/// trajectories of ``SurfaceHedges``. The arithmetic is ``HedgeAccounting``'s: exact in 10⁻⁹ cents, rounded once.
public struct BookHedges {
  private let hedges: SurfaceHedges
  private let plan: HedgePlan
  private let slippage: Int64
  private let feeCents: (entry: Int64, expiry: Int64)

  init(
    _ hedges: SurfaceHedges, plan: HedgePlan, slippage: Int32, feeCents: (entry: Int32, expiry: Int32)
  ) {
    self.hedges = hedges
    self.plan = plan
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
  public func unit(ofSpec number: Int) -> Result<Unit, OutcomeFailure> {
    let spec = plan.specs[number]
    var unit = Unit()
    if spec.layers.count == 1 {
      let layer = spec.layers[0]
      switch hedges.path(layer.trajectory) {
      case .failure(.code(let code)): return .failure(OutcomeFailure(code: code))
      case .success(let path):
        unit.orders = path.orders
        if path.orders > 0 { unit.cents.0 = Self.cents(scaled(path, layer.size)) }
      }
      return .success(unit)
    }
    var totals: (Int128, Int128, Int128, Int128) = (0, 0, 0, 0)
    for layer in spec.layers {
      switch hedges.path(layer.trajectory) {
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

  /// The result of a layer, 10⁻⁸ cents a size unit: size × Σ share·(100·(±price − slippage) − fee).
  private func scaled(_ path: HedgePath, _ size: HedgeSize) -> Int128 {
    let shares = path.shares.entry + path.shares.expiry
    let fees = feeCents.entry * path.shares.entry + feeCents.expiry * path.shares.expiry
    let perCent = 100 * path.gain - 100 * slippage * shares - fees
    let centsPerPoint = HedgeAccounting.centsPerPoint(
      size, price: path.reference, spot: hedges.surface.forward[1])
    return Int128(centsPerPoint) * Int128(perCent)
  }

  /// 10⁻⁸ cents to the nearest whole cent, halves away from zero.
  private static func cents(_ scaled: Int128) -> Int64 {
    if let small = Int64(exactly: scaled), small.magnitude < 1 << 62 {
      return (small + (small >= 0 ? 50_000_000 : -50_000_000)) / 100_000_000
    }
    return HedgeAccounting.wholeCents(10 * scaled)
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
