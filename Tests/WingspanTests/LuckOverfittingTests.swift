import Foundation
import Kernels
import Testing

@Suite struct LuckOverfittingTests {
  /// 200 days of five settings: the fourth earns, the fifth never trades.
  private static func write(_ folder: Scratch, days: Int = 200) throws {
    var random = Philox(seed: 12)
    let cents = (0..<days).flatMap { _ -> [Int64] in
      (0..<5).map { j in j == 4 ? 0 : Int64(random.integer(below: 20_001)) - 10_000 + (j == 3 ? 2_500 : 0) }
    }
    try NumPyFile.write(cents, shape: [days, 5], to: folder.path("pnl.npy"))
  }
  private static let call = ["luck", "--matrix", "pnl.npy"]

  @Test func figuresAreInTheJSON() throws {
    let folder = try Scratch()
    try Self.write(folder)
    let command = try Command.run(Self.call + ["--partitions", "8", "--json"], in: folder)
    #expect(command.status == 0, "\(command.err)")
    let report = try command.object()
    let pbo = try #require(report["pbo"] as? Double)
    let logits = try #require(report["logits"] as? [Double])
    #expect(logits.count == 70 && pbo == Double(logits.count { $0 <= 0 }) / 70 && pbo < 0.1)
    let validation = try #require(report["crossValidation"] as? [String: Any])
    let layout = try #require(validation["layout"] as? [String: Any])
    #expect(layout["settings"] as? Int == 4 && layout["settingsLeftOut"] as? Int == 1)
    let best = try #require(report["bestSharpe"] as? [String: Any])
    #expect(best["setting"] as? Int == 3 && best["name"] as? String == "column 4")
    let psr = try #require(report["psr"] as? Double)
    let dsr = try #require(report["dsr"] as? Double)
    #expect(psr > 0.99 && dsr < psr && best["probability"] as? Double == psr)
    let deflation = try #require(report["deflation"] as? [String: Any])
    for key in ["dsr", "dsrWithLags", "dsrEffective"] {
      #expect(try report[key] as? Double == #require((deflation[key] as? [String: Double])?["probability"]))
    }
    #expect(report["pick"] is NSNull && report["dsrOfPick"] is NSNull && deflation["dsrOfPick"] is NSNull)
    let entropy = try #require(report["effectiveTrials"] as? Double)
    #expect(entropy > 3 && entropy <= 4 && (report["trials"] as? [String: Double])?["entropy"] == entropy)
    #expect((report["minTrackRecord"] as? Double ?? 0) > 1)
    #expect((report["notes"] as? [String]) == [])
    // the other report is in the same object
    #expect(report["table"] != nil)
    let onOneThread = try Command.run(
      Self.call + ["--partitions", "8", "--json", "--threads", "1"], in: folder)
    #expect(onOneThread.out == command.out)
  }

  @Test func textSaysItInWords() throws {
    let folder = try Scratch()
    try Self.write(folder)
    let command = try Command.run(Self.call, in: folder)
    #expect(command.status == 0, "\(command.err)")
    #expect(
      command.out.contains(
        "(12870 splits of 16 blocks of 12 days, the first 8 days left out). Picking carries over."))
    #expect(command.out.contains("column 4: "))
    #expect(command.out.contains("above what luck gives the best of 4"))
  }

  @Test func pathsAndTheWalkAreToldInBoth() throws {
    let folder = try Scratch()
    try Self.write(folder)
    let plain = try Command.run(Self.call + ["--json"], in: folder).object()
    let paths = try #require(plain["paths"] as? [String: Any])
    #expect((paths["sharpes"] as? [Double])?.count == 9 && paths["splits"] as? Int == 45)
    let walk = try #require(plain["walk"] as? [String: Any])
    let windows = try #require(walk["windows"] as? [[String: Any]])
    #expect(windows.count == 4 && windows[0]["train"] as? [Int] == [0, 100])
    #expect(windows[0]["test"] as? [Int] == [101, 126] && (windows[0]["name"] as? String)?.isEmpty == false)
    #expect((walk["outOfSample"] as? [Double])?.count == 99)
    let more = [
      "--groups", "6", "--test-groups", "3", "--embargo", "2", "--in-sample", "60", "--out-of-sample", "20",
      "--anchored", "--pick", "mean",
    ]
    let asked = try Command.run(Self.call + more + ["--json"], in: folder).object()
    #expect((asked["paths"] as? [String: Any])?["splits"] as? Int == 20)
    #expect((asked["walk"] as? [String: Any])?["gap"] as? Int == 3)
    let text = try Command.run(Self.call + more, in: folder)
    #expect(text.out.contains("10 paths over all days, picked anew without the 3 of 6 groups"), "\(text.out)")
    #expect(
      text.out.contains("a walk of 7 windows: picked on all days so far, from 60 on, held for the next 20"))
    for (options, told) in [
      (["--test-groups", "10"], "10 of 10 groups for the test; give --test-groups from 1"),
      (["--purge=-1"], "--purge must be 0 to 10000, was -1"),
      (["--in-sample", "1"], "--in-sample must be 2 to 100000, was 1"),
    ] {
      let run = try Command.run(Self.call + options, in: folder)
      #expect(run.status != 0 && run.err.contains(told) && run.out.isEmpty, "\(run.err)")
    }
    let long = try Command.run(Self.call + ["--in-sample", "200"], in: folder)
    #expect(
      long.out.contains("(no walk: pnl.npy: 200 days don't hold a window of 200 + 1 + 50"), "\(long.out)")
  }

  @Test func shortTablesAndOddBlocksAreRefused() throws {
    let folder = try Scratch()
    try Self.write(folder, days: 30)
    let short = try Command.run(Self.call, in: folder)
    #expect(
      short.status == 1 && short.err.contains("30 days are too few to tell luck by") && short.out.isEmpty)
    let odd = try Command.run(Self.call + ["--partitions", "7"], in: folder)
    #expect(
      odd.status != 0
        && odd.err.contains("7 blocks have no halves to compare; give an even --partitions, 4 to 20"),
      "\(odd.err)")
    let pick = try Command.run(Self.call + ["--pick", "median"], in: folder)
    #expect(pick.status != 0 && pick.err.contains("median"))
  }
}
