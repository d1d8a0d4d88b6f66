import Strategies
import Testing

@testable import Studies

/// Settings that no trader could have had are named with every result.
@Suite struct CaveatTests {
  @Test(arguments: [
    ("marks: {assume_close_known: true}\n", "LOOK-AHEAD"),
    ("entry: {expirations: every-session}\n", "an expiry every session"),
    ("exit: {fill: trigger, stop: {loss_multiple: 1.0}}\n", "at the mark that triggered"),
    ("entry: {minute: \"16:15\"}\n", "after 16:00"),
    (
      "hedge: {layers: [{name: a, horizon: standing, instrument: {vix_call: {days: 30, roll: settlement, "
        + "pricing: {volatility_scale: 1.2}}}, size: {contracts: 1}}]}\n", "at 1.2 of its volatility"
    ),
    (
      "hedge: {layers: [{name: a, trigger: always, instrument: {vix_call: {days: 30}}, size: {contracts: 2}, "
        + "monetise: [{gain: 0.5, sell: 0.5}]}]}\n", "at 1.0 of its volatility"
    ),
  ])
  func aFlatteringOrImpossibleSettingIsNamed(extra: String, words: String) throws {
    let text = "version: 1\nname: odd\ncondor: {short_delta: 0.2}\n" + extra
    let c = try ComparisonTests.comparison([text, ComparisonTests.hold])
    #expect(c.rows[0].caveats.count == 1 && c.rows[0].caveats[0].contains(words), "\(c.rows[0].caveats)")
    #expect(c.rows[1].caveats.isEmpty)
    let summary = try Fixture.sweep(text).run(threads: 1, store: nil)
    #expect(summary.caveats == c.rows[0].caveats)
  }

  /// A share of risk, a scale and a ladder that doesn't come out even buy or sell parts of a contract.
  @Test(arguments: [
    ("size: {gross_risk: 0.1}", true), ("size: {contracts: 2}", false),
    ("size: {contracts: 2}, scale: '2'", true),
    ("size: {contracts: 3}, monetise: [{gain: 0.5, sell: 0.5}]", true),
    ("size: {contracts: 8}, monetise: [{gain: 0.5, sell: 0.125}]", false),
  ])
  func partsOfACallAreNamed(layer: String, isNamed: Bool) throws {
    let s = try Fixture.strategy(
      "version: 1\ncondor: {short_delta: 0.2}\nhedge: {layers: [{name: a, trigger: always, "
        + "instrument: {vix_call: {days: 30}}, \(layer)}]}\n")
    #expect(s.caveats.contains("fractional, not tradable: a holds or sells parts of a VIX call") == isNamed)
  }

  /// From 16:15 the day's closes are known: no look-ahead is left to name.
  @Test func anEntryAfterTheCloseKnowsIt() throws {
    let s = try Fixture.strategy(
      "version: 1\ncondor: {short_delta: 0.2}\nentry: {minute: \"16:15\"}\nmarks: {assume_close_known: true}\n"
    )
    #expect(!s.caveats.contains { $0.contains("LOOK-AHEAD") })
  }
}
