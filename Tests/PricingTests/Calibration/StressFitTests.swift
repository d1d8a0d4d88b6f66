import MarketData
import TestSupport
import Testing

@testable import Pricing

/// When quotes may decide the stress exponent, and when the starting value stays.
@Suite("Stress exponent") struct StressFitTests {
  /// Quiet days at ratio 1.4, the spreads of an end-of-day file, and stressed ones that follow the law.
  static func days(_ stressed: [Double], power: Double) -> [(volatilityIndex: Double, ratio: Double)] {
    let p = HalfSpreadParameters()
    var following = p
    following.stressPower = power
    return [11.0, 12, 13, 14].map { ($0, 1.4) }
      + stressed.map { ($0, 1.4 * HalfSpread(following).stressFactor(volatilityIndex: $0)) }
  }
  static var start: HalfSpreadParameters {
    var p = HalfSpreadParameters()
    p.stressPower = 1.95
    return p
  }

  @Test(arguments: [0.5, 1.0, 1.5, 1.95, 2.6, 3.3])
  func comesBackFromChainsThatFollowTheLaw(power: Double) {
    let fit = StressFit(Self.days([22, 26, 31], power: power), Self.start)
    #expect((fit.power - power).magnitude < 1e-9)
    #expect(fit.outcome == .fitted && fit.stressedDays == 3 && fit.isFitted)
    #expect(!fit.note.contains("warning"))
  }

  /// Days just above the pivot say nothing, however many, whatever their spreads.
  @Test(arguments: [0.5, 1.5, 3.9])
  func calmChainsKeepTheStartingValue(power: Double) {
    for stressed in [[20.5, 21, 22], [20.1, 20.2, 20.3, 20.4, 29.99]] {
      let fit = StressFit(Self.days(stressed, power: power), Self.start)
      #expect(fit.power == 1.95 && fit.outcome == .keptNoLeverage && !fit.isFitted)
      #expect(fit.note == "kept 1.95, no chain with VIX9D (else VIX) ≥ 30")
    }
  }

  @Test func oneDayAtThirtyIsLeverage() {
    #expect(StressFit(Self.days([20.5, 21, 30], power: 1.5), Self.start).outcome == .fitted)
  }

  @Test func tooFewDaysKeepTheStartingValueAndSayWhy() {
    let few = StressFit(Self.days([32, 35], power: 1.5), Self.start)
    #expect(few.power == 1.95 && few.outcome == .keptFewStressed)
    #expect(few.note == "kept 1.95, 2 with VIX9D (else VIX) > 20, a fit needs at least 3")
    let noisy = StressFit(Array(Self.days([25, 32, 35], power: 1.5).dropFirst(4)), Self.start)
    #expect(noisy.power == 1.95 && noisy.outcome == .keptNoQuiet)
    #expect(noisy.note == "kept 1.95, no chain with VIX9D (else VIX) < 16 to compare with")
    let unknown: [[(volatilityIndex: Double, ratio: Double)]] = [[], [(.nan, 1), (30, .nan)]]
    for days in unknown {
      let none = StressFit(days, Self.start)
      #expect(none.power == 1.95 && none.outcome == .keptNoDays && none.stressedDays == 0)
      #expect(none.note.hasPrefix("kept 1.95, no chain with quotes"))
    }
  }

  /// 3.9 and 0.1 already: two steps from an end nothing holds the value either.
  @Test(arguments: [0, 0.1, 3.9, 4, 6])
  func aFitAtTheEdgeOfTheGridWarns(power: Double) {
    let fit = StressFit(Self.days([21, 23, 30], power: power), Self.start)
    #expect((fit.power - min(power, 4)).magnitude < 1e-9)
    #expect(fit.outcome == .gridEdge && fit.isFitted)
    #expect(fit.note.contains("warning: at the edge of the grid 0 to 4"), "\(fit.note)")
  }

  /// The chains of 2019 reach a VIX9D of 22: a fit of theirs must leave February 2018's exponent alone.
  @Test(.enabled(if: SharedData.isPresent)) func theChainsOf2019KeepTheShippedExponent() throws {
    let shipped = try MarkParameters.shipped()
    let closes = try RealChains.closes.get()
    let stress = try RealChains.snapshots.get().compactMap { chain in
      HalfSpreadFit.stressRatio(chain, shipped.halfSpread).map {
        (volatilityIndex: closes[chain.quoteDate]?.vix9d ?? .nan, ratio: $0)
      }
    }
    #expect(stress.count > 20)
    let fit = Calibration(
      try Array(RealChains.all.get().prefix(5)), startingFrom: shipped, stress: stress, name: "calm")
    #expect(fit.stressFit.outcome == .keptNoLeverage)
    #expect(fit.parameters.halfSpread.stressPower == shipped.halfSpread.stressPower)
    #expect(fit.parameters.fittedOn.hasSuffix("; stress exponent kept"))
  }
}
