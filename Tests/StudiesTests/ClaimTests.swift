import Kernels
import Statistics
import Testing

@testable import Studies

/// Claims over planted results, whose truth is known.
@Suite struct ClaimTests {
  /// 400 sessions of a condor: small wins, one loss in ten on average, drawn.
  static let condor: [Int64] = {
    var random = Philox(seed: 7, stream: 1)
    return (0..<400).map { _ in
      random.uniform() < 0.1 ? -30_000 - 2 * Int64(random.integer(below: 5_000)) : 5_000
    }
  }()
  /// A family that holds the condor with a hedge.
  static func series(hedge: (Int64) -> Int64 = { _ in 0 }, saved: (Int64) -> Int64 = { _ in 0 })
    -> FamilySeries
  {
    var made = FamilySeries()
    for cents in condor {
      let own = cents + saved(cents)
      made.condor.append(own)
      made.net.append(own + hedge(cents))
      made.credit.append(6_000)
      made.paid.append(6_000 - own)
      made.saved.append(saved(cents))
      made.stopped.append(saved(cents) != 0)
      made.whipsawed.append(saved(cents) < 0 && cents > 0)
    }
    return made
  }
  static func estimates(stop: FamilySeries = series(), hedge: FamilySeries = series()) -> [Claim:
    ClaimEstimate]
  {
    let made = ClaimResampling(hold: series(), stop: stop, hedge: hedge, resamples: 400, seed: 3)
      .estimates(threads: 2)
    return Dictionary(uniqueKeysWithValues: zip(Claim.allCases, made))
  }

  @Test func aFreePutCutsTheTailAndPays() {
    let made = Self.estimates(hedge: Self.series(hedge: { $0 < 0 ? 15_000 : 0 }))
    for claim in [Claim.layersCutTheTail, .carryIsWorthIt, .hedgeBeatsStops, .hedgeKeepsTheta] {
      #expect(made[claim]?.verdict == .supported, "\(claim)")
    }
    #expect(made[.stopsWhipsaw]?.verdict == .notDistinguishable, "no stop ever fired")
    #expect(made[.layersCutTheTail]?.dollars == 150, "every session of the tail is a loss")
  }

  @Test func aStopThatAlwaysWhipsawsDoes() {
    let made = Self.estimates(stop: Self.series(saved: { $0 > 0 ? -8_000 : 0 }))
    #expect(made[.stopsWhipsaw]?.verdict == .supported)
    let wins = Self.condor.count { $0 > 0 }
    #expect(made[.stopsWhipsaw]?.dollars == Double(8_000 * wins) / 40_000)
    let saving = Self.estimates(stop: Self.series(saved: { $0 < 0 ? 20_000 : 0 }))
    #expect(saving[.stopsWhipsaw]?.verdict == .contradicted)
    #expect(saving[.hedgeBeatsStops]?.verdict == .contradicted)
  }

  @Test func aHedgeWithoutEffectDistinguishesNothing() {
    for (claim, estimate) in Self.estimates() {
      #expect(estimate.verdict == .notDistinguishable, "\(claim)")
      #expect(estimate.dollars == 0 && estimate.lowDollars == 0 && estimate.highDollars == 0, "\(claim)")
    }
    // one that gains and loses at random, as much
    var random = Philox(seed: 9, stream: 2)
    let noise = Self.series(hedge: { _ in Int64(random.integer(below: 4_001)) - 2_000 })
    for claim in [Claim.hedgeBeatsStops, .hedgeKeepsTheta] {
      #expect(Self.estimates(hedge: noise)[claim]?.verdict == .notDistinguishable, "\(claim)")
    }
  }

  /// A hedge that is nothing but a smaller condor cuts the tail; its carry is worth nothing.
  @Test func beingSmallerIsNoMerit() {
    let smaller = Self.estimates(hedge: Self.series(hedge: { -$0 / 2 }))
    #expect(smaller[.layersCutTheTail]?.verdict == .supported)
    let worth = smaller[.carryIsWorthIt]
    #expect(worth?.dollars == 0 && worth?.verdict == .notDistinguishable)
  }

