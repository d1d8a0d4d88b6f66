import Backtesting
import ConfigFormats
import MarketData
import Strategies
import Testing

@testable import Studies

/// `exit.when` in configuration files: read, written, searched, told.
@Suite struct ExitConditionFileTests {
  private static func text(_ exit: String) -> String {
    """
    version: 1
    entry: {expirations: every-session}
    condor: {width_points: 5, short_delta: 0.2}
    exit:
    \(exit)
    """
  }
  private static let named = """
      parameters: {m: 0.5}
      rules: {lost: "loss >= ${m} * credit"}
      when: lost and vix < 90
    """

  @Test(arguments: [ConfigFormat.yaml, .json, .toml])
  func survivesWritingAndReading(format: ConfigFormat) throws {
    let strategy = try Fixture.strategy(Self.text(Self.named))
    let rule = try #require(strategy.exit.condition)
    #expect(rule.rule.canonical == "lost and vix < 90" && rule.definitions.map(\.name) == ["lost"])
    let text = ConfigDocument(file: "f", root: StrategyWriter.node(strategy)).render(format)
    let again = try StrategyReader.strategy(ConfigDocument.parse(text, format: format, file: "f"))
    #expect(again == strategy && again.hashValue == strategy.hashValue)
    // another meaning of a named rule is another exit
    let other = try Fixture.strategy(Self.text(Self.named.replacing("0.5", with: "0.6")))
    #expect(other.exit != strategy.exit)
  }

  /// Its numbers are axes, and what searching them finds is what as many stops find.
  @Test func parametersAreSearched() throws {
    let rules = try Fixture.sweep(
      Self.text("  parameters: {m: [0.25, 0.5, 1]}\n  when: loss >= ${m} * credit"))
    #expect(rules.space.axes.map(\.path) == ["exit.parameters.m"])
    let stops = try Fixture.sweep(Self.text("  stop: {loss_multiple: [0.25, 0.5, 1]}"))
    let nets = try [rules, stops].map { sweep in
      try #require(
        Evaluator.run(
          sweep.strategies, context: sweep.market.context(for: sweep.strategies), period: sweep.period,
          threads: 2)
      ).map(\.netBySession)
    }
    #expect(nets[0] == nets[1] && Set(nets[0]).count == 3)
    // it closes condors: no holder
    #expect(rules.strategies.allSatisfy { Family($0) == .stop })
  }

  @Test(arguments: [
    ("when: loss > 1", "f.yaml:5: exit.when, column 8 of 'loss > 1'"),
    ("when: hedge_gain > 50 %", "exit.when, column 1"), ("rules: {a: vix > 1}", "`when`"),
    ("parameters: {a: 1}", "exit.parameters"), ("when: vix > ${b}", "exit.when"),
  ])
  func mistakesAreToldWithTheirPlace(exit: String, told: String) {
    #expect {
      _ = try Fixture.strategy(Self.text("  \(exit)"))
    } throws: {
      "\($0)".contains(told)
    }
  }

  /// An explanation tells what the rule saw, one mark before its fill.
  @Test func explanationsTellWhatItSaw() throws {
    let strategy = try Fixture.strategy(Self.text(Self.named))
    let result = Backtester(Fixture.market.context(for: [strategy])).run(strategy, period: Fixture.period)
    let trades = result.trades.filter { $0.fills[0].reason == .rule }
    #expect(trades.count > 3 && trades.count < result.trades.count)
    for trade in trades {
      let e = try ExplanationTests.explained(strategy, trade.entrySession)
      #expect(e.decision.contains("closed at market when lost and vix < 90"))
      let start = "condor rule decided: lost and vix < 90 is true: "
      let d = try #require(ExplanationTests.position(e, start))
      #expect(d + 1 == ExplanationTests.position(e, "condor closed (rule)"))
      let loss = try #require(ExplanationTests.number(e, d, start, after: "loss "))
      let credit = try #require(ExplanationTests.number(e, d, start, after: "credit "))
      #expect(loss >= 0.5 * credit && abs(loss - (e.minutes[d].lossPoints ?? .nan)) < 1e-4)
    }
  }

  /// Where a rule can't be told, the explanation says for want of what.
  @Test func explanationsTellWhatIsMissing() throws {
    let strategy = try Fixture.strategy(Self.text("  when: loss > 0 points and rsi(50, 1 session) > 30"))
    let e = try ExplanationTests.explained(strategy, 20)
    #expect(e.outcome == "signal_missing")
    #expect(e.decision.contains { $0.hasPrefix("missing for exit.when: ") }, "\(e.decision)")
  }
}
