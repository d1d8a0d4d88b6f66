import Foundation
import GRDB
import Testing

@testable import RunStore

@Suite struct RunStoreRoundTripTests {
  @Test func whatIsStoredComesBack() throws {
    let folder = try StoreFolder()
    let path = folder.path("runs.sqlite")
    let writer = try RunStore.create(path: path, study: Sample.study)
    let trials = (0..<100).map(Sample.trial)
    for start in stride(from: 0, to: 100, by: 30) {
      try writer.append(Array(trials[start..<min(start + 30, 100)]))
    }
    try writer.append([])
    #expect(try writer.trials(withDaily: true) == trials)
    try writer.close()
    #expect(folder.names == ["runs.sqlite"])

    let reader = try RunStore.open(path: path)
    #expect(try reader.study() == Sample.study)
    #expect(try reader.trialCount() == 100)
    #expect(try reader.trials(withDaily: true) == trials)
    #expect(try reader.trial(index: 42) == trials[42])
    #expect(try reader.trial(index: 100) == nil)
    #expect(try reader.metricNames() == ["net_dollars", "sharpe", "profit_factor"])
    #expect(throws: RunStoreError.readOnly(path: path)) { try reader.append([Sample.trial(100)]) }
    try reader.close()
  }

  @Test func aMetricThatIsNotANumberIsStoredAsNone() throws {
    let folder = try StoreFolder()
    let writer = try RunStore.create(path: folder.path("s"), study: Sample.study)
    var trial = Sample.trial(1)
    trial.metrics = [MetricValue("x", .nan), MetricValue("y", -0.0)]
    try writer.append([trial])
    let back = try #require(try writer.trial(index: 1))
    #expect(back.metrics == [MetricValue("x", nil), MetricValue("y", 0)])
    try writer.close()
  }

  @Test(arguments: ["net_dollars", "sharpe", "profit_factor", "net_cents"], [true, false])
  func trialsAreOrderedByAMetricThenByIndexWithHolesLast(metric: String, descending: Bool) throws {
    let folder = try StoreFolder()
    let writer = try RunStore.create(path: folder.path("s"), study: Sample.study)
    let trials = (0..<200).map(Sample.trial)
    try writer.append(trials.reversed())
    func value(_ trial: TrialRecord) -> Double? {
      metric == "net_cents" ? Double(trial.netCents) : trial.metric(metric)
    }
    let expected = trials.sorted { a, b in
      switch (value(a), value(b)) {
      case (let x?, let y?): x == y ? a.index < b.index : (x < y) != descending
      case (nil, nil): a.index < b.index
      case (let x, _): x != nil
      }
    }
    let found = try writer.trials(orderBy: metric, descending: descending)
    #expect(found.map(\.index) == expected.map(\.index))
    #expect(found.allSatisfy { $0.dailyCents == nil })
    let top = try writer.trials(orderBy: metric, descending: descending, limit: 7, withDaily: true)
    #expect(top == Array(expected.prefix(7)))
    try writer.close()
  }

  @Test func theWideViewHasAColumnForEachAxisAndMetric() throws {
    let folder = try StoreFolder()
    let writer = try RunStore.create(path: folder.path("s"), study: Sample.study)
    try writer.append([Sample.trial(1)])
    var later = Sample.trial(2)
    later.metrics.append(MetricValue("odd \"one\"", 5))
    try writer.append([later])
    let rows = try writer.queue.read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM trials_wide ORDER BY trial")
    }
    #expect(
      Array(rows[0].columnNames) == [
        "trial", "status", "reason", "net_cents", "condor.short_delta", "stop", "odd \"name\"", "net_dollars",
        "sharpe", "profit_factor", "odd \"one\"",
      ])
    #expect(rows[1]["condor.short_delta"] == "0.2")
    #expect(rows[1]["odd \"one\""] == 5.0)
    #expect(rows[0]["odd \"one\""] == nil as Double?)
    #expect(rows[1]["sharpe"] == 0.5)
    try writer.close()
  }

  @Test func sameTrialsInOtherBatchesAndAtAnotherTimeDumpTheSameBytes() throws {
    let folder = try StoreFolder()
    let trials = (0..<57).map(Sample.trial)
    for (name, batch) in [("a", 57), ("b", 1), ("c", 10)] {
      let writer = try RunStore.create(path: folder.path(name), study: Sample.study)
      for start in stride(from: 0, to: 57, by: batch) {
        try writer.append(Array(trials[start..<min(start + batch, 57)]))
      }
      if name == "b" {
        try writer.queue.write { try $0.execute(sql: "UPDATE meta SET value = '1999-01-01T00:00:00Z'") }
      }
      try writer.close()
    }
    let dump = try RunStore.canonicalDump(path: folder.path("a"))
    #expect(try RunStore.canonicalDump(path: folder.path("b")) == dump)
    #expect(try RunStore.canonicalDump(path: folder.path("c")) == dump)
    #expect(dump.split(separator: "\n").count == 58)

    // One cent, one metric's last bit, or one outcome more must show.
    var changed: [TrialRecord] = [trials[8], trials[8], trials[8], trials[8]]
    changed[0].netCents += 1
    changed[1].metrics[2].value = (0.1 + 0.2).nextUp
    changed[2].outcomes[0].count += 1
    changed[3].dailyCents?[2] -= 1
    for (index, other) in changed.enumerated() {
      let writer = try RunStore.create(path: folder.path("x\(index)"), study: Sample.study)
      try writer.append(trials.map { $0.index == 8 ? other : $0 })
      try writer.close()
      #expect(try RunStore.canonicalDump(path: folder.path("x\(index)")) != dump, "change \(index)")
    }
  }

  @Test func dailyValuesKeepEveryBit() {
    let values: [Int64] = [0, 1, -1, .max, .min, 0x0102_0304_0506_0708]
    #expect(Array(RunStore.bytes([0x0102_0304_0506_0708])) == [8, 7, 6, 5, 4, 3, 2, 1])
    #expect(RunStore.cents(RunStore.bytes(values)) == values)
    #expect(RunStore.cents(Data([1, 2, 3])) == nil)
  }

  @Test func aStoreIsResumedWhereItEnded() throws {
    let folder = try StoreFolder()
    let path = folder.path("s")
    let first = try RunStore.create(path: path, study: Sample.study)
    try first.append((0..<10).map(Sample.trial))
    try first.close()
    let second = try RunStore.resume(path: path)
    #expect(try second.trialCount() == 10)
    try second.append((10..<20).map(Sample.trial))
    try second.checkpoint()
    try second.close()
    #expect(folder.names == ["s"])
    #expect(try RunStore.open(path: path).trials(withDaily: true) == (0..<20).map(Sample.trial))
  }
}
