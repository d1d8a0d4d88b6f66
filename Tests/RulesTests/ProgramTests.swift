import Foundation
import Kernels
import Testing

@testable import Rules

struct ProgramTests {
  /// Sums over a whole run of comparisons, to see that all kinds of answers were met.
  struct Tally {
    var rules = 0
    var values = 0
    var missing = 0
    var trues = 0
  }

  /// Random rules compiled together, against each one walked anew at every bar.
  func compare(seed: UInt64, rules wanted: Int, tally: inout Tally) throws {
    var random = RandomRule(seed: seed)
    let book = try Rulebook(catalogue: TestCatalogue.small)
    var rules: [CheckedRule] = []
    while rules.count < wanted {
      let text = random.rule()
      do throws(RuleError) {
        rules.append(try book.check(text))
      } catch {
        // constants that have no finite value or no order; nothing else is wrong with them
        switch error.fault {
        case .divisionByZero, .notFinite, .emptyClamp, .decided: break
        default: Issue.record("\(error)")
        }
      }
    }
    let program = RuleProgram(rules)
    let (sessions, minutes) = (7, 9)
    let bySession = program.sessionSignals.map {
      random.column(sessions, isCondition: $0.type == .condition)
    }
    let byMinute = program.minuteSignals.map { signal in
      (0..<sessions).map { _ in random.column(minutes, isCondition: signal.type == .condition) }
    }
    let whole = program.sessions(count: sessions, columns: bySession)
    var workspace = program.workspace(minutes: minutes + 2)
    for session in 0..<sessions {
      // sessions of other lengths leave nothing behind
      let count = minutes - session % 2
      workspace.begin(minutes: count)
      for signal in program.minuteSignals.indices {
        let column = Array(byMinute[signal][session][..<count])
        workspace.load(signal, from: column.span)
      }
      program.evaluate(session: session, of: whole, in: &workspace)
      for (index, rule) in rules.enumerated() {
        let reference = RuleReference(
          rule,
          session: { signal, session in
            program.sessionSignals.firstIndex(of: signal).map { bySession[$0][session] }
          },
          minute: { signal, session, minute in
            program.minuteSignals.firstIndex(of: signal).map { byMinute[$0][session][minute] }
          })
        var firing = RuleWorkspace.Firing()
        for minute in 0..<count {
          let expected = reference.value(session: session, minute: minute)
          let found = workspace.value(of: index, minute: minute)
          #expect(same(found, expected), "\(rule.canonical) at \(session), \(minute)")
          if case .value(let value) = expected {
            #expect(value.isFinite)
            if rule.type == .condition, value != 0, firing.minute == nil { firing.minute = minute }
            tally.trues += rule.type == .condition && value != 0 ? 1 : 0
          } else {
            tally.missing += 1
            if firing.minute == nil, firing.firstMissing == nil { firing.firstMissing = minute }
          }
          tally.values += 1
        }
        if rule.type == .condition {
          #expect(workspace.firstTrue(of: index, in: 0..<count) == firing, "\(rule.canonical)")
        }
        let bySessions = whole.value(of: index, session: session)
        #expect((bySessions == nil) == (rule.resolution == .minute))
        if let bySessions {
          #expect(same(bySessions, reference.value(session: session, minute: 0)), "\(rule.canonical)")
        }
      }
    }
    tally.rules += rules.count
  }

  func same(_ a: RuleValue, _ b: RuleValue) -> Bool {
    if case .value(let x) = a, case .value(let y) = b { return x.bitPattern == y.bitPattern }
    return a == b
  }

  @Test func theProgramGivesTheBitsOfTheReference() throws {
    var tally = Tally()
    for seed in 0..<1_000 { try compare(seed: UInt64(seed), rules: 20, tally: &tally) }
    // each over 7 sessions
    #expect(tally.rules == 20_000)
    #expect(tally.missing > tally.values / 10 && tally.missing < tally.values * 3 / 4)
    #expect(tally.trues > tally.values / 20)
  }

  /// `FUZZ_SECONDS=3600 swift test --filter RulesTests` goes through seeds for an hour.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["FUZZ_SECONDS"] != nil))
  func fuzz() throws {
    let environment = ProcessInfo.processInfo.environment
    let seconds = Double(environment["FUZZ_SECONDS"] ?? "") ?? 60
    var seed = UInt64(environment["FUZZ_SEED"] ?? "") ?? 1_000
    let clock = ContinuousClock()
    let start = clock.now
    var tally = Tally()
    while (clock.now - start) / .seconds(1) < seconds {
      try compare(seed: seed, rules: 20, tally: &tally)
      seed += 1
    }
    print("seeds up to \(seed): \(tally)")
    #expect(tally.rules > 0)
  }
}
