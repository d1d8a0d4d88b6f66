import Kernels
import Risk
import Testing

@Suite struct DependenceTests {
  let goldens: [GoldenFile.Case]
  init() throws { goldens = try GoldenFile.load().cases }

  @Test func covariancesAreNumPys() {
    for g in goldens where !g.covariance.isEmpty {
      let c = CovarianceMatrix(g.pnl, days: g.days, settings: g.settings)
      #expect(c.isExact)
      #expect(agree(c.values, g.covariance, within: 1e-12))
    }
  }

  /// Against whole numbers of 128 bits, in another order; hundredths and shifted numbers give the same.
  @Test func covariancesOfCentsAreRoundedOnce() {
    let g = goldens[1]
    let (t, n) = (g.days, g.settings)
    let c = CovarianceMatrix(g.pnl, days: t, settings: n)
    let dollars = CovarianceMatrix(g.pnl.map { $0 / 100 }, days: t, settings: n)
    #expect(dollars.isExact)
    for i in 0..<n {
      for j in 0..<n {
        var (sum, left, right): (Int128, Int128, Int128) = (0, 0, 0)
        for d in (0..<t).reversed() {
          let (x, y) = (Int128(g.pnl[d * n + i]), Int128(g.pnl[d * n + j]))
          sum += x * y
          left += x
          right += y
        }
        let numerator = Double(Int128(t) * sum - left * right)
        #expect(c.values[i * n + j] == numerator / Double(t * (t - 1)))
        #expect(dollars.values[i * n + j] == numerator / Double(t * (t - 1) * 10_000))
      }
    }
    let odd = CovarianceMatrix(g.pnl.map { $0 / 7 }, days: t, settings: n)
    #expect(!odd.isExact)
    #expect(agree(odd.values, c.values.map { $0 / 49 }, within: 1e-14))
    // too large to be exact
    let large = CovarianceMatrix(g.pnl.map { $0 * 1_000_000 }, days: t, settings: n)
    #expect(!large.isExact)
    #expect(agree(large.values, c.values.map { $0 * 1e12 }, within: 1e-14))
  }

  @Test func equalAndOppositeSeriesAreExactlyCorrelated() {
    let x = goldens[0].pnl
    let pnl = (0..<60).flatMap { [x[$0], x[$0], -x[$0], 5 + 3 * x[$0]] }
    let r = CovarianceMatrix(pnl, days: 60, settings: 4).correlations()
    #expect(r[1] == 1 && r[2] == -1 && r[6] == -1)
    #expect(abs(r[3] - 1) < 1e-15)
    #expect(Clustering.distances(correlations: r)[1] == 0)
  }

  @Test func shrinkageIsThatOfScikitLearn() {
    for g in goldens {
      let lw = LedoitWolf(g.pnl, days: g.days, settings: g.settings)
      #expect(abs(lw.shrinkage - g.shrinkage) <= 1e-10)
      let shrunk = lw.shrunk(CovarianceMatrix(g.pnl, days: g.days, settings: g.settings))
      #expect(agree(Array(shrunk.prefix(g.settings)), g.shrunkFirstRow, within: 1e-10))
      let diagonal = (0..<g.settings).map { shrunk[$0 * g.settings + $0] }
      #expect(agree(diagonal, g.shrunkDiagonal, within: 1e-10))
      #expect(Cholesky(shrunk, order: g.settings) != nil)
    }
    #expect(LedoitWolf([1, 2, 4], days: 3, settings: 1).shrinkage == 0)
  }

  @Test func shrinkageToAConstantCorrelationIsThatOfCovCor() {
    for g in goldens {
      let n = g.settings
      let lw = LedoitWolf(g.pnl, days: g.days, settings: n, target: .constantCorrelation)
      #expect(abs(lw.shrinkage - g.constantShrinkage) <= 1e-10)
      #expect(abs(lw.meanCorrelation - g.meanCorrelation) <= 1e-12)
      let shrunk = lw.shrunk(CovarianceMatrix(g.pnl, days: g.days, settings: n))
      #expect(agree(Array(shrunk.prefix(n)), g.constantFirstRow, within: 1e-10))
      #expect(Cholesky(shrunk, order: n) != nil)
    }
  }

  /// Settings that never vary change no figure of the others.
  @Test func shrinkageLeavesConstantSettingsOut() {
    let g = goldens[1]
    let wide = (0..<g.days).flatMap { [7.0] + g.pnl[$0 * 12..<$0 * 12 + 12] }
    for target in LedoitWolf.Target.allCases {
      let plain = LedoitWolf(g.pnl, days: g.days, settings: 12, target: target)
      #expect(LedoitWolf(wide, days: g.days, settings: 13, target: target) == plain)
    }
  }

  @Test func eigenvaluesAreNumPysOfEitherSide() throws {
    for g in goldens {
      let s = try #require(CorrelationSpectrum(g.pnl, days: g.days, settings: g.settings))
      #expect(agree(s.eigenvalues, g.eigenvalues, within: 1e-12))
      #expect(abs(s.eigenvalues.reduce(0, +) - Double(g.settings)) < 1e-9)
    }
  }

