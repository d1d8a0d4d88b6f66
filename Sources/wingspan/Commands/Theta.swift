import ArgumentParser
import Studies

/// `wingspan theta`.
struct Theta: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "How credit is earned hour by hour, what early exits give up of it, and in which markets entries pay.",
    discussion: """
      The curve is that of the condor sold at the entry as if it had never been closed: (credit - mid cost to close) / \
      credit at the fill, at every half hour of both sessions and at the settlement, over all sessions that traded. \
      Fees are not in it; at the fill it is below 0 by the slippage.

      Exits before the settlement give up extrinsic value; it is told by reason, by hour of exit, by the VIX close \
      before the entry and by rules. Then the net of entries where a rule held as the entry was decided, against the \
      others. Rules that pages publish, the term structure and releases are looked at always; --when adds yours.

      Example: wingspan theta params/promoter-stop-1x.yaml --when 'vix/vix3m > 1' --when 'rsi(14) < 30'
      """)

  @OptionGroup var options: ReportOptions
  @Option(
    help:
      "A condition over market signals to part results by (`wingspan rules list` has the signals); repeatable."
  )
  var when: [String] = []
  @Option(help: "Write the curves as CSV.", completion: .file(extensions: ["csv"]))
  var csv: String?

  func run() throws {
    try OutputPaths.check(
      [("--csv", csv)], inputs: OutputPaths.configurations(options.paths()) + options.market.inputs)
    try OutputPaths.checkWritable([("--csv", csv)])
    let own = try when.map { try Regime($0, source: "--when") }
    let (strategies, market, period) = try options.open()
    let report = try ThetaReport(
      strategies, market: market, period: period, own: own, threads: options.workers.count)
    if let csv { try OutputFile.write(report.csv, to: csv) }
    if options.json { try Output.json(report) } else { try Output.text(ThetaText.text(report)) }
  }
}
