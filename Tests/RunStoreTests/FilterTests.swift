import Foundation
import GRDB
import Testing

@testable import RunStore

/// Conditions on trials.
@Suite struct FilterTests {
  private static func store(_ folder: StoreFolder) throws -> RunStore {
    let store = try RunStore.create(path: folder.path("s"), study: Sample.study, layout: Sample.layout)
    try Sample.append(0..<3000, to: store)
    return store
  }

  private static let cases: [(String, @Sendable (TrialRecord) -> Bool)] = [
    ("sharpe > 0.01", { $0.metric("sharpe").map { $0 > 0.01 } ?? false }),
    ("sharpe > 0 and trades >= 20", { ($0.metric("sharpe") ?? 0) > 0 && ($0.metric("trades") ?? 0) >= 20 }),
    (
      "trial < 10 or trial >= 2995 and net_cents<-100",
      { $0.index < 10 || $0.index >= 2995 && ($0.netCents ?? 0) < -100 }
    ),
    (
      "(trial < 10 or trial >= 2995) and net_cents < -100",
      { ($0.index < 10 || $0.index >= 2995) && ($0.netCents ?? 0) < -100 }
    ),
    ("stop_rate != 0.5", { $0.metric("stop_rate").map { $0 != 0.5 } ?? false }),
    (
      "net_dollars <= -1e2 AND net_dollars > -.5e3",
      { ($0.metric("net_dollars") ?? 0) <= -100 && ($0.metric("net_dollars") ?? 0) > -500 }
    ),
    ("status = no_trades", { $0.status == "no_trades" }),
    ("status != 'no_trades'", { $0.status != "no_trades" }),
    ("reason = 'the credit was never paid: é'", { $0.reason != nil }),
    // By the number that a listed value is, whatever its spelling; those that are none differ from every number.
    ("condor.short_delta = 0.1", { $0.assignments[0] == "0.10" }),
    ("condor.short_delta >= 0.15", { ["0.15", "0.2"].contains($0.assignments[0]) }),
    ("condor.short_delta <> 0.2", { $0.assignments[0] != "0.2" }),
    (
      "condor.short_delta = '{\"put\": 0.1}' and stop = 'it''s'",
      { $0.assignments[0] == "{\"put\": 0.1}" && $0.assignments[1] == "it's" }
    ),
    (
      "stop != 'it''s' and \"odd \"\"name\"\"\" == 7",
      { $0.assignments[1] != "it's" && $0.assignments[2] == "7" }
    ),
    ("trial < 0", { _ in false }),
  ]

