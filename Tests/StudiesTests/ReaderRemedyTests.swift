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

  @Test(arguments: account) func told(_ bad: BadStrategy) throws {
    #expect(throws: (any Error).self) { try Fixture.strategy(bad.text) }
    do { _ = try Fixture.strategy(bad.text) } catch {
      #expect("\(error)".replacing("f.yaml", with: "f") == bad.told)
    }
  }
}
