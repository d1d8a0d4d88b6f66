import Kernels
import Statistics
import Testing

private struct InferenceCase: Decodable {
  var x, y: [Double]
  var lag: Int
  var mean, error, low, high, p: Double
  var alpha, beta, alphaError, betaError, alphaP, betaP, rSquared, block: Double
}
private struct StudentCase: Decodable {
  var freedom: Int
  var t, tail, quantile95: Double
}

@Test func meanIntervalMatchesStatsmodels() throws {
  let golden = try GoldenFile<InferenceCase>("inference.json")
  #expect(golden.cases.count == 20)
  for c in golden.cases {
    let m = try #require(MeanInterval(c.y))
    #expect(m.lag == c.lag && m.count == c.y.count)
    #expect(agree(m.mean, c.mean, within: 1e-12))
    #expect(agree(m.standardError, c.error, within: 1e-11))
    #expect(abs(m.low - c.low) <= 1e-10 * c.error && abs(m.high - c.high) <= 1e-10 * c.error)
    #expect(agree(m.pValue, c.p, within: 1e-9))
    #expect(m.excludesZero == (c.low > 0 || c.high < 0))
  }
}

@Test func regressionMatchesStatsmodels() throws {
  for c in try GoldenFile<InferenceCase>("inference.json").cases {
    let line = try #require(LeastSquaresLine(y: c.y, x: c.x))
    #expect(line.lag == c.lag)
    #expect(abs(line.alpha.value - c.alpha) <= 1e-10 * c.alphaError)
    #expect(abs(line.beta.value - c.beta) <= 1e-10 * c.betaError)
    #expect(agree(line.alpha.standardError, c.alphaError, within: 1e-10))
    #expect(agree(line.beta.standardError, c.betaError, within: 1e-10))
    #expect(agree(line.alpha.pValue, c.alphaP, within: 1e-8))
    #expect(agree(line.beta.pValue, c.betaP, within: 1e-8))
    #expect(agree(line.rSquared, c.rSquared, within: 1e-11))
  }
}

@Test func studentsLawMatchesSciPy() throws {
  for c in try GoldenFile<StudentCase>("student.json").cases {
    let tail = StudentT.twoSidedTail(c.t, freedom: c.freedom)
    #expect(agree(tail, c.tail, within: c.freedom > 10_000 ? 1e-11 : 2e-12), "\(c): \(tail)")
    let quantile = StudentT.twoSidedQuantile(tail: 0.05, freedom: c.freedom)
    #expect(agree(quantile, c.quantile95, within: 1e-11), "\(c): \(quantile)")
  }
  #expect(StudentT.twoSidedTail(0, freedom: 3) == 1)
  #expect(StudentT.twoSidedTail(.infinity, freedom: 3) == 0)
  #expect(StudentT.twoSidedTail(.nan, freedom: 3).isNaN)
  #expect(StudentT.twoSidedTail(-2, freedom: 5) == StudentT.twoSidedTail(2, freedom: 5))
}

@Test func withoutSpreadThereIsNoInterval() {
  #expect(MeanInterval([]) == nil)
  #expect(MeanInterval([1]) == nil)
  #expect(MeanInterval([3, 3, 3]) == nil)
  #expect(MeanInterval([1, .nan, 2]) == nil)
  #expect(MeanInterval([1, .infinity, 2]) == nil)
  #expect(LeastSquaresLine(y: [1, 2], x: [1, 2]) == nil)
  #expect(LeastSquaresLine(y: [1, 2, 3], x: [1, 1, 1]) == nil)
  #expect(LeastSquaresLine(y: [1, .nan, 3], x: [1, 2, 3]) == nil)
  #expect(LeastSquaresLine(y: [5, 5, 5, 5], x: [1, 2, 3, 5])?.rSquared == nil)
}

/// Blocks of equal days: an error that ignores dependence would be far too small.
@Test func dependenceWidensTheInterval() throws {
  var g = Philox(seed: 2)
  let x = (0..<50).flatMap { _ in Array(repeating: g.normal(), count: 10) }
  let naive = try #require(MeanInterval(x, lag: 0))
  let aware = try #require(MeanInterval(x, lag: 20))
  #expect(aware.standardError > 2 * naive.standardError)
}

/// Over 1,000 worlds with a true mean of 0, about 5 in 100 intervals leave it out.
@Test func theIntervalCoversAsOftenAsItSays() {
  var misses = 0
  for seed in UInt64(0)..<1_000 {
    var g = Philox(seed: seed, stream: 77)
    let x = (0..<250).map { _ in g.normal() }
    if MeanInterval(x)?.excludesZero == true { misses += 1 }
  }
  #expect(misses > 30 && misses < 85)
}
