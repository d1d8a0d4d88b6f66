import Backtesting
import Kernels
import MarketData
import Strategies

/// The two engines disagree: a fault of the program, never of its input.
public struct EngineDifference: Error, Equatable, Sendable, CustomStringConvertible {
  /// Number of the configuration.
  public let trial: Int
  /// Which session, metric or count.
  public let what: String
  /// What the engine at work says of the session.
  public let got: String
  /// What the reference says.
  public let expected: String

  /// Which configuration and session, and what each engine says.
  public var description: String {
    "configuration \(trial), \(what): the compiled engine gives \(got), the reference \(expected)"
  }
}

/// Runs some configurations of a sweep through the reference engine and compares every field of every session.
struct SweepVerification {
  private let strategies: [Strategy]
  private let trials: [Int]
  private let chosen: [Int]
  private let context: MarketContext
  private let period: ClosedRange<Int>

  /// Draws `count` configurations; the same ones each time, so that a difference can be looked at again.
  ///
  /// - Parameter trials: the number of each.
  init(
    _ strategies: [Strategy], trials: [Int], count: Int, context: MarketContext, period: ClosedRange<Int>
  ) {
    self.trials = trials
    self.strategies = strategies
    self.context = context
    self.period = period
    chosen = Self.draw(count, of: strategies.count)
  }

  /// `count` numbers below `total`, ascending, none twice; the same ones each time.
  static func draw(_ count: Int, of total: Int) -> [Int] {
    guard count < total else { return Array(0..<total) }
    var random = Philox(seed: 1, stream: 0x7665_7269)
    var drawn: Set<Int> = []
    while drawn.count < count { drawn.insert(random.integer(below: total)) }
    return drawn.sorted()
  }

  /// Compares those of a block that were drawn.
  ///
  /// - Returns: how many there were.
  /// - Throws: ``EngineDifference`` at the first field that differs.
  func check(_ block: [Evaluation], from first: Int, threads: Int) throws(EngineDifference) -> Int {
    let mine = chosen.filter { (first..<first + block.count).contains($0) }
    guard !mine.isEmpty,
      let reference = Evaluator.run(
        mine.map { strategies[$0] }, context: context, period: period, threads: threads, engine: .reference)
    else { return 0 }
    for (k, expected) in zip(mine, reference) {
      let (got, trial) = (block[k - first], trials[k])
      for (d, pair) in zip(got.records, expected.records).enumerated() where pair.0 != pair.1 {
        throw EngineDifference(
          trial: trial, what: "entry \(context.history.sessions[period.lowerBound + d].date)",
          got: "\(pair.0)", expected: "\(pair.1)")
      }
      guard got.figures == expected.figures, got.standing == expected.standing else {
        throw EngineDifference(
          trial: trial, what: "figures", got: "\(got.figures)", expected: "\(expected.figures)")
      }
    }
    return mine.count
  }
}
