import Foundation
import Kernels
import Testing

@Suite struct FromPathsTests {
  private static let none = StopTargetGrid.missing
  /// Two condors, six trades of six minutes.
  private static let paths: [[Int32]] = [
    // a credit of 100: stops of 500 and 1000 close at 150 and 200, targets of 500 and 1000 at 50 and 0
    [100, 120, 150, 210, 40, 0],  // both stops before any target
    [100, 60, 50, 160, 0, 0],  // the near target, then the near stop, then the far target
    [none, 300, none, 110, none, 90],  // its first mark can't close it; holes; held to the last mark
    [100, 200, 0, 0, 0, 0],  // not sold
    [70, none, none, none, none, none],  // one mark
    [none, none, none, none, none, none],  // none
    // a credit of 101: 152, 202, 50 and 0
    [101, 151, 51, 152, 50, 60],
    [101, 202, 0, 0, 0, 0],
    [101, 0, 202, 0, 0, 0],
    [200, 101, 101, 101, 101, 101],
    [101, 101, 101, 101, 101, 202],
    [101, 101, none, none, 50, none],
  ]
  private static let credits: [Int32] = [100, 100, 100, none, 100, 100] + Array(repeating: 101, count: 6)
  /// By condor, stop, target and trade, worked out by hand.
  private static let expected: [[Int32]] = [
    [-50, 50, 10, none, 30, none],  // 500, 500
    [-50, -60, 10, none, 30, none],  // 500, 1000
    [-110, 50, 10, none, 30, none],  // 1000, 500
    [-110, 100, 10, none, 30, none],  // 1000, 1000
    [-51, -101, 101, 0, -101, 51],
    [-51, -101, 101, 0, -101, 51],
    [51, -101, 101, 0, -101, 51],
    [41, -101, 101, 0, -101, 51],
  ]

  private func write(_ folder: Scratch) throws {
    try NumPyFile.write(Self.paths.flatMap { $0 }, shape: [2, 6, 6], to: folder.path("p.npy"))
    try NumPyFile.write(Self.credits, shape: [2, 6], to: folder.path("c.npy"))
  }
  private static let call = ["bench", "from-paths", "p.npy", "c.npy", "--stops", "500:1000:500"]

  @Test func everyPnLIsTheOneWorkedOutByHand() throws {
    let folder = try Scratch()
    try write(folder)
    let command = try Command.run(
      Self.call + ["--targets", "500:1000:500", "--out", "made/pnl.npy", "--json"], in: folder)
    #expect(command.status == 0, "\(command.err)")
    let (pnl, shape) = try NumPyFile.read(Int32.self, from: folder.path("made/pnl.npy"))
    #expect(shape == [2, 2, 2, 6])
    #expect(pnl == Self.expected.flatMap { $0 })
    let report = try command.object()
    #expect(report["configDays"] as? Int == 48)
    #expect(report["hedges"] as? Int == 0)
    #expect((report["seconds"] as? Double ?? 0) > 0)
    let best = try #require(report["bestByNet"] as? [String: Any])
    // condor 0: 40, −70, −20, 30; condor 1: −101, −101, 1, −9
    #expect(best["netCents"] as? Int == 40 && best["stop"] as? Int == 500 && best["target"] as? Int == 500)
    #expect(best["trades"] as? Int == 4 && best["worstCents"] as? Int == -50)
    // −50, 0 … 0, 50, 10, 30: the fall is the first trade's, made good by the second
    #expect(best["maxDrawdownCents"] as? Int == 50 && best["maxDrawdownSessions"] as? Int == 2)
  }

