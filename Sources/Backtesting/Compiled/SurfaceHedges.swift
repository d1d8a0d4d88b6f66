import Kernels
import MarketData
import Pricing
import Signals
import Strategies

/// What one layer did on one surface, apart from its size and its costs.
struct HedgePath {
  /// What size and gains refer to, 1/1000 points: the indicative price at the opening fill, or what was asked for a call then.
  var reference: Int32 = 0
  /// Whether VIX calls are held.
  var isOfCalls = false
  /// How many times its size it is held.
  var scale = 1.0
  /// Σ ± price × share, (1/1000 points) × (1/1000).
  var gain: Int64 = 0
  /// Σ shares filled in the entry session and in the expiry session, 1/1000: what slippage and fees are paid on.
  var shares: (entry: Int64, expiry: Int64) = (0, 0)
  /// Orders; 0 where the layer did not open.
  var orders = 0
}

/// The trade-opened layers of a plan on one surface: triggers as sets of points, trajectories shared by every spec and
/// book. The compiled twin of ``HedgeRun``. Belongs to one thread.
final class SurfaceHedges {
  private(set) var setting: HedgeSetting
  let surface: MarkSurface
  /// Of the surface, at hand without copying it.
  private let minutes: [Int]
  private let expiryStart: Int
  private let bench: Workbench
  private var leaves: LeafSets
  /// The next point in regular hours with an index mark, or −1.
  private let tradable: [Int32]
  /// Where each trigger opens a layer; `nil` where a signal is missing.
  private var openings: [Opening?] = []
  /// By scale.
  private var scales: [RuleBatch.Column] = []
  private var releases: [ReleaseKey: PointSet?] = [:]
  /// By instrument.
  private var contracts: [(entry: [ContractWeight]?, expiry: [ContractWeight]?)?]
  private var covered: [Bool?]
  private var positions: [HeldPrices] = []
  private var rises: [Rise] = []
  private var paths: [Result<HedgePath, OutcomeReason>?]

  private var endings: [EndKey: Result<HedgePath, OutcomeReason>] = [:]

  private struct Opening {
    /// The point of the decision; −1 where the trigger doesn't fire.
    var decided = -1
    /// The point of the fill; −1 where there is none.
    var filled = -1
  }
  /// A release and, where it looks at the layer, what the layer holds since when.
  private struct ReleaseKey: Hashable {
    let number: Int
    var opened = -1
    var held: HeldPrices.Key?
  }
  private struct EndKey: Hashable {
    let trajectory: Int
    let end: Int
  }
  init(_ setting: HedgeSetting, surface: MarkSurface, bench: Workbench) {
    self.setting = setting
    self.surface = surface
    minutes = surface.minutes
    expiryStart = surface.expiryStart
    self.bench = bench
    leaves = LeafSets(points: surface.minutes.count)
    paths = []
    contracts = []
    covered = []
    let history = setting.context.history
    var next = Array(repeating: Int32(-1), count: surface.minutes.count)
    var following = Int32(-1)
    for i in stride(from: surface.minutes.count - 1, through: 0, by: -1) {
      next[i] = following
      let session = history.sessions[i < surface.expiryStart ? surface.entry : surface.expiry]
      if surface.minutes[i] <= session.closeMinute, surface.forward[i] > 0 { following = Int32(i) }
    }
    tradable = next
    bench.bytes += 12 * minutes.count
    grow()
  }

  /// Takes a plan that has grown.
  func take(_ setting: HedgeSetting) {
    self.setting = setting
    grow()
  }

