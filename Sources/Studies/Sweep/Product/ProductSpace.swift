import ConfigFormats
import Strategies

/// A grid taken apart into condor settings and hedge settings: every configuration is one of each, so that A + B
/// files are read and A × B configurations run.
///
/// The number of a configuration is the sum of what its condor axes and its hedge axes contribute, since the grid
/// counts in mixed radix. Axes under `hedge` are the hedge's, all others the condor's.
struct ProductSpace: Sendable {
  /// Trade-opened and standing layers with what else belongs to them.
  struct Hedge: Hashable, Sendable {
    let layers: [HedgeLayer]
    let vxPathSeed: UInt64
    let ties: HedgeTies
    /// Whether its result hangs on what becomes of the condor.
    var isCoupled: Bool { ties.couple(layers) }
  }
  /// Condor settings, each with the hedge of the first hedge setting, ascending by offset.
  let condors: [Strategy]
  /// What a condor setting adds to a configuration's number.
  let condorOffsets: [Int]
  /// Hedge settings, ascending by offset.
  let hedges: [Hedge]
  /// What a hedge setting adds to a configuration's number.
  let hedgeOffsets: [Int]
  /// The numbers that are asked for; others are there only because their settings are. All, for a whole grid.
  let trials: RangeSet<Int>
  /// Configurations of the whole grid, also where this is a part of it.
  let total: Int
  /// Strides and sizes of the hedge's axes.
  private let hedgeAxes: [(stride: Int, size: Int)]

  /// Reads both sides of a space.
  ///
  /// - Throws: ``ConfigError`` for the first setting that isn't a strategy.
  init(_ space: SweepSpace) throws(ConfigError) {
    let axes = space.axes
    let isHedge = axes.map { $0.path == "hedge" || $0.path.hasPrefix("hedge.") }
    func offsets(_ side: Bool) -> [Int] {
      var made = [0]
      for (axis, mine) in zip(axes, isHedge) where mine == side {
        // a grid's axes have strides
        let stride = axis.stride ?? 0
        made = made.flatMap { base in axis.values.indices.map { base + $0 * stride } }
      }
      return made
    }
    condorOffsets = offsets(false)
    hedgeOffsets = offsets(true)
    let condors = try Self.strategies(condorOffsets, of: space)
    let hedges = try Self.strategies(hedgeOffsets, of: space).map {
      Hedge(layers: $0.hedge, vxPathSeed: $0.vxPathSeed, ties: $0.ties)
    }
    self.condors = condors
    self.hedges = hedges
    total = condors.count * hedges.count
    trials = RangeSet(0..<total)
    hedgeAxes = zip(axes, isHedge).filter(\.1).map { axis, _ in (axis.stride ?? 1, axis.values.count) }
  }

  /// The strategies at some points of a space, read on all cores.
  ///
  /// - Throws: ``ConfigError`` for the first that isn't one.
  private static func strategies(
    _ points: [Int], of space: SweepSpace
  ) throws(ConfigError) -> [Strategy] {
    let read = Scheduler.map(
      count: points.count, threads: Scheduler.defaultThreads, chunk: 64, worker: {}
    ) { (_: inout Void, k: Int) -> Result<Strategy, ConfigError> in
      Result { () throws(ConfigError) in try space.strategy(at: points[k]) }
    }
    var made: [Strategy] = []
    made.reserveCapacity(points.count)
    for case let result? in read { made.append(try result.get()) }
    return made
  }

  private init(
    _ whole: ProductSpace, condors keptCondors: [Int], hedges keptHedges: [Int], trials: RangeSet<Int>
  ) {
    condors = keptCondors.map { whole.condors[$0] }
    condorOffsets = keptCondors.map { whole.condorOffsets[$0] }
    hedges = keptHedges.map { whole.hedges[$0] }
    hedgeOffsets = keptHedges.map { whole.hedgeOffsets[$0] }
    total = whole.total
    self.trials = trials
    hedgeAxes = whole.hedgeAxes
  }

  /// The settings that some of these trials have, with all that they make together.
  ///
  /// - Complexity: O(condor settings × hedge settings) at most, and no more than that where all trials are asked for.
  func restricted(to trials: RangeSet<Int>) -> ProductSpace {
    func kept(_ own: [Int], _ others: [Int]) -> [Int] {
      own.indices.filter { k in others.contains { trials.contains(own[k] + $0) } }
    }
    return ProductSpace(
      self, condors: kept(condorOffsets, hedgeOffsets), hedges: kept(hedgeOffsets, condorOffsets),
      trials: trials)
  }

  /// Configurations.
  var count: Int { condors.count * hedges.count }
  /// Configurations whose condor and hedge can't be worked out apart: as ``Strategy/isCoupled``, counted by sides.
  var coupledCount: Int {
    let own = condors.count(where: \.hasCoupledCondor)
    return own * hedges.count + (condors.count - own) * hedges.count { $0.isCoupled }
  }

  /// The number of a configuration.
  func trial(condor a: Int, hedge b: Int) -> Int { condorOffsets[a] + hedgeOffsets[b] }

  /// A whole configuration.
  func strategy(condor a: Int, hedge b: Int) -> Strategy {
    var strategy = condors[a]
    strategy.hedge = hedges[b].layers
    strategy.vxPathSeed = hedges[b].vxPathSeed
    strategy.ties = hedges[b].ties
    return strategy
  }

  /// The school of a configuration.
  func family(condor a: Int, hedge b: Int) -> Family {
    Family(hasStop: condors[a].exit.stopsOut, hasHedge: !hedges[b].layers.isEmpty)
  }

  /// The settings of a configuration's number; `nil` if one of them isn't among these.
  ///
  /// - Complexity: O(axes + log settings).
  func settings(of trial: Int) -> (condor: Int, hedge: Int)? {
    let ofHedge = hedgeAxes.reduce(0) { $0 + trial / $1.stride % $1.size * $1.stride }
    guard let b = Self.position(of: ofHedge, in: hedgeOffsets),
      let a = Self.position(of: trial - ofHedge, in: condorOffsets)
    else { return nil }
    return (a, b)
  }

  private static func position(of offset: Int, in ascending: [Int]) -> Int? {
    var (low, high) = (0, ascending.count)
    while low < high {
      let middle = (low + high) / 2
      if ascending[middle] < offset { low = middle + 1 } else { high = middle }
    }
    return low < ascending.count && ascending[low] == offset ? low : nil
  }
}

extension RangeSet<Int> {
  /// How many numbers there are. O(ranges).
  var total: Int { ranges.reduce(0) { $0 + $1.count } }
  /// All of them, ascending.
  var numbers: [Int] { ranges.flatMap { Array($0) } }
}
