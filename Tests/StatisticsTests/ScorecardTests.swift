import Kernels
import Statistics
import Testing

/// Where a period's slots are and what the series look like.
private enum Shape: CaseIterable {
  case condor, positive, negative, zero, ties, wild, losing, twoValues
}

/// Some hedges on one condor row, plain.
private struct Tile {
  var sessions: Int
  var days: [Int32]
  var condor: [Int32]
  var held: [Int32]
  var hedges: [[Int32]]  // [hedge][slot]

  init(sessions: Int, shape: Shape, hedges count: Int, using g: inout Philox) {
    self.sessions = sessions
    let share = [0, 50, 90, 100][g.integer(below: 4)]
    days = (0..<Int32(sessions)).filter { _ in g.integer(below: 100) < share }
    if days.isEmpty { days = [Int32(g.integer(below: sessions))] }
    let tiles = Tile.series(days.count, shape, using: &g)
    condor = tiles
    let holding = [0, 50, 100][g.integer(below: 3)]
    held = days.indices.map { _ in g.integer(below: 100) < holding ? -1 : 0 }
    hedges = (0..<count).map { _ in
      switch shape {
      case .zero: Array(repeating: 0, count: tiles.count)
      case .positive: tiles.map { _ in Int32(g.integer(below: 300)) }
      case .negative, .losing: tiles.map { _ in -Int32(g.integer(below: 300)) }
      case .ties, .twoValues: tiles.map { _ in Int32(g.integer(below: 3)) - 1 }
      case .wild: tiles.map { _ in Int32(g.normal() * 40_000) }
      case .condor:
        tiles.map { _ in
          Int32(g.integer(below: 12) == 0 ? 5_000 + g.integer(below: 20_000) : -g.integer(below: 400))
        }
      }
    }
  }

  static func series(_ n: Int, _ shape: Shape, using g: inout Philox) -> [Int32] {
    (0..<n).map { _ in
      switch shape {
      case .condor:
        Int32(g.integer(below: 10) < 8 ? 500 + g.integer(below: 16_000) : -10_000 - g.integer(below: 26_000))
      case .positive: Int32(1 + g.integer(below: 9_000))
      case .negative: -Int32(1 + g.integer(below: 9_000))
      case .losing: Int32(g.integer(below: 500)) - 300
      case .zero: 0
      case .ties: Int32(g.integer(below: 7)) - 3
      case .twoValues: g.integer(below: 2) == 0 ? -1 : 1
      case .wild: Int32(g.normal() * 300_000)
      }
    }
  }

  func hedge(_ h: Int, _ d: Int) -> Int32 { held[d] == 0 ? 0 : hedges[h][d] }

  /// The whole period of one hedge.
  func cents(_ h: Int) -> [Int64] {
    var x = Array(repeating: Int64(0), count: sessions)
    for d in days.indices { x[Int(days[d])] = Int64(condor[d] + hedge(h, d)) }
    return x
  }

  var axis: ScoreAxis {
    ScoreAxis(
      sessions: sessions, days: days,
      tails: [500, 100].map { TailMean.count(sessions: sessions, perTenThousand: $0) })
  }
}

/// What differs between the lanes' figures and those of the plain series; nil if nothing.
private func difference(_ s: ScoreLanes, lane: Int, of tile: Tile, hedge h: Int) -> String? {
  let cents = tile.cents(h)
  let plain = PnLSummary(cents: cents)
  var both = 0
  var offset = 0
  for d in tile.days.indices where tile.condor[d] < 0 {
    both += tile.hedge(h, d) < 0 ? 1 : 0
    offset += Int(tile.hedge(h, d))
  }
  let n = tile.sessions
  let cvar95 = TailMean(
    sum: s.tailSum.0[lane], edge: Int64(s.tailEdge.0[lane]), sessions: n, perTenThousand: 500)
  let cvar99 = TailMean(
    sum: s.tailSum.1[lane], edge: Int64(s.tailEdge.1[lane]), sessions: n, perTenThousand: 100)
  let downside = cents.reduce(0) { $0 + min($1, 0) * min($1, 0) }
  let checks: [(String, Bool)] = [
    ("worst", Int64(s.worst[lane]) == plain.worst),
    ("wins", Int(s.wins[lane]) == plain.winSessions),
    ("drawdown", Int64(s.drawdown[lane]) == plain.drawdown.depth),
    ("length", Int(s.drawdownSessions[lane]) == plain.drawdown.length),
    ("recovered", (s.isOpen[lane] == 0) == plain.drawdown.recovered),
    ("downside", s.downside[lane] == downside),
    ("CVaR 95", cvar95 == plain.cvar95), ("CVaR 99", cvar99 == plain.cvar99),
    ("both lose", Int(s.bothLose[lane]) == both), ("hedge on loss", Int(s.hedgeOnLoss[lane]) == offset),
  ]
  let wrong = checks.filter { !$0.1 }.map(\.0)
  return wrong.isEmpty ? nil : "\(wrong.joined(separator: ", ")) of \(cents), hedge \(h)"
}