  private func grow() {
    let plan = setting.plan
    guard plan.trajectories.count > paths.count else { return }
    let (triggers, trajectories) = (
      plan.triggers.count - openings.count, plan.trajectories.count - paths.count
    )
    bench.bytes += triggers * 24 + trajectories * MemoryLayout<Result<HedgePath, OutcomeReason>?>.stride
    bench.bytes += (plan.leaves.count - leaves.count) * (minutes.count / 8 + 48)
    leaves.add(setting, surface: surface, indicators: bench.indicators)
    for program in plan.triggers[openings.count...] {
      guard let set = leaves.set(program) else {
        openings.append(nil)
        continue
      }
      openings.append(opening(set))
    }
    if scales.count < plan.scales.count {
      scales += setting.scales(from: scales.count).columns(surface, bench.indicators, setting.context)
      bench.bytes += 8 * minutes.count * scales.count
    }
    contracts += Array(repeating: nil, count: plan.instruments.count - contracts.count)
    covered += Array(repeating: nil, count: plan.instruments.count - covered.count)
    paths += Array(repeating: nil, count: plan.trajectories.count - paths.count)
  }

  /// The next point in regular hours with an index mark.
  func nextTradable(after point: Int) -> Int? { tradable[point] < 0 ? nil : Int(tradable[point]) }

  /// What a trajectory did, or why it can't be told. O(log steps) once its tables are made.
  func path(_ number: Int) -> Result<HedgePath, OutcomeReason> {
    if let known = paths[number] { return known }
    let made = run(setting.plan.trajectories[number])
    paths[number] = made
    return made
  }

  /// The same with what is left sold at a point, and nothing opened from there on: a hedge that is unwound with its
  /// condor.
  func path(_ number: Int, until end: Int) -> Result<HedgePath, OutcomeReason> {
    let key = EndKey(trajectory: number, end: end)
    if let known = endings[key] { return known }
    let made = run(setting.plan.trajectories[number], until: end)
    endings[key] = made
    bench.bytes += 100
    return made
  }

  /// The same beside condors that its rules may look at; without them nothing is told of one that does.
  func path(
    _ number: Int, until end: Int?, beside condor: CondorRules?
  ) -> Result<HedgePath, OutcomeReason> {
    let trajectory = setting.plan.trajectories[number]
    if trajectory.seesCondor { return run(trajectory, until: end, beside: condor) }
    return end.map { path(number, until: $0) } ?? path(number)
  }

  private func run(
    _ t: HedgePlan.Trajectory, until end: Int? = nil, beside condor: CondorRules? = nil
  ) -> Result<HedgePath, OutcomeReason> {
    let scales = t.scale.map { scaling($0, condor) }
    guard condor != nil || !t.seesCondor, let opening = opening(t, condor),
      scales.map({ $0.isTold && $0.values[1].isFinite }) ?? true,
      t.release.map({ isTold(release: $0, condor) }) ?? true
    else { return .failure(.code(.signalMissing)) }
    guard isCovered(t.instrument) else { return .failure(.code(.dataHole)) }
    let opened = opening.filled
    guard opened >= 0, opened < end ?? Int.max else { return .success(HedgePath()) }
    let scale = scales.map { min($0.values[opening.decided], HedgeLayer.mostScale) } ?? 1
    guard scale > 0 else { return .success(HedgePath()) }
    guard let held = held(t, opening), let price = held.traded(at: opened), let settle = held.settle else {
      return .failure(.code(.dataHole))
    }
    let rise = rise(from: opened, held)
    guard rise.first != TickGrid.missing else { return .failure(.code(.dataHole)) }
    let reference = held.bought(rise.first)

    let released = t.release.flatMap { release($0, from: opened, held, condor) } ?? Int.max
    var path = HedgePath(reference: reference, isOfCalls: held.key.call != nil, scale: scale)
    func order(_ price: Int32, share: Int64, point: Int, opens: Bool) {
      path.gain += opens ? -Int64(held.bought(price)) * share : Int64(held.sold(price)) * share
      if point < expiryStart { path.shares.entry += share } else { path.shares.expiry += share }
      path.orders += 1
    }
    order(price, share: 1000, point: opened, opens: true)
    var left: Int64 = 1000
    for step in setting.plan.ladders[t.ladder] {
      // seen × 1000 ≥ reference × (1000 + gain), in whole numbers
      let level = (Int64(reference) * Int64(1000 + step.gainThousandths) + 999) / 1000
      guard level <= Int64(Int32.max), let reached = rise.steps.first(atLeast: Int32(level)),
        reached <= released
      else { break }
      let next = Int(tradable[reached])
      guard next >= 0, next < end ?? Int.max, let sold = held.traded(at: next) else { break }
      let share = min(Int64(step.shareThousandths), left)
      order(sold, share: share, point: next, opens: false)
      left -= share
    }
    if left > 0, released < Int.max, let sold = release(at: released, held, until: end) {
      order(sold.price, share: left, point: sold.point, opens: false)
      left = 0
    }
    if left > 0, let end {
      guard let sold = held.traded(at: end) else { return .failure(.code(.dataHole)) }
      order(sold, share: left, point: end, opens: false)
    } else if left > 0 {
      order(settle, share: left, point: minutes.count - 1, opens: false)
    }
    return .success(path)
  }

