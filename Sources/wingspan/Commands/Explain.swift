import ArgumentParser
import Backtesting
import ConfigFormats
import MarketData
import Studies

struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "One session of one configuration: why it entered or not, and each decision with what it saw.",
    discussion: """
      Prints the entry decision in sentences and then every minute on which something happened; --every-minute \
      prints them all. Times are New York; costs and credits are points, money dollars of one condor. Whether the account \
      had room, and how many it sold, hangs on the sessions before: those of the whole history, or from --from on; of an exported file those of its figures.
      """)

  @Argument(
    help: "Configuration (YAML, JSON or TOML).", completion: .file(extensions: ["yaml", "json", "toml"]))
  var config: String
  @Option(help: "The entry session, YYYY-MM-DD.")
  var date: SessionDate
  @OptionGroup var market: MarketOptions
  @Flag(help: "Print every minute, not only those on which something happened.")
  var everyMinute = false
  @Flag(help: "Print JSON, every minute in it.")
  var json = false

  func run() throws {
    let document = try ConfigDocument.load(path: config)
    let strategy = try StrategyReader.strategy(document)
    let exported = try ExportedStudy(document)
    let opened = try market.open()
    _ = try opened.checkedContext(for: [strategy])
    let period = try Backtester.period(
      of: opened.history, from: market.from ?? exported?.from, to: market.to ?? exported?.to)
    try Backtester(opened.context(for: [strategy])).requireMargin(of: strategy, period: period)
    let e = try Explanation(strategy, date: date, market: opened, period: period)
    if json { return try Output.json(e) }
    var text = "\(e.strategy), entry session \(e.session)\n\(Text.wrap(e.disclosure))\n\n"
    text += e.decision.map { Text.wrap($0, indent: "  ") }.joined(separator: "\n")
    var table = TextTable(
      ["time", "index", "move sd", "cost", "loss", "rsi", "what happened"], wordsLast: true)
    let hours = ["09:30", "12:00", "16:00"]
    for m in e.minutes where everyMinute || !m.events.isEmpty || hours.contains(m.time) {
      let rsi = m.rsi.sorted { $0.key < $1.key }.map { Text.number($0.value, 1) }.joined(separator: " ")
      table.add([
        "\(m.date) \(m.time)", Text.number(m.index), Text.number(m.moveSd), Text.number(m.costPoints),
        Text.number(m.lossPoints), rsi, m.events.joined(separator: "; "),
      ])
    }
    if !e.minutes.isEmpty { text += "\n\n" + table.text }
    if let net = e.netDollars {
      text += "\n\ncondor \(Text.dollars(net)) $, hedge \(Text.dollars(e.hedgeDollars)) $"
    }
    try Output.text(text)
  }
}
