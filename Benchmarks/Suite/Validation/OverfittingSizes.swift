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
      Every market has a number of settings with normal P&L of deviation 1 a day, of which any two correlate by the same \
      number, and one of which earns the edge a day. Benchmarks/peers/overfitting_sizes.py does the same with NumPy.
      """)

  @Option(help: "Markets of each row.")
  var markets = 2000
  @Option(help: "Seed of the markets.")
  var seed: UInt64 = 1
  @Option(help: "Worker threads; the table doesn't depend on it.")
  var threads = Scheduler.defaultThreads

  func run() {
    print("| settings | days | correlation | edge | PSR | DSR | DSR, known V | DSR, effective | PBO |")
    print("|---|---|---|---|---|---|---|---|---|")
    for market in SimulatedMarket.all {
      let verdicts = Scheduler.map(count: markets, threads: threads) { i in
        market.verdict(seed: seed, stream: UInt64(i))
      }.compactMap { $0 ?? nil }
      func share(_ isSeen: (SimulatedMarket.Verdict) -> Bool) -> String {
        Self.percent(Double(verdicts.count(where: isSeen)) / Double(verdicts.count))
      }
      let pbo = verdicts.compactMap(\.pbo)
      let cells = [
        "\(market.settings)", "\(market.days)", "\(market.correlation)", "\(market.edge)", share(\.psr),
        share(\.dsr), share(\.dsrKnown), share(\.dsrEffective),
        pbo.isEmpty ? "" : Self.percent(pbo.reduce(0, +) / Double(pbo.count)),
      ]
      print("| " + cells.joined(separator: " | ") + " |")
    }
  }

  private static func percent(_ share: Double) -> String { "\((share * 10_000).rounded() / 100) %" }
}

/// One kind of market.
struct SimulatedMarket {
  /// What was said of one market: whether each probability is above 0.95, and the PBO.
  struct Verdict {
    var psr, dsr, dsrKnown, dsrEffective: Bool
    var pbo: Double?
  }

  var settings: Int
  var days = 250
  var correlation = 0.0
  var edge = 0.0

  /// The rows of the table.
  static let all = [
    SimulatedMarket(settings: 1), SimulatedMarket(settings: 1, edge: 0.1), SimulatedMarket(settings: 3),
    SimulatedMarket(settings: 10), SimulatedMarket(settings: 100),
    SimulatedMarket(settings: 10, correlation: 0.5), SimulatedMarket(settings: 100, correlation: 0.5),
    SimulatedMarket(settings: 100, correlation: 0.9), SimulatedMarket(settings: 10, edge: 0.2),
    SimulatedMarket(settings: 100, edge: 0.3), SimulatedMarket(settings: 20, days: 240, edge: 0.1),
    SimulatedMarket(settings: 20, days: 240, edge: 0.2),
  ]

  /// Simulates a market and judges its best setting.
  func verdict(seed: UInt64, stream: UInt64) -> Verdict? {
    var random = Philox(seed: seed, stream: stream)
    let (common, own) = (correlation.squareRoot(), (1 - correlation).squareRoot())
    var values: [Double] = []
    values.reserveCapacity(days * settings)
    for _ in 0..<days {
      let factor = common * random.normal()
      for j in 0..<settings { values.append(factor + own * random.normal() + (j == 0 ? edge : 0)) }
    }
    guard let matrix = try? OutcomeMatrix(values: values, settings: settings),
      let report = try? OverfittingReport(matrix, blocks: 8), let best = report.psr, let dsr = report.dsr,
      let effective = report.dsrEffective
    else { return nil }
    let known = DeflatedSharpe(best.estimate, trials: Double(settings), trialVariance: 1 / Double(days - 1))
    return Verdict(
      psr: best.probability > 0.95, dsr: dsr.probability > 0.95, dsrKnown: known.probability > 0.95,
      dsrEffective: effective.probability > 0.95, pbo: report.pbo)
  }
}
