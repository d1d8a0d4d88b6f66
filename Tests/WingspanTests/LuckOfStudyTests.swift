import Foundation
import Testing

/// Questions of luck and risk asked of a study are those of the table that its backtests make.
@Suite struct LuckOfStudyTests {
  private static let period = ["--from", "2017-01-03", "--to", "2017-06-30"]
  private static let deltas = [0.08, 0.12, 0.16, 0.2]
  private static func configuration(_ delta: String) -> String {
    "version: 1\nname: s\ncondor: {short_delta: \(delta)}\nexit: {stop: {loss_multiple: 1}}\n"
  }

  /// A study, kept whole or the best one alone, and the same results by backtests, as a table in dollars.
  private static func made(keep: Bool) throws -> Scratch {
    let folder = try Scratch()
    try folder.write("space.yaml", configuration("[0.08, 0.12, 0.16, 0.2]"))
    let sweep = try Command.run(
      ["sweep", "space.yaml", "--out", "s"] + (keep ? ["--keep", "1"] : []) + period, in: folder)
    #expect(sweep.status == 0, "\(sweep.err)")
    var columns: [[String]] = []
    for delta in deltas {
      try folder.write("c.yaml", configuration("\(delta)"))
      let run = try Command.run(["backtest", "c.yaml", "--sessions", "s.csv"] + period, in: folder)
      #expect(run.status == 0, "\(run.err)")
      let rows = try folder.text("s.csv").split(separator: "\n").map { $0.components(separatedBy: ",") }
      let net = try #require(rows[0].firstIndex(of: "net"))
      columns.append(rows.dropFirst().map { $0[net] })
    }
    let rows = columns[0].indices.map { d in columns.map { $0[d] }.joined(separator: ",") }
    try folder.write("pnl.csv", "trial 0,trial 1,trial 2,trial 3\n" + rows.joined(separator: "\n") + "\n")
    return folder
  }

  private static func same(_ a: [String: Any], _ b: [String: Any], but: Set<String>) -> Bool {
    func canonical(_ object: [String: Any]) -> Data? {
      try? JSONSerialization.data(
        withJSONObject: object.filter { !but.contains($0.key) }, options: [.sortedKeys])
    }
    return canonical(a) == canonical(b)
  }

  @Test(arguments: [false, true]) func theTableIsThatOfTheBacktests(keep: Bool) throws {
    let folder = try Self.made(keep: keep)
    for (command, more) in [("luck", ["--resamples", "500"]), ("risk", ["--window", "20"])] {
      let study = try Command.run([command, "s", "--json"] + more, in: folder)
      let table = try Command.run([command, "--matrix", "pnl.csv", "--json"] + more, in: folder)
      #expect(study.status == 0 && table.status == 0, "\(study.err)\(table.err)")
      let (asked, plain) = try (study.object(), table.object())
      #expect(Self.same(asked, plain, but: ["study"]), "\(command)")
      let facts = try #require(asked["study"] as? [String: Any])
      #expect(facts["trials"] as? Int == 4 && facts["tried"] as? Int == 4)
      #expect(facts["isRecomputed"] as? Bool == keep && facts["isSample"] as? Bool == false)
      let text = try Command.run([command, "s"] + more, in: folder)
      #expect(text.out.hasPrefix("s: 4 trials of 4 tried, dollars a session"), "\(text.out)")
      #expect(text.out.contains("modelled"), "says which prices it stands on")
    }
    let sample = try Command.run(["luck", "s", "--trials", "2", "--resamples", "500", "--json"], in: folder)
    let facts = try #require(try sample.object()["study"] as? [String: Any])
    #expect(facts["trials"] as? Int == 2 && facts["tried"] as? Int == 4 && facts["isSample"] as? Bool == true)
  }

  /// A benchmark of as many days of another year is none of the study's.
  @Test func aBenchmarkIsOfTheStudysDays() throws {
    let folder = try Self.made(keep: false)
    let dates = try folder.text("s.csv").split(separator: "\n").dropFirst().map { String($0.prefix(10)) }
    func benchmark(_ name: String, _ date: (String) -> String) throws {
      try folder.write(name, "date,b\n" + dates.map { date($0) + ",1\n" }.joined())
    }
    try benchmark("own.csv") { $0 }
    try benchmark("other.csv") { "2018" + $0.dropFirst(4) }
    try benchmark("gap.csv") { $0 == dates[40] ? "\(dates[40].dropLast(2))31" : $0 }
    let gap = try Command.run(["luck", "s", "--benchmark", "gap.csv", "--resamples", "200"], in: folder)
    #expect(gap.status == 1 && gap.err.contains("gap.csv: "), "\(gap.err)")
    try benchmark("moved.csv") { $0 == dates[40] ? "\(dates[39])T16:00" : $0 }
    let moved = try Command.run(["luck", "s", "--benchmark", "moved.csv", "--resamples", "200"], in: folder)
    #expect(moved.status == 1 && moved.err.contains("stands where s has \(dates[40]);"), "\(moved.err)")
    let own = try Command.run(["luck", "s", "--benchmark", "own.csv", "--resamples", "200"], in: folder)
    #expect(own.status == 0 && own.out.contains("figures are of what is earned above own.csv"), "\(own.err)")
    let json = try Command.run(
      ["luck", "s", "--benchmark", "own.csv", "--resamples", "200", "--json"], in: folder
    ).object()
    #expect(json["benchmark"] as? String == "own.csv")
    let other = try Command.run(["luck", "s", "--benchmark", "other.csv", "--resamples", "200"], in: folder)
    #expect(
      other.status == 1
        && other.err
          == "error: other.csv: 2018-01-03 stands where s has 2017-01-03; give both over the same days\n",
      "\(other.err)")
  }

  @Test(arguments: [
    (["luck"], "give either the folder of a study or --matrix FILE"),
    (["risk", "s", "--matrix", "p.csv"], "give either the folder of a study or --matrix FILE"),
    (["luck", "--matrix", "p.csv", "--history", "h"], "--history goes with a study"),
    (["luck", "s", "--trials", "1"], "--trials must be 2 to 100000, was 1"),
    (["risk", "nowhere"], "nowhere"),
  ])
  func whatIsNoTableIsRefused(arguments: [String], told: String) throws {
    let run = try Command.run(arguments, in: Scratch())
    #expect(run.status == 1 && run.err.contains(told) && run.out.isEmpty, "\(run.err)")
  }
}
