import Backtesting
import ConfigFormats
import Foundation
import MarketData
import Search
import Strategies
import Synchronization
import Testing

@testable import Studies

/// Walks over small spaces, against backtests of their own.
@Suite struct WalkForwardTests {
  static let standing =
    "version: 1\nname: carry\ncondor: {short_delta: 0.2}\n"
    + "hedge: {layers: [{name: base, horizon: standing, trigger: always, vx_tenor_days: 30, size: {contracts: 0.01}}]}\n"
  /// A control, two spaces that are searched, one grid, and settings that stay with a standing layer.
  static let texts = [
    FamilyStudyTests.stops, FamilyStudyTests.alvh, Fixture.space, standing, FamilyStudyTests.hold,
  ]

  static func spaces(_ texts: [String] = texts) throws -> [SweepSpace] {
    try texts.enumerated().map { try SweepSpace(Fixture.document($1, "\($0).yaml")) }
  }
  static func walk(
    _ texts: [String] = texts, market: Market = Fixture.market, _ rule: WalkWindows? = nil
  ) throws -> WalkForward {
    var walk = try WalkForward(
      spaces(texts), market: market, period: 0...market.history.sessions.count - 1,
      rule: rule ?? WalkWindows(inSample: 20, outOfSample: 12, embargo: 1))
    walk.resamples = 200
    return walk
  }

  // MARK: Against backtests

  /// Every setting of every space is backtested minute by minute over each window: the best is what was chosen, and its
  /// backtest over the sessions that follow is the curve.
  @Test func eachWindowTradesWhatWasBestBefore() throws {
    let walk = try Self.walk()
    #expect(walk.windows.map(\.inSample) == [0...19, 12...31, 24...43, 36...55])
    #expect(walk.windows.map(\.outOfSample) == [21...33, 33...45, 45...57, 57...59])
    let report = try walk.run(threads: 2)
    #expect(report.families.map(\.name) == ["hold", "stops", "alvh", "small", "carry"])
    #expect(report.families.map(\.isFixed) == [true, false, false, false, true])
    for row in report.families {
      let text = try #require(Self.texts.first { $0.contains("name: \(row.name)\n") })
      let space = try SweepSpace(Fixture.document(text))
      let strategies = try space.tree.probes(100).map { try space.strategy(of: $0) }
      let context = Fixture.market.context(for: strategies)
      var curve = Array(repeating: Int64(0), count: 60)
      for (w, window) in walk.windows.enumerated() {
        func figures(_ strategy: Strategy, _ sessions: ClosedRange<Int>) -> Figures {
          let result = Backtester(context).run(strategy, period: sessions)
          return Evaluation(result, axis: PeriodAxis(Fixture.market.history, period: sessions)).figures
        }
        let goal = row.name == "small" ? Metric.sharpe : .net
        let scored = strategies.map { ($0, goal.value(of: figures($0, window.inSample)) ?? -.infinity) }
        let best = try #require(scored.map(\.1).max())
        let choice = row.windows[w]
        #expect(choice.evaluations == (row.isFixed ? 0 : strategies.count))
        let net = try #require(choice.inSample?.netDollars)
        let after = zip(row.curveCents, report.curveWindows).reduce(Int64(0)) {
          $0 + ($1.1 == w + 1 ? $1.0 : 0)
        }
        let twins = scored.filter { $0.1 == best }.map(\.0).filter { strategy in
          let (own, other) = (figures(strategy, window.inSample), figures(strategy, window.outOfSample))
          return own.netDollars == net && other.netDollars == Double(after) / 100
        }
        let chosen = try #require(twins.first, "\(row.name), window \(w): a best setting gave these results")
        let sessions = Backtester(context).run(chosen, period: window.outOfSample).netBySession
        for (s, cents) in zip(window.outOfSample, sessions) {
          // what buying a standing layer costs counts with the session after
          curve[s == window.outOfSample.lowerBound ? s + 1 : s] += cents
        }
        #expect(choice.outOfSample.sessions == window.outOfSample.count - 1)
      }
      #expect(row.curveCents == Array(curve[22...]), "\(row.name)")
      #expect(row.outOfSample.netDollars == Double(curve.reduce(0, +)) / 100)
      #expect(row.outOfSample.worstDollars == Double(curve.min() ?? 0) / 100)
    }
    let dates = Fixture.market.history.sessions.map(\.date.description)
    #expect(report.curveSessions == Array(dates[22...]))
    #expect(report.windows.map(\.outOfSampleTo) == [dates[33], dates[45], dates[57], dates[59]])
    #expect(report.families[4].curveCents.contains { $0 != 0 && !report.families[0].curveCents.contains($0) })
  }

