import Kernels
import Testing

@testable import Search

/// How long a sort and a survival take, for people: to compare with Tests/Golden/search/measure_sorts.py on one machine.
@Suite(.enabled(if: measuresAll)) struct SortTimeTests {
  /// The least and the median of repeated runs, in microseconds.
  private func microseconds(_ repeats: Int, _ work: () -> Void) -> (least: Double, median: Double) {
    let clock = ContinuousClock()
    let times = (0..<repeats).map { _ in
      let duration = clock.measure(work).components
      return Double(duration.seconds) * 1e6 + Double(duration.attoseconds) * 1e-12
    }
    return (times.min() ?? 0, median(times))
  }

  @Test(arguments: [2, 3], [100, 1_000, 10_000])
  func sortAndSurvival(width: Int, count: Int) {
    var random = Philox(seed: 1)
    let objectives = (0..<count * width).map { _ in random.uniform() }
    let repeats = count > 1_000 ? 21 : 201
    let sort = microseconds(repeats) { _ = NonDominatedSort.ranks(objectives, width: width) }
    let members = (0..<count).map { i in
      NSGA2.Member(
        point: SearchPoint([Double(i)]),
        evaluation: Evaluation(objectives: Array(objectives[i * width..<(i + 1) * width])),
        genes: SearchPoint([Double(i)]))
    }
    let survival = microseconds(repeats) { _ = NSGA2.survivors(members, count: count / 2) }
    print("sort \(width) \(count): \(sort) µs, survival \(survival) µs")
  }
}
