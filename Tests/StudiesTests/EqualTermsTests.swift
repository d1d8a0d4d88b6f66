import Backtesting
import Foundation
import MarketData
import Strategies
import Testing

@testable import Studies

/// Equal risk, equal carry and the ledger of stops: by hand, and against the engine's own figures.
@Suite struct EqualTermsTests {
  /// 40 sessions, of which the first two are the tail.
  static func series(tail: Int64, usual: Int64, hedgeTail: Int64 = 0, hedgeUsual: Int64 = 0) -> FamilySeries {
    var made = FamilySeries()
    for s in 0..<40 {
      let (condor, hedge) = s < 2 ? (tail, hedgeTail) : (usual, hedgeUsual)
      made.entries.append(s - 1)
      made.condor.append(condor)
      made.net.append(condor + hedge)
      made.credit.append(10_000)
      made.paid.append(10_000 - condor)
      made.saved.append(0)
      made.stopped.append(false)
      made.whipsawed.append(false)
    }
    return made
  }
  static let hold = series(tail: -40_000, usual: 4_000)
  static let stop = series(tail: -20_000, usual: 1_000)
  static let hedged = series(tail: -40_000, usual: 4_000, hedgeTail: 8_000, hedgeUsual: -1_000)

  @Test func equalRiskByHand() throws {
    let terms = EqualTerms(
      [(.hold, Self.hold), (.stop, Self.stop), (.alvh, Self.hedged)], strategies: [:], contracts: [:])
    #expect(terms.rows.map { $0.atEqualRisk?.condors } == [1, 2, 1.25])
    #expect(terms.rows.map { $0.holdAtItsRisk?.condors } == [1, 0.5, 0.8])
    // hold: (2·−400 + 38·40)/40 = 18; stop: (2·−200 + 38·10)/40 = −0.5; alvh: (2·−320 + 38·30)/40 = 12.5
    #expect(terms.rows.map { $0.atEqualRisk?.meanDollars } == [18, -1, 15.625])
    #expect(terms.rows.map { $0.atEqualRisk?.costDollars } == [0, 19, 2.375])
    #expect(terms.rows.map { $0.atEqualRisk?.cvar95Dollars } == [-400, -400, -400])
    #expect(terms.rows.map { $0.atEqualRisk?.worstDollars } == [-400, -400, -400])
    #expect(terms.rows.map { $0.atEqualRisk?.maxDrawdownDollars } == [800, 800, 800])
    #expect(terms.rows.map { $0.holdAtItsRisk?.meanDollars } == [18, 9, 14.4])
    #expect(terms.rows.map { $0.holdAtItsRisk?.cvar95Dollars } == [-400, -200, -320])

    let winner = EqualTerms(
      [(.hold, Self.hold), (.alvh, Self.series(tail: 1, usual: 2))], strategies: [:], contracts: [:])
    #expect(winner.rows[1].atEqualRisk == nil && winner.rows[1].holdAtItsRisk == nil, "no loss in its tail")
  }

