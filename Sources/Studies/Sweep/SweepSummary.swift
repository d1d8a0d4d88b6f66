import Foundation
import MarketData
import RunStore
import Strategies

/// What a sweep did and found. The JSON of `wingspan sweep`.
public struct SweepSummary: Sendable, Codable {
  /// A configuration worth naming.
  public struct Pick: Sendable, Codable {
    /// Number of the trial in the grid.
    public var index: Int
    /// The metric that was ranked by.
    public var objective: Double
    /// Value of each searched path, as text.
    public var assignments: [String: String]
    /// Figures over the period.
    public var figures: Figures
    /// Its standing layers, in its order.
    public var standing: [StandingLayerReport]
  }
  /// When it began, ISO 8601; the store itself holds no clock.
  public var createdAt: String
  /// The space file.
  public var space: String
  /// Name of the history.
  public var history: String
  /// What the prices are, in one sentence.
  public var disclosure: String
  /// What must be known of some configuration's settings, each once.
  public var caveats: [String]
  /// The metric that was ranked by.
  public var objective: String
  /// First session.
  public var from: String
  /// Last session.
  public var to: String
  /// Worker threads used.
  public var threads: Int
  /// Configurations in the grid, and how many of them were finished.
  public var configurations: Int
  /// Configurations finished.
  public var completed: Int
  /// Of them, those of an earlier run that this one goes on from.
  public var resumed: Int
  /// Trades of all configurations together.
  public var trades: Int
  /// Configurations × sessions of the period.
  public var configDays: Int
  /// Wall-clock seconds, from opening the history to the last trial stored.
  public var seconds: Double
  /// `configDays` a second, those of an earlier run left out.
  public var configDaysPerSecond: Double
  /// Configurations that the reference engine gave the same, field by field.
  public var verified: Int
  /// Configurations whose hedge hangs on the condor's fate: a grid that holds any goes through one by one.
  public var generalPath: Int
  /// Trials stored: all that were finished, or the best of them where only those are kept.
  public var kept: Int
  /// Of a sweep that keeps the best only: configurations that were scored exactly, the others being screened out.
  public var rescored: Int
  /// Seconds of each phase; 0 for what an engine doesn't do apart.
  public var phases: SweepPhases
  /// Distinct condors of one session, at most: those that pick the same strikes are one.
  public var distinctCondors: Int
  /// Distinct hedges against one entry, at most.
  public var distinctHedges: Int
  /// Largest memory that the process has had, bytes.
  public var peakMemoryBytes: Int
  /// Whether Ctrl-C ended it early.
  public var interrupted: Bool
  /// Finished configurations that never traded.
  public var withoutTrades: Int
  /// The best of all, if any has a value.
  public var best: Pick?
  /// The best of each school: `hold`, `stop`, `alvh`, `both`.
  public var bestByFamily: [String: Pick]

  private let sessions: Int

  private enum CodingKeys: String, CodingKey {
    case createdAt, space, history, disclosure, caveats, objective, from, to, threads, configurations,
      completed, resumed, trades,
      configDays,
      seconds, configDaysPerSecond, verified, generalPath, kept, rescored, phases, distinctCondors,
      distinctHedges,
      peakMemoryBytes, interrupted, withoutTrades, best, bestByFamily, sessions
  }

  init(
    space: SweepSpace, strategies: [Strategy], market: Market, period: ClosedRange<Int>, threads: Int
  ) {
    createdAt = Date.now.formatted(.iso8601)
    self.space = space.document.file
    history = market.history.name
    disclosure = market.disclosure
    caveats = []
    for caveat in strategies.flatMap(\.caveats) where !caveats.contains(caveat) { caveats.append(caveat) }
    objective = space.objective.rawValue
    from = market.history.sessions[period.lowerBound].date.description
    to = market.history.sessions[period.upperBound].date.description
    self.threads = threads
    configurations = space.count
    completed = 0
    resumed = 0
    trades = 0
    configDays = 0
    seconds = 0
    configDaysPerSecond = 0
    verified = 0
    generalPath = 0
    kept = 0
    rescored = 0
    phases = SweepPhases()
    distinctCondors = 0
    distinctHedges = 0
    peakMemoryBytes = 0
    interrupted = false
    withoutTrades = 0
    bestByFamily = [:]
    sessions = period.count
  }

  /// Counts a trial.
  mutating func add(_ trial: SweepTrial) { count(trades: trial.figures.trades) }

  mutating func count(trades: Int) {
    completed += 1
    self.trades += trades
    if trades == 0 { withoutTrades += 1 }
  }

  /// VmHWM of this process; 0 where the system doesn't say.
  static func peakMemory() -> Int {
    guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return 0 }
    for line in text.split(separator: "\n") where line.hasPrefix("VmHWM:") {
      return (Int(line.split(whereSeparator: \.isWhitespace).dropFirst().first ?? "") ?? 0) * 1024
    }
    return 0
  }

  mutating func finish(seconds: Double, load: Double) {
    self.seconds = seconds + load
    phases.load = load
    configDays = completed * sessions
    let own = Double((completed - resumed) * sessions)
    configDaysPerSecond = self.seconds > 0 ? own / self.seconds : 0
    peakMemoryBytes = Self.peakMemory()
  }
}

extension Figures {
  /// The outcome that kept most sessions from trading, in words of its code.
  var mainReason: String? { Self.mainReason(outcomes) }

  /// The same of counts by outcome code.
  static func mainReason(_ outcomes: [String: Int]) -> String? {
    outcomes.filter { $0.key != "traded" }.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
  }
}
