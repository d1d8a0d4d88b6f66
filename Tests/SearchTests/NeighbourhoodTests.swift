import Testing

@testable import Search

/// The points around one are those that a plateau is made of, whether they were tried or not.
@Suite struct NeighbourhoodTests {
  private static let grid = SearchSpace([
    SearchParameter(name: "a", domain: .steps(count: 6)),
    SearchParameter(name: "b", domain: .steps(count: 4)),
    SearchParameter(name: "kind", domain: .categories(count: 3)),
    SearchParameter(name: "c", domain: .steps(count: 5), conditions: [.init(parent: 2, positions: [1, 2])]),
  ])
  private static let points: [SearchPoint] = {
    var walk = GridWalk(grid)
    var made: [SearchPoint] = []
    while let point = walk?.step() { made.append(point) }
    return made
  }()

  /// Of every point of a whole grid: as many neighbours, the same mean and worst, as the table of all trials finds.
  @Test func neighboursAreThoseOfThePlateau() throws {
    func score(_ point: SearchPoint) -> Double {
      let v = point.values
      return 3 * v[0] * v[0] - 7 * v[1] + 11 * v[2] + v[0] * v[3] - 0.5 * v[3] * v[3]
    }
    let table = TrialTable(Self.grid, points: Self.points, scores: Self.points.map(score))
    for (k, point) in Self.points.enumerated() {
      let around = Self.grid.neighbourhood(of: point, limit: 1_000)
      let steps = around.neighbours.filter(\.isStep)
      let plateau = try #require(table.plateau(ofPoint: k))
      #expect(
        steps.count == plateau.neighbours && around.isWhole && Set(steps.map(\.point)).count == steps.count)
      let scores = steps.map { score($0.point) }
      #expect(
        scores.max() == plateau.worst && abs(scores.reduce(0, +) / Double(scores.count) - plateau.mean) < 1e-9
      )
      // every other kind once
      let others = around.neighbours.filter { !$0.isStep }
      #expect(
        others.map(\.moves[0].parameter) == [2, 2]
          && others.allSatisfy { $0.moves.map(\.direction) == [.other] })
      for neighbour in around.neighbours {
        #expect(Self.grid.canonical(neighbour.point) == neighbour.point)
        for move in neighbour.moves {
          let gap = neighbour.point.values[move.parameter] - point.values[move.parameter]
          #expect(move.direction == .other || gap == (move.direction == .above ? 1 : -1))
        }
      }
    }
  }

  /// 2 + 2 + 2 steps, 12 pairs, 8 triples: whole rings only.
  @Test(arguments: [(0, 1, 6), (11, 1, 6), (12, 2, 18), (19, 2, 18), (20, 3, 26), (1_000, 3, 26)])
  func ringsAreWhole(limit: Int, moves: Int, count: Int) {
    let space = SearchSpace(
      (0..<3).map { SearchParameter(name: "p\($0)", domain: .steps(count: 5)) })
    let around = space.neighbourhood(of: SearchPoint([2, 2, 2]), limit: limit)
    #expect(around.moves == moves && around.neighbours.count == count && around.isWhole == (moves == 3))
    #expect(around.neighbours.prefix(6).allSatisfy { $0.moves.count == 1 })
  }

  /// A twentieth of the range, of a logarithmic one of its ratio; cut off at the ends; no step where decimals leave none.
  @Test func realsStepATwentieth() throws {
    let space = SearchSpace([
      SearchParameter(name: "x", domain: .real(from: 10, to: 30, isLog: false)),
      SearchParameter(name: "y", domain: .real(from: 1, to: 1_048_576, isLog: true)),
      SearchParameter(name: "z", domain: .real(from: 0, to: 1, isLog: false), decimals: 0),
    ])
    func values(_ point: [Double], _ p: Int) -> [Double] {
      space.neighbourhood(of: SearchPoint(point), limit: 0).neighbours.filter { $0.moves[0].parameter == p }
        .map { $0.point.values[p] }
    }
    #expect(values([20, 64, 0], 0) == [19, 21] && values([10.5, 64, 0], 0) == [10, 11.5])
    #expect(values([30, 64, 0], 0) == [29])
    let ratios = values([20, 64, 0], 1).map { $0 / 64 }
    #expect(zip(ratios, [0.5, 2]).allSatisfy { abs($0 - $1) < 1e-12 } && ratios.count == 2)
    #expect(values([20, 64, 0], 2).isEmpty)
  }

  /// A step that switches another parameter on or off leads to another choice, and what breaks a constraint isn't there.
  @Test func whatIsNoNeighbour() {
    let space = SearchSpace(
      [
        SearchParameter(name: "n", domain: .steps(count: 3)),
        SearchParameter(
          name: "m", domain: .steps(count: 3), conditions: [.init(parent: 0, positions: [1, 2])]),
      ], isValid: { $0.values[0] + $0.values[1] < 4 })
    let around = space.neighbourhood(of: SearchPoint([1, 2]), limit: 100).neighbours
    #expect(around.map(\.point.values) == [[0, 0], [1, 1]] && around.map(\.isStep) == [false, true])
  }

  /// What matters at another choice alone is in the middle, what matters at both is as it was.
  @Test func newParametersAreInTheMiddle() {
    let space = SearchSpace([
      SearchParameter(name: "kind", domain: .categories(count: 3)),
      SearchParameter(
        name: "x", domain: .real(from: 1, to: 3, isLog: false), conditions: [.init(parent: 0, positions: [1])]
      ),
      SearchParameter(
        name: "y", domain: .real(from: 1, to: 100, isLog: true),
        conditions: [.init(parent: 0, positions: [1])], decimals: 3),
      SearchParameter(
        name: "n", domain: .steps(count: 4), conditions: [.init(parent: 0, positions: [1, 2])]),
      SearchParameter(
        name: "m", domain: .steps(count: 5), conditions: [.init(parent: 3, positions: [1])]),
    ])
    func others(_ point: [Double]) -> [[Double]] {
      space.neighbourhood(of: SearchPoint(point), limit: 0).neighbours.filter { !$0.isStep }
        .map(\.point.values)
    }
    #expect(others([0, 1, 1, 0, 0]) == [[1, 2, 10, 1, 2], [2, 1, 1, 1, 2]])
    #expect(others([2, 1, 1, 3, 0]) == [[0, 1, 1, 0, 0], [1, 2, 10, 3, 0]])
  }

  @Test func plateausOfScores() throws {
    #expect(Plateau(of: 1, neighbours: [], middle: 3) == nil && Plateau.middle(of: []) == nil)
    #expect(Plateau.middle(of: [5, 1, 3]) == 3 && Plateau.middle(of: [4, 1, 3, 9]) == 3.5)
    let half = try #require(Plateau(of: 1, neighbours: [1, 3], middle: 3))
    #expect(half.score == 0.5 && half.worst == 3 && half.mean == 2 && half.neighbours == 2)
    #expect(
      Plateau(of: 3, neighbours: [1], middle: 3)?.score == nil
        && Plateau(of: 3, neighbours: [1], middle: nil)?.score == nil)
  }
}
