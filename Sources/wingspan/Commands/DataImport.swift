import ArgumentParser
import HistoryStore
import MarketData

/// `wingspan data import`.
struct DataImport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Read market files into a history.",
    discussion: """
      Formats are told by header and content, plain or gzipped:
      \(MarketFile.formats.map { "  \($0.title)\n      \($0.example)" }.joined(separator: "\n"))

      Every file is checked row by row before anything is stored, then stored in one transaction. The same content
      again changes nothing. SPY bars are scaled to the index by each day's official closes, so give daily S&P 500
      prices too. Two names matter: raw breadth files need 'advancers' or 'decliners' in theirs, one-day archives
      their date.

      Example: wingspan data import spx-daily.csv vix.csv spy-5min.csv.gz --into history.sqlite
      """)

  @Argument(help: "The files.", completion: .file())
  var files: [String]
  @Option(help: "The history; made if absent.", completion: .file(extensions: ["sqlite"]))
  var into: String
  @Option(help: "What bars are of, SPX or SPY, where level and name don't tell.")
  var symbol: BarSymbol?
  @Option(help: "Values that contradict stored ones: fail, keep (the stored) or replace (by the new).")
  var onConflict = ConflictPolicy.keep
  @Flag(help: "Print the result as JSON.")
  var json = false

  func run() throws {
    let summaries = try HistoryStore.importFiles(files, into: into, symbol: symbol, onConflict: onConflict)
    if json { return try Output.json(summaries) }
    for summary in summaries { try Output.text("\(summary)") }
  }
}

extension BarSymbol: ExpressibleByArgument {
  /// `SPX` or `SPY`, in any case.
  public init?(argument: String) { self.init(rawValue: argument.uppercased()) }
}

extension ConflictPolicy: ExpressibleByArgument {}

extension BarSource: ExpressibleByArgument {
  /// `SPX-1min` or `SPY-5min`.
  public init?(argument: String) { self.init(argument) }
}
