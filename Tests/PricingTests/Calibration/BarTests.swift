import MarketData
import TestSupport
import Testing

@testable import Pricing

@Suite("Bars on the real chains", .enabled(if: SharedData.isPresent))
struct BarTests {
  func show(_ name: String, _ e: LevelErrors) {
    print(name, e.chains, e.strikes, "rmse", e.logVolRmse ?? 0, "inside", e.insideSpread ?? 0, "worst", e.insideWorstDay ?? 0, "ticks", e.meanAbsTicks ?? 0, "med", e.meanAbsTicksMedianDay ?? 0, "mae", [10,15,20,25].map { e.creditMeanAbs["\($0)"] ?? 0 }, "bias", [10,15,20,25].map { e.creditBias["\($0)"] ?? 0 }, "max", [10,15,20,25].map { e.creditMaxAbs["\($0)"] ?? 0 })
  }
  @Test func explore() throws {
    let days = try RealChains.all.get()
    let c0 = ContinuousClock.now
    let cal = Calibration(days, startingFrom: .builtIn, name: "x")
    print("took", ContinuousClock.now - c0)
    print(cal.parameters.smile.p, cal.parameters.levels.vix9d, cal.parameters.levels.vix, cal.parameters.halfSpread)
    show("floor", LevelErrors(cal.floor))
    for k in KnownLevel.allCases {
      show("in \(k)", LevelErrors(cal.inSample[k] ?? []))
      show("out \(k)", LevelErrors(cal.heldOut[k] ?? []))
      show("builtin \(k)", LevelErrors(MarkParameters.builtIn.errors(days, own: cal.ownStdDev, knowing: k)))
      show("out20 \(k)", LevelErrors((cal.heldOut[k] ?? []).filter { $0.minute > 600 }))
    }
    let late = try RealChains.late()
    let cl = Calibration(late, startingFrom: .builtIn, name: "x")
    for k in KnownLevel.allCases { show("late out \(k)", LevelErrors(cl.heldOut[k] ?? [])) }
    print(HalfSpreadFit.errors(days.map(\.chain), .init()), HalfSpreadFit.errors(days.map(\.chain), cal.parameters.halfSpread))
    let feb = try RealChains.february2018.get()
    let known = try RealChains.closes.get()
    let st = feb.compactMap { s in HalfSpreadFit.stressRatio(s, .init()).map { (volatilityIndex: known[s.quoteDate]?.vix9d ?? .nan, ratio: $0) } }
    print(st, HalfSpreadFit.stressPower(st, .init()) as Any)
    let d18 = try RealChains.days(feb, minute: { _ in nil })
    let f18 = Calibration(d18, startingFrom: .builtIn, name: "x")
    show("2018 floor", LevelErrors(f18.floor))
    for k in KnownLevel.allCases { show("2018 builtin \(k)", LevelErrors(MarkParameters.builtIn.errors(d18, own: f18.ownStdDev, knowing: k))) }
  }
}
