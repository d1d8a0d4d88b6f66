import ArgumentParser
import Kernels
import Statistics
import Studies
import Validation

/// How often Hansen's test cries wolf on markets without an edge, and how often it sees one that was planted.
struct LuckSizes: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "luck-sizes", abstract: "Size and power of Hansen's test on simulated markets.",
    discussion: """
      50 settings that share half of their variance, of which one earns the edge a day; 499 resamples, rejections at 5 %. \
      Three ways: blocks of 2 days and blocks that the days themselves tell, both as in the paper; and the latter widened, \
      which is what `wingspan luck` quotes. Benchmarks/peers/luck_sizes.py does the same with NumPy.
      """)

  @Option(help: "Markets of each row.")
  var markets = 2000
  @Option(help: "Seed of the markets.")
  var seed: UInt64 = 1
  @Option(help: "Worker threads; the table doesn't depend on it.")
  var threads = Scheduler.defaultThreads

  /// The rows of the table.
  private static let rows =
    [0, 0.1, 0.2, 0.3].map { row(days: 250, edge: $0) } + [row(days: 750)]
    + [0, 0.1, 0.2, 0.3].map { row(days: 250, dependence: 0.2, edge: $0) }
    + [0, 0.1].map { row(days: 750, dependence: 0.2, edge: $0) }
    + [250, 750].map { row(days: $0, dependence: 0.4) } + [row(days: 60), mixed]

  /// 30 settings whose days are independent and 20 whose days hang together closely, with nothing in common.
  private static let mixed = SimulatedMarket(settings: 50, days: 500, dependence: 0.8, dependentSettings: 20)

  private static func row(days: Int, dependence: Double = 0, edge: Double = 0) -> SimulatedMarket {
    SimulatedMarket(
      settings: 50, days: days, correlation: 0.5, dependence: dependence, isHeavy: dependence > 0, edge: edge)
  }

  /// Whether each way rejects, and what the days told.
  private struct Verdict {
    var short, told, widened: Bool
    var block, widening: Double
  }

  func run() throws {
    print("| P&L | days | dependence | edge | blocks of 2 | told | told, widened | block | widening |")
    print("|---|---|---|---|---|---|---|---|---|")
    for row in Self.rows {
      let verdicts = Scheduler.map(count: markets, threads: threads) { i in
        try? verdict(row, stream: UInt64(i))
      }.compactMap { $0 ?? nil }
      func mean(_ figure: (Verdict) -> Double) -> Double {
        verdicts.reduce(0) { $0 + figure($1) } / Double(verdicts.count)
      }
      func share(_ isSeen: (Verdict) -> Bool) -> String { Sizes.percent(mean { isSeen($0) ? 1 : 0 }) }
      Sizes.printRow([
        row.isHeavy ? "t, 4 degrees" : "normal", "\(row.days)",
        row.dependentSettings == nil ? "\(row.dependence)" : "mixed", "\(row.edge)",
        share(\.short), share(\.told), share(\.widened), Sizes.rounded(mean(\.block)),
        Sizes.rounded(mean(\.widening)),
      ])
    }
  }

  private func verdict(_ row: SimulatedMarket, stream: UInt64) throws -> Verdict? {
    var random = Philox(seed: seed, stream: stream)
    let matrix = try row.outcomes(&random)
    let resamples = 499
    let report = try LuckReport(matrix, seed: stream, resamples: resamples, confidenceSet: false)
    func plain(_ block: Double) -> Double? {
      let bootstrap = StationaryBootstrap(count: row.days, blockLength: block, seed: stream)
      return SuperiorPredictiveAbility(matrix, bootstrap: bootstrap, resamples: resamples)?.consistent
    }
    guard let short = plain(2), let told = plain(report.blockLength) else { return nil }
    return Verdict(
      short: short <= 0.05, told: told <= 0.05, widened: report.spa.consistent <= 0.05,
      block: report.blockLength, widening: report.widening.median)
  }
}

/// How tables of sizes write their figures.
enum Sizes {
  static func percent(_ share: Double) -> String { rounded(100 * share) + " %" }
  static func rounded(_ x: Double) -> String { "\((x * 100).rounded() / 100)" }
  static func printRow(_ cells: [String]) { print("| " + cells.joined(separator: " | ") + " |") }
}
