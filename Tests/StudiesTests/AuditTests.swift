import Backtesting
import Foundation
import MarketData
import Pricing
import Strategies
import Testing

@testable import Studies

/// The audit of a backtest adds up to its net, has every fill once, and tells what the engine saw when it decided.
@Suite struct AuditTests {
  private static let everyDay =
    "version: 1\nname: a\nentry: {expirations: every-session}\ncondor: {short_delta: 0.2}\n"
  private static let layers = """
    hedge:
      layers:
        - name: first
          trigger: {all: [{move: {side: down, at_least_sd: 0.2}}, {rsi: {length: 14, bar_minutes: 5, at_most: 60}}]}
          size: {gross_risk: 1}
          monetise: [{gain: 0.01, sell: 0.5}, {gain: 0.012, sell: 0.5}]
        - name: second
          trigger: "move(down) >= 0.1 sd and vix < 90 and rsi(14) <= 70"
          size: {credit: 1}
        - {name: base, horizon: standing, trigger: always, vx_tenor_days: 30, size: {contracts: 0.01}}

    """
  static let configurations = [
    everyDay, everyDay + "exit: {stop: {loss_multiple: 0.5}, basis: side}\n" + layers,
    everyDay
      + "exit: {stop: {loss_points: 0.5}, profit_target: 0.4, reentry: {after: any, wait_minutes: 5, at_most: 3}}\n",
    everyDay
      + "exit: {stop: short_strike_touched, time_stop: \"12:00\"}\nsizing: {equity_fraction: 0.5, at_most: 7}\n",
    everyDay + "exit: {stop: {loss_multiple: 0.3}, fill: trigger, mark: natural}\n"
      + layers.replacing("hedge:\n", with: "hedge:\n  unwind_with_condor: true\n"),
    everyDay.replacing(
      "}\ncondor", with: ", weekdays: [mon, tue], gates: [{index: VIX, at_most: 21}]}\ncondor"
    )
    .replacing("0.2}", with: "0.2, credit_band: [1, 1.6]}") + "account_dollars: 400\n",
    everyDay + "exit: {when: \"loss >= 0.5 * credit and vix < 90\"}\n",
    everyDay
      + "exit: {stop: {loss_points: 0.5}, basis: side, shift: {sessions: 2, back_points: 0, reopen: true, at_most: 3}}\n",
  ]

  private struct Audited {
    let strategy: Strategy
    let context: MarketContext
    let result: BacktestResult
    let lines: [AuditLine]
    let text: String
  }
  private static func audited(
    _ text: String, market: Market = Fixture.market, period: ClosedRange<Int> = Fixture.period
  ) throws -> Audited {
    let strategy = try Fixture.strategy(text)
    let context = market.context(for: [strategy])
    let result = Backtester(context).run(strategy, period: period)
    let trail = AuditTrail(result, market: market, context: context, configuration: "sha256:0")
    return Audited(
      strategy: strategy, context: context, result: result, lines: trail.lines, text: try trail.text())
  }

