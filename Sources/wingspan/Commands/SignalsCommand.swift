import ArgumentParser
import Rules
import Signals
import Studies

/// `wingspan signals`.
struct SignalsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "signals",
    abstract: "Write the values of signals over a history, with the times they describe and became known.",
    discussion: """
      CSV with a line a value: signal, session, minute at which it is seen, value (a condition's is 1 or 0), observed \
      (when what it describes happened), known (when it became known), missing (why there is no value). A signal by \
      session has one line a session, as known at 09:30; one by minute that of the session's last minute, with \
      --minute-bars all of them. mev is that of a trade which expires at the next session's close.

      Without --signals every signal that the history can supply, with its usual arguments; 'wingspan rules list' \
      shows them. Values of the trade itself (move, credit, loss, …) have no column.

      Example: wingspan signals --history history.sqlite --signals 'vix,rsi(14),realised_vol(20)' --out signals.csv
      """)

  @OptionGroup var market: MarketOptions
  @Option(help: "Names and calls between commas; by default all that the history can supply.")
  var signals: String?
  @Flag(help: "Every minute of signals by minute, not only the last of a session.")
  var minuteBars = false
  @Option(help: "File to write, replaced whole; /dev/stdout prints.")
  var out: String
  @Flag(help: "Print the coverage as JSON.")
  var json = false

  private struct Report: Encodable {
    struct Line: Encodable {
      let signal: String
      let coverage: SignalCoverage
      let share: Double
    }
    let out: String
    let signals: [Line]
    let disclosure: String
  }

  func run() throws {
    try OutputPaths.check([("--out", out)], inputs: market.inputs)
    try OutputPaths.checkWritable([("--out", out)])
    let named = try signals.map { try SignalTable.signals(named: $0) }
    let opened = try market.open()
    let table = try SignalTable(opened, from: market.from, to: market.to)
    let written = named ?? table.supplied()
    let coverages = try table.write(written, minuteBars: minuteBars, to: out)
    let lines = zip(written, coverages).map {
      Report.Line(signal: $0.text, coverage: $1, share: $1.share)
    }
    if json {
      return try Output.json(Report(out: out, signals: lines, disclosure: opened.disclosure))
    }
    var text = TextTable(SignalText.coverageHeader, wordsLast: true)
    for line in lines { text.add([line.signal] + SignalText.coverage(line.coverage)) }
    let report = text.text + "\n\n\(out)\n" + Text.wrap(opened.disclosure)
    if out == "/dev/stdout" { Output.note(report) } else { try Output.text(report) }
  }
}
