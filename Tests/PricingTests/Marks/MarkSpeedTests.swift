import Testing

@testable import Pricing

@Suite struct MarkSpeedTests {
  /// No bar, a figure for the log: wall-clock on a shared machine proves nothing.
  @Test func nanosecondsPerMark() throws {
    let surface = try #require(try SampleMarket.surface(seed: 1, minute: 600))
    let n = surface.minutes.count
    var sum = 0.0
    var best = Double.infinity
    for _ in 0..<20 {
      let start = ContinuousClock.now
      for k in 0..<20 {
        let mids = surface.mids(strike: 2850 + 5 * Double(k), isCall: k % 2 == 0)
        sum += mids[n - 1]
      }
      let d = ContinuousClock.now - start
      best = min(best, Double(d.components.attoseconds) / 1e9 / Double(20 * n))
    }
    print("marks: \(n) points, \(best) ns a mark, checksum \(sum)")
    #expect(sum.isFinite)
  }
}
