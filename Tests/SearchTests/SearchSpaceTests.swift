import Search
import Testing

/// Points of spaces with parameters that hang on others.
@Suite struct SearchSpaceTests {
  static let space = SearchSpace([
    SearchParameter(name: "stop", domain: .categories(count: 3)),
    SearchParameter(
      name: "multiple", domain: .real(from: 0.5, to: 3, isLog: false),
      conditions: [.init(parent: 0, positions: [1])]),
    SearchParameter(
      name: "confirm", domain: .steps(count: 5), conditions: [.init(parent: 0, positions: [1, 2])]),
    SearchParameter(
      name: "deep", domain: .steps(count: 2), conditions: [.init(parent: 2, positions: [4])]),
  ])

  @Test func inactiveParametersRest() {
    let space = Self.space
    #expect(space.activity(SearchPoint([0, 1, 4, 1])) == [true, false, false, false])
    #expect(space.activity(SearchPoint([1, 1, 4, 1])) == [true, true, true, true])
    #expect(space.activity(SearchPoint([2, 1, 3, 1])) == [true, false, true, false])
    #expect(space.canonical(SearchPoint([0, 1, 4, 1])) == SearchPoint([0, 0.5, 0, 0]))
    #expect(space.canonical(SearchPoint([2, 1, 3, 1])) == SearchPoint([2, 0.5, 3, 0]))
    // a parent that doesn't matter makes nothing matter below it
    #expect(space.canonical(SearchPoint([0, 2, 4, 1])) == space.canonical(SearchPoint([0, 1, 0, 0])))
  }

  @Test func evaluationsKnowWhatTheyAreWorth() {
    #expect(Evaluation(objectives: [1], violations: [-2, 0]).isFeasible)
    #expect(Evaluation(objectives: [1], violations: [-2, 0.5, 1]).violation == 1.5)
    #expect(Evaluation(objectives: [.nan]).violation == .infinity)
    #expect(Evaluation(objectives: [1], violations: [.nan]).isFailed)
    #expect(!Evaluation(objectives: [1], isFailed: true).isFeasible)
  }

  /// What is kept is the decimal's own double, inside the bounds; genes that round to one number are one point.
  @Test func realsAreKeptToTheirDecimals() {
    let space = TestSpace.decimals.space
    for k in 0...1_000 {
      let a = 0.05 + 0.3 * Double(k) / 1_000
      let point = space.canonical(SearchPoint([a, 1 + 0.299 * Double(k)]))
      #expect(point.values[0] == Double(String(format: "%.2f", point.values[0])))
      #expect(abs(point.values[0] - a) < 0.005 + 1e-12 && point.values[1] == point.values[1].rounded())
      #expect((0.05...0.35).contains(point.values[0]) && space.canonical(point) == point)
    }
    #expect(space.canonical(SearchPoint([0.1012, 7.4])) == space.canonical(SearchPoint([0.0988, 6.6])))
    #expect(space.canonical(SearchPoint([0.1012, 7.4])) != space.canonical(SearchPoint([0.1051, 7.4])))
  }
}
