import MarketData
import Strategies

/// Trade-opened layers taken apart: conditions, triggers, instruments, ladders, and the trajectories made of them.
struct HedgePlan: Sendable {
  /// A condition on the points of a surface.
  enum Leaf: Hashable, Sendable {
    case always
    case move(side: Trigger.Side, atLeastSd: Double)
    case rsi(length: Int, barMinutes: Int, atLeast: Double?, atMost: Double?)
    case event(kinds: [EconomicEvent.Kind], withinSessions: Int)
    case rule(StrategyRule)
    /// The index has a mark: a call's strike can be chosen.
    case marked
  }
  /// A trigger as a program on a stack of point sets.
  enum Step: Hashable, Sendable {
    case leaf(Int)
    /// Of the topmost so many sets.
    case all(Int)
    case any(Int)
  }
  /// What a layer does, apart from its size.
  struct Trajectory: Hashable, Sendable {
    let trigger: Int
    /// Position in ``HedgePlan/instruments``.
    let instrument: Int
    let ladder: Int
    /// Position of the rule in ``HedgePlan/scales``.
    let scale: Int?
    /// Position of the rule in ``HedgePlan/releases``.
    let release: Int?
    let vxPathSeed: UInt64
    /// Whether a rule of it looks at the condor.
    let seesCondor: Bool
  }
  /// A layer: a trajectory and its size.
  struct Part: Hashable, Sendable {
    let trajectory: Int
    let size: HedgeSize
  }
  /// One list of layers.
  struct Spec: Hashable, Sendable {
    /// Positions in ``HedgePlan/parts``.
    let parts: [Int]
    /// Bases in use, in the order of `HedgeSize.Base.allCases`.
    let bases: [HedgeSize.Base]
  }

  private(set) var leaves: [Leaf] = []
  private(set) var triggers: [[Step]] = []
  private(set) var ladders: [[MonetiseStep]] = []
  private(set) var instruments: [HedgeInstrument] = []
  private(set) var scales: [StrategyRule] = []
  private(set) var releases: [StrategyRule] = []
  private(set) var trajectories: [Trajectory] = []
  private(set) var parts: [Part] = []
  private(set) var specs: [Spec] = []
  /// ``Spec/parts`` of all specs one after another, and where those of each begin, and those of all end.
  private(set) var partsInOrder: [Int32] = []
  private(set) var partStarts: [Int32] = [0]
  /// Bases of the specs before each, and of all.
  private(set) var offsets = [0]

  private var leafIndex: [Leaf: Int] = [:]
  private var triggerIndex: [[Step]: Int] = [:]
  private var ladderIndex: [[MonetiseStep]: Int] = [:]
  private var instrumentIndex: [HedgeInstrument: Int] = [:]
  private var scaleIndex: [StrategyRule: Int] = [:]
  private var releaseIndex: [StrategyRule: Int] = [:]
  private var trajectoryIndex: [Trajectory: Int] = [:]
  private var partIndex: [Part: Int] = [:]
  private var specIndex: [Spec: Int] = [:]

  mutating func add(_ layers: [HedgeLayer], vxPathSeed: UInt64) -> Int? {
    guard !layers.isEmpty else { return nil }
    var made: [Int] = []
    var used: Set<HedgeSize.Base> = []
    for layer in layers {
      var program: [Step] = []
      compile(layer.trigger, into: &program)
      if case .vixCall = layer.instrument {
        program += [.leaf(Self.index(.marked, &leafIndex, &leaves)), .all(2)]
      }
      let trajectory = Trajectory(
        trigger: Self.index(program, &triggerIndex, &triggers),
        instrument: Self.index(layer.instrument, &instrumentIndex, &instruments),
        ladder: Self.index(layer.monetise, &ladderIndex, &ladders),
        scale: layer.scale.map { Self.index($0, &scaleIndex, &scales) },
        release: layer.release.map { Self.index($0, &releaseIndex, &releases) }, vxPathSeed: vxPathSeed,
        seesCondor: layer.seesCondor)
      let part = Part(
        trajectory: Self.index(trajectory, &trajectoryIndex, &trajectories), size: layer.size)
      made.append(Self.index(part, &partIndex, &parts))
      used.insert(layer.size.base)
    }
    let bases = HedgeSize.Base.allCases.filter(used.contains)
    let spec = Self.index(Spec(parts: made, bases: bases), &specIndex, &specs)
    if spec == offsets.count - 1 {
      offsets.append(offsets[spec] + bases.count)
      partsInOrder += made.map(Int32.init)
      partStarts.append(Int32(partsInOrder.count))
    }
    return spec
  }

  /// Whether a layer of a spec looks at the condor.
  func seesCondor(spec: Int) -> Bool {
    specs[spec].parts.contains { trajectories[parts[$0].trajectory].seesCondor }
  }

  private mutating func compile(_ trigger: Trigger, into program: inout [Step]) {
    func leaf(_ value: Leaf, _ plan: inout HedgePlan) -> Step {
      .leaf(Self.index(value, &plan.leafIndex, &plan.leaves))
    }
    switch trigger {
    case .always: program.append(leaf(.always, &self))
    case .move(let side, let sd): program.append(leaf(.move(side: side, atLeastSd: sd), &self))
    case .rsi(let length, let bars, let atLeast, let atMost):
      program.append(
        leaf(.rsi(length: length, barMinutes: bars, atLeast: atLeast, atMost: atMost), &self))
    case .event(let kinds, let within):
      program.append(leaf(.event(kinds: kinds, withinSessions: within), &self))
    case .rule(let rule): program.append(leaf(.rule(rule), &self))
    case .all(let list):
      for part in list { compile(part, into: &program) }
      program.append(.all(list.count))
    case .any(let list):
      for part in list { compile(part, into: &program) }
      program.append(.any(list.count))
    }
  }

  private static func index<T: Hashable>(_ value: T, _ known: inout [T: Int], _ list: inout [T]) -> Int {
    if let i = known[value] { return i }
    known[value] = list.count
    list.append(value)
    return list.count - 1
  }
}
