import ArgumentParser
import Foundation
import RunStore
import Studies

struct Trials: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List trials of a study by any figure.",
    discussion: """
      --where takes comparisons of columns with numbers or texts, joined by and/or: "sharpe > 0 and trades >= 100", \
      "exit.stop == none". Columns are trial, status, reason, net_cents, the searched paths and every figure that the \
      study keeps: --metrics lists all there are, with unit and better direction.
      """)

  @Argument(help: "Folder of the study.", completion: .directory)
  var study: String
  @Option(help: "Only trials that meet this.")
  var `where`: String?
  @Option(help: "Sort by this figure, best first; default: the study's objective.")
  var sort: String?
  @Option(help: "At most so many.")
  var top = 20
  @Flag(help: "List the metrics instead: unit, better direction, and whether this study keeps them.")
  var metrics = false
  @Flag(help: "Print CSV with every figure.")
  var csv = false
  @Flag(help: "Print JSON with every figure.")
  var json = false

  func validate() throws {
    guard top >= 1 else { throw ValidationError("--top must be 1 or more, was \(top)") }
  }

  func run() throws {
    let folder = StudyFolder(study)
    let (store, objective) = try folder.reader()
    defer { try? store.close() }
    if self.metrics { return try list(store.metricNames()) }
    let metric = sort ?? objective.rawValue
    try folder.checkKeeps(metric, store)
    let lower = Metric(rawValue: metric)?.lowerIsBetter ?? (metric != "net_cents")
    let trials = try store.trials(
      where: `where`.map { try folder.filter($0, store) }, orderBy: metric, descending: !lower, limit: top)
    if json { return try Output.json(trials) }
    let axes = try store.study().axes.map(\.path)
    let metrics = store.metricNames()
    func number(_ x: Double?) -> String { x.map { "\($0)" } ?? "" }
    if csv {
      func quoted(_ text: String) -> String {
        text.contains(where: { ",\"\n".contains($0) })
          ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
      }
      var lines = [(["trial", "status", "reason"] + axes + metrics).map(quoted).joined(separator: ",")]
      for t in trials {
        let row =
          ["\(t.index)", t.status, t.reason ?? ""] + t.assignments.map { $0 ?? "" }
          + metrics.map { number(t.metric($0)) }
        lines.append(row.map(quoted).joined(separator: ","))
      }
      return try Output.text(lines.joined(separator: "\n"))
    }
    let shown = [metric, "sharpe", "net_dollars", "trades", "cvar95_dollars", "max_drawdown_dollars"]
    var columns: [String] = []
    for name in shown where !columns.contains(name) && (metrics.contains(name) || name == "net_cents") {
      columns.append(name)
    }
    var table = TextTable(["trial"] + columns + axes, wordsLast: true)
    for t in trials {
      table.add(
        ["\(t.index)"]
          + columns.map { name in
            let value = name == "net_cents" ? t.netCents.map { Double($0) } : t.metric(name)
            return value.map { String(format: name == "trades" ? "%.0f" : "%.4g", $0) } ?? "-"
          } + t.assignments.map { $0 ?? "-" })
    }
    try Output.text(trials.isEmpty ? "no trial meets that" : table.text)
  }

  private struct Listed: Encodable {
    let name: String
    let unit: String
    /// `higher`, `lower` or `none`.
    let better: String
    let meaning: String
    let isStreamed: Bool
    let isKept: Bool
  }

  private func list(_ kept: [String]) throws {
    let listed = Metric.allCases.map {
      Listed(
        name: $0.rawValue, unit: $0.unit, better: $0.direction.rawValue, meaning: $0.meaning,
        isStreamed: $0.isStreamed, isKept: kept.contains($0.rawValue))
    }
    if json { return try Output.json(listed) }
    var table = TextTable(["metric", "unit", "better", "worked out", "kept", "meaning"], wordsLast: true)
    for m in listed {
      table.add([
        m.name, m.unit, m.better, m.isStreamed ? "always" : "on demand", m.isKept ? "yes" : "no", m.meaning,
      ])
    }
    try Output.text(table.text)
  }
}