  /// A hedge counts in the trades its condor has, and in no other; the P&L stays the condor's.
  @Test func hedgesAreAddedToTheTradesOfTheirCondor() throws {
    let folder = try Scratch()
    try write(folder)
    try NumPyFile.write(
      [5, 5, 5, 7000, -5, 9000, 1, -1, 0, 2, 0, 0] as [Int32], shape: [2, 6], to: folder.path("h.npy"))
    let command = try Command.run(
      Self.call + ["--targets", "500", "--hedges", "h.npy", "--out", "pnl.npy", "--scorecards", "s.csv"],
      in: folder)
    #expect(command.status == 0, "\(command.err)")
    #expect(command.out.contains("2 condors x 2 stops x 1 targets x 2 hedges over 6 trades of 6 minutes"))
    let (pnl, shape) = try NumPyFile.read(Int32.self, from: folder.path("pnl.npy"))
    #expect(shape == [2, 2, 1, 6])
    #expect(pnl == [0, 2, 4, 6].flatMap { Self.expected[$0] })
    let rows = try folder.text("s.csv").split(separator: "\n").map {
      $0.split(separator: ",").map(String.init)
    }
    #expect(
      rows[0].prefix(6) == [
        "condor", "stop_thousandths", "target_thousandths", "hedge", "trades", "net_cents",
      ])
    #expect(
      rows.dropFirst().map { $0.prefix(6).joined(separator: ",") } == [
        "0,500,500,0,4,50", "0,500,500,1,4,40", "0,1000,500,0,4,-10", "0,1000,500,1,4,-20",
        "1,500,500,0,6,15909", "1,500,500,1,6,-99", "1,1000,500,0,6,16011", "1,1000,500,1,6,3",
      ])
  }

  /// Any number of threads gives the same bytes, and a figure of a combination does not depend on how often the work is done.
  @Test func threadsChangeNothing() throws {
    let folder = try Scratch()
    var g = Philox(seed: 3)
    let (condors, trades, minutes) = (3, 700, 90)
    var level: Int32 = 1000
    let paths = (0..<condors * trades * minutes).map { i -> Int32 in
      level = i % minutes == 0 ? 1000 : max(0, level + Int32(g.integer(below: 301) - 150))
      return g.integer(below: 50) == 0 ? Self.none : level
    }
    try NumPyFile.write(paths, shape: [condors, trades, minutes], to: folder.path("p.npy"))
    let credits = (0..<condors * trades).map { _ in g.integer(below: 9) == 0 ? Self.none : 1000 }
    try NumPyFile.write(credits, shape: [condors, trades], to: folder.path("c.npy"))
    let hedges = (0..<13 * trades).map { _ in Int32(g.integer(below: 2001) - 1000) }
    try NumPyFile.write(hedges, shape: [13, trades], to: folder.path("h.npy"))
    var made: [Data] = []
    for (k, threads) in ["1", "2", "7"].enumerated() {
      let command = try Command.run(
        Self.call + [
          "--targets", "100:900:100", "--hedges", "h.npy", "--out", "o\(k).npy", "--scorecards", "s\(k).csv",
          "--threads", threads, "--repeat", "\(k + 1)",
        ], in: folder)
      #expect(command.status == 0, "\(command.err)")
      for name in ["o\(k).npy", "s\(k).csv"] {
        made.append(try Data(contentsOf: folder.url.appending(path: name)))
      }
    }
    #expect(made[0] == made[2] && made[0] == made[4] && made[1] == made[3] && made[1] == made[5])
  }

  /// Hedges too large for the lanes go by the plain series; one of 0 beside them gives the figures of none at all.
  @Test func largeNumbersGoByThePlainSeries() throws {
    let folder = try Scratch()
    try write(folder)
    let zero = Array(repeating: Int32(0), count: 6)
    let large = Array(repeating: StopTargetGrid.largestMark - 1, count: 6)
    try NumPyFile.write(zero + large, shape: [2, 6], to: folder.path("large.npy"))
    try NumPyFile.write(zero, shape: [1, 6], to: folder.path("zero.npy"))
    func rows(_ hedges: [String]) throws -> [String] {
      let command = try Command.run(
        Self.call + ["--targets", "500:1000:500", "--out", "o.npy", "--scorecards", "s.csv"] + hedges,
        in: folder)
      #expect(command.status == 0, "\(command.err)")
      return try folder.text("s.csv").split(separator: "\n").dropFirst().map(String.init)
    }
    let plain = try rows(["--hedges", "large.npy"])
    let lanes = try rows(["--hedges", "zero.npy"])
    let alone = try rows([])
    #expect(plain.filter { $0.split(separator: ",")[3] == "0" } == lanes)
    func withoutHedge(_ row: String) -> [Substring] {
      let parts = row.split(separator: ",", omittingEmptySubsequences: false)
      return Array(parts[..<3] + parts[4...])
    }
    #expect(lanes.map(withoutHedge) == alone.map(withoutHedge))
    #expect(plain[1].hasPrefix("0,500,500,1,4,4294967332,"), "\(plain[1])")
  }
}
