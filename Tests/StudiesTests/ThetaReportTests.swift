import Backtesting
import Foundation
import Kernels
import MarketData
import Pricing
import Rules
import Signals
import Strategies
import Testing

@testable import Studies

@Suite struct ThetaReportTests {
  static let texts = [
    "condor: {short_delta: 0.2}\n",
    "name: stops\ncondor: {short_delta: 0.12}\nexit: {stop: {loss_multiple: 0.5}, profit_target: 0.6, basis: side}\n",
  ]
  static func strategies() throws -> [Strategy] {
    try texts.map { try Fixture.strategy("version: 1\n" + $0) }
  }
  static func report(own: [String] = [], threads: Int = 2) throws -> ThetaReport {
    try ThetaReport(
      strategies(), market: Fixture.market, period: Fixture.period,
      own: own.map { try Regime($0, source: "test") }, threads: threads)
  }

  /// The arrays that `paths` writes are made by another route, and know no curve.
  @Test func curveIsWhatTheCostPathsSay() throws {
    let folder = try ScratchFolder()
    let strategies = try Self.strategies()
    let made = try CostPaths.write(
      strategies, market: Fixture.market, period: Fixture.period, to: folder.path("p"), threads: 1)
    let (paths, _) = try NumPyFile.read(Int32.self, from: folder.path("p/paths.npy"))
    let (credits, _) = try NumPyFile.read(Int32.self, from: folder.path("p/credit.npy"))
    let report = try Self.report()
    let history = Fixture.market.history
    let trades = made.entrySessions.count
    for (c, row) in report.rows.enumerated() {
      #expect(row.curve.count == 1 + 1 + 13 + 1)
      for point in row.curve where point.phase == .entry || point.phase == .expiry {
        let text = try #require(point.time)
        let minute = try #require(MinuteOfDay.parse(text))
        // 15:47 is the first minute of the arrays, 16:00 the fourteenth, 09:30 the next
        let at = point.phase == .entry ? minute - 947 : 14 + minute - 570
        var kept: [Double] = []
        var sums = (credit: 0.0, cost: 0.0)
        for k in 0..<trades where credits[c * trades + k] > 0 {
          let expiry = try #require(
            history.sessions.first { $0.date > made.entrySessions[k] })
          guard point.phase == .entry || minute < expiry.closeMinute else { continue }
          let credit = Double(credits[c * trades + k])
          let cost = Double(paths[(c * trades + k) * made.minutes + at])
          kept.append(1 - cost / credit)
          sums = (sums.credit + credit, sums.cost + cost)
        }
        #expect(point.sessions == kept.count && kept.count > 30)
        expectNear(point.mean, kept.reduce(0, +) / Double(kept.count))
        expectNear(point.pooled, 1 - sums.cost / sums.credit)
        let sorted = kept.sorted()
        let half = sorted.count / 2
        expectNear(
          point.median, sorted.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2)
        #expect(try #require(point.lowerQuartile) <= #require(point.median))
        #expect(try #require(point.standardError) > 0)
      }
    }
  }

  /// Held to the end, the pooled share is the figure of the whole backtest; at the fill only slippage is missing.
  @Test func endsOfTheCurve() throws {
    let strategies = try Self.strategies()
    let result = Backtester(Fixture.market.context(for: strategies)).run(
      strategies[0], period: Fixture.period)
    let figures = Evaluation(result, axis: PeriodAxis(Fixture.market.history, period: Fixture.period)).figures
    let curve = try Self.report().rows[0].curve
    let (fill, end) = try (#require(curve.first), #require(curve.last))
    #expect(end.pooled == figures.thetaCapture && end.sessions == figures.trades)
    #expect(end.extrinsicShare == 0 && end.time == nil)
    let shares = result.trades.map { Double($0.first.credit - $0.first.midCredit) / Double($0.first.credit) }
    #expect(try #require(fill.mean) < 0 && abs(#require(fill.mean)) < 0.3)
    #expect(shares.allSatisfy { $0 < 0.1 })
    // nothing at all is in the money when it is sold: what closing costs is extrinsic
    expectNear(fill.extrinsicShare, 1 - (fill.mean ?? .nan))
  }

  @Test func exitsSumToTheFigureWhateverTheyAreGroupedBy() throws {
    let own = "rsi(14) > 50"
    let report = try Self.report(own: [own])
    let strategies = try Self.strategies()
    let context = Fixture.market.context(for: strategies)
    let result = Backtester(context).run(strategies[1], period: Fixture.period)
    let fills = result.trades.flatMap(\.fills).filter { $0.reason != .settlement }
    let row = report.rows[1]
    #expect(report.rows[0].forfeited.isEmpty && fills.count > 20)
    for group in ["all", "reason", "hour", "vix", "rsi(14, 5 min) > 50"] {
      let rows = row.forfeited.filter { $0.group == group }
      #expect(rows.reduce(0) { $0 + $1.exits } == fills.count, "\(group)")
      let dollars = fills.reduce(0) { $0 + Int($1.extrinsic) }
      #expect(rows.reduce(0) { $0 + Int(($1.dollars * 100).rounded()) } == dollars, "\(group)")
    }
    let stops = fills.filter { $0.reason == .stop }
    let told = try #require(row.forfeited.first { $0.value == "stop" })
    #expect(told.exits == stops.count && stops.count > 5)
    expectNear(
      told.shareOfCredit,
      Double(stops.reduce(0) { $0 + Int($1.extrinsic) }) / Double(stops.reduce(0) { $0 + Int($1.credit) }))
    let ten = fills.filter { $0.session > 0 && $0.minute / 60 == 10 }
    #expect(row.forfeited.first { $0.value == "expiry 10:00" }?.exits ?? 0 == ten.count)
  }

  /// Rules by session see the closes of the session before, rules by minute the index at the decision.
  @Test func entriesArePartedByWhatIsKnownAtTheDecision() throws {
    let history = Fixture.market.history
    let level = history.sessions[30].spot(at: 945)
    let texts = ["vix > mean(vix, 10)", "spx > \(level) points", "event(FOMC, CPI, PPI) within 1 session"]
    let report = try Self.report(own: texts)
    let strategies = try Self.strategies()
    let context = Fixture.market.context(for: strategies)
    for (k, strategy) in strategies.enumerated() {
      let result = Backtester(context).run(strategy, period: Fixture.period)
      let own = report.rows[k].regimes.suffix(3)
      #expect(own.map(\.rule) == report.partings.suffix(3).map(\.rule) && own.count == 3)
      for (which, regime) in own.enumerated() {
        var held: [Int64] = []
        var others: [Int64] = []
        var unknown = 0
        for (i, record) in result.records.enumerated() where record.code == .traded {
          let state: Bool?
          switch which {
          case 0:
            let vix = history.volatility[.vix] ?? []
            state = i < 10 ? nil : vix[i - 1] > vix[(i - 10)..<i].reduce(0, +) / 10
          case 1: state = history.sessions[i].spot(at: 945) > level
          default:
            let kinds = [i, i + 1].flatMap { history.events.kinds(on: history.sessions[$0].date) ?? [] }
            state = kinds.contains { $0 != .nfp }
          }
          switch state {
          case nil: unknown += 1
          case true?: held.append(record.tradeNet)
          case false?: others.append(record.tradeNet)
          }
        }
        #expect(regime.unknown == unknown && regime.held.entries == held.count, "\(regime.rule)")
        #expect(held.count > 5 && others.count > 5, "\(regime.rule) parts nothing")
        let (a, b) = (held.reduce(0, +), others.reduce(0, +))
        expectNear(regime.held.netDollars, Double(a) / 100)
        expectNear(regime.otherwise.netDollars, Double(b) / 100)
        expectNear(
          regime.difference, Double(a) / 100 / Double(held.count) - Double(b) / 100 / Double(others.count))
      }
    }
  }

  @Test func whatAHistoryCantTellIsNotedAndRefusedIfAskedFor() throws {
    let report = try Self.report()
    let long = try #require(report.partings.first { $0.rule == "vix > mean(vix, 200 sessions)" })
    #expect(long.unavailable?.contains("200") == true)
    #expect(!report.rows[0].regimes.contains { $0.rule == long.rule })
    #expect(throws: RuleError.self) { try Self.report(own: ["vix > mean(vix, 100)"]) }
    #expect(throws: SignalError.self) { try Self.report(own: ["wacc > 5 %"]) }
    #expect(throws: RuleError.self) { try Regime("move > 0.5 sd", source: "") }
    #expect(throws: RuleError.self) { try Regime("vix", source: "") }
  }

  @Test func threadsDoNotChangeTheReport() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let (one, three) = try (Self.report(threads: 1), Self.report(threads: 3))
    #expect(try encoder.encode(one) == encoder.encode(three))
    #expect(one.csv == three.csv)
    #expect(one.csv.split(separator: "\n").count == 1 + 2 * 16)
    var named = one
    named.rows[0].name = "a, b"
    #expect(named.csv.contains("\n\"a, b\",fill,15:46,"))
  }
}
