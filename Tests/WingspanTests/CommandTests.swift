import Foundation
import Testing
import TestSupport

/// Every command as a user runs it: its page, its JSON, its exit status, its files.
@Suite struct CommandTests {
  static let short = ["--from", "2018-01-02", "--to", "2018-02-05"]
  static let hold = Checkout.params("hold")

  /// Subcommands as `--help` lists them, groups opened.
  static func commands(_ path: [String] = []) throws -> [[String]] {
    let folder = try Scratch()
    let help = try Command.run(path + ["--help"], in: folder)
    #expect(help.status == 0 && help.err.isEmpty)
    guard let list = help.out.range(of: "SUBCOMMANDS:\n") else { return [path] }
    let lines = help.out[list.upperBound...].split(separator: "\n", omittingEmptySubsequences: false)
    var found: [[String]] = []
    for line in lines.prefix(while: { !$0.isEmpty }) where line.hasPrefix("  ") && !line.hasPrefix("   ") {
      found += try commands(path + [String(line.split(separator: " ")[0])])
    }
    return found
  }

  @Test func everyCommandTeachesItself() throws {
    let folder = try Scratch()
    let names = try Self.commands()
    let wanted = [
      ["backtest"], ["sweep"], ["resume"], ["merge"], ["trials"], ["evaluate"], ["schema"], ["compare"],
      ["export"], ["explain"], ["paths"], ["data", "import"],
      ["data", "check"],
      ["data", "simulate"],
    ]
    for name in wanted { #expect(names.contains(name), "\(name)") }
    for name in names {
      let page = try Command.run(name + ["--help"], in: folder)
      #expect(page.status == 0 && page.err.isEmpty)
      #expect(
        page.out.hasPrefix("OVERVIEW: ")
          && page.out.contains("USAGE: wingspan " + name.joined(separator: " ")))
      #expect(page.out.count > 400, "\(name): a page that teaches")
      #expect(page.out.contains("--json") || name == ["evaluate"], "\(name) prints JSON")
    }
    let version = try Command.run(["--version"], in: folder)
    #expect(version.status == 0 && version.out.hasPrefix("wingspan "))
    #expect(try Command.run([], in: folder).out.contains("SUBCOMMANDS"))
  }

  /// A long example line once upset the wrapping of every paragraph behind it.
  @Test func importPageWrapsBetweenParagraphsAndFits() throws {
    let page = try Command.run(["data", "import", "--help"], in: Scratch()).out
    #expect(page.contains("\n\nEvery file is checked row by row"))
    #expect(page.contains("--on-conflict replace the last one wins"))
    let discussion = page.components(separatedBy: "\nUSAGE:")[0].split(separator: "\n")
    #expect(discussion.allSatisfy { $0.count <= 80 })
  }

  @Test func explainShowsTheDecisionAboveItsFill() throws {
    let stop = ["explain", Checkout.params("promoter-stop-1x"), "--date", "2018-02-02"]
    let lines = try Command.run(stop, in: Scratch()).out.split(separator: "\n")
    let decided = try #require(lines.firstIndex { $0.contains("condor stop decided: mid cost ") })
    #expect(lines[decided + 1].contains("condor closed (stop) at "))
    let literal = ["explain", Checkout.params("literal-15-20-delta"), "--date", "2018-01-05"]
    #expect(try Command.run(literal, in: Scratch()).out.contains("the rule would take put "))
  }

  static func expectKeys(
    _ object: [String: Any], _ keys: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for key in keys.split(separator: " ") {
      #expect(object[String(key)] != nil, "\(key)", sourceLocation: sourceLocation)
    }
  }

  @Test func schemaIsPrintedForEditors() throws {
    let printed = try Command.run(["schema"], in: Scratch())
    #expect(printed.status == 0 && printed.err.isEmpty)
    let schema = try printed.object()
    #expect(schema["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
    #expect((schema["properties"] as? [String: Any])?["condor"] != nil)
  }

