import Kernels
import Testing

@testable import Search

/// What a finished search tells, on functions whose answer is known.
@Suite struct AnalysisTests {
  static let space = SearchSpace([
    SearchParameter(name: "a", domain: .steps(count: 9)),
    SearchParameter(name: "b", domain: .steps(count: 5)),
    SearchParameter(name: "kind", domain: .categories(count: 3)),
    SearchParameter(
      name: "x", domain: .real(from: 1, to: 100, isLog: true), conditions: [.init(parent: 2, positions: [1])]),
    SearchParameter(name: "idle", domain: .steps(count: 4)),
  ])
  /// The whole grid with three values of x, and the score of each point.
  static func table(_ score: (Double, Double, Double, Double) -> Double) -> TrialTable {
    var points: [SearchPoint] = []
    for a in 0..<9 {
      for b in 0..<5 {
        for kind in 0..<3 {
          for x in kind == 1 ? [1.0, 10, 100] : [1.0] {
            for idle in 0..<4 {
              points.append(SearchPoint([Double(a), Double(b), Double(kind), x, Double(idle)]))
            }
          }
        }
      }
    }
    return TrialTable(
      space, points: points,
      scores: points.map { score($0.values[0], $0.values[1], $0.values[2], $0.values[3]) })
  }

  /// On a whole grid the shares of variance are those of the parts of a sum, worked out by hand.
  @Test func variance() {
    let table = Self.table { a, b, _, _ in 3 * a + b }
    let share = Importance.ofVariance(table)
    // the kind weighs a and b alike, so Var a = (81 − 1)/12 · 9 and Var b = (25 − 1)/12
    let (a, b) = (9.0 * 80 / 12, 24.0 / 12)
    #expect(abs(share[0] - a / (a + b)) < 1e-12 && abs(share[1] - b / (a + b)) < 1e-12)
    #expect(share[2] < 1e-12 && share[3] < 1e-12 && share[4] < 1e-12)
    #expect(Importance.ofVariance(Self.table { _, _, _, _ in 5 }) == [0, 0, 0, 0, 0])
  }

  /// What decides whether a point is among the best is found, though something else moves the rest far more.
  @Test func amongTheBest() {
    let table = Self.table { a, b, _, _ in a == 8 ? b : 8 + 400 * b }
    let best = Importance.amongBest(table)
    #expect(best[0] > 0.9 && abs(best.reduce(0, +) - 1) < 1e-12)
    #expect(best[4] < 0.02)
    let variance = Importance.ofVariance(table)
    #expect(variance[1] > variance[0], "the plain share of variance says the other thing")
    // a condition counts as a value of the parameter below it
    let deep = Importance.amongBest(Self.table { _, _, kind, x in kind == 1 && x == 10 ? 0 : 1 + x })
    #expect(deep[3] > 0.4 && deep[2] > 0.1 && deep[0] < 0.02)
    #expect(Importance.amongBest(Self.table { _, _, _, _ in 5 }) == [0, 0, 0, 0, 0])
  }

  @Test func slicesAndHeat() {
    let table = Self.table { a, b, kind, x in 10 * a + b + (kind == 1 ? x / 1_000 : 0) }
    let slices = table.slices(0)
    #expect(slices.map(\.cell) == Array(0..<9) && slices.allSatisfy { $0.count == 5 * 5 * 4 })
    #expect(slices[3].best == 30 && table.points[slices[3].bestPoint].values[0] == 3)
    #expect(abs(slices[3].median - 32) < 0.002)
    // x: ten parts of two decades, and a cell for where it doesn't matter
    #expect(table.slices(3).map(\.cell) == [0, 5, 9, 10])
    #expect(table.slices(3).map(\.count) == [180, 180, 180, 360])
    let heat = table.heat(0, 1)
    #expect(heat.count == 45 && heat.allSatisfy { $0.count == 20 })
    #expect(heat[7].cell == 1 * 6 + 2 && heat[7].best == 12)
  }

  @Test func edgesAreNamed() throws {
    let table = Self.table { a, b, kind, x in abs(a - 8) + abs(b - 2) + (kind == 1 ? abs(x - 100) / 99 : 5) }
    let best = try #require(table.scores.indices.min { table.scores[$0] < table.scores[$1] })
    #expect(
      Self.space.edges(of: table.points[best]) == [
        EdgeWarning(parameter: 0, isUpper: true), EdgeWarning(parameter: 3, isUpper: true),
        EdgeWarning(parameter: 4, isUpper: false),
      ])
  }

  @Test func plateausAndSpikes() throws {
    func plateau(_ score: (Double, Double, Double, Double) -> Double) throws -> Plateau? {
      let table = Self.table(score)
      let best = try #require(table.scores.indices.min { table.scores[$0] < table.scores[$1] })
      return table.plateau(ofPoint: best)
    }
    let flat = try #require(try plateau { a, _, kind, _ in kind == 0 && abs(a - 4) <= 2 ? 0 : 10 })
    let spike = try #require(try plateau { a, b, kind, _ in kind == 0 && a == 4 && b == 2 ? 0 : 10 })
    // the first of the best lies at the end of the plateau: two of three values of a, two of b, of idle
    #expect(flat.neighbours == 2 * 3 * 2 - 1 && (flat.score ?? 0) > 0.6)
    #expect(spike.neighbours == 3 * 3 * 2 - 1 && (spike.score ?? 1) < 0.1 && spike.worst == 10)
    let alone = TrialTable(Self.space, points: [SearchPoint([0, 0, 0, 1, 0])], scores: [1])
    #expect(alone.plateau(ofPoint: 0) == nil)
  }

  @Test func pointsWithoutAScoreAreLeftOut() {
    let points = (0..<4).map { SearchPoint([Double($0), 0, 0, 1, 0]) }
    let table = TrialTable(Self.space, points: points, scores: [1, .nan, .infinity, 0])
    #expect(table.trials == [0, 3] && table.slices(0).map(\.cell) == [0, 3])
  }
}
