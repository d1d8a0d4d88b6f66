import Foundation
import Kernels
import Testing

/// `wingspan risk` as a user runs it.
@Suite struct RiskCommandTests {
  /// Three bets in twelve settings: each is one of three series, with a little of its own.
  private static func pnl(days: Int = 400) -> [[Int]] {
    var random = Philox(seed: 20)
    return (0..<days).map { _ in
      let bets = (0..<3).map { _ in random.normal() }
      return (0..<12).map { i in
        Int((10_000 * bets[i % 3] + 1_000 * random.normal() + 500 - Double(100 * i)).rounded())
      }
    }
  }
  private static func csv(_ rows: [[Int]]) -> String {
    let names = "date," + rows[0].indices.map { "setting \($0)" }.joined(separator: ",")
    let lines = rows.enumerated().map { d, row in
      "\(d)," + row.map(String.init).joined(separator: ",")
    }
    return ([names] + lines).joined(separator: "\n") + "\n"
  }

  @Test func threeBetsAreFoundAndMixed() throws {
    let folder = try Scratch()
    let rows = Self.pnl()
    try folder.write("pnl.csv", Self.csv(rows))
    let run = try Command.run(
      ["risk", "--matrix", "pnl.csv", "--window", "100", "--out", "covariance.npy", "--json"], in: folder)
    #expect(run.status == 0, "\(run.err)")
    let report = try run.object()
    let clusters = try #require(report["clusters"] as? [String: Any])
    #expect(clusters["count"] as? Int == 3)
    let noise = try #require(report["marchenkoPastur"] as? [String: Any])
    #expect(noise["above"] as? Int == 3)
    #expect((report["eigenvalues"] as? [Double])?.count == 12)
    let weights = try #require((report["riskParity"] as? [String: Any])?["weights"] as? [Double])
    #expect(weights.count == 12)
    #expect(weights.allSatisfy { abs($0 - 1.0 / 12) < 0.01 })
    let mix = try #require(report["minCVaR"] as? [String: Any])
    let (cvar, bound) = (try #require(mix["cvar"] as? Double), try #require(mix["bound"] as? Double))
    #expect(cvar < 0 && abs(cvar - bound) <= 1e-8 * abs(cvar))
    #expect((report["valueAtRisk"] as? [[String: Any]])?.count == 3)
    #expect((report["shrinkTarget"] as? [String: Any])?["target"] as? String == "identity")
    #expect((report["shrinkage"] as? Double).map { $0 > 0 && $0 < 1 } == true)

    // the covariances in both places, and by hand
    let (values, shape) = try NumPyFile.read(Double.self, from: folder.path("covariance.npy"))
    #expect(shape == [12, 12])
    let shown = try #require(report["covariance"] as? [[Double]])
    for (a, b) in zip(values, shown.joined()) { #expect(abs(a - b) <= 1e-8 * abs(a)) }
    let (x, y) = (rows.map { Double($0[0]) }, rows.map { Double($0[5]) })
    let (a, b) = (x.reduce(0, +) / 400, y.reduce(0, +) / 400)
    let covariance = zip(x, y).reduce(0) { $0 + ($1.0 - a) * ($1.1 - b) } / 399
    #expect(abs(values[5] - covariance) <= 1e-9 * abs(covariance) + 1e-6)

    let text = try Command.run(["risk", "--matrix", "pnl.csv", "--window", "100"], in: folder)
    #expect(text.status == 0, "\(text.err)")
    #expect(text.out.contains("3 different bets among 12 settings (average linkage, cut at correlation 0.5)"))
    #expect(text.out.contains("3 eigenvalues above 1.38"))
    #expect(!text.out.lowercased().contains("nan"))
    let again = try Command.run(["risk", "--matrix", "pnl.csv", "--window", "100"], in: folder)
    #expect(again.out == text.out)
  }

  /// The kernels of three processor families: copies of a setting and more settings than days, so that eigenvalues are 0 and the
  /// best mix has many days at its value at risk.
  @Test func kernelsOfTheLibraryDoNotShow() throws {
    let folder = try Scratch()
    let rows = Self.pnl(days: 90)
    let wide = rows.map { row in
      row.map { Double($0) / 7 } + row.map { Double($0) / 7 }
        + (0..<80).map { Double((row[$0 % 12] + $0) % 97) / 3 }
    }
    try NumPyFile.write(wide.flatMap { $0 }, shape: [90, 104], to: folder.path("pnl.npy"))
    var seen: Set<String> = []
    for family in ["Haswell", "Sandybridge", "Nehalem"] {
      let run = try Command.run(
        ["risk", "--matrix", "pnl.npy", "--json"], in: folder, variables: ["OPENBLAS_CORETYPE": family])
      #expect(run.status == 0, "\(run.err)")
      seen.insert(run.out)
    }
    #expect(seen.count == 1)
  }

  @Test func aNumPyArrayIsTheSameTable() throws {
    let folder = try Scratch()
    let rows = Self.pnl(days: 60)
    try NumPyFile.write(rows.flatMap { $0.map(Int64.init) }, shape: [60, 12], to: folder.path("pnl.npy"))
    try folder.write(
      "pnl.csv", rows.map { $0.map(String.init).joined(separator: ",") }.joined(separator: "\n"))
    let arguments = [
      "--shrink-to", "constant-correlation", "--linkage", "ward", "--cap", "0.2", "--same-bet", "-0.5",
      "--json",
    ]
    let array = try Command.run(["risk", "--matrix", "pnl.npy"] + arguments, in: folder)
    let text = try Command.run(["risk", "--matrix", "pnl.csv"] + arguments, in: folder)
    #expect(array.status == 0 && array.out == text.out, "\(array.err)")
    let weights = try #require(
      (try array.object()["minCVaR"] as? [String: Any])?["weights"] as? [Double])
    #expect(weights.count == 12 && weights.allSatisfy { $0 <= 0.2 + 1e-9 })
    #expect(weights.count { $0 > 0 } >= 5 && abs(weights.reduce(0, +) - 1) < 1e-7)
  }

  @Test(arguments: [
    (["--level", "0.2"], "--level must be 0.5 to 0.9999, was 0.2"),
    (["--fit", "0"], "--fit must be above 0 and at most 1, was 0.0"),
    (["--cap", "0.01"], "12 settings of at most 0.01 each don't add up to 1"),
    (["--fit", "0.02"], "1 of 60 days to fit on; at least 2 are needed"),
    (["--out", "pnl.csv"], "--matrix and --out must be different files"),
    (["--out", "pnl.csv/there.npy"], "there.npy"),
    (["--linkage", "single"], "linkage"),
  ])
  func wrongOptionsAreRefused(_ options: [String], message: String) throws {
    let folder = try Scratch()
    try folder.write("pnl.csv", Self.csv(Self.pnl(days: 60)))
    let run = try Command.run(["risk", "--matrix", "pnl.csv"] + options, in: folder)
    #expect(run.status == 1 && run.err.contains(message), "\(run.err)")
    #expect(run.out.isEmpty)
  }

  @Test(arguments: [
    ("a,b\n1,2\n", "1 day; at least 2"),
    ("a,b\n1,2\n3,nan\n", "pnl.csv:3: column 2 is 'nan'"),
    ("a,b\n1,2\n1,2\n1,2\n", "each of the 2 settings earns the same on each of the first 2 days"),
    ("a,b\n0,0\n0,0\n0,0\n", "each of the 2 settings earns the same on each of the first 2 days"),
    ("0,1\n5,6\n7,9\n", "pnl.csv:1: the first row counts 2 columns from 0"),
    ("a,b\n1,2e13\n2,3\n5,6\n", "b holds 2"),
    (
      "a,b\n1e-170,2e-170\n2e-170,3e-170\n5e-170,6e-171\n",
      "the largest P&L is 5e-170; give it in another unit"
    ),
  ])
  func wrongTablesAreRefused(_ table: String, message: String) throws {
    let folder = try Scratch()
    try folder.write("pnl.csv", table)
    let run = try Command.run(["risk", "--matrix", "pnl.csv"], in: folder)
    #expect(run.status == 1 && run.err.contains(message), "\(run.err)")
  }
}
