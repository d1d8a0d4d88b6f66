import Backtesting
import MarketData
import Strategies
import Testing

@testable import Studies

/// Rolled sides in sums, files and searches.
@Suite("Shift report")
struct ShiftReportTests {
  static let text = """
    version: 1
    name: shifted
    entry: {expirations: every-session}
    condor: {short_delta: 0.2}
    exit:
      stop: {loss_points: 0.5}
      basis: side
      shift: {sessions: 2, back_points: 0, reopen: true, at_most: 3}
    """

  @Test("Adds up to the backtest's own net, and the trades file holds every spread")
  func sums() throws {
    let strategy = try Fixture.strategy(Self.text)
    let result = Backtester(Fixture.market.context(for: [strategy])).run(strategy, period: Fixture.period)
    let report = try #require(ShiftReport(result))
    try #require(report.horizons.map(\.sessions) == [2])
    let row = report.horizons[0]
    #expect(row.rolls > 5 && row.broughtBack > 0 && row.reopened > 0)
    let rolled = row.rolledNetDollars + row.reopenedNetDollars
    #expect(abs(row.withRollDollars - row.withoutRollDollars - rolled) < 0.001)
    let quiet = result.trades.filter(\.shifted.isEmpty).reduce(0) { $0 + $1.condorNetCents }
    #expect(abs(row.withRollDollars + Double(quiet - result.netBySession.reduce(0, +)) / 100) < 0.001)
    // by the rows of the trades file alone
    let lines = TradeTable.csv(result, history: Fixture.market.history).split(separator: "\n")
    let columns = lines[0].split(separator: ",").map(String.init)
    let place = try ["condor", "side", "net"].map { try #require(columns.firstIndex(of: $0)) }
    let rows = lines.dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    #expect(rows.allSatisfy { $0.count == columns.count })
    let nets = rows.filter { $0[place[0]] == "0" }.compactMap { Double($0[place[2]]) }
    #expect(nets.count == row.rolls + row.reopened && abs(nets.reduce(0, +) - rolled) < 0.001)
    // and by session, in the session of its end
    let figures = Evaluation(result, axis: PeriodAxis(Fixture.market.history, period: Fixture.period)).figures
    #expect(abs(figures.hedgeNetDollars) < 0.001 && figures.netDollars != row.withoutRollDollars)
  }

  @Test("Both engines, and every number of threads, evaluate it alike")
  func engines() throws {
    let strategy = try Fixture.strategy(Self.text)
    let context = Fixture.market.context(for: [strategy])
    let made = try [(Engine.reference, 1), (.compiled, 1), (.compiled, 3)].map { engine, threads in
      try #require(
        Evaluator.run([strategy], context: context, period: Fixture.period, threads: threads, engine: engine))[
          0]
    }
    #expect(made[0].records == made[1].records && made[1].records == made[2].records)
    #expect(made[0].records.contains { $0.laterSessions > 0 })
    #expect(strategy.isCoupled)
  }

  @Test("A shift without a side's stop, with re-entry or with fills at the trigger is refused by name")
  func refused() throws {
    for exit in [
      "{shift: {sessions: 2}}", "{stop: short_strike_touched, shift: {sessions: 2}}",
      "{stop: short_strike_touched, basis: side, fill: trigger, shift: {sessions: 2}}",
      "{stop: short_strike_touched, basis: side, reentry: {after: stop}, shift: {sessions: 2}}",
      "{stop: short_strike_touched, basis: side, shift: forward}",
    ] {
      let error = #expect(throws: (any Error).self) {
        try Fixture.strategy("version: 1\ncondor: {short_delta: 0.1}\nexit: \(exit)")
      }
      #expect("\(try #require(error))".contains("exit.shift"), "\(exit)")
    }
  }
}
