import Testing

@testable import Rules

struct RuleErrorTests {
  /// A wrong rule with a caret's column, counted by hand from 1, and a part of what is said.
  static let wrong: [(rule: String, column: Int, said: String)] = [
    // the text
    ("", 1, "there is nothing"),
    ("   ", 1, "there is nothing"),
    ("vix > ", 7, "a value is expected, but the end stands here"),
    ("vix >> 20", 6, "a value is expected, but '>' stands here"),
    ("vix = 20", 5, "write >= and <="),
    ("vix != 20", 5, "write 'not'"),
    ("vix > 20 && vix9d > 20", 10, "write 'and'"),
    ("vix ≥ 20", 5, "write >="),
    ("«vix» > 20", 1, "'«' has no meaning here"),
    ("vix > 20)", 9, "an operator is expected, but ')' stands here"),
    ("(vix > 20", 10, "')' is expected, but the end"),
    ("rsi(14 >= 70", 13, "')' is expected"),
    ("rsi(14,) >= 70", 8, "a value is expected"),
    ("vix > 1.2.3", 7, "'1.2.3' is no finite decimal number"),
    ("vix > 1e999", 7, "no finite decimal number"),
    ("vix > .", 7, "no finite decimal number"),
    ("10 < vix < 20", 10, "join two with 'and'"),
    ("vix crosses 20", 13, "'above' or 'below' is expected"),
    ("vix > 20 for", 13, "a length such as 2 sessions"),
    ("move down >= 0.5 sd", 6, "move(down)"),
    ("rsi 14 >= 70", 5, "rsi(14)"),
    ("vix > 20 and", 13, "a value is expected"),
    ("and vix > 20", 1, "a value is expected, but 'and'"),
    ("vix > ${x", 10, "'}' is expected"),
    ("vix > ${}", 9, "a parameter's name"),
    ("vix > $x", 8, "a number is expected, but 'x'"),
    // names
    ("vxi > 20", 1, "did you mean 'vix'"),
    ("move(down) >= 0.5 sd and rsj(14) <= 30", 26, "did you mean 'rsi'?"),
    ("vix > men(vix, 20)", 7, "'mean'"),
    ("move > 0.5 sds", 12, "'sds' is no unit; did you mean 'sd'?"),
    ("vix > ${leval}", 7, "did you mean 'level'?"),
    ("tenson and vix > 20", 1, "did you mean 'tension'?"),
    // types and units
    ("rsi(14) > 0.5 sd", 11, "'rsi(14)' is in a score and '0.5 sd' in standard deviations"),
    ("move > 0.5", 8, "write 0.5 sd"),
    ("vix > 2 points", 7, "volatility points and '2 points' in index points"),
    ("vix > 20 and rsi(14) > 70 %", 24, "a score and '70 %' in a ratio"),
    ("spx - vix > 0", 7, "index points and 'vix' in volatility points"),
    ("vix * vix > 400", 7, "no product or quotient"),
    ("spx / vix > 100", 7, "divide by a value of the same unit"),
    ("exp(vix) > 1", 5, "a ratio, such as"),
    ("max(0, move, vix) > 0", 14, "standard deviations and 'vix' in volatility points"),
    ("vix and backwardation", 1, "'vix' is a number, not a condition"),
    ("not vix", 5, "not a condition"),
    ("backwardation > 0", 1, "is a condition, not a number"),
    ("(vix > 20) + 1 > 2", 2, "is a condition, not a number"),
    ("mean(vix > 20, 5) > 0", 6, "is a condition, not a number"),
    // arguments
    ("rsi(1) > 70", 5, "length of rsi is 1; allowed: a whole number from 2 to 500"),
    ("rsi(14.5) > 70", 5, "length of rsi is 14.5"),
    ("rsi(14, 0 min) > 70", 9, "bar of rsi is 0 min; allowed: 1 to 390 min, or 1 session"),
    ("rsi(14, 5) > 70", 9, "allowed: 1 to 390 min"),
    ("rsi(14, 5 min, 3) > 70", 16, "rsi takes rsi(length = 14, bar = 5 min), not 3"),
    ("vix(3) > 20", 5, "vix takes no arguments, not 1"),
    ("move(dwon) > 1 sd", 6, "did you mean 'down'?"),
    ("event(FOMC, CPY) within 1 session", 13, "did you mean 'CPI'"),
    ("event(FOMC, FOMC) within 1 session", 13, "each once"),
    ("event(FOMC)", 1, "write 'within 1 session'"),
    ("event() within 1 session", 1, "not 0"),
    ("event(FOMC) within 1 min", 20, "allowed: 0 to 20 sessions"),
    ("event(FOMC) within 21 sessions", 20, "allowed: 0 to 20 sessions"),
    ("vix within 2 sessions", 1, "takes no 'within'"),
    ("gdp_regime", 1, "gdp_regime(state)"),
    ("tension(3)", 1, "takes no argument, being a named rule"),
    ("abs(vix, 2) > 1", 1, "abs takes one value, not 2"),
    ("mean(vix) > 1", 1, "mean takes a value and a length, not 1"),
    // time
    ("move > 1 sd for 2 sessions", 17, "changes within the session"),
    ("vix > 20 for 30 min", 14, "has one value a session"),
    ("mean(vix, 30 min) > 20", 11, "has one value a session"),
    ("mean(vix, 0) > 20", 11, "a length of 0; allowed: 1 to 5000 sessions"),
    ("mean(vix, vix9d) > 20", 11, "a length of vix9d"),
    ("sd(vix, 1) > 2", 9, "allowed: 2 to 5000 sessions"),
    ("zscore(vix, 6000) > 2", 13, "allowed: 2 to 5000 sessions"),
    ("change(spx, 390 min) > 0", 13, "allowed: 1 to 389 min"),
    ("vix > 20 for -2 sessions", 14, "a length of -2 sessions; allowed: 1 to 5000"),
    ("vix > 20 for 2.5 sessions", 14, "a length of 2.5 sessions"),
    // values
    ("vix / 0 > 1", 7, "a division by zero"),
    ("vix / (1 - 1) > 1", 8, "a division by zero"),
    ("ln(0) > 1", 1, "'ln(0)' has no finite value"),
    ("vix > exp(1000)", 7, "'exp(1000)' has no finite value"),
    ("rsi(14) >= 700", 12, "lies in 0…100, so 'rsi(14) >= 700' never holds"),
    ("rsi(14) < 700", 11, "always holds"),
    ("-1 < rsi(14)", 1, "always holds"),
    ("101 < rsi(14)", 1, "never holds"),
    ("percentile(vix, 252) >= 90", 25, "lies in 0…1"),
    ("rsi(14) crosses below -5", 23, "never holds"),
    ("clamp(vix / vix3m, 2, 1) > 1", 20, "swap them"),
    ("vix > 20\nand vxi9d > 20", 14, "did you mean 'vix9d'"),
  ]

