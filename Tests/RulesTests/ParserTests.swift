import Testing

@testable import Rules

struct ParserTests {
  /// What is written, and its one spelling.
  static let spellings: [(String, String)] = [
    (
      "move >= 0.5 sd and (rsi(14) >= 70 or rsi(14) <= 30)",
      "move >= 0.5 sd and (rsi(14) >= 70 or rsi(14) <= 30)"
    ),
    ("((move(down)))>=.5sd", "move(down) >= 0.5 sd"),
    ("event(FOMC, CPI, PPI) within 1 sessions", "event(FOMC, CPI, PPI) within 1 session"),
    ("vix/vix3m > 1 for 2 sessions", "vix / vix3m > 1 for 2 sessions"),
    ("vx1 crosses above vx2", "vx1 crosses above vx2"),
    ("percentile(vix,252)>=90percent", "percentile(vix, 252) >= 90 %"),
    ("macd(12, 26, 9) crosses below 0", "macd(12, 26, 9) crosses below 0"),
    ("rsi(14, 5min) >= 70.0", "rsi(14, 5 min) >= 70"),
    ("move >= ${x} sd", "move >= ${x} sd"),
    ("credit * -$400 / $1e2", "credit * -400 dollars / 100 dollars"),
    ("a - (b - c) - d", "a - (b - c) - d"),
    ("(a - b) - c", "a - b - c"),
    ("a / (b * c) / d", "a / (b * c) / d"),
    ("-(a + b) * c", "-(a + b) * c"),
    ("-(2)", "-2"),
    ("--2", "2"),
    ("-0", "0"),
    ("- - x", "--x"),
    ("not not x > 1", "not not x > 1"),
    ("not (x > 1 and y > 2)", "not (x > 1 and y > 2)"),
    ("(not x > 1) for 3 sessions", "(not x > 1) for 3 sessions"),
    ("not x > 1 for 3 sessions", "not x > 1 for 3 sessions"),
    ("(x > 1 for 30 minutes) for 1 min", "x > 1 for 30 min for 1 min"),
    ("(a > 1 and b > 2) and c > 3", "(a > 1 and b > 2) and c > 3"),
    ("clamp(exp(0.3 * zscore(vix, 60)), 0.5, 2)", "clamp(exp(0.3 * zscore(vix, 60)), 0.5, 2)"),
    ("vix()", "vix"),
    ("x > 1 for -2 sessions", "x > 1 for -2 sessions"),
    ("event(CPI) within -${n} sessions", "event(CPI) within -${n} sessions"),
    ("true", "true"),
    ("x > 1e-7 or x > 1E+22", "x > 1e-07 or x > 1e+22"),
  ]

  @Test(arguments: spellings)
  func theCanonicalTextIsTheOneSpelling(written: String, canonical: String) throws {
    let parsed = try Expression.parse(written)
    #expect(parsed.canonical == canonical)
    let again = try Expression.parse(canonical)
    #expect(again == parsed)
    #expect(again.canonical == canonical)
  }

  @Test func numbersKeepTheirPlacesWhenTheyAreSet() throws {
    let rule = try Expression.parse("move >= ${x} sd and rsi(14, 5 min) <= -(30) for 2 sessions")
    #expect(rule.numbers.map(\.position) == [1, 2, 3, 4])
    #expect(rule.numbers.map(\.value) == [14, 5, -30, 2])
    #expect(rule.numbers.map(\.unit) == [.none, .minutes, .none, .sessions])
    #expect(rule.numbers.map(\.column) == [25, 29, 39, 49])
    #expect(rule.parameters == ["x"])
    let set = try #require(rule.setting(3, to: 25))
    #expect(set.canonical == "move >= ${x} sd and rsi(14, 5 min) <= 25 for 2 sessions")
    #expect(rule.setting(5, to: 1) == nil && rule.setting(1, to: .infinity) == nil)
    let bound = try rule.binding(["x": 0.5])
    #expect(bound.canonical == "move >= 0.5 sd and rsi(14, 5 min) <= -30 for 2 sessions")
    #expect(bound.numbers.map(\.position) == [0, 1, 2, 3, 4])
    #expect(try Expression.parse(bound.canonical) == bound)
    // a minus before a parameter becomes part of its number
    let negative = try Expression.parse("x > -${y} sd").binding(["y": 2])
    #expect(try negative == Expression.parse("x > -2 sd"))
    #expect(try negative.binding(["z": 1]) == negative)
  }
}
