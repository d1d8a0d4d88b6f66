import Foundation
import Kernels
import Testing

@testable import Rules

struct RuleFuzzTests {
  /// Pieces of the language, and some that are none.
  static let pieces: [String] =
    SignalCatalogue.standard.declarations.map(\.name) + RuleFunction.allCases.map(\.rawValue)
    + Expression.keywords + WrittenUnit.words + [
      "(", ")", ",", "+", "-", "*", "/", "%", "$", "<", "<=", ">", ">=", "${x}", "${", "}", "0", "1", "14",
      "0.5", "1e300", "1e-320", "9999999999999999999", ".5", "252", "5 min", "1 session", "0.5 sd", "FOMC",
      "down", "\n", "=", "é", "\u{301}", "🇩🇪", "\u{0}", "≥", "(14)", "(vix, 20)", "within 1 session",
      "for 2 sessions",
    ]
  static let rules =
    ParserTests.spellings.map(\.0)
    + RuleErrorTests.wrong.map(\.rule) + [
      "move >= 0.5 sd and (rsi(14) >= 70 or rsi <= 30)",
      "event(PPI, FOMC) within 3 sessions or backwardation",
      "clamp(exp(0.3 * zscore(vix, 60) - 0.2 * zscore(ad_slope, 60)), 0.5, 2)",
      "change(spx, 30 min) <= -5 points for 3 min", "vix > mean(vix, 200) and vx1 / vx2 > 105 %",
      "highest(vix, 10) - vix >= 30 % * highest(vix, 10)",
    ]

  static func input(_ random: inout Philox) -> String {
    switch random.integer(below: 4) {
    case 0:
      return (0..<random.integer(below: 12)).map { _ in pieces[random.integer(below: pieces.count)] }
        .joined(separator: random.integer(below: 2) == 0 ? " " : "")
    case 1:
      return String(
        String.UnicodeScalarView(
          (0..<random.integer(below: 24)).map { _ in
            Unicode.Scalar(UInt8(random.integer(below: 128)))
          }))
    default:
      // a rule with pieces put in, taken out or doubled
      var scalars = Array(rules[random.integer(below: rules.count)].unicodeScalars)
      for _ in 0...random.integer(below: 3) {
        let at = random.integer(below: scalars.count + 1)
        let end = min(scalars.count, at + random.integer(below: 6))
        switch random.integer(below: 3) {
        case 0: scalars.removeSubrange(at..<end)
        case 1: scalars.insert(contentsOf: scalars[at..<end], at: at)
        default:
          let piece = pieces[random.integer(below: pieces.count)]
          scalars.replaceSubrange(at..<end, with: " \(piece) ".unicodeScalars)
        }
      }
      return String(String.UnicodeScalarView(scalars))
    }
  }

  /// Nothing traps; an error stands inside the text; what parses is the same again when it is spelled out.
  static func take(_ text: String, _ book: Rulebook, checked: inout Int) {
    func inside(_ error: RuleError) {
      let isInside = (1...text.unicodeScalars.count + 1).contains(error.column)
      #expect(isInside && !error.description.isEmpty, "\(error)")
    }
    do throws(RuleError) {
      let parsed = try Expression.parse(text)
      let canonical = parsed.canonical
      let again = try Expression.parse(canonical)
      if again != parsed || again.canonical != canonical { Issue.record("'\(text)' → '\(canonical)'") }
      let numbers = parsed.numbers
      if let number = numbers.last, let set = parsed.setting(number.position, to: -number.value) {
        let reread = try Expression.parse(set.canonical)
        if reread != set || set.numbers.map(\.position) != numbers.map(\.position) {
          Issue.record("'\(text)' with another number → '\(set.canonical)'")
        }
      }
      let rule: CheckedRule
      do throws(RuleError) { rule = try book.check(parsed) } catch { return inside(error) }
      checked += 1
      let whole = try book.check(rule.canonical)
      if whole.canonical != rule.canonical || whole.signals != rule.signals {
        Issue.record("'\(text)' → '\(rule.canonical)' → '\(whole.canonical)'")
      }
      #expect(!RuleExplanation(rule, catalogue: book.catalogue).text.isEmpty)
      #expect(RuleProgram([rule]).sessionSignals.count <= rule.signals.count)
    } catch { inside(error) }
  }

  /// `FUZZ_SECONDS=600 swift test --filter RuleFuzz` goes on for ten minutes, from `FUZZ_SEED` on.
  @Test func noTextTraps() throws {
    let environment = ProcessInfo.processInfo.environment
    let seconds = Double(environment["FUZZ_SECONDS"] ?? "")
    var random = Philox(seed: UInt64(environment["FUZZ_SEED"] ?? "") ?? 0, stream: 5)
    let book = try Rulebook(
      [RuleDefinition("panic", "vix / vix3m > 1")], catalogue: .standard, parameters: ["x": 0.5])
    let clock = ContinuousClock()
    let start = clock.now
    var (inputs, checked) = (0, 0)
    while seconds.map({ (clock.now - start) / .seconds(1) < $0 }) ?? (inputs < 20_000) {
      for _ in 0..<1_000 { Self.take(Self.input(&random), book, checked: &checked) }
      inputs += 1_000
    }
    // enough get through to say something of what comes after the parser
    #expect(checked > inputs / 50)
    if seconds != nil { print("\(inputs) texts, \(checked) of them rules") }
  }
}
