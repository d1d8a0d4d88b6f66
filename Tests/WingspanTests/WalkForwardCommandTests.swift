import Foundation
import TestSupport
import Testing

/// `wingspan walkforward` as a user runs it.
@Suite struct WalkForwardCommandTests {
  static let quick = [
    "--from", "2018-01-02", "--to", "2018-06-29", "--in-sample", "60", "--out-of-sample", "30",
  ]

  /// The families that ship, with nothing else given.
  @Test func theDefaultFamiliesRun() throws {
    let folder = try Scratch()
    let run = try Command.run(
      ["walkforward", "--json", "--out", "w.json", "--csv", "c.csv"] + Self.quick, in: folder)
    #expect(run.status == 0 && run.err.isEmpty, "\(run.err)")
    #expect(try folder.text("w.json") == run.out, "--out is what --json prints")
    let report = try run.object()
    CommandTests.expectKeys(
      report,
      "history disclosure isDemonstration from to sessions inSample outOfSample embargo isAnchored seed resamples "
        + "windowsInAll interrupted windows curveSessions curveWindows leftOut families differences")
    let families = try #require(report["families"] as? [[String: Any]])
    #expect(families.compactMap { $0["name"] as? String } == ["hold", "stops", "alvh"])
    for family in families {
      CommandTests.expectKeys(
        family,
        "name space isFixed method objectives constraints caveats outOfSample mean decay windowsAboveZero "
          + "windowsWithoutChoice drift windows curveCents verdict")
    }
    let sessions = try #require(report["curveSessions"] as? [String])
    #expect(try folder.text("c.csv").split(separator: "\n").count == 3 * sessions.count + 1)
    // a window is a backtest of its own
    let windows = try #require(report["windows"] as? [[String: Any]])
    let (from, to) = (windows[1]["outOfSampleFrom"] as? String, windows[1]["outOfSampleTo"] as? String)
    let own = try Command.run(
      ["backtest", Checkout.params("study/hold"), "--json", "--from", from ?? "", "--to", to ?? ""],
      in: folder)
    let figures = try #require(try own.object()["figures"] as? [String: Any])
    let held = try #require(families[0]["windows"] as? [[String: Any]])[1]["outOfSample"] as? [String: Any]
    #expect(figures["netDollars"] as? Double == held?["netDollars"] as? Double)
    #expect(held?["trades"] as? Int == figures["trades"] as? Int && held?["trades"] as? Int ?? 0 > 0)
  }

  @Test func theTextSaysWhatWasFound() throws {
    let run = try Command.run(
      ["walkforward", Checkout.params("study/stops"), "--anchored", "--embargo", "2"] + Self.quick,
      in: Scratch())
    #expect(run.status == 0, "\(run.err)")
    for text in [
      "2 families on bundled-2014-2018", "60 or more, 2", "between, then trading 30",
      "fixed hold",
      "95 % interval, Newey-West", "efficiency, mean out / in", "stops, settings by window: ",
      "stops minus fixed hold", "stops against fixed hold: ", "out of sample",
      "Minutes are simulated: a demonstration, no evidence.",
    ] { #expect(run.out.contains(text), "\(text)") }
    #expect(run.out.split(separator: "\n").allSatisfy { $0.count <= 130 })
  }

  /// Processor time of a process so far, 1/100 s.
  static func ticks(_ process: Int32) -> Int {
    let text = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
    let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
    return fields.count > 11 ? Int(fields[11]) ?? 0 : 0
  }

  /// Ctrl-C prints what is finished and leaves no file.
  @Test func anInterruptedWalkSaysWhatItHas() throws {
    let folder = try Scratch()
    let started = try Command.start(
      ["walkforward", "--csv", "c.csv", "--out", "w.json", "--out-of-sample", "5"], in: folder)
    // a second of its own processor time is well into the first windows, however busy the machine is
    let deadline = Date.now.addingTimeInterval(120)
    while Self.ticks(started.process.processIdentifier) < 100, started.process.isRunning, Date.now < deadline
    {
      Thread.sleep(forTimeInterval: 0.02)
    }
    try #require(started.process.isRunning, "the walk ended before it could be interrupted")
    started.process.interrupt()
    let run = try Command.end(started)
    #expect(run.status == 130 && !run.crashed, "\(run.status) \(run.err)")
    #expect(
      run.err.hasPrefix("interrupted: ") && run.err.contains(" of 201 windows are finished"), "\(run.err)")
    #expect(folder.names.isEmpty)
  }
}
