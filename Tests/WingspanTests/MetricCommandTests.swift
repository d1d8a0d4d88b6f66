import Foundation
import Testing

/// Figures that are worked out on demand, as a user meets them.
@Suite struct MetricCommandTests {
  private static let period = ["--from", "2017-01-03", "--to", "2017-06-30"]
  private static let space = """
    version: 1
    name: s
    condor: {short_delta: [0.1, 0.15, 0.2]}
    exit: {stop: [none, {loss_multiple: 1}]}

    """

  @Test func goalsFromPlanToBacktest() throws {
    let folder = try Scratch()
    try folder.write(
      "space.yaml", Self.space + "search: {objectives: [calmar, {minimise: turnover}]}\n")
    let planned = try Command.run(["plan", "space.yaml"] + Self.period, in: folder)
    #expect(planned.status == 0 && planned.out.contains("worked out on demand"), "\(planned.err)")
    #expect(planned.out.contains("calmar, turnover_annual: ") && planned.out.contains("µs a point"))
    let sweep = try Command.run(["sweep", "space.yaml", "--out", "s"] + Self.period, in: folder)
    #expect(sweep.status == 0, "\(sweep.err)")

    let sorted = try Command.run(
      ["trials", "s", "--sort", "turnover_annual", "--where", "calmar > -1e9", "--json"], in: folder)
    let trials = try #require(
      try JSONSerialization.jsonObject(with: Data(sorted.out.utf8)) as? [[String: Any]])
    #expect(sorted.status == 0 && trials.count == 6)
    let missing = try Command.run(["trials", "s", "--sort", "skewness"], in: folder)
    #expect(missing.status == 1 && missing.err.contains("it doesn't keep skewness"), "\(missing.err)")
    let unknown = try Command.run(["trials", "s", "--where", "skewness > 0"], in: folder)
    #expect(unknown.status == 1 && unknown.out.isEmpty)
    // the remedy is that of --sort, word by word
    #expect(unknown.err == missing.err && missing.err.contains("search.objectives"), "\(unknown.err)")
    let misspelt = try Command.run(["trials", "s", "--where", "skewnes > 0"], in: folder)
    #expect(misspelt.status == 1 && misspelt.err.contains("no column 'skewnes'"), "\(misspelt.err)")

    let export = try Command.run(["export", "s", "--to", "best.yaml", "--format", "yaml"], in: folder)
    #expect(export.status == 0, "\(export.err)")
    let back = try Command.run(["backtest", "best.yaml"], in: folder)
    #expect(back.status == 0 && back.out.contains("reproduced"), "\(back.out)\(back.err)")
    #expect(back.out.contains("yearly return on the account ÷ its largest fall (a year)"))
    let json = try Command.run(["backtest", "best.yaml", "--json"], in: folder).object()
    let metrics = try #require(json["metrics"] as? [String: Any])
    let listed = try Command.run(["trials", "s", "--metrics", "--json"], in: folder)
    let list = try #require(
      try JSONSerialization.jsonObject(with: Data(listed.out.utf8)) as? [[String: Any]])
    #expect(Set(metrics.keys) == Set(list.compactMap { $0["name"] as? String }) && list.count == 40)
    let kept = list.filter { $0["isKept"] as? Bool == true && $0["isStreamed"] as? Bool == false }
    #expect(kept.compactMap { $0["name"] as? String } == ["calmar", "turnover_annual"])
    #expect(list.allSatisfy { ["higher", "lower", "none"].contains($0["better"] as? String ?? "") })
    let table = try Command.run(["trials", "s", "--metrics"], in: folder)
    #expect(table.out.contains("on demand") && table.out.contains("ulcer_percent"))
  }

  @Test func keptTrialsAndLines() throws {
    let folder = try Scratch()
    try folder.write("space.yaml", Self.space)
    let sweep = try Command.run(
      ["sweep", "space.yaml", "--keep", "2", "--out", "s"] + Self.period, in: folder)
    #expect(sweep.status == 0, "\(sweep.err)")
    let csv = try Command.run(["trials", "s", "--sort", "irr_margin_annual", "--csv"], in: folder)
    #expect(
      csv.status == 0 && csv.out.contains(",irr_margin_annual,") && csv.out.split(separator: "\n").count == 3)
    let wrong = try Command.run(["evaluate", "space.yaml", "--stdin", "--also", "calmer"], in: folder)
    #expect(wrong.status == 1 && wrong.err.contains("calmer"), "\(wrong.err)")
  }

  /// The table and the JSON of a comparison tell what a backtest of each configuration says.
  @Test func comparisonsTellMetricsOnDemand() throws {
    let folder = try Scratch()
    let hold = Checkout.params("hold")
    let compare = ["compare", hold, "--metrics", "ulcer_percent,calmar,trades,calmar"] + Self.period
    let json = try Command.run(compare + ["--json"], in: folder).object()
    #expect(json["metrics"] as? [String] == ["ulcer_percent", "calmar", "trades"])
    let row = try #require((json["rows"] as? [[String: Any]])?.first?["metrics"] as? [String: Any])
    let alone = try Command.run(["backtest", hold, "--json"] + Self.period, in: folder).object()
    let expected = try #require(alone["metrics"] as? [String: Any])
    #expect(row.count == 3)
    for (name, value) in row { #expect(value as? Double == expected[name] as? Double, "\(name)") }
    let text = try Command.run(compare, in: folder)
    let lines = text.out.split(separator: "\n").map { $0.split(separator: " ") }
    let told = try #require(lines.first { $0.first == "ulcer_percent" })
    let ulcer = try #require(expected["ulcer_percent"] as? Double)
    #expect(told.count == 2 && told[1] == String(format: "%.4g", ulcer), "\(told)")
    let wrong = try Command.run(["compare", hold, "--metrics", "calmar,calmer"], in: folder)
    #expect(
      wrong.status == 1 && wrong.err.contains("calmer") && wrong.err.contains("--metrics"), "\(wrong.err)")
  }
}
