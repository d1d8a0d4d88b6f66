import ArgumentParser
import Studies

/// `wingspan capital`.
struct Capital: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "What condor, hedge and both earn on the margin they bind, by strategy and by risk; CAPM.",
    discussion: """
      Margin is held from the entry's session to the expiry's. By strategy (Reg-T): 100 * (wider side - credit) a condor, \
      and for VIX futures what 99 % of the two-session moves known before stayed within (the whole price until 100 are \
      known), the premium paid for VIX calls. By risk (portfolio margin): the largest loss of all positions together if the index moved at once by -8, \
      -6.4, -4.8, -3.2, -1.6, 1.2, 2.4, 3.6, 4.8 or 6 %, options at their implied volatility, VX by its beta, calls that a trade \
      opens by their delta on it; at least \
      37.50 $ a short option; looked at when a condor or a layer is opened and at the close of the entry session. Brokers \
      add to both. Standing VIX calls bind the premium paid by risk too, and offset nothing.

      Net a margin-day is the result divided by the dollars held times the sessions they were held. The IRR is that of \
      margin in and margin with result out, by calendar day. Alpha and beta are dollars of the session's result on the \
      index's move in percent, no risk-free rate, errors Newey-West.
      """)

  @OptionGroup var options: ReportOptions

  func run() throws {
    let (strategies, market, period) = try options.open()
    let report = CapitalReport(strategies, market: market, period: period, threads: options.workers.count)
    if options.json { try Output.json(report) } else { try Output.text(CapitalText.text(report)) }
  }
}
