import Testing

@testable import Studies

/// Files whose mistake lies in how two settings meet: the place, the value, and what to do.
@Suite struct ReaderRemedyTests {
  static let account = [
    BadStrategy(
      "account_dollars: 499\nexit: {reentry: {after: stop}}",
      "f:3: account_dollars is 499; allowed: 500 or more, the margin that re-entry reserves for a condor 5 points wide"
    ),
    BadStrategy(
      whole:
        "version: 1\ncondor: {short_delta: 0.1, put_width_points: 150}\nexit: {reentry: {after: stop}}\n",
      "f:1: account_dollars is absent; allowed: 15000 or more, the margin that re-entry reserves for a condor 150 "
        + "points wide"),
  ]

  static let forms = [
    BadStrategy(
      layer:
        "name: a, trigger: always, size: {gross_risk: 0.1}, instrument: {vix_call: {days: 30, roll: settlement}}",
      "f:5: hedge.layers[0].instrument.vix_call.roll is settlement; allowed: only layers with horizon: standing; "
        + "what a trade opens is sold by its condor's settlement"),
    BadStrategy(
      layer:
        "name: a, trigger: always, size: {gross_risk: 0.1}, instrument: {vix_call: {days: 30, budget: {account_dollars: 9, steps: []}}}",
      "f:5: hedge.layers[0].instrument.vix_call.budget is {\"account_dollars\": 9, \"steps\": []}; allowed: only layers "
        + "with horizon: standing; what a trade opens is sold by its condor's settlement"),
    BadStrategy(
      layer: "name: a, trigger: always, size: {contracts: 1.5}, instrument: {vix_call: {days: 30}}",
      "f:5: hedge.layers[0].size.contracts is 1.5; allowed: whole contracts, for a layer of VIX calls"),
    BadStrategy(
      "sizing: {at_most: 3}",
      "f:3: sizing is {\"at_most\": 3}; allowed: one, {equity_fraction: 0.25, at_most: 100} or {hedge_gains: 0.5, "
        + "at_most: 10}"),
    BadStrategy(
      layer:
        "name: c, horizon: standing, size: {contracts: 1}, instrument: {vix_call: {days: 60, roll: monthly}}",
      "f:5: hedge.layers[0].instrument.vix_call.roll is monthly; allowed: settlement, {held_days: 30} or {at_days: 2}"
    ),
    BadStrategy(
      layer:
        "name: c, horizon: standing, size: {contracts: 1}, instrument: {vix_call: {days: 60, roll: {held_days: 5, at_days: 2}}}",
      "f:5: hedge.layers[0].instrument.vix_call.roll is {\"held_days\": 5, \"at_days\": 2}; allowed: settlement, "
        + "{held_days: 30} or {at_days: 2}"),
    BadStrategy(
      layer: "name: a, trigger: always, size: {gross_risk: 0.1}, tilt: {inputs: []}",
      "f:5: hedge.layers[0].tilt.inputs is []; allowed: one or more, such as {signal: roll_yield, weight: 0.5}"
    ),
    BadStrategy(
      layer: "name: a, trigger: always, size: {gross_risk: 0.1}, tilt: {over_sessions: 20}",
      "f:5: hedge.layers[0].tilt lacks the key 'inputs'; add it"),
    BadStrategy(
      whole: """
        version: 1
        condor: {short_delta: 0.1}
        hedge:
          rules:
            calm: vix < 20
            wild: vxi > 30
          layers: [{name: a, trigger: wild, size: {gross_risk: 0.1}}]

        """, "f:6: hedge.rules.wild, column 1 of 'vxi > 30': "),
  ]

  @Test(arguments: account + forms) func told(_ bad: BadStrategy) throws {
    #expect(throws: (any Error).self) { try Fixture.strategy(bad.text) }
    do { _ = try Fixture.strategy(bad.text) } catch {
      #expect("\(error)".replacing("f.yaml", with: "f").hasPrefix(bad.told))
    }
  }
}