  /// A grid in windows is the same grid swept over the window's sessions.
  @Test func aGridChoosesWhatASweepDoes() throws {
    let walk = try Self.walk([Fixture.space])
    let report = try walk.run(threads: 2)
    #expect(report.families.map(\.name) == ["fixed hold", "small"])
    for (choice, window) in zip(report.families[1].windows, walk.windows) {
      let sweep = try Sweep(
        space: SweepSpace(Fixture.document(Fixture.space)), market: Fixture.market, period: window.inSample)
      let best = try #require(try sweep.run(threads: 1, store: nil).best)
      #expect(choice.assignments == best.assignments)
      #expect(choice.inSample?.netDollars == best.figures.netDollars)
      #expect(choice.inSample?.trades == best.figures.trades && choice.evaluations == 12)
    }
    // the control is the space's first condor without anything else
    let held = try Fixture.strategy("version: 1\ncondor: {width_points: 5, short_delta: 0.10}\n")
    let own = Backtester(Fixture.market.context(for: [held])).run(held, period: walk.windows[0].outOfSample)
    #expect(
      report.families[0].windows[0].outOfSample.netDollars
        == Double(own.netBySession.reduce(0, +)) / 100)
  }

  /// A search in windows is the same search over the window's sessions: of two objectives the knee of its front.
  @Test func aSearchChoosesItsKnee() throws {
    let search =
      "{method: nsga2, population: 8, seed: 3, budget: {evaluations: 24}, "
      + "objectives: [net_dollars, cvar95_dollars], constraints: [trades >= 5]}"
    let text =
      "version: 1\nname: front\nsearch: \(search)\ncondor: {short_delta: {from: 0.05, to: 0.3, step: 0.01}}\n"
      + "exit: {stop: {loss_multiple: {from: 0.5, to: 3}}}\n"
    let walk = try Self.walk([text])
    let report = try walk.run(threads: 2)
    for (choice, window) in zip(report.families[1].windows, walk.windows) {
      let study = try SearchStudy(
        SweepSpace(Fixture.document(text)), market: Fixture.market, period: window.inSample)
      let summary = try study.run(threads: 1, store: nil)
      let knee = try #require(summary.front.first { $0.trial == summary.knee })
      #expect(choice.assignments == knee.assignments && choice.inSample?.netDollars == knee.objectives[0])
      #expect(choice.evaluations == 24 && choice.feasible == summary.feasible)
    }
  }

  /// A lost hour keeps one member from selling and not the other: that entry counts for none in their differences, and stays
  /// in the curve of the one that sold; a standing layer goes on.
  @Test func differencesArePairedByTheSession() throws {
    let texts =
      ["name: hold\n", "name: early\nentry: {minute: '09:45'}\nexit: {stop: {loss_multiple: 1}}\n"]
      .map { "version: 1\ncondor: {short_delta: 0.2}\n" + $0 } + [Self.standing]
    let market = try DataHoleTests.holed(30)
    let walk = try Self.walk(texts, market: market)
    let report = try walk.run(threads: 2)
    #expect(report.families.map(\.isFixed) == [true, true, true] && report.leftOut == ["data_hole": 2])
    func results(_ text: String) throws -> [BacktestResult] {
      let strategy = try Fixture.strategy(text)
      let tester = Backtester(market.context(for: [strategy]))
      return walk.windows.map { tester.run(strategy, period: $0.outOfSample) }
    }
    let curves = try texts[..<2].map { try results($0).flatMap { $0.netBySession.dropFirst() } }
    #expect(report.families[..<2].map(\.curveCents) == curves)
    // sessions 30 and 31 realise what was, or wasn't, sold in 29 and 30
    #expect(curves[0][31 - 22] != 0 && curves[1][31 - 22] == 0)
    let judged = curves[0].indices.filter { ![30 - 22, 31 - 22].contains($0) }
    let early = try #require(report.differences.first { $0.a == "early" && $0.b == "hold" })
    #expect(report.differences.count == 3 && early.mean.sessions == 38)
    let sum = judged.reduce(0) { $0 + curves[1][$1] - curves[0][$1] }
    #expect(early.mean.meanDollars == Double(sum) / 38 / 100)
    #expect(early.meanBDollars == Double(judged.reduce(0) { $0 + curves[0][$1] }) / 38 / 100)
    // the same condors: the difference is the standing layer's, in every session
    let carry = try #require(report.differences.first { $0.a == "carry" && $0.b == "hold" })
    let standing = try results(Self.standing).flatMap(\.standing)
    #expect(carry.mean.meanDollars == Double(standing.reduce(0, +)) / 38 / 100 && carry.mean.meanDollars != 0)
  }

  // MARK: No look-ahead

  /// With other data after a window's last in-sample session everything it chose stays, to the cent of its trades; so does
  /// the curve up to there. What comes later changes.
  @Test func laterDataChangeNoChoice() throws {
    let start = try #require(SessionDate(iso: "2022-07-01"))
    let donor = try SyntheticMarket.history(sessions: 60, seed: 77, start: start)
    let walk = try Self.walk()
    let report = try walk.run(threads: 2)
    var differed = 0
    for (w, window) in walk.windows.enumerated() {
      let cut = window.inSample.upperBound
      var history = Fixture.market.history
      for i in (cut + 1)..<60 {
        history.sessions[i] = donor.sessions[i]
        history.futures[i] = donor.futures[i]
        for index in VolatilityIndex.allCases {
          guard let other = donor.volatility[index]?[i] else { continue }
          history.volatility[index]?[i] = other
        }
      }
      let other = try Self.walk(market: Market(history: history, parameters: .builtIn)).run(threads: 2)
      for (mine, theirs) in zip(report.families, other.families) {
        for v in 0...w {
          #expect(mine.windows[v].assignments == theirs.windows[v].assignments, "\(mine.name), window \(v)")
          #expect(mine.windows[v].inSample == theirs.windows[v].inSample, "\(mine.name), window \(v)")
        }
        let known = (22..<60).prefix { $0 <= cut }.count
        #expect(mine.curveCents.prefix(known) == theirs.curveCents.prefix(known))
        if mine.curveCents != theirs.curveCents { differed += 1 }
      }
    }
    #expect(differed == 20, "other data make other results in every window of every family")
  }

  // MARK: Runs

  @Test func theSameBytesAtAnyNumberOfThreads() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let made = try [1, 2, 3].map { try encoder.encode(Self.walk().run(threads: $0)) }
    #expect(made[0] == made[1] && made[0] == made[2])
  }

  @Test func aCancelledWalkTellsOfItsFinishedWindows() throws {
    let walk = try Self.walk()
    let isOver = Mutex(false)
    let part = try walk.run(threads: 2, isCancelled: { isOver.withLock { $0 } }) { progress in
      #expect(progress.total == 20)
      if progress.done == 11 { isOver.withLock { $0 = true } }
    }
    let whole = try walk.run(threads: 2)
    #expect(part.interrupted && part.windows.count == 2 && part.windowsInAll == 4 && !whole.interrupted)
    for (mine, theirs) in zip(part.families, whole.families) {
      #expect(mine.curveCents == Array(theirs.curveCents.prefix(24)) && mine.windows.count == 2)
    }
    let none = try walk.run(threads: 2, isCancelled: { true })
    #expect(none.interrupted && none.windows.isEmpty && none.families[1].decay == nil)
  }

  /// Where nothing keeps the constraints nothing is traded, and that is told.
  @Test func aWindowWithoutAChoiceTradesNothing() throws {
    let strict = FamilyStudyTests.stops.replacing(
      "objective: net_dollars", with: "objective: net_dollars, constraints: [trades >= 19]")
    // an anchored window has room for 19 trades from the second on
    let rule = try WalkWindows(inSample: 20, outOfSample: 12, isAnchored: true)
    let tight = try Self.walk(
      [strict.replacing("trades >= 19", with: "trades >= 25"), FamilyStudyTests.hold], rule
    )
    .run(threads: 2)
    let row = tight.families[1]
    #expect(row.windows.map(\.isChosen) == [false, true, true, true] && row.windowsWithoutChoice == 1)
    #expect(row.windows[0].decay == nil && row.windows[0].inSample == nil && row.windows[0].feasible == 0)
    #expect(row.windows[0].outOfSample.trades == 0 && row.windows[0].outOfSample.netDollars == 0)
    #expect(row.windows[0].evaluations == 10 && row.drift?.choices == 3 && row.drift?.followed == 2)
    #expect(row.curveCents.prefix(12).allSatisfy { $0 == 0 } && row.curveCents.count == 39)
    let never = try Self.walk(
      [strict.replacing("trades >= 19", with: "trades >= 100"), FamilyStudyTests.hold], rule
    ).run(threads: 2)
    #expect(never.families[1].windowsWithoutChoice == 4 && never.families[1].decay == nil)
    #expect(never.families[1].mean.sign == 0)
  }

  @Test func theCurveAsCSV() throws {
    let report = try Self.walk([FamilyStudyTests.stops, FamilyStudyTests.hold]).run(threads: 2)
    let lines = report.csv.split(separator: "\n")
    #expect(lines[0] == "session,window,family,cents" && lines.count == 1 + 2 * 38)
    #expect(lines[1] == "\(report.curveSessions[0]),1,\"hold\",\(report.families[0].curveCents[0])")
    #expect(lines[76] == "\(report.curveSessions[37]),4,\"stops\",\(report.families[1].curveCents[37])")
  }

  // MARK: Planted

  /// VX that rises with every move of the index, either way, and never falls: whoever chooses again and again finds the hedge,
  /// and keeps what it promised.
  @Test func aFreeStraddleIsFoundInEveryWindow() throws {
    let always = FamilyStudyTests.alvh.replacing(
      "trigger: {move: {at_least_sd: [0.3, 0.6, 0.9]}}", with: "trigger: always"
    ).replacing("[0.5, 1]", with: "[0, 1, 4, 8]")
    let walk = try Self.walk(
      [FamilyStudyTests.hold, always], market: FamilyStudyTests.freeStraddle(),
      WalkWindows(inSample: 40, outOfSample: 20))
    let report = try walk.run(threads: 2)
    let row = report.families[1]
    #expect(row.drift?.different == 1 && row.drift?.repeated == 5 && row.drift?.mostFrequent == 6)
    #expect(row.drift?.parameters.first?.values == Array(repeating: "8", count: 6))
    #expect(row.drift?.parameters.first?.meanStep == 0)
    let difference = report.differences[0]
    #expect(difference.a == "alvh" && difference.b == "hold" && difference.mean.sign == 1)
    #expect(difference.verdict.hasPrefix("alvh earned more than hold"))
  }
}
