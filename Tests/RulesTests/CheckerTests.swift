import Testing

@testable import Rules

struct CheckerTests {
  let book: Rulebook
  init() throws { book = try Rulebook(catalogue: .standard) }

  /// What is written, its whole spelling, and what follows from it.
  @Test(arguments: [
    (
      "move >= 0.5 sd and (rsi(14) >= 70 or rsi <= 30)",
      "move(either) >= 0.5 sd and (rsi(14, 5 min) >= 70 or rsi(14, 5 min) <= 30)", RuleType.condition,
      RuleResolution.minute, RuleDependence.entry, ["move(either)", "rsi(14, 5 min)"], 1
    ),
    ("move(down) >= 0.5 sd", "move(down) >= 0.5 sd", .condition, .minute, .entry, ["move(down)"], 1),
    (
      "event(PPI, FOMC, CPI) within 1 session", "event(FOMC, CPI, PPI) within 1 session", .condition,
      .session, .market, ["event(FOMC, CPI, PPI) within 1 session"], 1
    ),
    (
      "vix/vix3m > 1 for 2 sessions", "vix / vix3m > 1 for 2 sessions", .condition, .session, .market,
      ["vix", "vix3m"], 2
    ),
    ("vx1 crosses above vx2", "vx1 crosses above vx2", .condition, .session, .market, ["vx1", "vx2"], 2),
    (
      "percentile(vix, 252) >= 90 %", "percentile(vix, 252 sessions) >= 90 %", .condition, .session, .market,
      ["vix"], 252
    ),
    (
      "macd crosses below 0", "macd(12, 26, 9, line, 1 session) crosses below 0", .condition, .session,
      .market, ["macd(12, 26, 9, line, 1 session)"], 37
    ),
    (
      "rsi(14, 1 session) < 40", "rsi(14, 1 session) < 40", .condition, .session, .market,
      ["rsi(14, 1 session)"], 15
    ),
    (
      "clamp(exp(0.3 * zscore(vix, 60) - 0.2 * zscore(ad_slope, 60)), 0.5, 2)",
      "clamp(exp(0.3 * zscore(vix, 60 sessions) - 0.2 * zscore(ad_slope(20), 60 sessions)), 0.5, 2)",
      .number(.ratio), .session, .market, ["vix", "ad_slope(20)"], 80
    ),
    (
      "vix > mean(vix, 200) and realised_over_implied < 1/1.18",
      "vix > mean(vix, 200 sessions) and realised_over_implied(20) < 1 / 1.18", .condition, .session, .market,
      ["vix", "realised_over_implied(20)"], 200
    ),
    (
      "change(lag(vix, 5), 2) >= 1.5 vols", "change(lag(vix, 5 sessions), 2 sessions) >= 1.5 vols",
      .condition,
      .session, .market, ["vix"], 8
    ),
    (
      "change(spx, 30 min) <= -5 points for 3 min", "change(spx, 30 min) <= -5 points for 3 min", .condition,
      .minute, .market, ["spx"], 1
    ),
    ("loss >= 2 * credit", "loss >= 2 * credit", .condition, .minute, .condor, ["loss", "credit"], 1),
    (
      "min(0, vix - 20, 5)", "min(0, vix - 20, 5)", .number(.vols), .session, .market, ["vix"], 1
    ),
    ("20 / vix", "20 / vix", .number(.ratio), .session, .market, ["vix"], 1),
    ("10 %", "10 %", .number(.ratio), .session, .market, [], 0),
    (
      "strike_distance < cost", "strike_distance(nearer) < cost", .condition, .minute, .condor,
      ["strike_distance(nearer)", "cost"], 1
    ),
    (
      "minutes_to_close <= 1 minute", "minutes_to_close <= 1 min", .condition, .minute, .market,
      ["minutes_to_close"], 1
    ),
    ("true", "true", .condition, .session, .market, [], 0),
  ])
  func whatFollowsFromARule(
    written: String, canonical: String, type: RuleType, resolution: RuleResolution,
    dependence: RuleDependence, signals: [String], lookBack: Int
  ) throws {
    let rule = try book.check(written)
    #expect(rule.canonical == canonical)
    #expect(rule.type == type)
    #expect(rule.resolution == resolution)
    #expect(rule.dependence == dependence)
    #expect(rule.signals.map(\.text) == signals)
    #expect(rule.lookBackSessions == lookBack)
    // the whole spelling means the same and is its own
    let again = try book.check(canonical)
    #expect(again.canonical == canonical && again.nodes == rule.nodes)
    #expect(try Expression.parse(canonical).canonical == canonical)
  }

  @Test func aRuleFindsTheNamedOnesInAnyOrder() throws {
    let book = try Rulebook(
      [
        RuleDefinition("panic", "stress_now >= ${level} and inverted for 2 sessions"),
        RuleDefinition("inverted", "vix / vix3m > 1"),
        RuleDefinition("stress_now", "clamp(zscore(vix, 252) / 2, 0, 1)"),
      ], catalogue: .standard, parameters: ["level": 0.5])
    let rule = try book.check("panic and move >= 1 sd")
    #expect(rule.canonical == "panic and move(either) >= 1 sd")
    #expect(rule.uses == ["stress_now", "inverted", "panic"])
    #expect(rule.signals.map(\.text) == ["vix", "vix3m", "move(either)"])
    #expect(rule.lookBackSessions == 252 && rule.dependence == .entry)
    #expect(book.rules.map(\.name) == ["panic", "inverted", "stress_now"])
    #expect(book.rules[0].rule.canonical == "stress_now >= 0.5 and inverted for 2 sessions")
    // a named rule's own rule uses only what it needs
    #expect(book.rules[1].rule.signals.map(\.text) == ["vix", "vix3m"] && book.rules[1].rule.uses == [])
  }

  @Test func aHistoryTooShortForAWindowIsRefused() throws {
    let rule = try book.check("mean(vix, 200) > 20")
    try rule.requireSessions(200)
    #expect(throws: RuleError.self) { try rule.requireSessions(199) }
  }

  @Test func aSizeMustBeInItsUnit() throws {
    #expect(try book.check("0.1", as: .number(.ratio)).type == .number(.number))
    #expect(try book.check("0", as: .number(.sd)).canonical == "0")
    #expect(throws: RuleError.self) { try book.check("0.5 sd", as: .number(.ratio)) }
    #expect(throws: RuleError.self) { try book.check("vix > 20", as: .number(.ratio)) }
    #expect(throws: RuleError.self) { try book.check("vix", as: .condition) }
  }

  @Test func aDeepChainOfRulesIsRefusedNotFollowed() throws {
    let chain = (0..<2_000).map { RuleDefinition("r\($0)", $0 == 1_999 ? "vix > 1" : "not r\($0 + 1)") }
    #expect(throws: RuleError.self) { try Rulebook(chain, catalogue: .standard) }
    #expect(throws: RuleError.self) { try Rulebook(chain.reversed(), catalogue: .standard) }
    // shared, not copied: 2^40 leaves
    let wide = (0..<40).map {
      RuleDefinition("w\($0)", $0 == 0 ? "vix" : "w\($0 - 1) + w\($0 - 1)")
    }
    let book = try Rulebook(wide, catalogue: .standard)
    let program = RuleProgram([try book.check("w39")])
    #expect(program.sessions(count: 1, columns: [[1]]).value(of: 0, session: 0) == .value(0x1p39))
  }
}
