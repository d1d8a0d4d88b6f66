import Backtesting
import Foundation
import MarketData
import Strategies
import Testing

@testable import Studies

/// A CSV text by column names, money in whole cents.
struct Table {
  let rows: [[String: String]]
  init(_ text: String) {
    let lines = text.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    let names = lines[0].map(String.init)
    rows = lines.dropFirst().map { line in
      Dictionary(uniqueKeysWithValues: zip(names, line.map(String.init)))
    }
  }
  /// "-12.34" as −1234, whole cents of dollars.
  static func cents(_ text: String?) -> Int { number(text, decimals: 2...2) }
  /// Points as 1/10,000: "1.45" as 14500, and a settlement's "1.2345" as 12345: a cent of a condor each.
  static func units(_ text: String?) -> Int { number(text, decimals: 2...4) }
  /// The text in units of its longest form; anything else fails a test loudly.
  private static func number(_ text: String?, decimals: ClosedRange<Int>) -> Int {
    guard let text, let dot = text.firstIndex(of: ".") else { return bad(text) }
    var tail = String(text[text.index(after: dot)...])
    guard decimals.contains(tail.count) else { return bad(text) }
    while tail.count < decimals.upperBound { tail += "0" }
    return Int(text[..<dot] + tail) ?? bad(text)
  }
  private static func bad(_ text: String?) -> Int {
    Issue.record("not a number of the table: \(text ?? "missing")")
    return 0
  }
  func cents(_ column: String) -> [Int] { rows.map { Self.cents($0[column]) } }
  func units(_ column: String) -> [Int] { rows.map { Self.units($0[column]) } }
}

/// Every figure again from the two CSV files alone, in plain floating point: what anyone can do in a spreadsheet.
@Suite struct FiguresTests {
  static let history: MarketHistory = {
    do {
      guard let start = SessionDate(iso: "2022-06-01") else { preconditionFailure("date") }
      return try SyntheticMarket.history(sessions: 260, seed: 11, start: start)
    } catch { preconditionFailure("\(error)") }
  }()

  static let strategies = [
    "condor: {short_delta: 0.175}\nexit: {stop: none}\naccount_dollars: 600",
    "condor: {short_delta: 0.2}\nexit: {stop: {loss_multiple: 0.5}, profit_target: 0.5}",
    "condor: {short_delta: 0.2, width_points: 25}\nexit: {stop: {loss_multiple: 0.5}, basis: side, of: total, "
      + "time_stop: '15:00'}",
    "condor: {credit_target: 0.5, credit_band: [0.4, 0.6]}\nexit: {stop: {cost_points: 1.0}}",
    "condor: {short_delta: 0.175}\nhedge: {layers: [{name: a, trigger: {move: {at_least_sd: 0.3}}, size: {gross_risk: 1}}, "
      + "{name: b, trigger: {event: {kinds: [FOMC, CPI]}}, size: {credit: 0.5}}, "
      + "{name: c, horizon: standing, size: {contracts: 0.01}}]}",
    "condor: {short_delta: 0.1, width_points: 10}\nentry: {minute: '16:15', weekdays: [mon, wed]}\n"
      + "exit: {stop: short_strike_touched}\nhedge: {layers: [{name: s, horizon: standing, size: {contracts: 0.02}}]}",
    "condor: {short_delta: 0.25, width_points: 10}\nexit: {stop: {loss_multiple: 0.4}, profit_target: 0.3, "
      + "reentry: {after: any, wait_minutes: 10, at_most: 3}}\naccount_dollars: 9000\n"
      + "sizing: {equity_fraction: 0.7, at_most: 20}\n"
      + "hedge: {layers: [{name: a, trigger: {move: {at_least_sd: 0.3}}, size: {credit: 1}}]}",
  ]