  @Test func conditionsMeanWhatTheySay() throws {
    let folder = try StoreFolder()
    let store = try Self.store(folder)
    let all = (0..<3000).map(Sample.trial)
    for (text, isMet) in Self.cases {
      let filter = try store.filter(text)
      let found = try store.trials(where: filter, orderBy: "net_cents", descending: true, withDaily: true)
      let expected = all.filter(isMet).sorted { ($1.netCents ?? 0, $0.index) < ($0.netCents ?? 0, $1.index) }
      #expect(found == expected, "\(text): \(found.count) instead of \(expected.count)")
      #expect(text == "trial < 0" || !expected.isEmpty, "\(text) tells nothing")
      #expect(
        try store.trials(where: filter, orderBy: "sharpe", descending: true, limit: 3).count
          == min(3, found.count))
    }
    try store.close()
  }

  /// A condition reads the trials once, and for a figure of settings looks these up by their number.
  @Test func aConditionReadsNothingTwice() throws {
    let folder = try StoreFolder()
    let store = try RunStore.create(path: folder.path("s"), study: Sample.study, layout: Sample.layout)
    func plan(_ text: String) throws -> [String] {
      let filter = try store.filter(text)
      let sql =
        "EXPLAIN QUERY PLAN " + RunStore.ranking("sharpe", descending: true, where: filter.sql)
      let values = filter.arguments + [20.databaseValue]
      return try store.queue.read {
        try Row.fetchAll($0, sql: sql, arguments: StatementArguments(values)).map { $0["detail"] }
      }
    }
    let scan = ["SCAN t", "USE TEMP B-TREE FOR ORDER BY"]
    #expect(try plan("sharpe > 0 and condor.short_delta >= 0.15 and stop = 'it''s'") == scan)
    #expect(
      try plan("sharpe > 0 and trades >= 20")
        == [scan[0], "SEARCH s USING INTEGER PRIMARY KEY (rowid=?)", scan[1]])
    try store.close()
  }

  @Test func pointsAreAskedByTheirValues() throws {
    let folder = try StoreFolder()
    let store = try RunStore.create(path: folder.path("s"), study: PointsTests.study, layout: Sample.layout)
    try PointsTests.append(0..<40, generation: nil, to: store)
    func found(_ text: String) throws -> [Int] {
      try store.trials(where: store.filter(text), orderBy: "net_cents", descending: false).map(\.index)
        .sorted()
    }
    #expect(try found("exit.stop = 'it''s'") == (0..<40).filter { PointsTests.point($0)[1] == 1 })
    #expect(try found("exit.stop != 'it''s'") == (0..<40).filter { PointsTests.point($0)[1] == 0 })
    #expect(
      try found("exit.multiple > 11 and condor.short_delta < 5")
        == (0..<40).filter { PointsTests.point($0)[2] > 11 && PointsTests.point($0)[0] < 5 })
    try store.close()
  }

  @Test(arguments: [
    ("", 1, "expected a column"), ("sharpe", 7, "expected one of = != < <= > >="),
    ("sharpe > ", 10, "expected a number or 'text'"),
    ("sharpe > none", 10, "sharpe is a number; compare it with one"),
    ("sharpe > nan", 10, "sharpe is a number; compare it with one"),
    ("sharpe > 'x'", 10, "sharpe is a number; compare it with one"),
    ("sharpe => 1", 8, "expected one of = != < <= > >="),
    ("status < done", 8, "status is text; compare it by = or !="),
    ("(sharpe > 1", 12, "expected ')'"), ("sharpe > 1)", 11, "expected 'and', 'or' or the end"),
    ("sharpe > 1 trades > 2", 12, "expected 'and', 'or' or the end"),
    ("é = 1; DROP TABLE trials", 6, "';' has no meaning here"), ("stop = 'it", 8, "the quote isn't closed"),
    ("stop = never", 8, "stop has no value 'never'; it has: {\"none\": true}, it's"),
    ("stop > 'it''s'", 6, "stop is compared with a number, or by = or != with a value"),
    ("sharpe > 1 and", 15, "expected a column"),
  ])
  func whatIsWrongIsToldToTheCharacter(text: String, column: Int, reason: String) throws {
    let folder = try StoreFolder()
    let store = try RunStore.create(path: folder.path("s"), study: Sample.study, layout: Sample.layout)
    let error = #expect(throws: RunStoreError.self) { try store.filter(text) }
    guard case .badFilter(text, let place, let told)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(place == column && told == reason, "\(place): \(told)")
    #expect("\(RunStoreError.badFilter(text: "a b", column: 3, reason: "r"))" == "column 3 of 'a b': r")
    try store.close()
  }

  @Test(arguments: [
    ("sharp > 0", 1, "sharp", "sharpe"),
    ("trades > 1 and condor.short_detla = 0.1", 16, "condor.short_detla", "condor.short_delta"),
    ("(sharpe > 1 and status = done) or \"trade\" > 0", 35, "trade", "trades"),
  ])
  func anUnknownColumnIsNamedWithTheNearest(text: String, column: Int, name: String, nearest: String) throws {
    let folder = try StoreFolder()
    let store = try RunStore.create(path: folder.path("s"), study: Sample.study, layout: Sample.layout)
    let error = #expect(throws: RunStoreError.self) { try store.filter(text) }
    #expect(error == .unknownColumn(text: text, column: column, name: name, nearest: nearest))
    #expect(
      error?.description == "column \(column) of '\(text)': no column '\(name)'; nearest is '\(nearest)'")
    try store.close()
  }

  @Test func parenthesesDoNotEndTheProgram() throws {
    let folder = try StoreFolder()
    let store = try RunStore.create(path: folder.path("s"), study: Sample.study, layout: Sample.layout)
    func nested(_ depth: Int) -> String {
      String(repeating: "(", count: depth) + "trial = 1" + String(repeating: ")", count: depth)
    }
    _ = try store.filter(nested(64))
    #expect(throws: RunStoreError.self) { try store.filter(nested(65)) }
    #expect(throws: RunStoreError.self) { try store.filter(nested(100_000)) }
    #expect(throws: RunStoreError.self) { try store.filter(String(repeating: "(", count: 100_000)) }
    try store.close()
  }
}