  @Test(arguments: wrong)
  func theErrorStandsAtItsColumnAndSaysWhatToDo(rule: String, column: Int, said: String) throws {
    let book = try Rulebook(
      [RuleDefinition("tension", "vix > 20")], catalogue: .standard, parameters: ["level": 20])
    let place = RulePlace(file: "a.yaml", line: 7, column: 12)
    let error = #expect(throws: RuleError.self) { try book.check(rule, at: place) }
    #expect(error?.column == column, "\(rule)")
    #expect(error.map { "\($0.fault)".contains(said) } == true, "\(error.map { "\($0)" } ?? "")")
  }

  @Test func errorsNameFileLineAndColumn() throws {
    let book = try Rulebook(catalogue: .standard)
    let place = RulePlace(file: "a.yaml", line: 7, column: 12)
    let one = #expect(throws: RuleError.self) { try book.check("vix > 20 and vxi > 20", at: place) }
    #expect(
      one?.description
        == "a.yaml:7:25: in the rule 'vix > 20 and vxi > 20': 'vxi' is no signal, function or rule; "
        + "did you mean 'vix', 'vx1' or 'vx2'?")
    let two = #expect(throws: RuleError.self) { try book.check("vix > 20\nand rsi > 1 sd", at: place) }
    #expect(two?.description.hasPrefix("a.yaml:8:11: ") == true)
    let none = #expect(throws: RuleError.self) { try book.check("vix >") }
    #expect(none?.description == "1:6: in the rule 'vix >': a value is expected, but the end stands here")
  }

  @Test func limitsAreErrorsNotTraps() throws {
    func error(_ text: String) -> RuleError? {
      #expect(throws: RuleError.self) { try Expression.parse(text) }
    }
    let deep = error(String(repeating: "(", count: 65) + "x" + String(repeating: ")", count: 65))
    #expect(deep?.fault == .tooDeep(64) && deep?.column == 65)
    #expect(error(String(repeating: "not ", count: 2_000 / 4) + "x")?.fault == .tooDeep(64))
    #expect(error(String(repeating: "-", count: 3_000) + "x")?.fault == .tooDeep(64))
    #expect(error((0..<100).map { _ in "x" }.joined(separator: "+"))?.fault == .tooDeep(64))
    let long = error(String(repeating: " ", count: 4_001))
    #expect(long?.fault == .tooLong(4_001) && long?.column == 4_001)
    // short as written, too long as spelled out
    #expect(
      error("max(" + Array(repeating: "1<2", count: 999).joined(separator: ",") + ")")?.fault
        == .tooLong(999 * 5 + 998 * 2 + 5))
    // the longest and the deepest that are allowed
    _ = try Expression.parse((0..<64).map { _ in "x" }.joined(separator: "+"))
    _ = try Expression.parse(String(repeating: "(", count: 63) + "x" + String(repeating: ")", count: 63))
  }

  @Test func circlesAndNamesOfRules() throws {
    func fault(_ rules: [(String, String)]) -> RuleFault? {
      let error = #expect(throws: RuleError.self) {
        try Rulebook(rules.map { RuleDefinition($0.0, $0.1) }, catalogue: .standard)
      }
      return error?.fault
    }
    #expect(
      fault([("d", "not a"), ("a", "vix > 1 and b"), ("b", "not c"), ("c", "a or vix > 2")])
        == .cycle(["a", "b", "c", "a"]))
    #expect(fault([("a", "not a")]) == .cycle(["a", "a"]))
    #expect(
      "\(RuleFault.cycle(["a", "b", "a"]))" == "rules that need one another: a → b → a; break the circle")
    #expect(fault([("vix", "true")]) == .nameTaken("vix"))
    #expect(fault([("mean", "true")]) == .nameTaken("mean"))
    #expect(fault([("and", "true")]) == .nameTaken("and"))
    #expect(fault([("a", "true"), ("a", "false")]) == .nameTaken("a"))
    #expect(fault([("a b", "true")]) == .badName("a b"))
    #expect(fault([("", "true")]) == .badName(""))
    #expect(fault([("2x", "true")]) == .badName("2x"))
    let circle = #expect(throws: RuleError.self) {
      try Rulebook(
        [
          RuleDefinition("a", "vix > 1 and b", at: RulePlace(file: "f", line: 3, column: 6)),
          RuleDefinition("b", "a or vix > 2", at: RulePlace(file: "f", line: 4, column: 6)),
        ], catalogue: .standard)
    }
    #expect(circle?.description.hasPrefix("f:4:6: ") == true)
    #expect(throws: RuleError.self) {
      try Rulebook(catalogue: .standard, parameters: ["x": .nan]).check("vix > ${x}")
    }
  }
}
