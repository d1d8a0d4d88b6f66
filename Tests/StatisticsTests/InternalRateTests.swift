import Kernels
import Statistics
import Testing

private struct RateCase: Decodable {
  var days: [Int]
  var cents: [Int64]
  var rate: Double?
  var roots: Int
}

@Suite struct InternalRateTests {
  private func payments(_ days: [Int], _ cents: [Int64]) -> [InternalRate.Payment] {
    zip(days, cents).map { InternalRate.Payment(day: $0, cents: $1) }
  }

  /// Where there are several rates, the one of the result's sign that is nearest to 0; in any order of the payments.
  @Test func matchesFiftyDigits() throws {
    let golden = try GoldenFile<RateCase>("rates.json")
    #expect(golden.cases.count == 36 && golden.cases.contains { $0.roots > 1 })
    for c in golden.cases {
      let rate = InternalRate.annual(payments(c.days, c.cents))
      #expect(
        agree(rate, c.rate, within: 1e-10), "\(rate as Any) against \(c.rate as Any), n \(c.days.count)")
      #expect(InternalRate.annual(payments(c.days.reversed(), c.cents.reversed())) == rate)
    }
  }

  /// Worked out by hand: ACT/365, so that a year is 365 days.
  @Test func simpleCases() {
    #expect(agree(InternalRate.annual(payments([0, 365], [-100, 110])), 0.1, within: 1e-15))
    #expect(agree(InternalRate.annual(payments([5, 735], [-100, 144])), 0.2, within: 1e-14))
    #expect(agree(InternalRate.annual(payments([0, 365], [-100, 25])), -0.75, within: 1e-15))
    #expect(InternalRate.annual(payments([0, 365], [-100, 100])) == 0)
    // 25 % and 150 % balance 200 − 750 v + 625 v²; of a gain the nearer one, of a loss only what lies below 0
    #expect(agree(InternalRate.annual(payments([0, 365, 730], [200, -750, 625])), 0.25, within: 1e-14))
    #expect(InternalRate.annual(payments([0, 365, 730], [-200, 750, -625])) == nil)
    #expect(InternalRate.annual([]) == nil)
    #expect(InternalRate.annual(payments([0, 1], [5, 5])) == nil)
    #expect(InternalRate.annual(payments([0, 0], [-5, 7])) == nil)
    // a whole loss, and one overnight that no rate within bounds makes good
    #expect(InternalRate.annual(payments([0, 1], [-500, 0])) == nil)
    #expect(InternalRate.annual(payments([0, 1], [-1, 1_000_000])) == nil)
  }
}