  @Test func planAndValidateTellWithoutRunning() throws {
    let folder = try Scratch()
    try folder.write(
      "space.yaml",
      "version: 1\nname: s\ncondor: {short_delta: [0.1, 0.2]}\nexit: {stop: [none, {loss_multiple: 1}]}\n")
    try folder.write("bad.yaml", "version: 1\nname: s\ncondor: {short_delta: [0.1, 2]}\n")
    let plan = try Command.run(
      ["plan", "space.yaml", "--threads", "2", "--warn-above", "3", "--json"] + Self.short, in: folder)
    #expect(
      plan.status == 0 && plan.err.contains("4 configurations are more than 3; search fewer values, or keep"))
    let long = try Command.run(
      ["plan", "space.yaml", "--keep", "2", "--warn-above", "3", "--warn-seconds", "0"] + Self.short,
      in: folder)
    #expect(long.err.contains("are more than 0.0 s; search fewer values\n") && !long.err.contains("than 3"))
    let p = try plan.object()
    Self.expectKeys(
      p,
      "space history from to sessions axes configurations condorSettings hedgeSettings distinct distinctInPilot "
        + "distinctCondors generalPath memoryBytes pieces storeBytes pilotSessions threads estimatedSeconds objective"
    )
    #expect(p["configurations"] as? Int == 4 && p["distinct"] as? Int == 4)
    let text = try Command.run(["plan", "space.yaml"] + Self.short, in: folder)
    #expect(text.out.contains("4 = 4 condor settings x 1 hedges") && text.err.isEmpty)