  /// 4,500 settings in three blocks, against products added up one by one and rotations that need no library.
  @Test func manySettingsAreTakenInBlocks() throws {
    var random = Philox(seed: 2)
    let (days, n) = (8, 4_500)
    let pnl = (0..<days * n).map { _ in (1_000 * random.normal()).rounded() }
    var unit = Array(repeating: 0.0, count: days * days)
    var plain = unit
    for i in 0..<n {
      let x = (0..<days).map { pnl[$0 * n + i] }
      let mean = x.reduce(0, +) / Double(days)
      let z = try #require(LinearAlgebraReference.standardised(x))
      for a in 0..<days {
        for b in 0..<days {
          unit[a * days + b] += z[a] * z[b]
          plain[a * days + b] += (x[a] - mean) * (x[b] - mean)
        }
      }
    }
    let s = try #require(CorrelationSpectrum(pnl, days: days, settings: n))
    let rotated = try #require(SymmetricEigen(unit, order: days)).values
    #expect(agree(s.eigenvalues, rotated.reversed(), within: 1e-12))
    // Ledoit and Wolf's d² from its definition
    let lw = LedoitWolf(pnl, days: days, settings: n)
    let squared = plain.reduce(0) { $0 + $1 * $1 } / 64
    let apart = squared / Double(n) - lw.meanVariance * lw.meanVariance
    let fourth = (0..<days).reduce(0) { $0 + plain[$1 * days + $1] * plain[$1 * days + $1] }
    #expect(abs(lw.shrinkage - min((fourth / 8 - squared) / (8 * Double(n)) / apart, 1)) < 1e-10)
  }

  /// n series of noise stay inside the edges but for a few, a common factor stands out, and the numbers of bets lie
  /// where they must.
  @Test func whatIsNoiseAndWhatIsNot() throws {
    var random = Philox(seed: 11)
    let (days, n) = (400, 80)
    let noise = (0..<days * n).map { _ in random.normal() }
    let plain = try #require(CorrelationSpectrum(noise, days: days, settings: n))
    #expect(plain.above <= 2)
    #expect(plain.eigenvalues[0] > 0.9 * plain.noiseEdges.upperBound)
    #expect(plain.participation > 60 && plain.effectiveRank > plain.participation && plain.effectiveRank < 80)
    // by hand: q = 80/399
    #expect(
      abs(plain.noiseEdges.upperBound - 2.096_048) < 1e-6
        && abs(plain.noiseEdges.lowerBound - 0.304_954) < 1e-6)
    let common = (0..<days).flatMap { d in
      let market = random.normal()
      return (0..<n).map { market + noise[d * n + $0] }
    }
    let driven = try #require(CorrelationSpectrum(common, days: days, settings: n))
    #expect(driven.above == 1)
    #expect(driven.eigenvalues[0] > 30)
    let same = (0..<days).flatMap { d in Array(repeating: noise[d], count: 5) }
    let one = try #require(CorrelationSpectrum(same, days: days, settings: 5))
    #expect(abs(one.participation - 1) < 1e-9 && abs(one.effectiveRank - 1) < 1e-9)
  }

  @Test func constantSettingsAreLeftOut() throws {
    let g = goldens[0]
    var pnl: [Double] = []
    for d in 0..<g.days {
      pnl.append(0)
      pnl += g.pnl[d * 3..<d * 3 + 3]
      pnl.append(12.5)
    }
    let s = try #require(CorrelationSpectrum(pnl, days: g.days, settings: 5))
    #expect(s.settings == 3)
    #expect(agree(s.eigenvalues, g.eigenvalues, within: 1e-12))
    #expect(ColumnMoments(pnl, days: g.days, settings: 5).varying == [1, 2, 3])
    #expect(CorrelationSpectrum([0, 1, 0, 1], days: 2, settings: 2) == nil)
  }

  @Test func treesAreSciPys() throws {
    for g in goldens {
      let r = CovarianceMatrix(g.pnl, days: g.days, settings: g.settings).correlations()
      for linkage in Clustering.Linkage.allCases {
        let tree = Clustering(
          distances: Clustering.distances(correlations: r), count: g.settings, linkage: linkage)
        let expected = try #require(g.trees[linkage.rawValue])
        #expect(tree.mergers.count == expected.tree.count)
        for (merger, row) in zip(tree.mergers, expected.tree) {
          #expect([merger.first, merger.second, merger.size] == [Int(row[0]), Int(row[1]), Int(row[3])])
          #expect(abs(merger.height - row[2]) < 1e-12)
        }
        // the same parts, whatever their numbers
        let groups = tree.groups(within: expected.height)
        let pairs = Set(zip(groups, expected.groups).map { [$0, $1] })
        #expect(pairs.count == Set(groups).count && pairs.count == Set(expected.groups).count)
        #expect(groups[0] == 0)
      }
    }
    let alone = Clustering(distances: [0], count: 1, linkage: .average)
    #expect(alone.mergers.isEmpty && alone.groups(within: 1) == [0])
  }

  /// Whole distances between points on a lattice: which of equal ones joins first is SciPy's choice too.
  @Test func treesOfTiesAreSciPys() throws {
    let ties = try GoldenFile.load().ties
    for (linkage, golden) in [(Clustering.Linkage.average, ties.average), (.ward, ties.ward)] {
      let tree = Clustering(distances: ties.distances, count: ties.count, linkage: linkage)
      for (merger, row) in zip(tree.mergers, golden) {
        #expect([merger.first, merger.second, merger.size] == [Int(row[0]), Int(row[1]), Int(row[3])])
        #expect(abs(merger.height - row[2]) < 1e-12)
      }
    }
  }

  /// Four copies of two series: ties everywhere, two groups at height 0.
  @Test func copiesJoinAtHeightZero() {
    let x = goldens[0].pnl
    let pnl = (0..<60).flatMap { d in (0..<8).map { x[d * 3 + $0 % 2] } }
    let r = CovarianceMatrix(pnl, days: 60, settings: 8).correlations()
    for linkage in Clustering.Linkage.allCases {
      let tree = Clustering(distances: Clustering.distances(correlations: r), count: 8, linkage: linkage)
      #expect(tree.groups(within: 0) == [0, 1, 0, 1, 0, 1, 0, 1])
      #expect(tree.mergers.count { $0.height == 0 } == 6)
    }
  }
}
