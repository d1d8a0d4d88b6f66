import ArgumentParser
import Foundation

struct TimeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "time", abstract: "Time every piece and print a table.",
    discussion: """
      Run it from the top of the repository, on a machine that does nothing else. Times are the best of many calls, \
      shares are of one core's peak (of all cores' for whole sweeps), measured at the start.
      """)

  @Option(help: "Only pieces whose name holds this text.")
  var filter: String?
  @Option(help: "Seconds for each piece.")
  var seconds = 1.0
  @Option(help: "Whole sweeps by this tool; a grid runs so many times.", completion: .file())
  var tool = ".build/release/wingspan"
  @Option(parsing: .upToNextOption, help: "Grids of params/bench to sweep; the best of two runs counts.")
  var grids = ["1e3", "1e5", "1e6"]
  @Option(help: "Folder for github.json (github-action-benchmark) and bencher.json (Bencher metric format).")
  var json: String?
  @Option(help: "Folder with a table of records for each machine, to append to.")
  var record: String?
  @Option(help: "The commit that is written into records.")
  var commit = "unknown"

  func run() throws {
    let machine = Machine()
    print(Table.header(machine))
    var measurements: [Measurement] = []
    func take(_ measurement: Measurement) {
      print(Table.line(measurement))
      measurements.append(measurement)
    }
    let isWanted = { (name: String) in filter.map { name.contains($0) } ?? true }
    for piece in Piece.all where isWanted(piece.name) {
      take(try Measurement(piece, seconds: seconds, on: machine))
    }
    let sweeps = WholeSweeps(tool: tool, grids: grids.filter { isWanted("sweep \($0)") })
    if !sweeps.grids.isEmpty { try sweeps.run(runs: 2, on: machine, row: take) }
    if let json { try Results.write(measurements, folder: json) }
    if let record { try Results.append(measurements, machine: machine, commit: commit, folder: record) }
  }
}