  // MARK: Openings

  private func opening(_ set: PointSet) -> Opening {
    let fired = set.first(from: 1, below: minutes.count - 1)
    return fired.map { Opening(decided: $0, filled: Int(tradable[$0])) } ?? Opening()
  }

  /// Where a trajectory opens; `nil` where a signal is missing.
  private func opening(_ t: HedgePlan.Trajectory, _ condor: CondorRules?) -> Opening? {
    guard t.seesCondor, let condor else { return openings[t.trigger] }
    let set = leaves.set(setting.plan.triggers[t.trigger]) { leaf in
      guard case .rule(let rule) = setting.plan.leaves[leaf], rule.seesCondor else {
        return leaves.sets[leaf]
      }
      return condor.column(rule, setting, surface, bench.indicators).set
    }
    return set.map(opening)
  }

  private func scaling(_ number: Int, _ condor: CondorRules?) -> RuleBatch.Column {
    guard let condor, setting.plan.scales[number].seesCondor else { return scales[number] }
    return condor.column(setting.plan.scales[number], setting, surface, bench.indicators)
  }

  // MARK: Prices

  /// The futures of an instrument, in the entry session and in the expiry session; of VX.
  private func contracts(_ number: Int) -> (entry: [ContractWeight]?, expiry: [ContractWeight]?) {
    if let known = contracts[number] { return known }
    guard case .vx(let days) = setting.plan.instruments[number] else { return (nil, nil) }
    let context = setting.context
    let until = context.history.sessions[surface.expiry].date
    let made = (
      entry: context.vx.contracts(session: surface.entry - 1, tenorDays: days, expiringAfter: until),
      expiry: context.vx.contracts(session: surface.expiry - 1, tenorDays: days, expiringAfter: until)
    )
    contracts[number] = made
    return made
  }

  /// Whether the futures that a layer might need are there, in whichever session it may open.
  private func isCovered(_ number: Int) -> Bool {
    if let known = covered[number] { return known }
    if let calls = setting.calls(number) {
      let missing = calls.market.missing(calls.rule, entry: surface.entry, expiry: surface.expiry)
      covered[number] = missing.isEmpty
      return missing.isEmpty
    }
    let pair = contracts(number)
    func whole(_ contracts: [ContractWeight]?, from session: Int) -> Bool {
      guard let contracts else { return false }
      return contracts.allSatisfy { contract in
        (session...surface.expiry).allSatisfy { setting.context.vx.hasPath(contract.expiry, session: $0) }
      }
    }
    let first = Int(tradable[1])
    var made = whole(pair.expiry, from: surface.expiry)
    if made, first >= 0, first < expiryStart { made = whole(pair.entry, from: surface.entry) }
    covered[number] = made
    return made
  }

