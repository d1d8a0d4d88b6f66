import Testing

@testable import Statistics

@Suite struct SampleQuantilesTests {
  /// Of `numpy.percentile`, which has the same definition.
  @Test func areThoseOfNumPy() throws {
    let sample = SampleQuantiles([50, 15, 40, 20, 35])
    let wanted: [(Double, Double)] = [
      (0, 15), (0.05, 16), (0.25, 20), (0.4, 29), (0.5, 35), (0.95, 48), (1, 50),
    ]
    for (p, value) in wanted {
      #expect(abs(try #require(sample[p]) - value) < 1e-12, "\(p)")
    }
    #expect(SampleQuantiles([1, 2, 3, 4])[0.25] == 1.75)
    #expect(SampleQuantiles([7])[0.9] == 7)
    #expect(SampleQuantiles([])[0.5] == nil)
  }
}
