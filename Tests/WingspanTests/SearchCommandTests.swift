import Foundation
import Testing

/// Searches as a user runs them: to their end, interrupted, killed, in parts.
@Suite struct SearchCommandTests {
  static let space = """
    version: 1
    name: small
    search:
      method: nsga2
      seed: 3
      population: 20
      budget: {evaluations: 300}
      objectives: [net_dollars, cvar95_dollars]
      constraints: [trades >= 5, condor.put_width_points >= condor.call_width_points]
    condor:
      put_width_points: [5, 10]
      call_width_points: [5, 10]
      short_delta: {from: 0.05, to: 0.25, decimals: 4}
    exit:
      stop: [none, {loss_multiple: {from: 0.5, to: 3, log: true, decimals: 3}}]
      confirm_minutes: {from: 1, to: 5, step: 1, when: {exit.stop: loss_multiple}}
    hedge:
      layers: [{name: a, trigger: always, size: {gross_risk: [0, 0.1, 1]}}]

    """
  static let period = ["--from", "2017-01-03", "--to", "2017-12-29"]

  private func bytes(_ folder: Scratch, _ study: String) throws -> Data {
    try Data(contentsOf: URL(filePath: folder.path(study + "/study.sqlite")))
  }

  @Test func frontTrialsAndExport() throws {
    let folder = try Scratch()
    try folder.write("space.yaml", Self.space)
    let sweep = try Command.run(["sweep", "space.yaml", "--out", "s", "--json"] + Self.period, in: folder)
    #expect(sweep.status == 0 && sweep.err.isEmpty, "\(sweep.err)")
    let summary = try sweep.object()
    #expect(summary["evaluations"] as? Int == 300 && summary["ended"] as? String == "evaluations")
    let front = try #require(summary["front"] as? [[String: Any]])
    let knee = try #require(summary["knee"] as? Int)
    #expect(front.count > 3 && front.contains { $0["trial"] as? Int == knee })
    let steps = try #require(summary["progress"] as? [[String: Any]])
    let volumes = steps.compactMap { $0["hypervolume"] as? Double }
    #expect(volumes.count > 10 && volumes == volumes.sorted())

    let top = try Command.run(
      [
        "trials", "s", "--where", "feasible == 1 and exit.stop == none", "--sort", "net_dollars", "--top",
        "4", "--csv",
      ],
      in: folder)
    let rows = top.out.split(separator: "\n")
    #expect(
      top.status == 0 && rows.count == 5 && rows[0].hasPrefix("trial,status,reason,condor.put_width_points"))
    let misspelt = try Command.run(["trials", "s", "--where", "sharp > 0"], in: folder)
    #expect(misspelt.status == 1 && misspelt.err.contains("sharpe"), "\(misspelt.err)")

