import Foundation

/// Whole sweeps by the built tool, as a user runs them: 20 synthetic years, all cores, with a store.
struct WholeSweeps {
  /// The built tool.
  let tool: String
  /// Grids of `params/bench`, by their number of configurations.
  let grids: [String]

  /// What is read of `wingspan sweep --json`.
  private struct Summary: Decodable {
    struct Phases: Decodable {
      let paths: Double
      let tables: Double
      let outcomes: Double
      let screen: Double
      let scorecard: Double
      let store: Double
    }
    let configurations: Int
    let configDays: Int
    let seconds: Double
    let phases: Phases
    let peakMemoryBytes: Int
  }

  /// Makes the history and runs every grid `runs` times; the fastest run of each counts.
  ///
  /// - Parameter row: called with each line as soon as it is there.
  func run(runs: Int, on machine: Machine, row: (Measurement) -> Void) throws {
    let folder = try Scratch()
    let history = folder.path("synthetic.sqlite")
    _ = try Command.output(tool, ["data", "simulate", "--years", "20", "--seed", "1", "--into", history])
    for grid in grids {
      var best: Summary?
      for _ in 0..<runs {
        let text = try Command.output(
          tool,
          [
            "sweep", "params/bench/\(grid).yaml", "--history", history, "--out", folder.path("study"),
            "--json",
          ])
        let summary = try JSONDecoder().decode(Summary.self, from: text)
        if summary.seconds < best?.seconds ?? .infinity { best = summary }
      }
      if let best { lines(of: best, grid: grid, machine).forEach(row) }
    }
  }

  /// The whole run with its memory, then the phases. Four products and the walk through each pair-day are all that is put
  /// against the peak: what every pair-day takes at least.
  private func lines(of s: Summary, grid: String, _ machine: Machine) -> [Measurement] {
    let days = Double(s.configDays)
    func line(_ what: String, _ seconds: Double, work: Piece.Work? = nil) -> Measurement {
      let rate = days / max(seconds, 1e-9)
      return Measurement(
        name: "sweep \(grid)/\(what)", unit: "pair-days/s", rate: rate, seconds: seconds, median: nil,
        share: machine.share(work, itemsPerSecond: rate / Double(machine.cores)), peak: work?.peak ?? "")
    }
    var whole = line("whole", s.seconds)
    whole.peakMemory = s.peakMemoryBytes
    let memory = Measurement(
      name: "sweep \(grid)/memory", unit: "configurations/MiB",
      rate: Double(s.configurations) / (Double(s.peakMemoryBytes) / 1_048_576), seconds: nil, median: nil,
      share: nil, peak: "", peakMemory: s.peakMemoryBytes)
    return [
      whole, line("paths", s.phases.paths), line("tables", s.phases.tables),
      line("outcomes", s.phases.outcomes), line("screen", s.phases.screen, work: .flops(8)),
      line("scorecard", s.phases.scorecard, work: .wholeNumbers(6.6)),
      line("waiting for the store", s.phases.store),
      memory,
    ]
  }
}
