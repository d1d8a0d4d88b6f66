import Kernels
import Testing

@testable import Pricing

@Suite struct LevenbergMarquardtTests {
  /// Rosenbrock's valley, the classic trap of such methods: the minimum is at (1, 1).
  @Test func findsTheMinimumOfRosenbrock() {
    let x = LevenbergMarquardt().minimise(from: [-1.2, 1]) { [10 * ($0[1] - $0[0] * $0[0]), 1 - $0[0]] }
    #expect((x[0] - 1).magnitude < 1e-6 && (x[1] - 1).magnitude < 1e-6)
  }

  /// A line through noisy points with one wild one: the loss grows by size, so the wild point hardly matters.
  @Test(arguments: UInt64(1)...20)
  func oneWildPointDoesNotBendALine(seed: UInt64) {
    var random = Philox(seed: seed)
    var points: [(x: Double, y: Double)] = []
    for i in 0..<40 {
      let x = Double(i) / 10
      points.append((x: x, y: 2 + 0.5 * x + random.normal() * 0.01))
    }
    points[random.integer(below: 40)].y += 1000
    let sample = points
    let x = LevenbergMarquardt().minimise(from: [0, 0]) { (p: [Double]) -> [Double] in
      sample.map { (point: (x: Double, y: Double)) -> Double in
        let line: Double = p[0] + p[1] * point.x
        return (line - point.y) / 0.01
      }
    }
    #expect((x[0] - 2).magnitude < 0.02 && (x[1] - 0.5).magnitude < 0.01)
  }

  @Test func aStartOutsideTheDomainIsLeftAsItIs() {
    let x = LevenbergMarquardt().minimise(from: [-1]) { [$0[0].squareRoot()] }
    #expect(x == [-1])
  }
}