  @Test func equalCarryByHand() throws {
    let carry = EqualCarry(hold: Self.hold, stop: Self.stop, hedge: Self.hedged)
    #expect(carry.stopCostDollars == 18.5 && carry.hedgeCostDollars == 5.5 && carry.problem == nil)
    let factor = try #require(carry.hedgeFactor)
    #expect(abs(factor - 18.5 / 5.5) < 1e-12)
    let (stop, hedge) = (try #require(carry.stop), try #require(carry.hedge))
    #expect(abs(hedge.meanDollars - stop.meanDollars) < 0.01, "whole cents")
    #expect(hedge.worstDollars == -130.91, "−400 + 3.3636·80")

    let earning = Self.series(tail: -40_000, usual: 4_000, hedgeUsual: 100)
    #expect(
      EqualCarry(hold: Self.hold, stop: Self.stop, hedge: earning).problem?.contains(
        "the hedge costs nothing") == true)
    #expect(
      EqualCarry(hold: Self.hold, stop: Self.hold, hedge: Self.hedged).problem?.contains(
        "the stops cost nothing") == true)
    let poor = Self.series(tail: -40_000, usual: 0, hedgeUsual: -100)
    let none = EqualCarry(hold: Self.hold, stop: Self.stop, hedge: poor)
    #expect(
      none.problem?.contains("without any hedge") == true && none.hedgeFactor == nil && none.hedge == nil)
  }

  // MARK: A whole study

  static let report: FamilyStudyReport? = try? FamilyStudyTests.report()

  @Test func theLedgerAddsUpToTheFigures() throws {
    let report = try #require(Self.report)
    let figures = report.families[1].outOfSample
    #expect(figures.stopped > 5 && figures.whipsaws > 0 && figures.whipsaws < figures.stopped)
    #expect(report.ledger.count == figures.stopped && report.ledger.allSatisfy { $0.family == .stop })
    func dollars(_ entries: [WhipsawEntry]) -> Double {
      Double(entries.reduce(0) { $0 + $1.savedCents }) / 100
    }
    #expect(dollars(report.ledger) == figures.stopsNetDollars)
    #expect(-dollars(report.ledger.filter(\.isWhipsaw)) == figures.whipsawDollars)
    #expect(report.ledger.count(where: \.isWhipsaw) == figures.whipsaws)
    // the file says the same
    let lines = WhipsawLedger.csv(report.ledger).split(separator: "\n").map { $0.split(separator: ",") }
    #expect(lines[0].joined(separator: ",") == WhipsawLedger.header && lines.count == figures.stopped + 1)
    let saved = lines.dropFirst().compactMap { Double($0[11]) }.reduce(0, +)
    #expect(abs(saved - figures.stopsNetDollars) < 1e-6)
    for row in lines.dropFirst() {
      #expect(row.count == 13 && (row[12] == "1") == ((Double(row[10]) ?? 0) > 0))
    }
  }

  @Test func regimesAddUpAndAreThoseBeforeTheEntry() throws {
    let report = try #require(Self.report)
    for regime in ["VX curve", "VIX"] {
      for row in report.families {
        let parts = report.regimes.filter { $0.regime == regime && $0.family == row.family }.map(\.figures)
        #expect(parts.reduce(0) { $0 + $1.trades } == row.outOfSample.trades)
        #expect(parts.reduce(0) { $0 + $1.stopped } == row.outOfSample.stopped)
        #expect(abs(parts.reduce(0) { $0 + $1.netDollars } - row.outOfSample.netDollars) < 1e-6)
        #expect(parts.reduce(0) { $0 + $1.bothLoseSessions } == row.outOfSample.bothLoseSessions)
      }
    }
    let history = Fixture.market.history
    let known = EntryRegimes(Fixture.market)
    for i in 1..<history.sessions.count {
      let day = history.sessions[i - 1].date
      let live = history.futures[i - 1].filter { $0.expiry > day }
      let vix = history.close(.vix, i - 1)
      #expect(known.vix[i] == (vix < 15 ? "<15" : vix < 20 ? "15-20" : vix < 30 ? "20-30" : ">30"))
      guard live.count > 1 else { continue }
      #expect(known.curve[i] == (live[0].settle > live[1].settle ? "backwardation" : "contango"))
    }
    #expect(known.curve[0] == "unknown")
  }

  @Test func hedgesTurnOverWhatTheyBuyAndSell() throws {
    let report = try #require(Self.report)
    let rows = report.equalTerms.rows
    #expect(rows.map(\.closesCondors) == [false, true, false])
    #expect(rows.map(\.hedgeIsIndependent) == [nil, nil, true])
    #expect(rows[0].hedgeContractsAYear == nil && rows[1].hedgeContractsAYear == nil)
    // Each layer buys share × width × $100 of VX near its opening price, and sells as much.
    var bought = 0.0
    let context = Fixture.market.context(for: try [Self.chosen(0), Self.chosen(1)])
    for (half, period) in [0...29, 30...59].enumerated() {
      let strategy = try Self.chosen(1 - half)
      for trade in Backtester(context).run(strategy, period: period).trades {
        for fill in trade.hedge.fills where fill.action == .open {
          bought += strategy.hedge[0].size.amount * 500 / (Double(fill.price) / 1000) / 1000
        }
      }
    }
    let turned = try #require(rows[2].hedgeContractsAYear) * Double(report.judged) / 252
    #expect(bought > 0 && abs(turned / (2 * bought) - 1) < 0.03, "\(turned) of twice \(bought)")
  }

  /// What a half chose for the hedge.
  private static func chosen(_ half: Int) throws -> Strategy {
    let values = try #require(report).families[2].choices[half].assignments
    let sd = try #require(values["hedge.layers[0].trigger.move.at_least_sd"])
    let size = try #require(values["hedge.layers[0].size.gross_risk"])
    return try Fixture.strategy(
      FamilyStudyTests.alvh.replacing(FamilyStudyTests.search, with: "condor: {short_delta: 0.2}\n")
        .replacing("[0.3, 0.6, 0.9]", with: sd).replacing("[0.5, 1]", with: size))
  }
}