  @Test(arguments: strategies)
  func figuresAreThoseOfTheCSVFiles(text: String) throws {
    let history = Self.history
    let strategy = try Fixture.strategy("version: 1\n" + text + "\n")
    let market = try Market(history: history, parameters: .builtIn)
    let period = 5...255
    let result = Backtester(market.context(for: [strategy])).run(strategy, period: period)
    let f = Evaluation(result, axis: PeriodAxis(history, period: period)).figures
    let sessions = Table(SessionTable.csv(result, history: history))
    let fills = Table(TradeTable.csv(result, history: history))

    // Σ trades = Σ sessions = net.
    let net = sessions.cents("net")
    let condor = sessions.cents("condor_net")
    let hedge = zip(sessions.cents("hedge_net"), sessions.cents("standing_net")).map(+)
    #expect(net == zip(condor, hedge).map(+))
    func total(_ rows: [[String: String]], _ column: String) -> Int {
      rows.reduce(0) { $0 + Table.cents($1[column]) * (Int($1["quantity"] ?? "") ?? 0) }
    }
    #expect(total(fills.rows, "net") == condor.reduce(0, +))
    #expect(Self.dollars(net.reduce(0, +)) == f.netDollars)
    #expect(sessions.rows.count == period.count && f.sessions == period.count)
    for row in fills.rows {
      let kept = Table.units(row["credit"]) - Table.units(row["exit_cost"])
      #expect(kept - Table.cents(row["fees"]) == Table.cents(row["net"]), "\(row)")
    }

    // Dates and outcomes.
    let traded = sessions.rows.filter { $0["outcome"] == "traded" }.map { $0["session"] ?? "" }
    #expect(Set(fills.rows.map { $0["trade_id"] ?? "" }) == Set(traded))
    #expect(sessions.rows.count { $0["trades"] == "1" } == traded.count && f.trades == traded.count)
    #expect(Dictionary(grouping: sessions.rows) { $0["outcome"] ?? "" }.mapValues(\.count) == f.outcomes)

    // Moments, tail and drawdown.
    let x = net.map { Double($0) / 100 }
    let n = Double(x.count)
    let mean = x.reduce(0, +) / n
    let sd = (x.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / (n - 1)).squareRoot()
    let downside = (x.map { min($0, 0) * min($0, 0) }.reduce(0, +) / n).squareRoot()
    expectNear(f.meanDollars, mean)
    expectNear(f.sdDollars, sd)
    expectNear(f.sharpe, mean / sd * 252.0.squareRoot())
    expectNear(f.sortino, mean / downside * 252.0.squareRoot())
    #expect(f.worstDollars == x.min())
    expectNear(f.cvar95Dollars, Self.tail(x, 0.05))
    expectNear(f.cvar99Dollars, Self.tail(x, 0.01))
    var (sum, peak, deepest) = (0, 0, 0)
    for c in net {
      sum += c
      peak = max(peak, sum)
      deepest = max(deepest, peak - sum)
    }
    #expect(f.maxDrawdownDollars == Self.dollars(deepest))

    // Stops: a whipsaw was stopped and would have won; its dollars are what it would have earned more.
    let trades = Dictionary(grouping: fills.rows) { $0["trade_id"] ?? "" }.values
    let stopped = trades.filter { $0.contains { $0["exit_reason"] == "stop" } }
    // What a trade would have made without its stop stands on the session that it expires in.
    let shadows = Dictionary(
      sessions.rows.map { ($0["session"] ?? "", Table.cents($0["shadow_net"])) }, uniquingKeysWith: +)
    func shadow(_ rows: [[String: String]]) -> Int { shadows[rows[0]["expiry"] ?? ""] ?? 0 }
    let whipsaws = stopped.filter { shadow($0) > 0 }
    #expect(f.whipsaws == whipsaws.count)
    #expect(
      f.whipsawDollars == Self.dollars(whipsaws.reduce(0) { $0 + shadow($1) - total($1, "net") }))
    #expect(
      f.stopsNetDollars == Self.dollars(stopped.reduce(0) { $0 + total($1, "net") - shadow($1) }))
    expectNear(f.stopRate, Double(stopped.count) / Double(trades.count))
    for rows in trades where !rows.contains(where: { $0["exit_reason"] == "stop" }) {
      #expect(total(rows, "shadow_net") == total(rows, "net"), "\(rows)")
      #expect(shadow(rows) == total(rows, "net"), "\(rows)")
    }
    // One condor's parts, each carried on without its stop, are the trade without its stop.
    for rows in trades where rows.allSatisfy({ $0["condor"] == "1" }) && strategy.exit.reentry == nil {
      #expect(total(rows, "shadow_net") == shadow(rows), "\(rows)")
    }
    #expect(f.reentries == trades.reduce(0) { $0 + Set($1.map { $0["condor"] }).count - 1 })
    #expect((f.stopReachable == nil) == (strategy.exit.stop == .none))
    #expect(strategy.exit.stop != .none || (stopped.isEmpty && f.whipsaws == 0 && f.stopsNetDollars == 0))

    // Theta: credit kept, of credit received, before fees. Points × 100 = dollars.
    func units(_ column: String) -> Int {
      fills.rows.reduce(0) { $0 + Table.units($1[column]) * (Int($1["quantity"] ?? "") ?? 0) }
    }
    let credit = units("credit")
    let cost = units("exit_cost")
    expectNear(f.thetaCapture, Double(credit - cost) / Double(credit))
    #expect(f.creditDollars == Self.dollars(credit))

    // Hedge, on and off the sessions that lose.
    #expect(f.hedgeNetDollars == Self.dollars(hedge.reduce(0, +)))
    let losing = condor.indices.filter { condor[$0] < 0 }
    let loss = -losing.reduce(0) { $0 + condor[$1] }
    let offset = losing.reduce(0) { $0 + hedge[$1] }
    #expect(f.hedgeCarryDollars == Self.dollars(hedge.reduce(0, +) - offset))
    expectNear(f.hedgeOffset, strategy.hedge.isEmpty || loss == 0 ? nil : Double(offset) / Double(loss))
    #expect(f.bothLoseSessions == losing.count { hedge[$0] < 0 })

    // Slope on the index's own closes, by the plain formula.
    let moves = period.map { i -> Double in
      let (before, after) = (history.sessions[i - 1].official.close, history.sessions[i].official.close)
      return (1e6 * (after / before - 1)).rounded() / 1e4
    }
    let middle = moves.reduce(0, +) / Double(moves.count)
    let covariance = zip(x, moves).reduce(0) { $0 + ($1.0 - mean) * ($1.1 - middle) }
    expectNear(f.spxBetaDollars, covariance / moves.reduce(0) { $0 + ($1 - middle) * ($1 - middle) })
    let won = sessions.rows.count {
      $0["trades"] == "1" && Table.cents($0["condor_net"]) + Table.cents($0["hedge_net"]) > 0
    }
    expectNear(f.winRate, Double(won) / Double(traded.count))

    // Groups.
    var years: [String: Int] = [:]
    var buckets: [String: Int] = [:]
    for (k, row) in sessions.rows.enumerated() {
      years[String(row["session"]?.prefix(4) ?? ""), default: 0] += net[k]
      let vix = history.volatility[.vix]?[period.lowerBound + k - 1] ?? .nan
      buckets[
        vix < 15 ? "<15" : vix < 20 ? "15-20" : vix < 30 ? "20-30" : vix >= 30 ? ">30" : "unknown", default: 0
      ] +=
        net[k]
    }
    #expect(f.netByYear == years.mapValues(Self.dollars))
    #expect(f.netByVIX == buckets.mapValues(Self.dollars))
  }

  /// The strategies above meet what they are to test.
  @Test func theCasesCoverStopsSidesHedgesAndRefusals() throws {
    let market = try Market(history: Self.history, parameters: .builtIn)
    var seen: Set<String> = []
    for text in Self.strategies {
      let s = try Fixture.strategy("version: 1\n" + text + "\n")
      let result = Backtester(market.context(for: [s])).run(s, period: 5...255)
      for trade in result.trades {
        for fill in trade.fills { seen.insert("\(fill.part.rawValue) \(fill.reason.rawValue)") }
        if trade.stopped && trade.shadowNetCents > 0 { seen.insert("whipsaw") }
        if trade.hedge.netCents != 0 { seen.insert("hedge") }
        if trade.condors.count > 2 { seen.insert("third condor") }
      }
      if Set(result.records.map(\.quantity)).count > 3 { seen.insert("sizes") }
      seen.formUnion(result.records.map(\.code.rawValue))
      if result.standing.contains(where: { $0 != 0 }) { seen.insert("standing") }
    }
    let wanted = [
      "condor stop", "condor target", "condor settlement", "put stop", "call stop", "put settlement",
      "put time", "whipsaw",
      "hedge", "standing", "third condor", "sizes", "weekday", "margin", "traded", "period_ends",
    ]
    for name in wanted { #expect(seen.contains(name), "\(name) is in none of \(seen.sorted())") }
  }

  static func dollars(_ cents: Int) -> Double { Double(cents) / 100 }
  /// Mean of the worst share of values, the last one in part.
  static func tail(_ x: [Double], _ share: Double) -> Double {
    let k = share * Double(x.count)
    let sorted = x.sorted()
    let whole = Int(k)
    return (sorted[..<whole].reduce(0, +) + (k - Double(whole)) * sorted[whole]) / k
  }
}

