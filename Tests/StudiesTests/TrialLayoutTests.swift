import Backtesting
import Foundation
import GRDB
import Kernels
import MarketData
import RunStore
import TestSupport
import Testing

@testable import Studies

/// What the store gives back is what the figures said, to the last bit.
@Suite struct TrialLayoutTests {
  /// Records as no market would make them: large and small money, few trades and many.
  private static func figures(
    _ random: inout Philox, period: ClosedRange<Int>, axis: PeriodAxis
  ) -> (figures: Figures, net: [Int64]) {
    let share = random.integer(below: 5)
    let size = [3, 500, 60_000, 100_000_000][random.integer(below: 4)]
    func money() -> Int32 { Int32(random.integer(below: 2 * size + 1) - size) }
    let codes = OutcomeCode.allCases.filter { $0 != .traded }
    let records = period.map { _ in
      guard random.integer(below: 4) < share else {
        return SessionRecord(code: codes[random.integer(below: codes.count)])
      }
      var record = SessionRecord(code: .traded)
      record.condorNet = money()
      record.hedgeNet = random.integer(below: 2) == 0 ? 0 : money()
      record.shadowNet = money()
      record.stops = UInt8(random.integer(below: 3))
      record.stopReachable = random.integer(below: 2) == 0
      record.credit = Int32(random.integer(below: 90_000))
      record.cost = Int32(random.integer(below: 90_000))
      return record
    }
    let hasHedge = random.integer(below: 2) == 0
    let standing = period.map { _ in hasHedge ? Int64(money()) : 0 }
    let figures = Figures(
      records: records, standing: standing, hasStop: random.integer(below: 2) == 0, hasHedge: hasHedge,
      axis: axis)
    return (figures, BacktestResult.net(records: records, standing: standing))
  }

  @Test(arguments: [1, 2, 3, 7, 60, 147, 253, 260], UInt64(1)...3)
  func everyMetricComesBackBitForBit(sessions: Int, seed: UInt64) throws {
    let scratch = try ScratchFolder()
    let history = FiguresTests.history
    let period = 0...(sessions - 1)
    let axis = PeriodAxis(history, period: period)
    let layout = TrialLayout(axis)
    var random = Philox(seed: seed)
    let made = (0..<120).map { _ in Self.figures(&random, period: period, axis: axis) }
    let store = try RunStore.create(
      path: scratch.path("s"),
      study: StudyRecord(
        name: "s", spaceText: "", spaceFormat: "yaml", historyName: "h", historyDigest: "d", provenance: "p",
        codeVersion: "1", seed: 1, from: "a", to: "b", configurations: made.count, marksName: "m", axes: []),
      layout: layout.store)
    var columns = TrialColumns(layout)
    for (i, (figures, net)) in made.enumerated() {
      columns.append(i, setting: i, figures, net: net)
    }
    try store.append(
      columns.block(), settings: made.enumerated().map { TrialLayout.setting($0.offset, $0.element.figures) })
    let trials = try store.trials(withDaily: true)
    try store.close()

    #expect(trials.count == made.count)
    for (trial, (figures, net)) in zip(trials, made) {
      for metric in Metric.streamed {
        let stored = trial.metric(metric.rawValue)
        let value = metric.value(of: figures)
        #expect(
          stored.map { $0 + 0 }?.bitPattern == value.map { $0 + 0 }?.bitPattern,
          "\(metric) \(String(describing: stored)) \(String(describing: value))")
      }
      #expect(trial.metrics.map(\.name) == Metric.streamed.map(\.rawValue))
      #expect(trial.netCents == net.reduce(0, +) && trial.dailyCents == net)
      #expect((trial.status == "done") == (figures.trades > 0))
      #expect(trial.reason == (figures.trades > 0 ? nil : figures.mainReason))
      #expect(
        Dictionary(uniqueKeysWithValues: trial.outcomes.map { ($0.code, $0.count) }) == figures.outcomes)
    }
    // The years stand as documented: 64 bits each, the lowest byte first, in the order told in `meta`.
    let queue = try DatabaseQueue(path: scratch.path("s"))
    let (years, blobs) = try queue.read { db in
      (
        try String.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'net_by_year'"),
        try Data.fetchAll(db, sql: "SELECT net_by_year FROM trials ORDER BY trial")
      )
    }
    try queue.close()
    let names = (years ?? "").split(separator: " ").map(String.init)
    #expect(names == (sessions > 147 ? ["2022", "2023"] : ["2022"]))
    for (blob, (figures, _)) in zip(blobs, made) {
      let bytes = Array(blob)
      #expect(bytes.count == 8 * names.count)
      for (place, name) in names.enumerated() {
        let bits = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[place * 8 + $1]) << UInt64($1 * 8) }
        #expect(Double(Int64(bitPattern: bits)) / 100 == figures.netByYear[name])
      }
    }
  }

  /// Cents told from dollars, up to amounts that no ledger holds.
  @Test(arguments: UInt64(0)..<50) func dollarsGiveBackTheirCents(seed: UInt64) {
    var random = Philox(seed: seed)
    for bits in UInt64(1)...50 {
      let cents = Int64(random.next() >> (64 - bits))
      #expect(TrialLayout.cents(Double(cents) / 100) == cents)
      #expect(TrialLayout.cents(Double(-cents) / 100) == -cents)
    }
  }
}
