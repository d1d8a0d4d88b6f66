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
      \(formats)

      Every file is checked row by row before anything is stored, then stored in one transaction. The same content \
      again changes nothing. SPY bars are scaled to the index by each day's official closes, so give daily S&P 500 \
      prices too. Two names matter: raw breadth files need 'advancers' or 'decliners' in theirs, one-day archives \
      their date.

      Files may overlap: a value that is stored already stays, so give the source you trust most first (bars are \
      stored after all else, in the order given). With \
      --on-conflict replace the last one wins, so give it last. 'wingspan data check' lists what differed.

      Example: wingspan data import spx-daily.csv vix.csv spy-5min.csv.gz --into history.sqlite
      """)

  /// Every format with its first lines, none longer than a help page is wide: a longer one upsets the wrapping of all
  /// that follows.
  private static var formats: String {
    MarketFile.formats.map { format in
      let lines = format.example.split(separator: " / ").map { line in
        "      " + (line.count <= 72 ? String(line) : line.prefix(71) + "…")
      }
      return (["  \(format.title)"] + lines).joined(separator: "\n")
    }.joined(separator: "\n")
  }

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
