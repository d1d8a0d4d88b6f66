import Dispatch
import Kernels
import Statistics
import Testing

@testable import Validation

/// Made-up P&L: normal, a common part, a mean each.
func market(days: Int, settings: Int, means: [Double] = [], seed: UInt64) throws -> OutcomeMatrix {
  var random = Philox(seed: seed, stream: 77)
  var values: [Double] = []
  for _ in 0..<days {
    let common = random.normal()
    for j in 0..<settings {
      values.append((100 * (common + random.normal()) + (j < means.count ? means[j] : 0)).rounded())
    }
  }
  return try OutcomeMatrix(values: values, settings: settings)
}

@Suite struct SnoopingTests {
  @Test func deviationsAndStatisticsMatchArch() throws {
    let golden = try GoldenFile<SnoopingCase>("snooping.json")
    #expect(golden.cases.count == 8)
    for c in golden.cases {
      let matrix = try c.matrix
      for j in 0..<c.settings {
        let deviation = c.bootstrap().longRunVariance(matrix.column(j)).squareRoot()
        #expect(abs(deviation / c.deviations[j] - 1) < 1e-11, "\(c.name) \(j)")
      }
      let test = try #require(
        SuperiorPredictiveAbility(matrix, bootstrap: c.bootstrap(), resamples: 1, widening: c.widenings))
      for (mine, theirs) in zip(test.statistics, c.statistics) {
        #expect(abs(mine - theirs) < 1e-10 * max(abs(theirs), 1), "\(c.name)")
      }
    }
  }

  /// Each setting's own widening, never below 1.
  @Test func wideningIsThatOfNumPy() throws {
    var widest = 0.0
    for c in try GoldenFile<SnoopingCase>("snooping.json").cases {
      let told = Dependence.widening(of: try c.matrix, bootstrap: c.bootstrap(), run: runInOrder)
      #expect(close(told, c.widths.map { max($0, 1).squareRoot() }), "\(c.name)")
      widest = max(widest, told.max() ?? 0)
    }
    #expect(widest > 1.1)
    let short = try market(days: 15, settings: 2, seed: 1)
    let bootstrap = StationaryBootstrap(count: 15, blockLength: 1, seed: 1)
    #expect(Dependence.widening(of: short, bootstrap: bootstrap, run: runInOrder) == [1, 1])
  }

  /// Other random numbers: shares of 20,000 resamples each, so they differ by noise alone.
  @Test func probabilitiesMatchArchWithinTheNoiseOfResampling() throws {
    for c in try GoldenFile<SnoopingCase>("snooping.json").cases {
      let test = try #require(
        SuperiorPredictiveAbility(
          try c.matrix, bootstrap: c.bootstrap(), resamples: 20_000, widening: c.widenings))
      for (mine, theirs) in [
        (test.lower, c.lower), (test.consistent, c.consistent), (test.upper, c.upper),
        (test.realityCheck, c.realityCheck),
      ] {
        #expect(
          abs(mine - theirs) < SnoopingCase.noise(theirs, 20_000, c.resamples), "\(c.name): \(mine) \(theirs)"
        )
      }
      #expect(test.superior == c.superior, "\(c.name)")
      #expect(test.lower <= test.consistent && test.consistent <= test.upper)
    }
  }

  /// The definition, resample by resample, setting by setting, in whole numbers; more settings than one tile holds.
  @Test(arguments: [0, 0.25]) func maximaAreThoseOfTheDefinition(extra: Double) throws {
    let matrix = try market(days: 40, settings: 600, means: [20, -300, 15], seed: 3)
    let bootstrap = StationaryBootstrap(count: 40, blockLength: 3, seed: 8)
    let resamples = 300
    let widening = (0..<600).map { 1 + extra * Double($0 % 5) }
    let test = try #require(
      SuperiorPredictiveAbility(
        matrix, bootstrap: bootstrap, resamples: resamples, widening: widening))
    let columns = (0..<600).map { matrix.column($0).map { Int64($0) } }
    let deviations = columns.map { bootstrap.longRunVariance($0.map { Double($0) }).squareRoot() }
    func statistic(_ sum: Double, _ j: Int) -> Double {
      sum / 40.0.squareRoot() / (widening[j] * deviations[j])
    }
    let own = columns.map { Double($0.reduce(0, +)) }
    let observed = (0..<600).map { statistic(own[$0], $0) }
    let bound = (2 * Elementary.log(Elementary.log(40.0))).squareRoot()
    var (lower, consistent, upper, plain) = (0, 0, 0, 0)
    for r in 0..<resamples {
      let places = bootstrap.indices(resample: r)
      let sums = columns.indices.map { j in
        own[j] + widening[j] * (Double(places.reduce(Int64(0)) { $0 + columns[j][$1] }) - own[j])
      }
      let z = (0..<600).map { statistic(sums[$0], $0) }
      func most(_ centre: (Double) -> Double) -> Double {
        zip(z, observed).map { $0 - centre($1) }.max() ?? 0
      }
      let top = observed.max() ?? 0
      if most({ max($0, 0) }) >= top { lower += 1 }
      if most({ $0 >= -bound ? $0 : 0 }) >= top { consistent += 1 }
      if most({ $0 }) >= top { upper += 1 }
      if (zip(sums, own).map { $0 - $1 }.max() ?? 0) >= (own.max() ?? 0) { plain += 1 }
    }
    func p(_ count: Int) -> Double { Double(1 + count) / Double(1 + resamples) }
    #expect(test.lower == p(lower) && test.consistent == p(consistent) && test.upper == p(upper))
    #expect(test.realityCheck == p(plain))
    #expect(lower < upper && test.best.setting == observed.firstIndex(of: observed.max() ?? 0))
  }

  /// Steps that keep what they can give what working everything out again gives.
  @Test func stepsMatchStepsFromScratch() throws {
    var most = 0
    for seed in UInt64(0)..<8 {
      let matrix = try market(
        days: 100, settings: 40, means: (0..<34).map { 16 + 2 * Double($0) }, seed: seed)
      let bootstrap = StationaryBootstrap(count: 100, blockLength: 2, seed: seed)
      let test = try #require(
        SuperiorPredictiveAbility(matrix, bootstrap: bootstrap, resamples: 399, size: 0.1))
      var named: [Int] = []
      var criticalValues: [Double] = []
      while named.count < 40 {
        let rest = (0..<40).filter { !named.contains($0) }
        var values: [Double] = []
        for d in 0..<100 { values += rest.map { matrix.values[d * 40 + $0] } }
        let step = try #require(
          SuperiorPredictiveAbility(
            OutcomeMatrix(values: values, settings: rest.count), bootstrap: bootstrap, resamples: 399,
            size: 0.1))
        let critical = step.criticalValues[0]
        criticalValues.append(critical)
        let found = rest.indices.filter { step.statistics[$0] > critical }.map { rest[$0] }
        if found.isEmpty { break }
        named += found
      }
      #expect(test.superior == named.sorted() && test.criticalValues == criticalValues)
      most = max(most, criticalValues.count)
    }
    #expect(most >= 3)
  }

  /// The list and the p-value are one verdict, with any number of resamples: a name where p ≤ size, none where p > size.
  @Test func namesAndProbabilityAgree() throws {
    var (named, none, close) = (0, 0, 0)
    for seed in UInt64(0)..<400 {
      let resamples = 19 + Int(seed) % 60
      let matrix = try market(days: 40, settings: 4, means: [45], seed: seed)
      let bootstrap = StationaryBootstrap(count: 40, blockLength: 1, seed: seed)
      let test = try #require(
        SuperiorPredictiveAbility(matrix, bootstrap: bootstrap, resamples: resamples, size: 0.1))
      #expect(test.superior.isEmpty == (test.consistent > 0.1), "\(seed): \(test.consistent)")
      if test.superior.isEmpty { none += 1 } else { named += 1 }
      if abs(test.consistent - 0.1) < 1.5 / Double(resamples) { close += 1 }
    }
    #expect(named > 50 && none > 50 && close > 20, "\(named) \(none) \(close)")
    let few = try #require(
      SuperiorPredictiveAbility(
        market(days: 40, settings: 4, means: [900], seed: 1),
        bootstrap: StationaryBootstrap(count: 40, blockLength: 1, seed: 1), resamples: 8, size: 0.1))
    #expect(few.consistent == 1.0 / 9 && few.superior.isEmpty && few.criticalValues == [.infinity])
  }

  @Test func nothingHangsOnThreadsOrderOrUnit() throws {
    let matrix = try market(days: 60, settings: 700, means: [30, 5], seed: 5)
    let bootstrap = StationaryBootstrap(count: 60, blockLength: 4, seed: 2)
    let plain = try #require(SuperiorPredictiveAbility(matrix, bootstrap: bootstrap, resamples: 700))
    let threaded = try #require(
      SuperiorPredictiveAbility(matrix, bootstrap: bootstrap, resamples: 700) { count, body in
        DispatchQueue.concurrentPerform(iterations: count) { body(count - 1 - $0) }
      })
    #expect(plain == threaded)
    let turned = try OutcomeMatrix(
      values: (0..<60).flatMap { d in matrix.values[d * 700..<(d + 1) * 700].reversed() }, settings: 700)
    let other = try #require(SuperiorPredictiveAbility(turned, bootstrap: bootstrap, resamples: 700))
    #expect(other.statistics == plain.statistics.reversed() && other.consistent == plain.consistent)
    #expect(other.best.setting == 699 - plain.best.setting && other.realityCheck == plain.realityCheck)
    for unit in [0.01, 1e-250, 1e290] {
      let scaled = try OutcomeMatrix(values: matrix.values.map { $0 * unit }, settings: 700)
      let same = try #require(SuperiorPredictiveAbility(scaled, bootstrap: bootstrap, resamples: 700))
      #expect(same.consistent == plain.consistent && same.upper == plain.upper)
      #expect(abs(same.best.mean / unit / plain.best.mean - 1) < 1e-12)
      #expect(abs(same.best.statistic - plain.best.statistic) < 1e-10)
    }
  }

  @Test func settingsWithoutSpreadAreLeftOut() throws {
    let matrix = try market(days: 50, settings: 3, seed: 6)
    var values: [Double] = []
    for d in 0..<50 {
      values += [0, matrix.values[3 * d], 7]
      values += [matrix.values[3 * d + 1], matrix.values[3 * d + 2]]
    }
    let wide = try OutcomeMatrix(values: values, settings: 5)
    let bootstrap = StationaryBootstrap(count: 50, blockLength: 2, seed: 2)
    let test = try #require(SuperiorPredictiveAbility(wide, bootstrap: bootstrap, resamples: 200))
    let plain = try #require(SuperiorPredictiveAbility(matrix, bootstrap: bootstrap, resamples: 200))
    #expect(test.tested == [1, 3, 4] && test.statistics == plain.statistics && test.upper == plain.upper)
    let flat = try OutcomeMatrix(values: Array(repeating: 3, count: 100), settings: 2)
    #expect(SuperiorPredictiveAbility(flat, bootstrap: bootstrap, resamples: 200) == nil)
    #expect(ModelConfidenceSet(flat, bootstrap: bootstrap, resamples: 200) == nil)
  }

  /// 300 markets without any edge, 20 settings each: 5 % of them are found out, give or take four standard errors; an edge
  /// of 0.25 deviations a day is found nearly always.
  @Test func sizeHoldsAndAnEdgeIsFound() throws {
    var (rejections, found) = (0, 0)
    for seed in UInt64(0)..<300 {
      let bootstrap = StationaryBootstrap(count: 100, blockLength: 1, seed: seed)
      let none = try market(days: 100, settings: 20, seed: seed)
      if try #require(SuperiorPredictiveAbility(none, bootstrap: bootstrap, resamples: 399)).consistent
        <= 0.05
      {
        rejections += 1
      }
      guard seed < 50 else { continue }
      let edge = try market(days: 100, settings: 20, means: [0, 0, 0, 60], seed: seed)
      let test = try #require(SuperiorPredictiveAbility(edge, bootstrap: bootstrap, resamples: 399))
      if test.consistent <= 0.05, test.superior == [3] { found += 1 }
    }
    #expect((4...30).contains(rejections), "\(rejections)")
    #expect(found >= 40, "\(found)")
  }

  /// 300 markets without any edge whose days depend on one another by 0.2: without widening twice as many as should are
  /// found out, with it 5 % of them, give or take four standard errors.
  @Test func sizeHoldsUnderDependence() throws {
    var (plain, widened) = (0, 0)
    for seed in UInt64(0)..<300 {
      var random = Philox(seed: seed, stream: 80)
      var last = Array(repeating: 0.0, count: 21)
      var values: [Double] = []
      for _ in 0..<250 {
        for j in last.indices { last[j] = 0.2 * last[j] + 0.96.squareRoot() * random.normal() }
        values += last.dropFirst().map { last[0] + $0 }
      }
      let matrix = try OutcomeMatrix(values: values, settings: 20)
      let block = try #require(Dependence.blockLength(of: matrix, run: runInOrder))
      let bootstrap = StationaryBootstrap(count: 250, blockLength: block, seed: seed)
      let widening = Dependence.widening(of: matrix, bootstrap: bootstrap, run: runInOrder)
      func isFound(_ widening: [Double]?) throws -> Bool {
        try #require(
          SuperiorPredictiveAbility(matrix, bootstrap: bootstrap, resamples: 199, widening: widening)
        ).consistent <= 0.05
      }
      if try isFound(nil) { plain += 1 }
      if try isFound(widening) { widened += 1 }
    }
    #expect((4...30).contains(widened) && plain > widened + 4, "\(plain), \(widened)")
  }

  /// 200 markets without any edge, of 24 settings whose days are independent and 16 whose days depend on one another by 0.8:
  /// a widening of them all together finds edges in most, each setting's own in a tenth of them, give or take four standard
  /// errors.
  @Test func sizeHoldsWhereDependenceDiffers() throws {
    var (common, own) = (0, 0)
    for seed in UInt64(0)..<200 {
      var random = Philox(seed: seed, stream: 81)
      var last = Array(repeating: 0.0, count: 40)
      var values: [Double] = []
      for day in 0..<450 {
        for j in last.indices { last[j] = j < 24 ? random.normal() : 0.8 * last[j] + 0.6 * random.normal() }
        if day >= 50 { values += last }
      }
      let matrix = try OutcomeMatrix(values: values, settings: 40)
      let block = try #require(Dependence.blockLength(of: matrix, run: runInOrder))
      let bootstrap = StationaryBootstrap(count: 400, blockLength: block, seed: seed)
      let widening = Dependence.widening(of: matrix, bootstrap: bootstrap, run: runInOrder)
      func isFound(_ widening: [Double]) throws -> Bool {
        try #require(
          SuperiorPredictiveAbility(matrix, bootstrap: bootstrap, resamples: 199, widening: widening)
        ).consistent <= 0.05
      }
      let median = widening.sorted()[20]
      if try isFound(widening.map { _ in median }) { common += 1 }
      if try isFound(widening) { own += 1 }
    }
    #expect((4...36).contains(own) && common > 80, "\(common), \(own)")
  }
}
