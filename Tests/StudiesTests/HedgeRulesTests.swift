import ConfigFormats
import Strategies
import Testing

@testable import Studies

/// Rules in configuration files: read, written, searched, refused.
@Suite struct HedgeRulesTests {
  private static func text(_ trigger: String, hedge: String = "") -> String {
    """
    version: 1
    condor: {width_points: 5, short_delta: 0.15}
    hedge:
    \(hedge)
      layers:
        - name: first
          trigger: \(trigger)
          size: {gross_risk: 0.5}
    """
  }
  private static let named = """
      parameters: {fall: 0.5, low: 30}
      rules:
        calm: vix < 20 and not backwardation
        hit: move(down) >= ${fall} sd and calm
    """

  @Test(arguments: [ConfigFormat.yaml, .json, .toml])
  func survivesWritingAndReading(format: ConfigFormat) throws {
    let strategy = try Fixture.strategy(Self.text("hit and rsi(14) <= ${low}", hedge: Self.named))
    let rule = try #require(strategy.hedge[0].trigger.rules.first)
    #expect(rule.rule.canonical == "hit and rsi(14, 5 min) <= 30")
    #expect(rule.definitions.map(\.name) == ["calm", "hit"])
    let written = StrategyWriter.node(strategy)
    let text = ConfigDocument(file: "f", root: written).render(format)
    let again = try StrategyReader.strategy(ConfigDocument.parse(text, format: format, file: "f"))
    #expect(again.hedge == strategy.hedge && again.hashValue == strategy.hashValue)
    // another meaning of a named rule is another trigger
    let other = try Fixture.strategy(
      Self.text("hit and rsi(14) <= ${low}", hedge: Self.named.replacing("0.5", with: "0.6")))
    #expect(other.hedge != strategy.hedge)
  }

  /// Numbers of rules are axes like any others; what searching finds is what the map of conditions gives.
  @Test func parametersAreSearched() throws {
    let rules = try Fixture.sweep(
      Self.text(
        "move(down) >= ${fall} sd and rsi(14) <= ${low}",
        hedge: "  parameters: {fall: [0.1, 0.2, 0.3], low: {from: 30, to: 50, step: 10}}"))
    #expect(rules.space.count == 9)
    #expect(rules.space.axes.map(\.path) == ["hedge.parameters.fall", "hedge.parameters.low"])
    let maps = try Fixture.sweep(
      Self.text(
        "{all: [{move: {at_least_sd: [0.1, 0.2, 0.3]}}, {rsi: {at_most: {from: 30, to: 50, step: 10}}}]}"))
    let nets = try [rules, maps].map { sweep in
      try #require(
        Evaluator.run(
          sweep.strategies, context: sweep.market.context(for: sweep.strategies), period: sweep.period,
          threads: 2)
      ).map(\.netBySession)
    }
    #expect(nets[0] == nets[1] && Set(nets[0]).count > 4)
  }

  @Test(arguments: [
    (
      "rsi(14) > 0.5 sd", "",
      "f.yaml:7: hedge.layers[0].trigger, column 11 of 'rsi(14) > 0.5 sd': 'rsi(14)' is in"
    ),
    (
      "move >= ${fal} sd", "  parameters: {fall: 1}", "the parameter 'fal' has no value; did you mean 'fall'?"
    ),
    ("vix > 20 and", "", "hedge.layers[0].trigger, column 13 of 'vix > 20 and': "),
    ("volatility > 20", "", "'volatility' is no signal, function or rule"),
    ("loss > 1 point", "", "depends on the condor"),
    ("a", "  rules: {a: b > 1, b: mean(b, 5)}", "hedge.rules"),
    ("vix > 20", "  parameters: {a: high}", "hedge.parameters.a"),
  ])
  func wrongRulesAreToldWithTheirPlace(trigger: String, hedge: String, told: String) {
    #expect {
      _ = try Fixture.strategy(Self.text("'\(trigger)'", hedge: hedge))
    } throws: {
      "\($0)".contains(told)
    }
  }

  @Test func whatTheHistoryLacksIsRefusedBeforeAnythingRuns() throws {
    let space = try SweepSpace(Fixture.document(Self.text("p_cf_stress > 1"), "space.yaml"))
    #expect {
      try space.requireSignals(of: Fixture.market)
    } throws: {
      "\($0)".contains("has nothing to compute p_cf_stress of; import")
    }
    var lines = EvaluationLines(
      base: try Fixture.document(Self.text("vix > 12")), market: Fixture.market, period: Fixture.period,
      threads: 1, memoryBytes: 1 << 28)
    let answers = lines.answer([
      #"{"hedge.layers[0].trigger": "pe > 20"}"#, #"{"hedge.layers[0].trigger": "vix > 13"}"#,
    ])
    #expect(answers[0].contains("has nothing to compute pe of") && answers[1].contains("net_dollars"))
  }
}