    let fine = try Command.run(["validate", "space.yaml"], in: folder)
    #expect(
      fine.status == 0
        && fine.out == "space.yaml: fine, 4 configurations over condor.short_delta (2), exit.stop (2)\n")
    let bad = try Command.run(["validate", "space.yaml", "bad.yaml"], in: folder)
    #expect(bad.status == 1 && bad.err.contains("bad.yaml:3") && bad.out.hasPrefix("space.yaml: fine"))
  }

  @Test func jsonOfBacktestSweepCompareExplainAndPaths() throws {
    let folder = try Scratch()
    try folder.write(
      "space.yaml",
      "version: 1\nname: s\ncondor: {short_delta: [0.1, 0.2]}\nexit: {stop: [none, {loss_multiple: 1}]}\n")
    let backtest = try Command.run(["backtest", Self.hold] + Self.short + ["--json"], in: folder)
    #expect(backtest.status == 0 && backtest.err.isEmpty)
    let b = try backtest.object()
    Self.expectKeys(b, "name source history historyDigest disclosure marks from to figures")
    Self.expectKeys(
      try #require(b["figures"] as? [String: Any]),
      "sessions trades netDollars meanDollars sdDollars sharpe winRate worstDollars cvar95Dollars maxDrawdownDollars stopRate "
        + "whipsaws whipsawDollars stopsNetDollars thetaCapture hedgeNetDollars bothLoseSessions spxBetaDollars outcomes netByYear netByVIX"
    )

    func layer(_ more: String) -> String {
      "version: 1\nname: l\ncondor: {short_delta: 0.1}\nhedge: {layers: [{name: base, horizon: standing, \(more)}]}\n"
    }
    try folder.write("vx.yaml", layer("size: {contracts: 1}"))
    let vx = try Command.run(["backtest", "vx.yaml"] + Self.short + ["--json"], in: folder)
    let layers = try #require(try vx.object()["standingLayers"] as? [[String: Any]])
    #expect(layers.count == 1 && layers[0]["name"] as? String == "base")
    let hedged = try #require(try vx.object()["figures"] as? [String: Any])["hedgeNetDollars"] as? Double
    #expect(layers[0]["netDollars"] as? Double == hedged && hedged != 0)
    #expect((b["standingLayers"] as? [Any])?.isEmpty == true)
    let text = try Command.run(["backtest", "vx.yaml"] + Self.short, in: folder)
    #expect(text.out.contains("Standing layers\nlayer"))
    try folder.write(
      "calls.yaml", layer("size: {contracts: 1}, instrument: {vix_call: {days: 30, roll: settlement}}"))
    let calls = try Command.run(["backtest", "calls.yaml"] + Self.short, in: folder)
    #expect(
      calls.status == 1 && calls.err.contains("the VIX calls of hedge base of; import daily closes of VVIX"))

    let sweep = try Command.run(
      ["sweep", "space.yaml", "--threads", "2", "--out", "s", "--json"] + Self.short, in: folder)
    #expect(
      sweep.status == 0 && sweep.err.isEmpty, "no progress where standard error is no terminal: \(sweep.err)")
    let s = try sweep.object()
    Self.expectKeys(
      s,
      "configurations trades configDays seconds configDaysPerSecond best bestByFamily interrupted objective kept"
    )
    let phases = try #require(s["phases"] as? [String: Double])
    Self.expectKeys(phases, "load paths tables outcomes screen scorecard store")
    #expect(phases.values.reduce(0, +) <= s["seconds"] as? Double ?? 0, "phases don't overlap")
    #expect(s["configurations"] as? Int == 4 && s["threads"] as? Int == 2 && s["completed"] as? Int == 4)
    #expect(s["configDays"] as? Int == 4 * 24)
    let stored =
      try JSONSerialization.jsonObject(with: Data(folder.text("s/summary.json").utf8)) as? NSDictionary
    #expect(stored == s as NSDictionary, "summary.json is what was printed")

    let compare = try Command.run(["compare", "--json", "--best-of", "s"] + Self.short, in: folder)
    #expect(compare.status == 0, "\(compare.err)")
    let c = try compare.object()
    Self.expectKeys(
      c, "history disclosure from to sessions entriesByYear rows headlines correlation best vxSeedNetDollars")
    let rows = try #require(c["rows"] as? [[String: Any]])
    #expect(
      rows.compactMap { $0["name"] as? String } == [
        "hold", "promoter-stop-1x", "promoter-stop-2x", "promoter-debit-1.00", "steward-alvh-tranches",
      ])
    let headlines = try #require(c["headlines"] as? [[String: Any]])
    #expect(headlines.count == 3, "three stops against one hedge")
    for headline in headlines {
      Self.expectKeys(headline, "difference sensitivity isFinding verdict")
      #expect((headline["sensitivity"] as? [Any])?.count == 20)
    }

    let explain = try Command.run(["explain", Self.hold, "--date", "2018-01-04", "--json"], in: folder)
    Self.expectKeys(try explain.object(), "strategy session outcome decision minutes disclosure")
    let paths = try Command.run(["paths", "space.yaml", "--out", "p", "--json"] + Self.short, in: folder)
    let p = try paths.object()
    Self.expectKeys(p, "condors trades minutes paths credit disclosure")
    #expect(p["condors"] as? Int == 4)
    let size = try Data(contentsOf: folder.url.appending(path: "p/paths.npy")).count
    #expect(size == 128 + 4 * 4 * (p["trades"] as? Int ?? 0) * (p["minutes"] as? Int ?? 0))
    let export = try Command.run(["export", "s", "--json"], in: folder)
    Self.expectKeys(try export.object(), "version name condor entry exit hedge costs marks exported")
    #expect(
      folder.names == [
        "calls.yaml", "p", "p/credit.npy", "p/paths.npy", "p/sessions.csv", "s", "s/study.sqlite",
        "s/summary.json", "space.yaml", "vx.yaml",
      ])
  }

  @Test func jsonOfTheDataCommands() throws {
    let folder = try Scratch()
    let made = try Command.run(
      [
        "data", "simulate", "--years", "1", "--seed", "3", "--from", "2022-06-01", "--into", "h.sqlite",
        "--json",
      ], in: folder)
    #expect(made.status == 0, "\(made.err)")
    Self.expectKeys(try made.object(), "history store sessions first last seed")
    let check = try Command.run(["data", "check", "h.sqlite", "--json"], in: folder)
    #expect(check.status == 0, "\(check.err)")
    _ = try check.object()
    try folder.write(
      "vix.csv", BadInputTests.vix + "01/02/2018,10.95,11.07,9.52,9.77\n01/03/2018,9.1,9.65,8.92,9.15\n")
    let imported = try Command.run(["data", "import", "vix.csv", "--into", "v.sqlite", "--json"], in: folder)
    #expect(imported.status == 0, "\(imported.err)")
    #expect(try JSONSerialization.jsonObject(with: Data(imported.out.utf8)) is [Any])
    // A history that a command made is a history that every command takes.
    let backtest = try Command.run(
      [
        "backtest", Self.hold, "--history", "h.sqlite", "--from", "2022-07-01", "--to", "2022-08-01",
        "--json",
      ], in: folder)
    #expect(backtest.status == 0, "\(backtest.err)")
    let figures = try #require(try backtest.object()["figures"] as? [String: Any])
    #expect((figures["trades"] as? Int ?? 0) > 10, "SPXW expired every session")
    #expect((try backtest.object()["disclosure"] as? String ?? "").contains("no evidence"))
  }

  /// From sweep to export to backtest, by files alone.
  @Test func exportedFileIsAConfigurationThatReproducesItsFigures() throws {
    let folder = try Scratch()
    try folder.write(
      "räum 1.toml",
      "version = 1\nname = \"né 试\"\n[condor]\nshort_delta = [0.1, 0.2]\n[exit]\nstop = [\"none\", {loss_multiple = 1.0}]\n"
    )
    let sweep = try Command.run(["sweep", "räum 1.toml", "--out", "stüdy x"] + Self.short, in: folder)
    #expect(sweep.status == 0, "\(sweep.err)")
    for file in ["tuned.yaml", "tuned.json", "tuned.toml"] {
      let export = try Command.run(["export", "stüdy x", "--to", file], in: folder)
      let told = export.err.split(separator: "\n")
      #expect(export.status == 0 && export.out.isEmpty && told.last == "wrote \(file)", "\(export.err)")
      #expect(told.dropLast().allSatisfy { $0.hasPrefix("warning: ") }, "\(export.err)")
      let backtest = try Command.run(["backtest", file], in: folder)
      #expect(
        backtest.status == 0 && backtest.out.contains("exported figures: reproduced, every one of them"),
        "\(backtest.out)")
      #expect(backtest.out.hasPrefix("né 试  2018-01-02 to 2018-02-05"))
    }
    #expect(
      try folder.text("tuned.toml").hasPrefix("version = 1\n") && folder.text("tuned.json").hasPrefix("{"))
    // Edited by hand: the figures are printed, and then told from the stored ones.
    let edited = try folder.text("tuned.yaml").replacing(
      "call_width_points: 5", with: "call_width_points: 10")
    try folder.write("edited.yaml", edited)
    let differs = try Command.run(["backtest", "edited.yaml"], in: folder)
    #expect(differs.status == 1 && differs.out.contains("net, $ a condor"))
    #expect(
      differs.err.hasPrefix("error: edited.yaml: ") && differs.err.contains("the file was edited"),
      "\(differs.err)")
  }

  @Test func csvFilesAreWholeAndInDollars() throws {
    let folder = try Scratch()
    let run = try Command.run(
      ["backtest", Checkout.params("steward-alvh-tranches"), "--trades", "new/t.csv", "--sessions", "s.csv"]
        + Self.short,
      in: folder)
    #expect(run.status == 0, "\(run.err)")
    let trades = try folder.text("new/t.csv").split(separator: "\n")
    #expect(
      trades[0]
        == "trade_id,session,expiry,condor,quantity,side,entry_time,long_put,short_put,short_call,long_call,credit,exit_reason,"
        + "exit_time,exit_cost,fees,net,shadow_net,spx_entry,spx_settle,margin")
    let sessions = try folder.text("s.csv").split(separator: "\n")
    #expect(
      sessions[0] == "session,outcome,trades,condor_net,hedge_net,standing_net,net,shadow_net"
        && sessions.count == 25)
    #expect(folder.names == ["new", "new/t.csv", "s.csv"], "no temporary file is left")
  }

  /// The same command, twice and on other numbers of threads, prints and stores the same.
  @Test func outputDoesNotDependOnThreads() throws {
    let folder = try Scratch()
    let arguments = [
      "compare", Self.hold, Checkout.params("promoter-stop-1x"), Checkout.params("steward-alvh-tranches"),
    ]
    let one = try Command.run(arguments + ["--threads", "1"] + Self.short, in: folder)
    let three = try Command.run(arguments + ["--threads", "3"] + Self.short, in: folder)
    #expect(one.status == 0 && one.out == three.out && one.out.contains("finding"))
    #expect(one.out.contains("resamples of days (seed 1)"))
    #expect(!one.out.contains("\u{1B}") && !one.out.contains("\r"))
  }
}