/// Equal but for the last digits that another order of summing gives.
func expectNear(_ a: Double?, _ b: Double?, sourceLocation: SourceLocation = #_sourceLocation) {
  guard let a, let b else {
    #expect(a == b, sourceLocation: sourceLocation)
    return
  }
  #expect(abs(a - b) <= 1e-10 * max(1, abs(b)), "\(a) against \(b)", sourceLocation: sourceLocation)
}

/// Whatever a file may say runs to its end, and its tables agree with its figures.
@Suite struct AnyStrategyTests {
  @Test(arguments: (0..<100).map { UInt64($0) })
  func anyStrategyRunsAndItsTablesSumToItsNet(seed: UInt64) throws {
    let strategy = randomStrategy(seed: seed)
    let market = Fixture.market
    let result = Backtester(market.context(for: [strategy])).run(strategy, period: Fixture.period)
    let f = Evaluation(result, axis: PeriodAxis(market.history, period: Fixture.period)).figures
    let sessions = Table(SessionTable.csv(result, history: market.history))
    let fills = Table(TradeTable.csv(result, history: market.history))
    #expect(sessions.cents("net").reduce(0, +) == Int((f.netDollars * 100).rounded()))
    let ofFills = zip(fills.cents("net"), fills.rows).map { $0 * (Int($1["quantity"] ?? "") ?? 0) }
    #expect(ofFills.reduce(0, +) == sessions.cents("condor_net").reduce(0, +))
    #expect(f.outcomes.values.reduce(0, +) == Fixture.period.count)
    let shared = try #require(
      Evaluator.run(
        [strategy], context: market.context(for: [strategy]), period: Fixture.period, threads: 1))
    #expect(shared[0].figures == f && shared[0].records == result.records)
    // Figures are what JSON can hold: no infinity, no NaN.
    _ = try JSONEncoder().encode(f)
  }
}
