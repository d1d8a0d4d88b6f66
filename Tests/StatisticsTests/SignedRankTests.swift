import Kernels
import Statistics
import Testing

private struct RankCase: Decodable {
  var differences: [Int64]
  var statistic, p: Double
  var z: Double?
}
private struct BinomialCase: Decodable {
  var trials, successes: Int
  var tail, upper: Double
}

@Suite struct SignedRankTests {
  @Test func matchesSciPy() throws {
    let cases = try GoldenFile<RankCase>("ranks.json").cases
    #expect(cases.count == 28 && cases.contains { $0.z == nil } && cases.contains { $0.p < 1e-3 })
    for c in cases {
      let test = SignedRankTest(c.differences)
      #expect(test.positiveRanks == c.statistic)
      #expect((test.z == nil) == (c.z == nil))
      if let z = test.z, let golden = c.z { #expect(abs(z - golden) <= 1e-13 * max(1, abs(golden))) }
      #expect(agree(test.lowerTail, c.p, within: 1e-11), "\(test.lowerTail) \(c.p)")
    }
    #expect(SignedRankTest([]).lowerTail == 1)
  }

  /// Under its hypothesis the test rejects as often as it says.
  @Test func rejectsAsOftenAsItSays() {
    var random = Philox(seed: 12, stream: 3)
    var rejected = 0
    for _ in 0..<4_000 {
      // symmetric about 0, most of them 0
      let differences = (0..<150).map { _ in
        random.uniform() < 0.6 ? Int64(0) : Int64((random.normal() * 300).rounded())
      }
      if SignedRankTest(differences).lowerTail < 0.05 { rejected += 1 }
    }
    // 4,000 × 5 % ± 4 standard deviations; zeros make it a little careful
    #expect((130...255).contains(rejected), "\(rejected)")
  }

  @Test func binomialBoundMatchesSciPy() throws {
    let cases = try GoldenFile<BinomialCase>("binomial.json").cases
    #expect(cases.count > 40)
    for c in cases {
      let bound = BinomialBound.upper(successes: c.successes, of: c.trials, tail: c.tail)
      #expect(abs(bound - c.upper) < 1e-12, "\(c): \(bound)")
    }
  }
}
