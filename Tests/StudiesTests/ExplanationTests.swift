import Backtesting
import MarketData
import Pricing
import Strategies
import Testing

@testable import Studies

/// An explanation names what each decision saw, and the engine's books agree with it.
@Suite struct ExplanationTests {
  static let everyDay = "version: 1\nentry: {expirations: every-session}\n"

  static func explained(_ strategy: Strategy, _ i: Int, _ market: Market = Fixture.market) throws
    -> Explanation
  {
    try Explanation(strategy, date: market.history.sessions[i].date, market: market)
  }
  /// The position of the one minute with an event that starts so.
  static func position(_ e: Explanation, _ start: String) -> Int? {
    let found = e.minutes.indices.filter { e.minutes[$0].events.contains { $0.hasPrefix(start) } }
    return found.count == 1 ? found[0] : nil
  }
  /// The number behind `word` in the event that starts so.
  static func number(_ e: Explanation, _ at: Int, _ start: String, after word: String) -> Double? {
    guard let event = e.minutes[at].events.first(where: { $0.hasPrefix(start) }),
      let place = event.range(of: word)
    else { return nil }
    return Double(event[place.upperBound...].prefix { "-.0123456789".contains($0) })
  }

  // MARK: Exits

  @Test(arguments: [
    "stop: {loss_multiple: 0.5}", "stop: {loss_multiple: 0.5}, confirm_minutes: 3",
    "stop: {loss_multiple: 0.5}, basis: side", "stop: {loss_multiple: 0.5}, mark: natural",
    "stop: {loss_multiple: 0.5}, fill: trigger",
  ])
  func aStopIsDecidedAtTheLevelOneMarkBeforeItsFill(exit: String) throws {
    let strategy = try Fixture.strategy(Self.everyDay + "condor: {short_delta: 0.2}\nexit: {\(exit)}\n")
    let confirm = strategy.exit.confirm
    var stops = 0
    let result = Backtester(Fixture.market.context(for: [strategy])).run(strategy, period: Fixture.period)
    for trade in result.trades {
      for fill in trade.fills where fill.reason == .stop {
        stops += 1
        let e = try Self.explained(strategy, trade.entrySession)
        let start = "\(fill.part.rawValue) stop decided"
        let d = try #require(Self.position(e, start))
        let f = try #require(Self.position(e, "\(fill.part.rawValue) closed (stop)"))
        let next = try #require(e.minutes.indices.first { $0 > d && e.minutes[$0].costPoints != nil })
        #expect(f == (strategy.exit.fill == .trigger ? d : next))
        let cost = try #require(Self.number(e, d, start, after: "cost "))
        let level = try #require(Self.number(e, d, start, after: ">= level "))
        // The level by the rule's own words: credit + half of the total credit.
        let share = Int64(trade.first.credit) * 500
        let expected = Double((Int64(fill.credit) * 1000 + share + 999) / 1000) / 10_000
        #expect(abs(level - expected) < 1e-9 && cost >= level)
        let at = try #require(fill.decidedAt)
        #expect(e.minutes[d].time == MinuteOfDay.text(at.minute))
        #expect(e.minutes[d].date == Fixture.market.history.sessions[at.session].date.description)
        if strategy.exit.basis == .condor, strategy.exit.mark == .mid {
          #expect(cost == e.minutes[d].costPoints)
          let costs = e.minutes[(d - confirm + 1)...d].map(\.costPoints)
          #expect(costs.allSatisfy { ($0 ?? 0) >= level }, "every mark that confirms is at the level")
          // The marks before those don't confirm: the first is the fill's own minute, which isn't watched.
          let before = d - confirm
          if before >= 1, e.minutes[before].date == e.minutes[d].date {
            #expect((e.minutes[before].costPoints ?? 0) < level)
          }
        }
      }
    }
    #expect(stops >= 3, "rules that never stop test nothing")
  }

  @Test func targetsAndTimeStopsTellTheMarkThatDecided() throws {
    let strategy = try Fixture.strategy(
      Self.everyDay + "condor: {short_delta: 0.2}\nexit: {profit_target: 0.5, time_stop: \"11:00\"}\n")
    var (targets, times) = (0, 0)
    let result = Backtester(Fixture.market.context(for: [strategy])).run(strategy, period: Fixture.period)
    for trade in result.trades.prefix(25) {
      let fill = trade.fills[0]
      let e = try Self.explained(strategy, trade.entrySession)
      guard fill.reason != .settlement else { continue }
      let start = "condor \(fill.reason.rawValue) decided"
      let d = try #require(Self.position(e, start))
      let f = try #require(Self.position(e, "condor closed (\(fill.reason.rawValue))"))
      #expect(f == e.minutes.indices.first { $0 > d && e.minutes[$0].costPoints != nil })
      let cost = try #require(Self.number(e, d, start, after: "cost "))
      #expect(cost == e.minutes[d].costPoints)
      if fill.reason == .target {
        targets += 1
        let limit = try #require(Self.number(e, d, start, after: "<= limit "))
        #expect(cost <= limit && abs(limit - TickGrid.points(fill.cost)) < 1e-9)
      } else {
        times += 1
        #expect(e.minutes[d].time == "11:00" && e.minutes[f].time == "11:01")
      }
    }
    #expect(targets >= 1 && times >= 1)
  }