  /// By hand: 40 sessions, two of them in the tail.
  @Test func equalRiskByHand() throws {
    let m = ClaimMoments(
      hold: .init(mean: 1, cvar95: -300, saved: 0, kept: 5),
      stop: .init(mean: -2, cvar95: -150, saved: -3, kept: 1),
      hedge: .init(mean: 2, cvar95: -200, saved: 0, kept: 4))
    #expect(m.factor(m.hedge) == 1.5 && m.factor(m.stop) == 2)
    #expect(Claim.carryIsWorthIt.figure(m) == 2)
    #expect(Claim.hedgeBeatsStopsAtEqualRisk.figure(m) == 7)
    #expect(Claim.hedgeBeatsStops.figure(m) == 4 && Claim.stopsWhipsaw.figure(m) == 3)
    #expect(Claim.hedgeKeepsTheta.figure(m) == 3 && Claim.layersCutTheTail.figure(m) == 100)
    var riskless = m
    riskless.hedge.cvar95 = 0
    #expect(Claim.carryIsWorthIt.figure(riskless) == nil)
    #expect(Claim.hedgeBeatsStopsAtEqualRisk.figure(riskless) == nil)
  }

  @Test func intervalsArePairedAndRecomputedInEachResample() throws {
    let hedge = Self.series(hedge: { $0 < 0 ? 10_000 : -1_000 })
    let resampling = ClaimResampling(
      hold: Self.series(), stop: Self.series(), hedge: hedge, resamples: 200, seed: 5)
    let estimates = resampling.estimates(threads: 3)
    let bootstrap = StationaryBootstrap(count: 400, blockLength: resampling.blockLength, seed: 5)
    func cvar(_ cents: [Int64]) -> Double { Double(cents.sorted().prefix(20).reduce(0, +)) / 2_000 }
    func mean(_ cents: [Int64]) -> Double { Double(cents.reduce(0, +)) / Double(100 * cents.count) }
    let wide = resampling.widening
    #expect(wide > 1.01, "\(wide)")
    // the means of hedge and stop, and the tails of hedge and condor
    for (estimate, figure) in zip([estimates[0], estimates[4]], [mean, cvar]) {
      func difference(_ days: [Int]) -> Double {
        let whole = figure(days.map { hedge.net[$0] }) - figure(days.map { Self.condor[$0] })
        return (whole * 1e6).rounded() / 1e6
      }
      let own = difference(Array(0..<400))
      let drawn = (0..<200).map { difference(bootstrap.indices(resample: $0)) }.sorted()
      // positions 4.975 and 194.025 of 200 sorted values
      let (low, high) = (
        drawn[4] + 0.975 * (drawn[5] - drawn[4]), drawn[194] + 0.025 * (drawn[195] - drawn[194])
      )
      expectNear(estimate.lowDollars, min(low, own + wide * (low - own)))
      expectNear(estimate.highDollars, max(high, own + wide * (high - own)))
    }
    #expect(try #require(estimates[0].highDollars) > #require(estimates[0].lowDollars) + 1)
  }

  @Test func verdicts() {
    func estimate(_ low: Double?, _ high: Double?) -> ClaimEstimate {
      ClaimEstimate(dollars: 1, low: low, high: high)
    }
    #expect(estimate(0.1, 2).verdict == .supported && estimate(-2, -0.1).verdict == .contradicted)
    for (low, high) in [(-1.0, 1.0), (0, 1), (-1, 0), (0, 0)] {
      #expect(estimate(low, high).verdict == .notDistinguishable)
    }
    #expect(estimate(nil, nil).verdict == .notDistinguishable)
    let (yes, no, unclear) = (estimate(1, 2), estimate(-2, -1), estimate(-1, 1))
    typealias Case = (ClaimEstimate, [ClaimEstimate], Verdict, [String])
    let cases: [Case] = [
      (yes, [], .supported, []), (yes, [yes, yes], .supported, []),
      (yes, [yes, unclear], .notDistinguishable, ["1"]), (yes, [no, yes], .notDistinguishable, ["0"]),
      (no, [no], .contradicted, []), (no, [yes, unclear], .notDistinguishable, ["0", "1"]),
      (unclear, [yes, yes], .notDistinguishable, []),
    ]
    for (base, under, verdict, broken) in cases {
      let finding = ClaimFinding(
        .stopsWhipsaw, base, under: under.enumerated().map { ("\($0)", $1) })
      #expect(finding.verdict == verdict && finding.brokenBy == broken)
    }
  }
}
