import Pricing
import Strategies

/// What a thread lends to the tables of the session that it works on. It isn't part of any result.
final class Workbench {
  /// Half-spreads looked up.
  fileprivate(set) var spreads: HalfSpreadTable
  /// Takes the time of pricing.
  fileprivate(set) var pricing: Stopwatch
  fileprivate(set) var vx: VXTables
  fileprivate(set) var indicators: IndicatorTables
  /// Roughly what the session's tables take, bytes: each adds what it makes.
  var bytes = 0
  /// Tables that hold something that is dear to keep and cheap to make again.
  var warm: [any Settling] = []

  init(spreads: HalfSpreadTable, pricing: Stopwatch, vx: VXTables, indicators: IndicatorTables) {
    self.spreads = spreads
    self.pricing = pricing
    self.vx = vx
    self.indicators = indicators
  }

  fileprivate func take(_ other: Workbench) {
    (spreads, pricing, vx, indicators) = (other.spreads, other.pricing, other.vx, other.indicators)
  }
}

/// Something that can do without a part of what it holds.
protocol Settling: AnyObject {
  func settle()
}

/// What has been worked out of one entry session, to go on from when the plan has grown: surfaces, condors sold, hedges.
///
/// Results don't depend on whether it was kept. It may be handed from thread to thread, and be used by one at a time:
/// that is what `@unchecked` leaves to the caller.
public final class SessionTables: @unchecked Sendable {
  let bench: Workbench
  /// By entry of the plan, as far as asked: what keeps the session from being tried, before any price.
  var codes: [OutcomeCode?] = []
  /// By surface of the plan.
  var surfaces: [SurfaceTable?] = []
  var isPriced: [Bool] = []
  var hedges: [SurfaceHedges?] = []
  /// By sale of the plan.
  var sales: [Result<Sold, OutcomeReason>?] = []

  init(bench: Workbench) {
    self.bench = Workbench(
      spreads: bench.spreads, pricing: bench.pricing, vx: bench.vx, indicators: bench.indicators)
  }

  /// Makes room for a plan that has grown, and takes what the thread lends.
  func take(_ plan: CompiledPlan, bench: Workbench) {
    self.bench.take(bench)
    func fill<T>(_ list: inout [T?], _ count: Int) {
      if list.count < count { list += Array(repeating: nil, count: count - list.count) }
    }
    fill(&surfaces, plan.surfaces.count)
    fill(&hedges, plan.surfaces.count)
    fill(&sales, plan.sales.count)
    isPriced += Array(repeating: false, count: plan.surfaces.count - isPriced.count)
  }

  /// Forgets what is dear to keep and cheap to make again, when the session is left: what is warm holds on to the bench,
  /// and would never be freed. O(what was used since the last time).
  func settle() {
    for table in bench.warm { table.settle() }
    bench.warm = []
  }

  /// Roughly what it takes when it is settled, bytes.
  public var bytes: Int {
    bench.bytes + sales.count * (MemoryLayout<Result<Sold, OutcomeReason>?>.stride + 80)
  }
}

/// A condor sold, and what its rows need to close it.
final class Sold {
  let credit: Int32
  let fillCosts: (put: Int32, call: Int32)
  /// The point of the opening fill.
  let filled: Int
  let table: SurfaceTable
  let condor: CondorTable
  let fillOutsideBand: Bool
  let margin: Int32

  /// The package's credit, shared by what the sides were worth at the fill.
  var sideCredits: (put: Int32, call: Int32) {
    let put = Int64(max(0, fillCosts.put))
    let call = Int64(max(0, fillCosts.call))
    let share = put + call == 0 ? 0 : Int32(Int64(credit) * put / (put + call))
    return (share, credit - share)
  }

  init(
    credit: Int32, fillCosts: (put: Int32, call: Int32), filled: Int, table: SurfaceTable,
    condor: CondorTable, fillOutsideBand: Bool, margin: Int32
  ) {
    self.credit = credit
    self.fillCosts = fillCosts
    self.filled = filled
    self.table = table
    self.condor = condor
    self.fillOutsideBand = fillOutsideBand
    self.margin = margin
  }
}