  @Test(arguments: configurations) func centsAddUpAndEveryFillHasOneLine(text: String) throws {
    let a = try Self.audited(text)
    let net = a.result.netBySession.reduce(0, +)
    #expect(a.lines.reduce(0) { $0 + $1.action.cents } == net)

    // lines that filled, against the fills of the trades
    var expected: [String: Int] = [:]
    func add(_ kind: String, _ session: Int, _ filled: TradeMinute) {
      let sessions = Fixture.market.history.sessions
      let key =
        "\(kind) \(sessions[session].date) \(sessions[filled.session].date) \(MinuteOfDay.text(filled.minute))"
      expected[key, default: 0] += 1
    }
    for trade in a.result.trades {
      for spread in trade.shifted {
        let isRolled = spread.expirySession > trade.expirySession
        add(isRolled ? "rolled" : "reopened", trade.entrySession, spread.filledAt)
        let end = spread.reason.map {
          ["settlement": "settled", "time": "time_stop"][$0.rawValue] ?? $0.rawValue
        }
        add(end ?? "rolled_back", trade.entrySession, spread.endedAt)
      }
      for (k, condor) in trade.condors.enumerated() {
        add(k == 0 ? "entry" : "reentry", trade.entrySession, condor.filledAt)
        for fill in condor.fills {
          let kind =
            switch fill.reason {
            case .stop: "stop"
            case .target: "target"
            case .time: "time_stop"
            case .rule: "exit_rule"
            case .settlement: "settled"
            }
          add(kind, trade.entrySession, TradeMinute(session: fill.session, minute: fill.minute))
        }
      }
      for fill in trade.hedge.fills {
        let kind = ["open": "layer_opened", "monetise": "monetised", "close": "layer_closed"][
          fill.action.rawValue]
        add(kind ?? "", trade.entrySession, TradeMinute(session: fill.session, minute: fill.minute))
      }
    }
    var found: [String: Int] = [:]
    for line in a.lines where line.kind != .standingMarked {
      guard let filled = line.action.filledAt else { continue }
      found[
        "\(line.kind.rawValue) \(line.session) \(filled.prefix(10)) \(filled.dropFirst(11).prefix(5))",
        default: 0] += 1
    }
    #expect(found == expected)
    #expect(a.lines.count { $0.kind == .noEntry } == a.result.records.count { $0.code != .traded })
    #expect(a.lines.allSatisfy { !$0.rule.isEmpty && $0.configuration == "sha256:0" })
    #expect(a.lines.map(\.time) == a.lines.map(\.time).sorted())

    // a line is JSON that reads back as itself, and the bytes are always the same
    let rows = a.text.split(separator: "\n")
    #expect(rows.count == a.lines.count)
    for (row, line) in zip(rows, a.lines) {
      #expect(try JSONDecoder().decode(AuditLine.self, from: Data(row.utf8)) == line)
    }
    #expect(try Self.audited(text).text == a.text)
  }

  /// Each kind is there at least once, or the tests above would prove nothing of it.
  @Test func everyKindIsTested() throws {
    let kinds = try Set(Self.configurations.flatMap { try Self.audited($0).lines.map(\.kind) })
    #expect(kinds == Set(AuditLine.Kind.allCases))
  }

  /// The rule's own bound holds on what the line says was seen.
  @Test func whatWasSeenMakesTheRuleTrue() throws {
    func number(_ line: AuditLine, _ name: String) throws -> Double {
      guard case .number(let value)? = line.inputs[name] else {
        Issue.record("\(name) in \(line.inputs)")
        return .nan
      }
      return value
    }
    var count = 0
    for text in Self.configurations {
      let a = try Self.audited(text)
      for line in a.lines {
        count += 1
        switch line.kind {
        case .stop where line.inputs["stop_level_points"] != nil:
          let cost = try number(
            line, a.strategy.exit.mark == .mid ? "mid_cost_points" : "natural_cost_points")
          #expect(cost >= (try number(line, "stop_level_points")))
        case .stop:
          let index = try number(line, "index_points")
          #expect(try index <= number(line, "short_put_points") || index >= number(line, "short_call_points"))
        case .target: #expect(try number(line, "mid_cost_points") <= number(line, "limit_points"))
        case .timeStop: #expect(line.time.contains("T12:00:00"))
        case .exitRule:
          #expect(try number(line, "loss") >= 0.5 * number(line, "credit") && number(line, "vix") < 90)
          #expect(line.rule == "exit.when = loss >= 0.5 * credit and vix < 90")
        case .layerOpened where line.rule.contains("\"move\""):
          #expect(try number(line, "move_sd") <= -0.2 && number(line, "rsi(14, 5 min)") <= 60)
        case .layerOpened:
          #expect(try number(line, "move(down)") >= 0.1 && number(line, "rsi(14, 5 min)") <= 70)
          #expect(line.rule.contains("trigger = move(down) >= 0.1 sd and vix < 90 and rsi(14, 5 min) <= 70"))
        case .monetised:
          let now = try number(line, "indicative_vx_points")
          #expect(try now >= 1.01 * number(line, "indicative_vx_at_opening_points") - 1e-9)
        case .noEntry where line.action.text == "no entry: gate":
          #expect(try number(line, "VIX_close_points") > 21)
        case .noEntry where line.action.text == "no entry: margin":
          let margin = try number(line, "margin_of_one_dollars")
          #expect((1...500).contains(margin) && line.rule.hasPrefix("account_dollars = "), "\(line)")
        case .noEntry where line.action.text == "no entry: signal_missing":
          guard case .text(let text)? = line.inputs["missing"] else {
            Issue.record("\(line)")
            continue
          }
          #expect(text.contains("missing"), "\(line)")
        default: count -= 1
        }
      }
    }
    #expect(count > 100, "\(count)")
  }