  /// What a layer holds that is decided at one point and filled at another; `nil` where VX or VVIX don't tell.
  private func held(_ t: HedgePlan.Trajectory, _ opening: Opening) -> HeldPrices? {
    let fromEntry = opening.filled < expiryStart
    var call: VIXCall?
    if let calls = setting.calls(t.instrument) {
      let decided = TradeMinute(surface, opening.decided)
      call = calls.market.call(calls.rule, decided: decided, expiry: surface.expiry)
      if call == nil { return nil }
    }
    let key = HeldPrices.Key(
      instrument: t.instrument, seed: t.vxPathSeed, fromEntry: fromEntry, call: call)
    for known in positions where known.key == key { return known }
    let pair = contracts(t.instrument)
    let made = HeldPrices(
      key, contracts: call.map { HedgeHolding.call($0).futures } ?? (fromEntry ? pair.entry : pair.expiry),
      calls: setting.calls(t.instrument).map { ($0.market, $0.rule.spread) }, surface: surface,
      vx: setting.context.vx, tables: bench.vx)
    positions.append(made)
    bench.bytes += (call == nil ? 8 : 16) * minutes.count
    return made
  }

  /// What decisions see of a holding from an opening on.
  private final class Rise {
    let point: Int
    let instrument: Int
    let call: VIXCall?
    /// Price at the opening.
    let first: Int32
    /// Of the running maximum.
    let steps: Staircase

    init(point: Int, instrument: Int, call: VIXCall?, first: Int32, steps: Staircase) {
      self.point = point
      self.instrument = instrument
      self.call = call
      self.first = first
      self.steps = steps
    }
  }

  private func rise(from opened: Int, _ held: HeldPrices) -> Rise {
    let (instrument, call) = (held.key.instrument, held.key.call)
    for known in rises where known.point == opened && known.instrument == instrument && known.call == call {
      return known
    }
    let prices = held.indicative(from: opened)
    let steps = Staircase(maximaOf: prices.span, in: opened..<(minutes.count - 1))
    let made = Rise(point: opened, instrument: instrument, call: call, first: prices[opened], steps: steps)
    rises.append(made)
    bench.bytes += 96 + 8 * steps.count
    return made
  }

  // MARK: Releases

  /// Whether a release can be told at the condor's fill.
  private func isTold(release number: Int, _ condor: CondorRules?) -> Bool {
    releaseSet(ReleaseKey(number: number), condor) { nil } != nil
  }

  /// The first point from an opening on at which a release holds.
  private func release(_ number: Int, from opened: Int, _ held: HeldPrices, _ condor: CondorRules?) -> Int? {
    var key = ReleaseKey(number: number)
    let seesLayer = setting.plan.releases[number].seesLayer
    if seesLayer { (key.opened, key.held) = (opened, held.key) }
    let set = releaseSet(key, condor) {
      guard seesLayer else { return nil }
      let prices = held.indicative(from: opened)
      return LayerSight(prices.span, opened: opened, reference: held.bought(prices[opened]))
    }
    return set?.first(from: opened, below: minutes.count - 1)
  }

  /// The points at which a release holds for a layer; without one, of any layer, or as if it opened with the condor.
  private func releaseSet(
    _ key: ReleaseKey, _ condor: CondorRules?, _ layer: () -> LayerSight?
  ) -> PointSet? {
    let rule = setting.plan.releases[key.number]
    if !rule.seesCondor, let known = releases[key] { return known }
    let unmoved = rule.seesLayer && key.opened < 0 ? LayerSight(unmovedPoints: minutes.count) : nil
    let column = setting.rule(rule).columns(
      surface, bench.indicators, setting.context, layer: layer() ?? unmoved, condor: condor?.sight)[0]
    let made = key.opened < 0 ? column.set : PointSet(column.values.span, from: 1, through: 1)
    if rule.seesCondor { return made }
    releases[key] = .some(made)
    bench.bytes += minutes.count / 8 + 64
    return made
  }

  /// What is got for a layer whose release held at a point; `nil` where it can't be sold before `end`.
  private func release(at decided: Int, _ held: HeldPrices, until end: Int?) -> (price: Int32, point: Int)? {
    let next = Int(tradable[decided])
    guard next >= 0, next < end ?? Int.max, let sold = held.traded(at: next) else { return nil }
    return (sold, next)
  }
}