private func compare(_ tile: Tile, workspace: ScorecardWorkspace) {
  let vectors = tile.hedges.count / 8
  let slots = tile.days.count
  var packed: [SIMD8<Int32>] = []
  for v in 0..<vectors {
    for d in 0..<slots {
      packed.append(SIMD8((0..<8).map { tile.hedges[8 * v + $0][d] }))
    }
  }
  let axis = tile.axis
  let lowest = (0..<slots).map { d in tile.hedges.map { $0[d] }.min() ?? 0 }
  let highest = (0..<slots).map { d in tile.hedges.map { $0[d] }.max() ?? 0 }
  var seen: [Int] = []
  var wrong: String?
  ScorecardBatch.score(
    condor: tile.condor.span, held: tile.held.span, hedges: packed.span, lowest: lowest.span,
    highest: highest.span, axis: axis, workspace: workspace
  ) { v, score in
    seen.append(v)
    for lane in 0..<8 {
      if wrong == nil, let text = difference(score, lane: lane, of: tile, hedge: 8 * v + lane) {
        wrong = "fixed size: \(text)"
      }
    }
  }
  #expect(seen == Array(0..<vectors))
  for v in 0..<vectors {
    let score = ScorecardBatch.score(
      axis: axis, workspace: workspace, condor: { SIMD8(repeating: tile.condor[$0]) },
      value: { SIMD8(repeating: tile.condor[$0]) &+ (tile.held[$0] == 0 ? .zero : packed[v * slots + $0]) })
    for lane in 0..<8 {
      if wrong == nil, let text = difference(score, lane: lane, of: tile, hedge: 8 * v + lane) {
        wrong = "slot by slot: \(text)"
      }
    }
  }
  if let wrong { Issue.record("\(wrong)") }
}

@Suite struct ScorecardTests {
  /// Every count of sessions from 1 to 40, so that tails of one, of whole and of broken counts all come up.
  @Test(arguments: 1...40) func lanesAreThePlainFiguresOfShortPeriods(sessions: Int) {
    let workspace = ScorecardWorkspace(slots: 40)
    for shape in Shape.allCases {
      var g = Philox(seed: UInt64(sessions), stream: UInt64(Shape.allCases.firstIndex(of: shape) ?? 0))
      for _ in 0..<12 {
        compare(Tile(sessions: sessions, shape: shape, hedges: 16, using: &g), workspace: workspace)
      }
    }
  }

  @Test(arguments: UInt64(0)..<25) func lanesAreThePlainFiguresOfLongPeriods(seed: UInt64) {
    let workspace = ScorecardWorkspace(slots: 1_100)
    for shape in Shape.allCases {
      var g = Philox(seed: seed, stream: UInt64(Shape.allCases.firstIndex(of: shape) ?? 0))
      let sessions = 950 + g.integer(below: 150)
      // an odd number of vectors: the walk may take them in pairs
      compare(
        Tile(sessions: sessions, shape: shape, hedges: 8 * (1 + g.integer(below: 4)), using: &g),
        workspace: workspace)
    }
  }

  /// The condor may differ from lane to lane.
  @Test(arguments: UInt64(0)..<40) func lanesMayHoldDifferentCondors(seed: UInt64) {
    var g = Philox(seed: seed)
    let sessions = 1 + g.integer(below: 500)
    let shape = Shape.allCases[g.integer(below: Shape.allCases.count)]
    var tile = Tile(sessions: sessions, shape: shape, hedges: 8, using: &g)
    let condors = (0..<8).map { _ in Tile.series(tile.days.count, shape, using: &g) }
    let score = ScorecardBatch.score(
      axis: tile.axis, workspace: ScorecardWorkspace(slots: 500),
      condor: { d in SIMD8((0..<8).map { condors[$0][d] }) },
      value: { d in SIMD8((0..<8).map { condors[$0][d] + tile.hedge($0, d) }) })
    for lane in 0..<8 {
      tile.condor = condors[lane]
      if let text = difference(score, lane: lane, of: tile, hedge: lane) { Issue.record("\(text)") }
    }
  }

