import Kernels
import Risk
import Testing

@Suite struct EnsembleTests {
  let goldens: [GoldenFile.Case]
  init() throws { goldens = try GoldenFile.load().cases }

  @Test func minimumCVaRIsThatOfHiGHS() throws {
    for g in goldens {
      let size = g.pnl.reduce(0) { max($0, $1.magnitude) }
      for mix in g.minimumCVaR {
        let best = try #require(
          MinimumCVaR(
            g.pnl, days: g.days, settings: g.settings, perTenThousand: mix.perTenThousand, cap: mix.cap))
        #expect(abs(best.cvar - mix.cvar) <= 1e-8 * abs(mix.cvar))
        #expect(agree(best.weights, mix.weights, within: 1e-8))
        #expect(abs(best.gap) <= 1e-10 * size)
        #expect(best.weights.allSatisfy { $0 >= 0 && $0 <= mix.cap + 1e-12 })
        #expect(abs(best.weights.reduce(0, +) - 1) < 1e-12)
      }
    }
  }

  /// No step towards another mix helps, and the prices of the days bound them all.
  @Test func noOtherMixHasABetterCVaR() throws {
    var random = Philox(seed: 3)
    for g in goldens {
      let best = try #require(
        MinimumCVaR(g.pnl, days: g.days, settings: g.settings, perTenThousand: 500))
      for _ in 0..<200 {
        let other = (0..<g.settings).map { _ in -Elementary.log(random.uniform()) }
        let (sum, step) = (other.reduce(0, +), random.uniform())
        let moved = zip(best.weights, other).map { (1 - step) * $0 + step * $1 / sum }
        let cvar = MinimumCVaR.cvar(g.pnl, weights: moved, perTenThousand: 500)
        #expect(cvar <= best.cvar + 1e-9 && cvar <= best.bound + 1e-9)
      }
    }
  }

  @Test func degenerateMixes() throws {
    let flat = try #require(MinimumCVaR([0, 0, 0, 0], days: 2, settings: 2, perTenThousand: 500))
    #expect(flat.cvar == 0)
    let one = try #require(MinimumCVaR([3, -5, 1], days: 3, settings: 1, perTenThousand: 500))
    #expect(one.weights == [1] && one.cvar == -5)
    // what one loses the other gains
    let opposite = try #require(MinimumCVaR([3, -3, -5, 5], days: 2, settings: 2, perTenThousand: 500))
    #expect(abs(opposite.weights[0] - 0.5) < 1e-9 && abs(opposite.cvar) < 1e-9)
    // a cap that leaves no choice
    let tied = try #require(
      MinimumCVaR([3, 9, -5, -1], days: 2, settings: 2, perTenThousand: 500, cap: 0.5))
    #expect(agree(tied.weights, [0.5, 0.5], within: 1e-12))
  }

  @Test func riskParityIsThatOfCvxpy() throws {
    for g in goldens {
      let shrunk = LedoitWolf(g.pnl, days: g.days, settings: g.settings)
        .shrunk(CovarianceMatrix(g.pnl, days: g.days, settings: g.settings))
      let parity = try #require(RiskParity(shrunk, order: g.settings))
      #expect(agree(parity.weights, g.riskParity, within: 1e-9))
    }
  }

  /// Of random covariances every setting adds the same, and two settings share by their deviations alone.
  @Test func contributionsAreEqual() throws {
    var random = Philox(seed: 8)
    for n in [1, 2, 10, 60] {
      let a = (0..<n * (n + 5)).map { _ in random.normal() }
      var c = Array(repeating: 0.0, count: n * n)
      for i in 0..<n {
        for j in 0..<n {
          for k in 0..<n + 5 { c[i * n + j] += a[i * (n + 5) + k] * a[j * (n + 5) + k] }
        }
      }
      let parity = try #require(RiskParity(c, order: n))
      for x in parity.contributions { #expect(abs(x * Double(n) - 1) <= 1e-10) }
      #expect(abs(parity.weights.reduce(0, +) - 1) < 1e-12)
    }
    let two = try #require(RiskParity([4, -1, -1, 9], order: 2))
    #expect(agree(two.weights, [0.6, 0.4], within: 1e-10))
  }

  @Test func aMixWithoutRiskHasNoParity() {
    #expect(RiskParity([1, -1, -1, 1], order: 2) == nil)
  }
}
