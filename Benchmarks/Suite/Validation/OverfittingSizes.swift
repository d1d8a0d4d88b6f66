import ArgumentParser
import Kernels
import Statistics
import Studies
import Validation

/// How often the figures of overfitting cry wolf on markets without an edge, and how often they see one that was planted.
struct OverfittingSizes: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "overfitting-sizes",
    abstract: "Size and power of PSR, deflated Sharpe and PBO on simulated markets.",
    discussion: """
      Every market has a number of settings with P&L of deviation 1 a day, of which any two correlate by the same number, \
      and one of which earns the edge a day; normal, or with a dependence from day to day Student's t with 4 degrees. A \
      second table holds the deflated ratio of independent trials whose variance is known against what theory says of it. \
      Benchmarks/peers/overfitting_sizes.py does the same with NumPy.
      """)

  @Option(help: "Markets of each row.")
  var markets = 2000
  @Option(help: "Markets of each row of the second table.")
  var trialMarkets = 40_000
  @Option(help: "Seed of the markets.")
  var seed: UInt64 = 1
  @Option(help: "Worker threads; the tables don't depend on it.")
  var threads = Scheduler.defaultThreads

  /// The rows of the first table.
  private static let rows =
    [0, 0.1].map { SimulatedMarket(edge: $0) }
    + [250, 750].map { SimulatedMarket(days: $0, dependence: 0.2, isHeavy: true) }
    + [3, 10, 100].map { SimulatedMarket(settings: $0) }
    + [(10, 0.5), (100, 0.5), (100, 0.9)].map { SimulatedMarket(settings: $0, correlation: $1) }
    + [(10, 0.2), (100, 0.3)].map { SimulatedMarket(settings: $0, edge: $1) }
    + [0.1, 0.2].map { SimulatedMarket(settings: 20, days: 240, edge: $0) }

  /// What was said of one market: whether each probability is above 0.95, and the PBO.
  private struct Verdict {
    var psr, psrLags, dsr, dsrKnown, dsrEffective: Bool
    var pbo: Double?
  }

  func run() throws {
    print(
      "| settings | days | correlation | dependence | edge | PSR | PSR, lags | DSR | known V | DSR, effective | PBO |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for row in Self.rows {
      let verdicts = Scheduler.map(count: markets, threads: threads) { i in
        try? verdict(row, stream: UInt64(i))
      }.compactMap { $0 ?? nil }
      func share(_ isSeen: (Verdict) -> Bool) -> String {
        Sizes.percent(Double(verdicts.count(where: isSeen)) / Double(verdicts.count))
      }
      let pbo = verdicts.compactMap(\.pbo)
      let deflated =
        row.settings == 1 ? ["", "", ""] : [share(\.dsr), share(\.dsrKnown), share(\.dsrEffective)]
      Sizes.printRow(
        ["\(row.settings)", "\(row.days)", "\(row.correlation)", "\(row.dependence)", "\(row.edge)"]
          + [share(\.psr), share(\.psrLags)] + deflated
          + [pbo.isEmpty ? "" : Sizes.percent(pbo.reduce(0, +) / Double(pbo.count))])
    }
    print("\n| independent trials | days | above 95 % | 1 - N(t)^trials | ratio |\n|---|---|---|---|---|")
    for days in [250, 750] {
      for trials in [3, 10, 30, 100] {
        let seen = Scheduler.map(count: trialMarkets, threads: threads) { i in
          isCalledSkill(trials: trials, days: days, stream: UInt64(i))
        }.count { $0 == true }
        let share = Double(seen) / Double(trialMarkets)
        let below = normalCDF(LuckOfTrials.expectedMaximum(of: Double(trials)) + normalQuantile(0.95))
        let theory = 1 - Elementary.pow(below, Double(trials))
        Sizes.printRow([
          "\(trials)", "\(days)", Sizes.percent(share), Sizes.percent(theory), Sizes.rounded(share / theory),
        ])
      }
    }
  }

  /// Judges the best setting of a market.
  private func verdict(_ row: SimulatedMarket, stream: UInt64) throws -> Verdict? {
    var random = Philox(seed: seed, stream: stream)
    let report = try OverfittingReport(row.outcomes(&random), blocks: 8)
    guard let best = report.psr, let dsr = report.dsr, let effective = report.dsrEffective else { return nil }
    let known = DeflatedSharpe(
      best.estimate, trials: Double(row.settings), trialVariance: 1 / Double(row.days - 1))
    return Verdict(
      psr: best.probability > 0.95, psrLags: (best.probabilityWithLags ?? 0) > 0.95,
      dsr: dsr.probability > 0.95, dsrKnown: known.probability > 0.95,
      dsrEffective: effective.probability > 0.95, pbo: report.pbo)
  }

  /// Whether the best of independent trials without an edge is called more than luck, with V known.
  private func isCalledSkill(trials: Int, days: Int, stream: UInt64) -> Bool {
    var random = Philox(seed: seed, stream: stream)
    let estimates = (0..<trials).compactMap { _ in
      SharpeEstimate((0..<days).map { _ in random.normal() })
    }
    guard let best = estimates.max(by: { $0.sharpe < $1.sharpe }) else { return false }
    let deflated = DeflatedSharpe(best, trials: Double(trials), trialVariance: 1 / Double(days - 1))
    return deflated.probability > 0.95
  }
}