    // what it tells of its space: of a search those that keep the constraints, of a grid all that traded
    let told = try Command.run(["explore", "s", "--json"], in: folder).object()
    let weights = try #require(told["importance"] as? [[String: Any]]).compactMap {
      $0["amongBest"] as? Double
    }
    #expect(weights.count == 7 && abs(weights.reduce(0, +) - 1) < 1e-9 && weights == weights.sorted(by: >))
    #expect(told["trials"] as? Int == summary["feasible"] as? Int)
    let slices = try #require(told["slices"] as? [String: [[String: Any]]])
    for (path, cells) in slices {
      #expect(
        cells.compactMap { $0["trials"] as? Int }.reduce(0, +) == summary["feasible"] as? Int, "\(path)")
    }
    let page = try Command.run(["explore", "s", "--by", "sharpe"], in: folder)
    #expect(page.status == 0 && page.out.contains("of variance") && page.out.contains("best: trial "))
    let unknown = try Command.run(["explore", "s", "--by", "sharp"], in: folder)
    #expect(unknown.status == 1 && unknown.err.contains("sharpe"))

    // the best is of those that keep the constraints, and a backtest of it gives its figures
    #expect(
      try Command.run(["export", "s", "--to", "best.yaml", "--format", "yaml"], in: folder).status == 0)
    let back = try Command.run(["backtest", "best.yaml"], in: folder)
    #expect(back.status == 0 && back.out.contains("reproduced"), "\(back.out)\(back.err)")
    let again = try Command.run(["resume", "s"], in: folder)
    #expect(again.status == 0 && again.err.contains("finished already"))
  }

  /// The same bytes at other numbers of threads, from another process, with little memory.
  @Test func threadsProcessesAndMemoryDoNotMatter() throws {
    let folder = try Scratch()
    try folder.write("space.yaml", Self.space)
    var made: [Data] = []
    for (k, more) in [["--threads", "1"], ["--threads", "2"], ["--threads", "5", "--memory", "0.0001"]]
      .enumerated()
    {
      let run = try Command.run(
        ["sweep", "space.yaml", "--out", "\(k)/s"] + Self.period + more, in: folder)
      #expect(run.status == 0, "\(run.err)")
      made.append(try bytes(folder, "\(k)/s"))
    }
    #expect(made[0] == made[1] && made[0] == made[2])
  }

  /// The best of a search only, verified; interrupted it begins again, to the same bytes.
  @Test func theBestOfASearchAreKept() throws {
    let folder = try Scratch()
    try folder.write("space.yaml", Self.space)
    let more = Self.period + ["--keep", "25", "--verify", "5"]
    let run = try Command.run(["sweep", "space.yaml", "--out", "a/s", "--json"] + more, in: folder)
    #expect(run.status == 0 && run.err.isEmpty, "\(run.err)")
    let summary = try run.object()
    #expect(summary["kept"] as? Int == 25 && summary["verified"] as? Int == 5)
    let front = try #require(summary["front"] as? [[String: Any]]).compactMap { $0["trial"] as? Int }
    let csv = try Command.run(["trials", "a/s", "--sort", "calmar", "--top", "100", "--csv"], in: folder)
    let rows = csv.out.split(separator: "\n").dropFirst()
    let kept = rows.compactMap { Int($0.prefix { $0 != "," }) }
    #expect(kept.count == 25 && (front.count > 25 || Set(front).isSubset(of: kept)), "\(csv.err)")
    #expect(try Command.run(["explore", "a/s"], in: folder).status == 0)
    #expect(try Command.run(["export", "a/s", "--to", "b.yaml", "--format", "yaml"], in: folder).status == 0)
    let back = try Command.run(["backtest", "b.yaml"], in: folder)
    #expect(back.status == 0 && back.out.contains("reproduced"), "\(back.out)\(back.err)")

    let started = try Command.start(["sweep", "space.yaml", "--out", "b/s"] + more, in: folder)
    while !FileManager.default.fileExists(atPath: folder.path("b/s/study.sqlite-wal")),
      started.process.isRunning
    {
      Thread.sleep(forTimeInterval: 0.005)
    }
    started.process.interrupt()
    let stopped = try Command.end(started)
    try #require(stopped.status == 130 && stopped.err.contains("`wingspan resume b/s` begins again"))
    let resumed = try Command.run(["resume", "b/s"], in: folder)
    #expect(resumed.status == 0 && resumed.out.contains("kept the best 25 of them"), "\(resumed.err)")
    #expect(try bytes(folder, "a/s") == bytes(folder, "b/s"))
  }

  /// Killed at many moments and gone on with, the store is that of an uninterrupted run, byte for byte.
  @Test func killedAtAnyMomentAndResumed() throws {
    let folder = try Scratch()
    try folder.write("space.yaml", Self.space)
    let start = Date.now
    #expect(try Command.run(["sweep", "space.yaml", "--out", "a/s"] + Self.period, in: folder).status == 0)
    let whole = try bytes(folder, "a/s")
    let seconds = Date.now.timeIntervalSince(start)
    for round in 0..<4 {
      let out = "b\(round)/s"
      var command = ["sweep", "space.yaml", "--out", out] + Self.period
      // the first runs are killed after growing shares of the time that a whole one takes
      for kill in 0..<5 {
        let started = try Command.start(command, in: folder)
        Thread.sleep(forTimeInterval: seconds * (0.15 + 0.17 * Double((kill + round) % 5)))
        kill_(started.process)
        _ = try Command.end(started)
        if FileManager.default.fileExists(atPath: folder.path(out + "/study.sqlite")) {
          command = ["resume", out]
        }
      }
      let last = try Command.run(command, in: folder)
      #expect(last.status == 0, "\(last.err)")
      #expect(try bytes(folder, out) == whole, "round \(round)")
    }
  }

  private func kill_(_ process: Process) { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

  /// A grid in parts, worked out in any order and joined, is the undivided one.
  @Test func shardsJoinToTheWhole() throws {
    let folder = try Scratch()
    try folder.write(
      "space.yaml",
      """
      version: 1
      name: grid
      condor: {short_delta: [0.06, 0.1, 0.15, 0.2]}
      hedge: {layers: [{name: a, trigger: always, size: {gross_risk: [0, 0.1, 1]}}]}
      exit: {stop: [none, {loss_multiple: 1.0}], profit_target: [none, 0.5]}
      """)
    #expect(try Command.run(["sweep", "space.yaml", "--out", "a/s"] + Self.period, in: folder).status == 0)
    for part in [3, 1, 2] {
      let run = try Command.run(
        ["sweep", "space.yaml", "--shard", "\(part)/3", "--out", "p\(part)"] + Self.period, in: folder)
      #expect(run.status == 0, "\(run.err)")
    }
    let joined = try Command.run(["merge", "p2", "p3", "p1", "--out", "b/s", "--json"], in: folder)
    #expect(joined.status == 0, "\(joined.err)")
    #expect(try joined.object()["trials"] as? Int == 48)
    #expect(try bytes(folder, "a/s") == bytes(folder, "b/s"))
    let missing = try Command.run(["merge", "p2", "p3", "--out", "c"], in: folder)
    #expect(missing.status == 1 && missing.err.contains("missing"))
    let twice = try Command.run(["merge", "p2", "p3", "p2", "p1", "--out", "c"], in: folder)
    #expect(twice.status == 1 && twice.err.contains("p2"))
    let foreign = try Command.run(["merge", "p1", "p2", "a/s", "--out", "c"], in: folder)
    #expect(foreign.status == 1 && foreign.err.contains("a/s"))
    let bad = try Command.run(["sweep", "space.yaml", "--shard", "4/3"], in: folder)
    #expect(bad.status == 1 && bad.err.contains("--shard"))
  }

  /// An interrupted grid goes on to the same bytes.
  @Test func anInterruptedGridIsGoneOnWith() throws {
    let folder = try Scratch()
    try folder.write("space.yaml", InterruptionTests.space)
    let arguments = ["--from", "2017-09-01", "--to", "2018-02-28"]
    #expect(try Command.run(["sweep", "space.yaml", "--out", "a/s"] + arguments, in: folder).status == 0)
    let started = try Command.start(["sweep", "space.yaml", "--out", "b/s"] + arguments, in: folder)
    let deadline = Date.now.addingTimeInterval(60)
    func size(_ name: String) -> Int {
      ((try? FileManager.default.attributesOfItem(atPath: folder.path(name)))?[.size] as? Int) ?? 0
    }
    while size("b/s/study.sqlite") + size("b/s/study.sqlite-wal") < 500_000, started.process.isRunning,
      Date.now < deadline
    {
      Thread.sleep(forTimeInterval: 0.01)
    }
    kill_(started.process)
    _ = try Command.end(started)
    let resumed = try Command.run(["resume", "b/s", "--json"], in: folder)
    #expect(resumed.status == 0, "\(resumed.err)")
    #expect(try bytes(folder, "a/s") == bytes(folder, "b/s"))
  }

  /// A study of another history is left alone, unless it is to be begun anew.
  @Test func anotherHistoryIsRefusedOrBegunAnew() throws {
    let folder = try Scratch()
    try folder.write("space.yaml", Self.space.replacing("evaluations: 300", with: "evaluations: 60"))
    let simulate = ["data", "simulate", "--years", "2", "--into", "h.sqlite", "--seed"]
    #expect(try Command.run(simulate + ["1"], in: folder).status == 0)
    let start = try Command.start(["sweep", "space.yaml", "--out", "s", "--history", "h.sqlite"], in: folder)
    while !FileManager.default.fileExists(atPath: folder.path("s/study.sqlite-wal")), start.process.isRunning
    {
      Thread.sleep(forTimeInterval: 0.005)
    }
    start.process.interrupt()
    let first = try Command.end(start)
    try #require(first.status == 130, "\(first.err)")
    try FileManager.default.removeItem(atPath: folder.path("h.sqlite"))
    #expect(try Command.run(simulate + ["2"], in: folder).status == 0)
    let refused = try Command.run(["resume", "s"], in: folder)
    #expect(refused.status == 1 && refused.err.contains("--rebase"), "\(refused.err)")
    let anew = try Command.run(["resume", "s", "--rebase", "--json"], in: folder)
    #expect(anew.status == 0, "\(anew.err)")
    #expect(try anew.object()["evaluations"] as? Int == 60)
  }

  @Test func spacesForOtherMethodsAreValidatedAndPlanned() throws {
    let folder = try Scratch()
    try folder.write(
      "space.yaml",
      """
      version: 1
      search: {method: nsga2, objectives: [sharpe worst year, trades], constraints: [cvar99 >= -450]}
      condor: {short_delta: {from: 0.05, to: 0.25}}
      exit:
        stop: [none, {loss_multiple: {from: 0.5, to: 5, log: true}}]
        confirm_minutes: {choices: [1, 2], when: {exit.stop: loss_multiple}}
      """)
    let validated = try Command.run(["validate", "space.yaml"], in: folder)
    #expect(
      validated.out == "space.yaml: fine, real values over condor.short_delta (real), exit.stop (2), "
        + "exit.stop.loss_multiple (real), exit.confirm_minutes (2)\n")
    let planned = try Command.run(["plan", "space.yaml", "--json"] + Self.period, in: folder)
    let plan = try planned.object()
    #expect(planned.status == 0 && plan["points"] is NSNull && plan["pilot"] as? Int == 100)
    #expect(planned.err.isEmpty, "\(planned.err)")
    // a search above either limit is warned of as a grid is
    let evaluations = try #require(plan["evaluations"] as? Int)
    for (limit, told) in [(evaluations, ""), (evaluations - 1, "\(evaluations) evaluations are more than ")] {
      let many = try Command.run(
        ["plan", "space.yaml", "--warn-above", "\(limit)", "--json"] + Self.period, in: folder)
      #expect(many.status == 0 && many.err.isEmpty == told.isEmpty, "\(many.err)")
      #expect(
        told.isEmpty || many.err.contains(told + "\(limit); lower search.budget.evaluations"), "\(many.err)")
    }
    let long = try Command.run(["plan", "space.yaml", "--warn-seconds", "0"] + Self.period, in: folder)
    #expect(long.status == 0 && long.err.contains("are more than 0.0 s; lower"), "\(long.err)")
    try folder.write(
      "short.yaml",
      "version: 1\nsearch: {method: random, budget: {seconds: 0.001}}\ncondor: {short_delta: {from: 0.05, to: 0.25}}\n"
    )
    let short = try Command.run(
      ["plan", "short.yaml", "--warn-seconds", "0.001", "--json"] + Self.period, in: folder)
    #expect(try short.object()["estimatedSeconds"] as? Double == 0.001 && short.err.isEmpty, "\(short.err)")
    let refused = try Command.run(["paths", "space.yaml", "--out", "p"] + Self.period, in: folder)
    #expect(
      refused.status == 1
        && refused.err.hasPrefix("error: space.yaml:2: search.method is nsga2; allowed: grid"),
      "\(refused.err)")
    try folder.write(
      "none.yaml",
      "version: 1\nsearch: {constraints: [condor.short_delta > 1]}\ncondor: {short_delta: [0.1, 0.2]}\n")
    let none = try Command.run(["validate", "none.yaml"], in: folder)
    #expect(none.status == 1 && none.err.contains("none of the 2 points keeps 'condor.short_delta > 1'"))
  }

  @Test func whatCannotBeSearchedIsRefused() throws {
    let folder = try Scratch()
    func refused(_ text: String, _ told: String, _ more: [String] = []) throws {
      try folder.write("space.yaml", text)
      let run = try Command.run(["sweep", "space.yaml"] + Self.period + more, in: folder)
      #expect(run.status == 1 && run.err.contains(told), "\(run.err)")
    }
    let head = "version: 1\ncondor: {short_delta: {from: 0.05, to: 0.25}}\n"
    try refused(head, "step")
    try refused(head + "search: {method: cmaes, objectives: [sharpe, trades]}", "one objective")
    try refused(head + "search: {method: cmaes}\nexit: {stop: [none, short_strike_touched]}", "exit.stop")
    try refused(head + "search: {method: random, objective: sharp}", "sharpe")
    try refused(
      head + "search: {method: random, constraints: [condor.short_delta > 1]}", "condor.short_delta > 1")
    try refused(head + "search: {method: random}", "plain grids", ["--shard", "1/2"])
    try refused(head + "search: {method: random}", "plain grids", ["--engine", "reference"])
    try refused(
      "version: 1\nsearch: {method: grid}\ncondor: {short_delta: {from: 0.0001, to: 0.25, step: 0.0001}}\n"
        + "exit: {confirm_minutes: {from: 1, to: 390, step: 1}, profit_target: {from: 0.001, to: 0.999, step: 0.001}}\n",
      "configurations")
  }
}