/// Ctrl-C and neighbours.
@Suite struct InterruptionTests {
  /// 4,368 configurations: five blocks.
  static let space = """
    version: 1
    name: wide
    condor:
      short_delta: {from: 0.05, to: 0.25, step: 0.01}
      width_points: [5, 10]
    exit:
      stop: [none, {loss_multiple: {from: 0.25, to: 6.25, step: 0.25}}]
      confirm_minutes: [1, 2, 3, 5]

    """

  @Test func controlCKeepsFinishedBlocksAndSaysSo() throws {
    let folder = try Scratch()
    try folder.write("space.yaml", Self.space)
    let started = try Command.start(
      ["sweep", "space.yaml", "--out", "s", "--json", "--from", "2017-09-01", "--to", "2018-02-28"],
      in: folder)
    // The first block is there once the store has grown beyond its empty tables.
    let deadline = Date.now.addingTimeInterval(120)
    func size(_ name: String) -> Int {
      ((try? FileManager.default.attributesOfItem(atPath: folder.path(name)))?[.size] as? Int) ?? 0
    }
    while size("s/study.sqlite") + size("s/study.sqlite-wal") < 500_000, started.process.isRunning,
      Date.now < deadline
    {
      Thread.sleep(forTimeInterval: 0.01)
    }
    try #require(started.process.isRunning, "the sweep ended before it could be interrupted")
    started.process.interrupt()
    let sweep = try Command.end(started)
    #expect(sweep.status == 130 && !sweep.crashed, "\(sweep.status) \(sweep.err)")
    let summary = try sweep.object()
    let kept = try #require(summary["completed"] as? Int)
    #expect(kept >= 256 && kept < 4_368)
    #expect(summary["interrupted"] as? Bool == true && summary["configurations"] as? Int == 4_368)
    #expect(
      sweep.err == "interrupted: \(kept) of 4368 configurations are kept; go on with `wingspan resume s`\n")
    #expect(folder.names == ["s", "s/study.sqlite", "s/summary.json", "space.yaml"])
    let export = try Command.run(["export", "s", "--json"], in: folder)
    #expect(export.status == 0, "\(export.err)")
    let exported = try #require(try export.object()["exported"] as? [String: Any])
    #expect(exported["configurations_tried"] as? Int == kept)
    let last = try Command.run(["export", "s", "--pick", "\(kept - 1)"], in: folder)
    let next = try Command.run(["export", "s", "--pick", "\(kept)"], in: folder)
    #expect(last.status == 0 && next.status == 1 && next.err.contains("it holds trials 0 to \(kept - 1)"))
  }

  /// The second sweep into a folder is refused while the first one writes; the first one is whole.
  @Test func twoSweepsIntoOneFolderDoNotMix() throws {
    let folder = try Scratch()
    try folder.write(
      "space.yaml", "version: 1\nname: s\ncondor: {short_delta: {from: 0.05, to: 0.4, step: 0.01}}\n")
    let arguments = [
      "sweep", "space.yaml", "--out", "s", "--json", "--from", "2017-01-01", "--to", "2017-06-30",
    ]
    let both = try (0..<2).map { _ in try Command.start(arguments, in: folder) }
    let ends = try both.map { try Command.end($0) }
    #expect(
      ends.allSatisfy { $0.status == 0 || $0.status == 1 } && ends.contains { $0.status == 0 }, "\(ends)")
    for end in ends where end.status == 1 {
      #expect(end.err.contains("s/study.sqlite: ") && end.err.contains("--out"), "\(end.err)")
    }
    let export = try Command.run(["export", "s", "--pick", "35"], in: folder)
    #expect(export.status == 0, "\(export.err)")
    #expect(try JSONSerialization.jsonObject(with: Data(folder.text("s/summary.json").utf8)) is [String: Any])
  }

  /// However many start at once, one folder holds one whole study, and an empty file of a killed process is no bar.
  @Test func sweepsThatStartTogetherLeaveAWholeStudy() throws {
    let folder = try Scratch()
    try folder.write("space.yaml", "version: 1\nname: s\ncondor: {short_delta: [0.1, 0.15, 0.2]}\n")
    try folder.write("s/study.sqlite", "")
    let arguments = ["sweep", "space.yaml", "--out", "s"] + CommandTests.short
    for round in 0..<8 {
      let all = try (0..<3).map { _ in try Command.start(arguments, in: folder) }
      let ends = try all.map { try Command.end($0) }
      #expect(ends.contains { $0.status == 0 }, "round \(round): \(ends)")
      for end in ends where end.status != 0 {
        #expect(end.status == 1 && end.err.contains("in use by another process"), "\(end)")
      }
      let export = try Command.run(["export", "s", "--pick", "2"], in: folder)
      #expect(export.status == 0, "round \(round): \(export.err)")
    }
  }

  /// `wingspan … | head` ends quietly.
  @Test func aClosedPipeIsNoCrash() throws {
    let folder = try Scratch()
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.currentDirectoryURL = folder.url
    let words = ([Command.executable.path, "explain", CommandTests.hold, "--date", "2018-01-04", "--json"])
      .map { "'\($0)'" }.joined(separator: " ")
    process.arguments = ["-c", "\(words) 2> err.txt | head -c 10 > out.txt"]
    try process.run()
    process.waitUntilExit()
    #expect(try folder.text("out.txt").count == 10)
    #expect(try folder.text("err.txt").isEmpty)
  }
}
