import Backtesting
import Foundation
import MarketData
import Strategies
import Testing

@testable import Studies

/// Sessions and their figures, by independent programs.
private struct BookCase: Decodable {
  var days: [Int32]
  var net: [Int64]
  var condor: [Int64]
  var margin: [Int64]
  var moves: [Int32]
  var account: Int64
  var credit: Int64
  var cost: Int64
  var figures: [String: Double?]
}
private struct BookFile: Decodable { var cases: [BookCase] }

@Suite struct MetricTests {
  private static func golden() throws -> [BookCase] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let data = try Data(contentsOf: folder.appending(path: "Golden/studies/metrics.json"))
    return try JSONDecoder().decode(BookFile.self, from: data).cases
  }

  private static func book(_ c: BookCase) -> SessionBook {
    var record = SessionRecord(code: .traded)
    record.quantity = 1
    record.credit = Int32(c.credit)
    record.cost = Int32(c.cost)
    return SessionBook(
      net: c.net, condor: c.condor, margin: c.margin, days: c.days, moves: c.moves,
      accountCents: c.account, facts: CondorFacts([record], hasStop: false))
  }

  @Test func figuresAreThoseOfNumPySciPyStatsmodelsAndXIRR() throws {
    let cases = try Self.golden()
    #expect(cases.count > 25)
    for c in cases {
      let book = Self.book(c)
      let metrics = Metric.onDemand.filter { c.figures[$0.rawValue] != nil }
      #expect(metrics.count == 13)
      for (metric, value) in zip(metrics, book.values(metrics)) {
        let wanted = c.figures[metric.rawValue] ?? nil
        guard let value, let wanted else {
          #expect(value == nil && wanted == nil, "\(metric), n \(c.net.count): \(value as Any)")
          continue
        }
        // α is a difference of two means, whose size its last digits hang on
        let size = max(wanted.magnitude, metric == .capmAlpha ? 1 : metric == .capmAlphaT ? 0.1 : 1e-3)
        #expect(abs(value - wanted) <= 1e-10 * size, "\(metric), n \(c.net.count): \(value), \(wanted)")
        #expect(book.value(metric) == value)
      }
    }
  }

  /// A part is the book of its sessions alone.
  @Test func partsAreBooksOfTheirOwn() throws {
    let c = try #require(try Self.golden().first { $0.net.count == 253 && $0.net != $0.condor })
    let part = Self.book(c).part(Array(100..<180))
    var own = c
    own.days = Array(c.days[100..<180])
    own.net = Array(c.net[100..<180])
    own.condor = Array(c.condor[100..<180])
    own.margin = Array(c.margin[100..<180])
    own.moves = Array(c.moves[100..<180])
    let alone = Self.book(own)
    for metric in Metric.onDemand where metric.isOfSeries {
      // the part knows when the margin of its first session was paid in, and so from when the account is its own
      guard metric != .irrMargin, metric != .irrAccount else { continue }
      #expect(part.value(metric) == alone.value(metric), "\(metric)")
    }
    #expect(part.daysBefore.first == c.days[99] && alone.daysBefore.first == c.days[100])
    #expect(Self.book(c).part(Array(c.net.indices)) == Self.book(c))
  }

  private static let strategies = FiguresTests.strategies

  /// The rate makes the trades' own payments worth nothing, and the other figures are those of the trades' files.
  @Test(arguments: strategies)
  func figuresAreThoseOfTheTrades(text: String) throws {
    let history = FiguresTests.history
    let strategy = try Fixture.strategy("version: 1\n" + text + "\n")
    let market = try Market(history: history, parameters: .builtIn)
    let period = 5...255
    let result = Backtester(market.context(for: [strategy])).run(strategy, period: period)
    let e = Evaluation(result, axis: PeriodAxis(history, period: period))

    let fills = Table(TradeTable.csv(result, history: history)).rows
    let sessions = Table(SessionTable.csv(result, history: history)).rows
    func day(_ text: String?) -> Int { Int(SessionDate(iso: text ?? "")?.ordinal ?? 0) }
    var payments: [(day: Int, cents: Int)] = sessions.map { (day($0["session"]), Table.cents($0["net"])) }
    for row in fills where row["margin"] != "" {
      let cents = Table.cents(row["margin"]) * (Int(row["quantity"] ?? "") ?? 0)
      payments += [(day(row["session"]), -cents), (day(row["expiry"]), cents)]
    }
    let last = payments.map(\.day).max() ?? 0
    func worth(_ rate: Double) -> (sum: Double, size: Double) {
      payments.reduce(into: (0, 0)) { total, payment in
        let now = Double(payment.cents) * pow(1 + rate, Double(last - payment.day) / 365)
        total.sum += now
        total.size += abs(now)
      }
    }
    let net = payments.reduce(0) { $0 + $1.cents }
    let rate = try #require(e.value(.irrMargin))
    #expect((rate > 0) == (net > 0))
    #expect(abs(worth(rate).sum) <= 1e-10 * worth(rate).size, "\(rate)")
    let steps = (1..<200).map { worth(rate * Double($0) / 200).sum }
    #expect(steps.allSatisfy { ($0 > 0) == (net > 0) }, "no other rate lies nearer to 0")

    func units(_ column: String) -> Int {
      fills.reduce(0) { $0 + Table.units($1[column]) * (Int($1["quantity"] ?? "") ?? 0) }
    }
    let premium = Double(units("credit") + units("exit_cost")) / Double(strategy.accountCents)
    expectNear(e.value(.turnover), premium * 252 / Double(period.count))
    let outcomes = sessions.map { $0["outcome"] ?? "" }
    func count(_ codes: String...) -> Double { Double(outcomes.count { codes.contains($0) }) }
    #expect(e.value(.untraded) == Double(period.count) - count("traded", "period_ends"))
    #expect(e.value(.dataHoles) == count("data_hole", "signal_missing"))
    #expect(e.value(.unreachable) == count("no_strike_in_band", "credit_unreachable"))
    #expect(e.value(.marginRefused) == count("margin"))
    #expect(e.value(.hedgeCarry) == e.figures.hedgeCarryDollars)
    #expect(e.value(.extrinsicForfeited) == e.figures.extrinsicForfeitedDollars)
  }

  @Test func everyMetricIsToldOnce() {
    #expect(Metric.streamed.count == 22 && Metric.streamed + Metric.onDemand == Metric.allCases)
    #expect(Set(Metric.allCases.map(\.meaning)).count == Metric.allCases.count)
    for metric in Metric.allCases {
      #expect(metric.direction != .none || !metric.lowerIsBetter, "\(metric)")
      #expect(!metric.unit.isEmpty && metric.isDefined(by: .year) == metric.isOfSeries)
    }
  }
}