  // MARK: Hedges

  @Test func hedgeLayersTellWhatTheySawOneMarkBeforeTheirFill() throws {
    let strategy = try Fixture.strategy(
      Self.everyDay + """
        condor: {short_delta: 0.2}
        hedge:
          layers:
            - name: first
              trigger: {all: [{move: {side: down, at_least_sd: 0.4}}, {rsi: {length: 14, bar_minutes: 5, at_most: 40}}]}
              size: {gross_risk: 1}
              monetise: [{gain: 0.01, sell: 0.5}, {gain: 0.012, sell: 0.5}]
        """)
    var (opened, sold) = (0, 0)
    for i in 1..<Fixture.period.upperBound where opened < 6 || sold < 2 {
      let e = try Self.explained(strategy, i)
      guard let d = Self.position(e, "hedge first: open decided") else { continue }
      opened += 1
      let f = try #require(Self.position(e, "hedge first: open 100 %"))
      #expect(f == e.minutes.indices.first { $0 > d && e.minutes[$0].index != nil })
      let start = "hedge first: open decided"
      let move = try #require(Self.number(e, d, start, after: "move "))
      let rsi = try #require(Self.number(e, d, start, after: "RSI 14/5 "))
      #expect(move <= -0.4 && abs(move - (e.minutes[d].moveSd ?? 0)) < 0.001)
      #expect(rsi <= 40 && abs(rsi - (e.minutes[d].rsi["14/5"] ?? 0)) < 0.01)
      for m in e.minutes[1..<d] {
        #expect(!((m.moveSd ?? 0) <= -0.4 && (m.rsi["14/5"] ?? 100) <= 40), "it opens at the first chance")
      }
      let decisions = e.minutes.flatMap(\.events).filter { $0.hasPrefix("hedge first: monetise decided") }
      for (k, text) in decisions.enumerated() {
        sold += 1
        let gain = try #require(
          text.range(of: " is ").flatMap { Double(text[$0.upperBound...].prefix { $0 != " " }) })
        #expect(
          gain >= [1, 1.2][k] - 0.005 && text.hasSuffix("step \(k + 1) asks for \(["1", "1.2"][k]) %"),
          "\(text)")
      }
    }
    #expect(opened >= 3 && sold >= 2, "opened \(opened), sold \(sold)")
  }

  // MARK: No trade

  @Test func theLiteralSettingNamesStrikesAndCredit() throws {
    let literal = "condor: {delta_band: [0.15, 0.20], credit_band: [0.40, 0.60]}\n"
    let strategy = try Fixture.strategy(Self.everyDay + literal)
    var free = strategy
    free.condor.strikes.creditBand = nil
    var seen = 0
    for i in 1..<Fixture.period.upperBound {
      let e = try Self.explained(strategy, i)
      guard e.outcome == "credit_unreachable" else { continue }
      seen += 1
      let start = "without its credit band the rule would take "
      let would = try #require(e.decision.first { $0.hasPrefix(start) }).dropFirst(start.count)
      // The rule without the band is a configuration too: it sells exactly these.
      let sold = try #require(try Self.explained(free, i).decision.first { $0.hasPrefix("15:45 decided: ") })
      #expect(sold == "15:45 decided: " + would)
      let credit = try #require(
        would.range(of: "mid credit ").flatMap {
          Double(would[$0.upperBound...].prefix { $0 != " " })
        })
      #expect(!(0.4...0.6).contains(credit))
      #expect(
        e.decision.contains {
          $0.contains(credit > 0.6 ? "is above the band 0.40-0.60" : "is below the band")
        })
    }
    #expect(seen >= 8)
  }

  @Test func aBandWithoutAStrikeNamesTheNearestDeltas() throws {
    let strategy = try Fixture.strategy(
      Self.everyDay + "condor: {short_delta: 0.2, delta_band: [0.2, 0.2001]}\n")
    var seen = 0
    for i in 1..<15 {
      let e = try Self.explained(strategy, i)
      guard e.outcome == "no_strike_in_band" else { continue }
      seen += 1
      #expect(e.decision.contains { $0.contains("is in the delta band 0.2-0.2001: nearest is ") })
      #expect(e.decision.contains { $0.hasPrefix("without its bands the rule would take put ") })
    }
    #expect(seen >= 10)
  }

  @Test func aHoleNamesItsMinutesAndSettlements() throws {
    var history = Fixture.market.history
    for k in 30..<50 { history.sessions[11].spot[k] = .nan }
    history.sessions[10].spot[378] = .nan
    for i in [20, 21] { history.futures[i] = [] }
    let market = try Market(history: history, parameters: .builtIn)
    let plain = try Fixture.strategy(Self.everyDay + "condor: {short_delta: 0.2}\n")
    let days = history.sessions.map(\.date.description)
    let minutes = try Self.explained(plain, 10, market)
    #expect(minutes.outcome == "data_hole")
    #expect(
      minutes.decision.contains {
        $0.contains(
          "missing: the index at \(days[10]) 15:48, \(days[11]) 10:00-10:19; 21 minutes, 15 are tolerated")
      }, "\(minutes.decision)")
    let hedged = try Fixture.strategy(
      Self.everyDay + "condor: {short_delta: 0.2}\n"
        + "hedge: {layers: [{name: a, trigger: always, size: {gross_risk: 1}}]}\n")
    let traded = try Self.explained(plain, 20, market)
    #expect(traded.outcome == "traded")
    #expect(
      traded.decision.contains {
        $0
          == "one condor at a time: the account of 10000.00 $ at \(days[0]) sold 1; the minutes below are of one"
      }, "\(traded.decision)")
    let settle = try Self.explained(hedged, 20, market)
    #expect(settle.outcome == "data_hole")
    #expect(
      settle.decision.contains {
        $0.hasPrefix("missing for hedge a: the settlement of VX") && $0.hasSuffix(days[20])
      },
      "\(settle.decision)")
    #expect(settle.decision.contains { $0.hasPrefix("missing for hedge a: VX contracts around 30 days") })
  }

  @Test func aMissingSignalIsNamed() throws {
    var history = Fixture.market.history
    for index in VolatilityIndex.allCases { history.volatility[index]?[9] = .nan }
    let market = try Market(history: history, parameters: .builtIn)
    let day = history.sessions[9].date
    let plain = try Fixture.strategy(Self.everyDay + "condor: {short_delta: 0.2}\n")
    let level = try Self.explained(plain, 10, market)
    #expect(level.outcome == "signal_missing")
    #expect(level.decision.contains("missing: a level, VIX1D, VIX9D, VIX have no close on \(day)"))
    let gated = try Fixture.strategy(
      "version: 1\nentry: {expirations: every-session, gates: [{index: VIX, at_most: 90}]}\n"
        + "condor: {short_delta: 0.2}\n")
    let gate = try Self.explained(gated, 10, market)
    #expect(gate.decision.contains("missing: the close of VIX on \(day), which a gate asks for"))
    let rsi = try Fixture.strategy(
      Self.everyDay + "condor: {short_delta: 0.2}\nhedge: {layers: [{name: a, trigger: {rsi: {length: 14, "
        + "bar_minutes: 0, at_most: 30}}, size: {gross_risk: 1}}]}\n")
    let cold = try Self.explained(rsi, 3)
    #expect(cold.outcome == "signal_missing")
    #expect(
      cold.decision.contains {
        $0.hasPrefix("missing for hedge a: RSI 14/0, fewer than 14 changes of sessions")
      })
  }

  // MARK: Gates

  @Test(arguments: [false, true])
  func aGateTellsItsValueItsDateAndItsBound(known: Bool) throws {
    let strategy = try Fixture.strategy(
      "version: 1\nentry: {expirations: every-session, gates: [{index: VIX, at_least: 1, at_most: 2.5}]}\n"
        + "condor: {short_delta: 0.2}\nmarks: {assume_close_known: \(known)}\n")
    let e = try Self.explained(strategy, 10)
    let history = Fixture.market.history
    let day = known ? 10 : 9
    let value = Explanation.text(history.close(.vix, day), 2)
    let ahead = known ? " (assume_close_known: a look-ahead, it is published at 16:15)" : ""
    #expect(e.outcome == "gate")
    #expect(
      e.decision.contains(
        "gate on VIX: \(value) at the close of \(history.sessions[day].date)\(ahead), at least 1 and at most 2.5 "
          + "wanted: closed"), "\(e.decision)")
  }

  // MARK: The account

  /// What a backtest of the same sessions says of each entry, whatever the account has room for.
  @Test(arguments: [
    "account_dollars: 700", "account_dollars: 5000\nsizing: {equity_fraction: 0.5, at_most: 9}",
  ])
  func theAccountIsThatOfTheBacktest(account: String) throws {
    let strategy = try Fixture.strategy(Self.everyDay + account + "\ncondor: {short_delta: 0.2}\n")
    let period = 5...49
    let records = Backtester(Fixture.market.context(for: [strategy])).run(strategy, period: period).records
    var codes: [String: Int] = [:]
    for i in period {
      let e = try Explanation(
        strategy, date: Fixture.market.history.sessions[i].date, market: Fixture.market, period: period)
      let record = records[i - 5]
      #expect(e.outcome == record.code.rawValue)
      codes[e.outcome, default: 0] += 1
      #expect((e.netDollars != nil) == (record.code == .traded))
      if record.code == .traded {
        #expect(e.decision.contains { $0.contains(" sold \(record.quantity); ") }, "\(e.decision)")
      }
    }
    #expect(codes["traded"] ?? 0 > 5)
    #expect(codes["margin"] ?? 0 > 5 || account.contains("sizing"))
    #expect(throws: StudyError.self) {
      try Explanation(
        strategy, date: Fixture.market.history.sessions[4].date, market: Fixture.market, period: period)
    }
  }
}
