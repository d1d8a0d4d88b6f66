import Foundation
import Kernels
import Testing

@Suite struct LuckCommandTests {
  private func made(in folder: Scratch) throws {
    var random = Philox(seed: 4)
    var values: [Double] = []
    for _ in 0..<80 {
      for j in 0..<6 { values.append(j == 5 ? 0 : (100 * random.normal() + (j == 2 ? 90 : 0)).rounded()) }
    }
    try NumPyFile.write(values, shape: [80, 6], to: folder.path("pnl.npy"))
  }

  @Test func theAnswerIsTheSameOnAnyNumberOfThreads() throws {
    let folder = try Scratch()
    try made(in: folder)
    let one = try Command.run(
      ["luck", "--matrix", "pnl.npy", "--resamples", "1000", "--threads", "1", "--json"], in: folder)
    let three = try Command.run(
      ["luck", "--matrix", "pnl.npy", "--resamples", "1000", "--threads", "3", "--json"], in: folder)
    #expect(one.status == 0 && one.out == three.out, "\(one.err)")
    let json = try #require(try JSONSerialization.jsonObject(with: Data(one.out.utf8)) as? [String: Any])
    #expect(json["stepm"] as? [Int] == [2] && json["resamples"] as? Int == 1000)
    #expect((json["table"] as? [String: Any])?["zeroSettings"] as? Int == 1)
    let text = try Command.run(["luck", "--matrix", "pnl.npy", "--resamples", "1000"], in: folder)
    #expect(text.out.contains("The best of 5, column 3, beats doing nothing by"), "\(text.out)")
    #expect(text.out.contains("1 left out") && text.out.contains("1 can be said to beat doing nothing"))
  }

  @Test(arguments: [
    ("nan.csv", [], "nan.csv:2: column 2 is 'nan'"),
    ("flat.csv", [], "each of the 2 settings earns the same"),
    ("short.csv", [], "short.csv: 4 days are too few to tell luck by"),
    ("short.csv", ["--block", "1"], "give 60 or more"),
    ("long.csv", ["--block", "31"], "at most half of the days"),
    ("short.csv", ["--benchmark", "flat.csv"], "2 columns; a benchmark is one"), ("none.csv", [], "none.csv"),
    ("short.csv", ["--resamples", "5"], "--resamples must be 100 to 1000000"),
    ("short.csv", ["--size", "0.001", "--resamples", "100"], "needs more resamples than 100"),
    ("down.csv", [], "down.csv: 2018-01-02 follows 2018-01-03; sort the days"),
    ("up.csv", ["--benchmark", "other.csv"], "2018-01-04 stands where up.csv has 2018-01-03"),
    ("zero.csv", [], "each of the 2 settings earns the same"), ("tiny.csv", [], "give it in another unit"),
    ("days.csv", [], "each of the 1 settings earns the same"),
    ("counts.csv", [], "counts.csv:1: the first row counts 2 columns from 0"),
    ("counts.csv", ["--header"], "2 days are too few"), ("counts.csv", ["--no-header"], "3 days are too few"),
    ("short.csv", ["--block", "1", "--benchmark", "ones.csv"], "ones.csv: 3 days, short.csv has 4"),
    (
      "short.csv", ["--block", "1", "--benchmark", "ones.csv", "--header"],
      "ones.csv: 2 days, short.csv has 3"
    ),
  ])
  func whatCannotBeAnsweredIsRefused(matrix: String, more: [String], told: String) throws {
    let folder = try Scratch()
    for (name, text) in [
      ("nan.csv", "2,1\n3,nan\n"), ("flat.csv", "2,1\n2,1\n2,1\n"), ("short.csv", "2,1\n3,1\n2,2\n4,7\n"),
      ("down.csv", "2018-01-03,1\n2018-01-02,2\n"), ("up.csv", "2018-01-02,1\n2018-01-03,2\n"),
      ("other.csv", "2018-01-02,1\n2018-01-04,2\n"), ("days.csv", "20180102,5\n20180103,5\n20180104,5\n"),
      ("counts.csv", "0,1\n3,4\n-5,6\n"), ("ones.csv", "1\n1\n1\n"),
      ("zero.csv", String(repeating: "0,0\n", count: 20)),
      ("tiny.csv", String(repeating: "2e-200,1e-200\n3e-200,-1e-200\n", count: 10)),
      ("long.csv", String(repeating: "2,1\n3,1\n2,2\n4,7\n", count: 15)),
    ] {
      try Data(text.utf8).write(to: URL(filePath: folder.path(name)))
    }
    let run = try Command.run(["luck", "--matrix", matrix] + more, in: folder)
    #expect(run.status == 1 && run.err.contains(told) && run.out.isEmpty, "\(run.status) \(run.err)")
  }

  /// A setting that earns the same above 0 every day has no spread to be tested by, and is no loser for that.
  @Test func sureWinnersAreNamed() throws {
    let folder = try Scratch()
    var random = Philox(seed: 4)
    let values = (0..<80).flatMap { _ in [(100 * random.normal()).rounded(), 5, -5] }
    try NumPyFile.write(values, shape: [80, 3], to: folder.path("pnl.npy"))
    let text = try Command.run(["luck", "--matrix", "pnl.npy", "--resamples", "500"], in: folder).out
    #expect(
      text.contains("1 of those left out beats doing nothing by the same every day, for sure: column 2\n"))
    #expect(text.contains("No other setting can be said to beat doing nothing"), "\(text)")
  }

  /// Tables that leave little to ask: answers go without, and hold neither a NaN nor an infinity, in words or JSON.
  @Test(arguments: ["luck", "risk"], ["one", "few", "dead", "copies", "once"])
  func thinTablesHaveNumbersAlone(command: String, table: String) throws {
    let folder = try Scratch()
    var random = Philox(seed: 6)
    let rows = (0..<(table == "few" ? 60 : 90)).map { d -> [Double] in
      let x = (100 * random.normal()).rounded()
      return switch table {
      case "one": [x]
      case "dead": [0, x, 7]
      case "copies": [x, x, 2 * x]
      case "once": d == 40 ? [1, 2] : [0, 0]
      default: [x, (100 * random.normal()).rounded()]
      }
    }
    try NumPyFile.write(rows.flatMap(\.self), shape: [rows.count, rows[0].count], to: folder.path("p.npy"))
    for form in [[], ["--json"]] {
      let run = try Command.run([command, "--matrix", "p.npy"] + form, in: folder)
      #expect(run.status == 0 && !run.out.isEmpty, "\(run.err)")
      let words = run.out.lowercased().split { !$0.isLetter }
      #expect(!words.contains { ["nan", "inf", "infinity"].contains($0) }, "\(run.out)")
    }
    if command == "luck", table == "one" {
      let report = try Command.run(["luck", "--matrix", "p.npy", "--json"], in: folder).object()
      #expect(report["paths"] == nil && report["pathsMissing"] is String)
    }
  }
}
