import ArgumentParser
import Foundation
import Studies

struct Explore: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what a study tells of its space: which settings matter, and what its best stands on.",
    discussion: """
      Importance two ways: what a setting does for being among the best tenth (PED-ANOVA), and the share of the metric's \
      variance that it explains alone. Then each value with the trials that have it, the two settings that matter most \
      against each other, and of the best trial whether its neighbours do as well (plateau 1) or no better than the \
      middle of all (0), and what lies at the edge of the search.
      """)

  @Argument(help: "Folder of the study.", completion: .directory)
  var study: String
  @Option(help: "Metric; default: the study's first objective.")
  var by: String?
  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let found = try StudyExploration(StudyFolder(study), metric: by)
    if json { return try Output.json(found) }
    try Output.text(Self.text(found))
  }

  private static func text(_ e: StudyExploration) -> String {
    var text = "\(e.study): \(e.trials) trials with \(e.metric)"
    if e.lookedAt > e.trials { text += ", of \(e.lookedAt) looked at" }
    text += "\n\n"
    var weights = TextTable(["importance", "among the best", "of variance"])
    for w in e.importance {
      weights.add([
        w.path, String(format: "%.1f %%", 100 * w.amongBest), String(format: "%.1f %%", 100 * w.ofVariance),
      ])
    }
    text += weights.text + "\n"
    for weight in e.importance {
      guard let cells = e.slices[weight.path], cells.count > 1 else { continue }
      text += "\n" + table([weight.path], cells) + "\n"
    }
    if e.pair.count == 2, !e.heat.isEmpty { text += "\n" + table(e.pair, Array(e.heat.prefix(60))) + "\n" }
    text += String(format: "\nbest: trial %d, %@ %.6g; ", e.best, e.metric, e.bestValue)
    if e.neighbours == 0 {
      text += "none of its neighbours was tried"
    } else {
      text += "\(e.neighbours) neighbours"
      if let plateau = e.plateau {
        text += String(format: ", plateau %.2f", plateau)
        text +=
          plateau < 0.5 ? ": a spike, its neighbours do much worse" : ": its neighbours do about as well"
      }
    }
    for path in e.edges.keys.sorted() {
      text +=
        "\n\(path) is at the \(e.edges[path] ?? "") end of what was searched: what lies beyond is unknown"
    }
    return text
  }

  private static func table(_ names: [String], _ cells: [StudyExploration.Cell]) -> String {
    var table = TextTable([names.joined(separator: " | "), "trials", "best", "median", "mean"])
    for cell in cells {
      table.add(
        [cell.values.joined(separator: " | "), "\(cell.trials)"]
          + [cell.best, cell.median, cell.mean].map { String(format: "%.5g", $0) })
    }
    return table.text
  }
}