  /// Later data changes nothing of a decision taken before it but when and at what it filled.
  @Test(arguments: [10, 25, 40], [12 * 60, 15 * 60 + 45]) func nothingSeenIsLater(session: Int, minute: Int)
    throws
  {
    let start = try #require(SessionDate(iso: "2022-07-01"))
    var later = try SyntheticMarket.history(sessions: 60, seed: 5, start: start)
    let other = try SyntheticMarket.history(sessions: 60, seed: 6, start: start)
    for i in session..<later.sessions.count {
      // the day's own path up to the minute is known, its closes aren't
      let known = i == session ? minute - MinuteOfDay.open + 1 : 0
      later.sessions[i].spot.replaceSubrange(known..., with: other.sessions[i].spot[known...])
      later.sessions[i].official = other.sessions[i].official
      later.futures[i] = other.futures[i]
      for index in VolatilityIndex.allCases {
        if let value = other.volatility[index]?[i] { later.volatility[index]?[i] = value }
      }
    }
    let market = try Market(history: later, parameters: .builtIn)
    let cut = NewYorkTime.text(later.sessions[session].date, minute: minute)
    for text in Self.configurations where !text.contains("equity_fraction") {
      func seen(_ a: Audited) -> [AuditLine] {
        a.lines.filter { $0.time <= cut }.map { line in
          var line = line
          line.action = .none("")
          return line
        }
      }
      let (before, after) = (seen(try Self.audited(text)), seen(try Self.audited(text, market: market)))
      #expect(before == after && before.count > session, "\(text)")
    }
  }

  /// Holes are told with what was known, and break no sum.
  @Test func holesAreLines() throws {
    let start = try #require(SessionDate(iso: "2022-07-01"))
    var history = try SyntheticMarket.history(sessions: 60, seed: 5, start: start)
    for k in 100..<160 { history.sessions[20].spot[k] = .nan }
    history.sessions[30].spot[375] = .nan
    for index in VolatilityIndex.allCases { history.volatility[index]?[40] = .nan }
    history.futures[45] = []
    let market = try Market(history: history, parameters: .builtIn)
    for text in Self.configurations {
      let a = try Self.audited(text, market: market)
      #expect(a.lines.reduce(0) { $0 + $1.action.cents } == a.result.netBySession.reduce(0, +))
      for code in [OutcomeCode.dataHole, .signalMissing] {
        let told = a.lines.filter { $0.action.text == "no entry: \(code.rawValue)" }
        #expect(told.count == a.result.records.count { $0.code == code } && !told.isEmpty, "\(text)")
      }
    }
  }

  @Test func timesCarryTheirOffset() throws {
    func text(_ iso: String) throws -> String {
      NewYorkTime.text(try #require(SessionDate(iso: iso)), minute: 945)
    }
    #expect(try text("2018-03-09") == "2018-03-09T15:45:00-05:00")
    #expect(try text("2018-03-12") == "2018-03-12T15:45:00-04:00")
    #expect(try text("2018-11-02") == "2018-11-02T15:45:00-04:00")
    #expect(try text("2018-11-05") == "2018-11-05T15:45:00-05:00")
    #expect(try text("2006-04-03") == "2006-04-03T15:45:00-04:00")
  }
}
