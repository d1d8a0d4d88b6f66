import ArgumentParser
import HistoryStore

/// `wingspan data check`.
struct DataCheck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Show what a history holds, what is odd in it, and what that would cost a study.",
    discussion: """
      Per series: its range, the sessions it covers, holes, frozen or impossible values, breaks of unit, values on
      which two files disagree. Nothing is changed.
      """)

  @Argument(help: "The history.", completion: .file(extensions: ["sqlite"]))
  var history: String
  @Flag(help: "Print the result as JSON.")
  var json = false

  func run() throws {
    let report = try HistoryStore.check(path: history)
    if json { return try Output.json(report) }
    try Output.text("\(report)")
  }
}