  /// As large as `fits` lets them be: sums and levels at the ends of their 32 bits.
  @Test func lanesHoldTheLargestValuesThatFit() {
    let large: Int32 = 1 << 30 - 1
    #expect(ScorecardBatch.fits(largest: Int64(large), sum: 2 * Int64(large) + 1))
    #expect(!ScorecardBatch.fits(largest: 1 << 30, sum: 1 << 30))
    #expect(!ScorecardBatch.fits(largest: 5, sum: 1 << 31))
    var g = Philox(seed: 1)
    for (a, b) in [(large, large), (large, -large), (-large, -large), (-large, large)] {
      for at in 0..<30 {
        var tile = Tile(sessions: 40, shape: .zero, hedges: 8, using: &g)
        tile.days = Array(0..<40)
        tile.condor = Array(repeating: 0, count: 40)
        tile.condor[at] = a
        tile.condor[at + 1 + g.integer(below: 9)] = b
        tile.held = tile.condor.map { _ in 0 }
        tile.hedges = Array(repeating: tile.condor, count: 8)
        compare(tile, workspace: ScorecardWorkspace(slots: 40))
      }
    }
  }

  @Test func aPeriodWithoutSlotsHasNoFigures() {
    let axis = ScoreAxis(
      sessions: 30, days: [],
      tails: [TailCount(count: 2, needsEdge: true), TailCount(count: 1, needsEdge: false)])
    let score = ScorecardBatch.score(
      axis: axis, workspace: ScorecardWorkspace(slots: 0), condor: { _ in .zero }, value: { _ in .zero })
    #expect(score.worst == .zero && score.drawdown == .zero && score.tailSum.0 == .zero)
  }
}

/// Rows as they lie in a file give the figures of their series; missing values count as 0 and as no trade.
@Test(arguments: UInt64(0)..<60)
func rowsAreScoredAsTheirSeries(seed: UInt64) {
  var g = Philox(seed: seed, stream: 9)
  let missing = Int32.min
  for n in [1, 7, 8, 9, 100, 509] {
    let shape = Shape.allCases[g.integer(below: Shape.allCases.count)]
    let used = 1 + g.integer(below: 8)
    let holes = [0, 20, 100][g.integer(below: 3)]
    let series = (0..<used).map { _ in
      Tile.series(n, shape, using: &g).map { g.integer(below: 100) < holes ? missing : $0 }
    }
    let axis = ScoreAxis(
      sessions: n, days: (0..<Int32(n)).map { $0 },
      tails: [500, 100].map { TailMean.count(sessions: n, perTenThousand: $0) })
    let rows = series.flatMap { $0 }
    let (lanes, sums) = ScorecardBatch.score(
      rows: rows.span, missing: missing, axis: axis, workspace: ScorecardWorkspace(slots: n))
    for (lane, x) in series.enumerated() {
      let cents = x.map { $0 == missing ? 0 : Int64($0) }
      let plain = PnLSummary(cents: cents)
      #expect(Int(sums.trades[lane]) == x.count { $0 != missing })
      #expect(Int64(sums.net[lane]) == plain.net)
      #expect(sums.squares[lane] == cents.reduce(0) { $0 + $1 * $1 })
      #expect(Int64(lanes.worst[lane]) == plain.worst)
      #expect(Int64(lanes.drawdown[lane]) == plain.drawdown.depth)
      #expect(Int(lanes.drawdownSessions[lane]) == plain.drawdown.length)
      let tail = TailMean(
        sum: lanes.tailSum.0[lane], edge: Int64(lanes.tailEdge.0[lane]), sessions: n, perTenThousand: 500)
      #expect(tail == plain.cvar95)
    }
    let most = rows.filter { $0 != missing }.map { Int64($0.magnitude) }.max() ?? 0
    #expect(ScorecardBatch.largestMagnitude(rows.span, missing: missing) == most)
  }
}
