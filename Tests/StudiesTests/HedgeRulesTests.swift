import Backtesting
import ConfigFormats
import Strategies
import Testing

@testable import Studies

/// Rules in configuration files: read, written, searched, refused.
@Suite struct HedgeRulesTests {
  private static func text(_ trigger: String, named: String = "", entry: String = "", layer: String = "")
    -> String
  {
    """
    version: 1
    condor: {width_points: 5, short_delta: 0.15}
    entry: {minute: "15:45"\(entry)}
    hedge:
    \(named)
      layers:
        - name: first
          trigger: \(trigger)
          size: {gross_risk: 0.5}
          \(layer)
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
    let strategy = try Fixture.strategy(Self.text("hit and rsi(14) <= ${low}", named: Self.named))
    let rule = try #require(strategy.hedge[0].trigger.rules.first)
    #expect(rule.rule.canonical == "hit and rsi(14, 5 min) <= 30")
    #expect(rule.definitions.map(\.name) == ["calm", "hit"])
    let written = StrategyWriter.node(strategy)
    let text = ConfigDocument(file: "f", root: written).render(format)
    let again = try StrategyReader.strategy(ConfigDocument.parse(text, format: format, file: "f"))
    #expect(again.hedge == strategy.hedge && again.hashValue == strategy.hashValue)
    // another meaning of a named rule is another trigger
    let other = try Fixture.strategy(
      Self.text("hit and rsi(14) <= ${low}", named: Self.named.replacing("0.5", with: "0.6")))
    #expect(other.hedge != strategy.hedge)
  }

  /// Numbers of rules are axes like any others; what searching finds is what the map of conditions gives.
  @Test func parametersAreSearched() throws {
    let rules = try Fixture.sweep(
      Self.text(
        "move(down) >= ${fall} sd and rsi(14) <= ${low}",
        named: "  parameters: {fall: [0.1, 0.2, 0.3], low: {from: 30, to: 50, step: 10}}"))
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
      "f.yaml:8: hedge.layers[0].trigger, column 11 of 'rsi(14) > 0.5 sd': 'rsi(14)' is in"
    ),
    (
      "move >= ${fal} sd", "  parameters: {fall: 1}", "the parameter 'fal' has no value; did you mean 'fall'?"
    ),
    ("vix > 20 and", "", "hedge.layers[0].trigger, column 13 of 'vix > 20 and': "),
    ("volatility > 20", "", "'volatility' is no signal, function or rule"),
    ("loss > 1", "", "hedge.layers[0].trigger, column 8 of 'loss > 1'"),
    ("a", "  rules: {a: b > 1, b: mean(b, 5)}", "hedge.rules"),
    ("vix > 20", "  parameters: {a: high}", "hedge.parameters.a"),
  ])
  func wrongRulesAreToldWithTheirPlace(trigger: String, named: String, told: String) {
    #expect {
      _ = try Fixture.strategy(Self.text("'\(trigger)'", named: named))
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

  private static let rulesEverywhere = text(
    "move >= 0.1 sd", named: named,
    entry: ", rules: {calm: vix < 22}, parameters: {n: 3}, when: \"calm or vix > ${n} * mean(vix, 20)\"",
    layer: """
      scale: clamp(vix / 15 vols, 0.5, 2)
            monetise: [{gain: 0.02, sell: 0.5}]
            close_when: vix_giveback >= 30 % or hedge_gain < -5 %
      """)

  @Test(arguments: [ConfigFormat.yaml, .json, .toml])
  func everyRuleSurvivesWritingAndReading(format: ConfigFormat) throws {
    let strategy = try Fixture.strategy(Self.rulesEverywhere)
    #expect(strategy.rules.count == 4 && strategy.hedge[0].release?.seesLayer == true)
    #expect(strategy.entry.condition?.definitions.map(\.name) == ["calm"])
    let text = ConfigDocument(file: "f", root: StrategyWriter.node(strategy)).render(format)
    let again = try StrategyReader.strategy(ConfigDocument.parse(text, format: format, file: "f"))
    #expect(again == strategy)
  }

  private static func tilted(_ tilt: String) -> String { text("always", layer: "tilt: \(tilt)") }

  @Test func aTiltIsAScale() throws {
    let inputs = "{signal: vix, weight: 0.3}, {signal: ad_line, weight: -0.1}"
    let made = try Fixture.strategy(
      Self.tilted("{inputs: [\(inputs)], over_sessions: 60}"))
    #expect(
      made.hedge[0].scale?.rule.canonical
        == "clamp(exp(0.3 * zscore(vix, 60 sessions) + -0.1 * zscore(ad_line, 60 sessions)), 0.5, 2)")
    // two valuations share what one may not carry alone
    let two = "{inputs: [{signal: pe, weight: 0.2}, {signal: ddm_gap, weight: -0.2}], most_valuation: 0.5}"
    #expect(try Fixture.strategy(Self.tilted(two)).hedge[0].scale != nil)
  }

  @Test(arguments: [
    ("{inputs: [{signal: pe, weight: 0.2}]}", "hedge.layers[0].tilt lacks the key 'most_valuation'"),
    (
      "{inputs: [{signal: pe, weight: 0.3}, {signal: vix, weight: -0.2}], most_valuation: 0.5}",
      "hedge.layers[0].tilt.inputs[0].weight"
    ),
    ("{inputs: []}", "inputs"),
    (
      "{inputs: [{signal: pe, weight: 0.2}, {signal: pe, weight: 0.2}], most_valuation: 0.5}",
      "hedge.layers[0].tilt.inputs[1].signal"
    ),
    ("{inputs: [{signal: vix + 1, weight: 0.3}]}", "hedge.layers[0].tilt.inputs[0].signal"),
    ("{inputs: [{signal: 'macd(12, 26, 9, histogram, 5 min)', weight: 0.3}]}", "hedge.layers[0].tilt"),
    ("{inputs: [{signal: vix, weight: 0.3}], at_most: 0.9}", "at_most"),
  ])
  func wrongTiltsAreToldWithTheirPlace(tilt: String, told: String) {
    #expect {
      _ = try Fixture.strategy(Self.tilted(tilt))
    } throws: {
      "\($0)".contains(told)
    }
  }

  @Test(arguments: [
    ("scale: vix > 3", "hedge.layers[0].scale", "is a condition, not a number"),
    ("scale: 2 points", "hedge.layers[0].scale", "points"),
    ("scale: 1 + hedge_gain", "hedge.layers[0].scale", "has a value once a layer is open"),
    ("close_when: loss > 1", "hedge.layers[0].close_when", "points"),
    ("close_when: 2 > 1 points", "hedge.layers[0].close_when", "column"),
    ("horizon: standing\n      close_when: vix > 3", "size", "contracts"),
  ])
  func wrongRulesOfLayersAreToldWithTheirPlace(layer: String, place: String, told: String) {
    #expect {
      _ = try Fixture.strategy(Self.text("always", layer: layer))
    } throws: {
      "\($0)".contains(place) && "\($0)".contains(told)
    }
  }

  @Test func rulesOfAnEntryWithoutWhenAreRefused() {
    #expect {
      _ = try Fixture.strategy(Self.text("always", entry: ", rules: {calm: vix < 20}"))
    } throws: {
      "\($0)".contains("entry.rules") && "\($0)".contains("`when`")
    }
  }

  @Test(arguments: [("move >= 0.1 sd", "entry"), ("loss > 1 point", "condor")])
  func anEntryLooksAtTheMarketAlone(rule: String, dependence: String) {
    #expect {
      _ = try Fixture.strategy(Self.text("always", entry: ", when: \(rule)"))
    } throws: {
      "\($0)".contains("entry.when") && "\($0)".contains("depends on the \(dependence)")
    }
  }

  /// A space whose layers look at the condor goes through one by one, and gives what the reference gives.
  @Test func rulesThatSeeTheCondorAreCoupled() throws {
    let sweep = try Fixture.sweep(
      """
      version: 1
      entry: {expirations: every-session}
      condor: {short_delta: [0.1, 0.2]}
      exit: {stop: [none, {loss_multiple: 0.5}]}
      hedge:
        parameters: {m: [0, 0.25, 0.5]}
        layers:
          - {name: a, trigger: "loss >= ${m} * credit", size: {gross_risk: 1}}
          - {name: b, trigger: always, scale: "clamp(cost / credit, 0.5, 2)", size: {credit: 1}}
      """)
    #expect(SweepPlan(sweep, threads: 1).generalPath == 12)
    #expect(sweep.strategies.allSatisfy { $0.isCoupled })
    let context = sweep.market.context(for: sweep.strategies)
    let made = try #require(
      Evaluator.run(sweep.strategies, context: context, period: sweep.period, threads: 2))
    let reference = sweep.strategies.map {
      Backtester(context).run($0, period: sweep.period).netBySession
    }
    #expect(made.map(\.netBySession) == reference && Set(reference).count == 12)
    let general = try sweep.run(threads: 2, store: nil).generalPath
    #expect(general == 12)
  }
}
