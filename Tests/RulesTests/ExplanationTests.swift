import ConfigFormats
import Testing

@testable import Rules

struct ExplanationTests {
  func explain(_ text: String) throws -> RuleExplanation {
    let book = try Rulebook(
      [RuleDefinition("panic", "vix / vix3m > 1")], catalogue: .standard, parameters: ["x": 0.5])
    return RuleExplanation(try book.check(text), catalogue: .standard)
  }

  @Test(arguments: [
    (
      "move >= ${x} sd and (rsi(14) >= 70 or not panic)",
      [
        "holds when all of these hold:",
        "  - the move of the index since the fill (either side counting) is at least 0.5 standard deviations",
        "  - any of these holds:",
        "    - the RSI of the index over 14 bars of 5 min is at least 70",
        "    - it is not so that the rule 'panic' holds",
      ]
    ),
    (
      "vix/vix3m > 1 for 2 sessions", ["holds when (VIX over VIX3M is above 1), at 2 sessions in a row"]
    ),
    (
      "event(CPI, FOMC) within 1 session", ["holds when FOMC, CPI is due within 1 session"]
    ),
    (
      "percentile(vix, 252) >= 90 %",
      ["holds when the share of the last 252 sessions with VIX at or below the present is at least 90 %"]
    ),
    (
      "clamp(exp(0.3 * zscore(vix, 60)), 0.5, 2)",
      [
        "is (e to the power (0.3 times (the distance of VIX from its mean over 60 sessions, "
          + "in its standard deviations))), kept from 0.5 to 2"
      ]
    ),
    (
      "change(vix, 1) >= 1 vol",
      ["holds when the change of VIX over 1 session is at least 1 volatility point"]
    ),
    ("true", ["holds when always"]),
  ])
  func aRuleIsSaidInWords(rule: String, words: [String]) throws {
    #expect(try explain(rule).words == words)
  }

  @Test func theTextSaysWhereInputsComeFrom() throws {
    let text = try explain("panic and rsi(14, 1 session) < 40").text
    #expect(
      text == """
        holds when all of these hold:
          - the rule 'panic' holds
          - the RSI of the index over 14 bars of 1 session is below 40
        seen once a session; depends on the market; reads 15 sessions
        uses the rules panic
        vix: volatility points; known: the prior session's close until 16:15; from daily volatility indices \
        (VIX9D, VIX, VIX3M, VIX6M, VVIX)
        vix3m: volatility points; known: the prior session's close until 16:15; from daily volatility \
        indices (VIX9D, VIX, VIX3M, VIX6M, VVIX)
        rsi(14, 1 session): a score; known: a bar counts from its end, a session from the next open; from \
        intraday and daily SPX
        """)
  }

  @Test func theTreeIsReadBackFromEveryFormat() throws {
    let tree = try explain("loss >= 2 * credit and move(down) >= 1.5 sd").tree
    for format in ConfigFormat.allCases {
      let text = ConfigDocument(file: "", root: tree).render(format)
      let back = try ConfigDocument.parse(text, format: format, file: "x")
      #expect(back.root["rule"]?.value == .string("loss >= 2 * credit and move(down) >= 1.5 sd"))
      #expect(back.root["coupled"]?.value == .bool(true))
      #expect(back.root.withoutPlaces() == tree)
    }
  }

  /// Whatever checks can be said, and its defaults are told.
  @Test func everyDeclaredSignalCanBeWrittenAndSaid() throws {
    let book = try Rulebook(catalogue: .standard)
    for declaration in SignalCatalogue.standard.declarations {
      var text = declaration.name
      if declaration.name == "event" { text = "event(FOMC) within 1 session" }
      if declaration.name == "gdp_regime" { text = "gdp_regime(contraction)" }
      let rule = try book.check(text)
      #expect(rule.type == declaration.type)
      let explanation = RuleExplanation(rule, catalogue: .standard)
      #expect(!explanation.text.contains("{"), "\(explanation.text)")
      #expect(try book.check(rule.canonical).canonical == rule.canonical)
    }
    #expect(SignalCatalogue.standard["rsi"]?.usage == "rsi(length = 14, bar = 5 min)")
    #expect(SignalCatalogue.standard["event"]?.usage == "event(kinds) within n sessions")
  }
}
