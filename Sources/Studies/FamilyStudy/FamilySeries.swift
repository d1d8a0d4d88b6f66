import Backtesting
import Statistics

/// What one family's settings made of the sessions that are judged: whole cents of one condor (or of all that were sold), one
/// value a session.
struct FamilySeries: Sendable, Equatable {
  /// Positions in the history of the entries whose trades are realised, −1 before the history; shape `[sessions]`, as the
  /// others.
  var entries: [Int] = []
  /// Everything realised; shape `[sessions]`, as the others.
  var net: [Int64] = []
  /// Of it, the condors and what was rolled of them, after their fees.
  var condor: [Int64] = []
  /// Credit received, and what closing and settlement cost, before fees.
  var credit: [Int64] = []
  var paid: [Int64] = []
  /// What stops saved against carrying on; negative where they cost.
  var saved: [Int64] = []
  /// Stopped trades, and those of them that would have won.
  var stopped: [Bool] = []
  var whipsawed: [Bool] = []

  /// No sessions.
  init() {}

  /// Sessions of an evaluation, those left out whose entry wasn't decided by all.
  ///
  /// - Parameters:
  ///   - first: position of the first session in the history.
  ///   - leftOut: entry sessions, by position in the period; what they realise falls in the next one.
  init(_ evaluation: Evaluation, first: Int, leftOut: Set<Int>) {
    let options = BacktestResult.options(evaluation.records)
    for (s, cents) in evaluation.netBySession.enumerated() where !leftOut.contains(s - 1) {
      net.append(cents)
      condor.append(options[s])
      entries.append(first + s - 1)
      guard s > 0, evaluation.records[s - 1].code == .traded else {
        credit.append(0)
        paid.append(0)
        saved.append(0)
        stopped.append(false)
        whipsawed.append(false)
        continue
      }
      let record = evaluation.records[s - 1]
      let n = Int64(record.quantity)
      credit.append(n * (Int64(record.credit) + Int64(record.laterCredit)))
      paid.append(n * Int64(record.cost))
      let isStopped = record.stops > 0
      saved.append(isStopped ? n * (Int64(record.condorNet) - Int64(record.shadowNet)) : 0)
      stopped.append(isStopped)
      whipsawed.append(isStopped && record.shadowNet > 0)
    }
  }

  /// The sessions of another one after these.
  mutating func append(_ other: FamilySeries) {
    entries += other.entries
    net += other.net
    condor += other.condor
    credit += other.credit
    paid += other.paid
    saved += other.saved
    stopped += other.stopped
    whipsawed += other.whipsawed
  }

  /// Those of some entries alone. O(sessions).
  func filtered(_ isIn: (Int) -> Bool) -> FamilySeries {
    let kept = entries.indices.filter { isIn(entries[$0]) }
    func part<T>(_ values: [T]) -> [T] { kept.map { values[$0] } }
    var made = FamilySeries()
    made.entries = part(entries)
    made.net = part(net)
    made.condor = part(condor)
    made.credit = part(credit)
    made.paid = part(paid)
    made.saved = part(saved)
    made.stopped = part(stopped)
    made.whipsawed = part(whipsawed)
    return made
  }

  /// Result of the hedge, cents a session.
  var hedge: [Int64] { zip(net, condor).map { $0 - $1 } }
  /// Credit that was kept, with what the hedge made of it, cents a session.
  var kept: [Int64] { net.indices.map { credit[$0] - paid[$0] + net[$0] - condor[$0] } }
}

/// Figures of one family over some sessions. Dollars; an undefined figure is null.
public struct FamilyFigures: Sendable, Codable, Hashable {
  /// Sessions judged.
  public var sessions: Int
  /// Entries that sold.
  public var trades: Int
  /// Everything realised.
  public var netDollars: Double
  /// Net ÷ sessions.
  public var meanDollars: Double
  /// Mean ÷ sd × √252, no risk-free rate.
  @Nullable public var sharpe: Double?
  /// Worst session.
  public var worstDollars: Double
  /// Mean of the worst 5 % of sessions; negative is a loss.
  public var cvar95Dollars: Double
  /// Deepest fall below the running peak, positive.
  public var maxDrawdownDollars: Double
  /// Stopped trades.
  public var stopped: Int
  /// Of them, those that would have won.
  public var whipsaws: Int
  /// Whipsaws ÷ stopped trades; null without a stopped one.
  @Nullable public var whipsawRate: Double?
  /// What the whipsawed trades would have earned more.
  public var whipsawDollars: Double
  /// What all stops together earned (positive) or cost against carrying on.
  public var stopsNetDollars: Double
  /// Credit kept ÷ credit received, before fees and hedge; null without credit.
  @Nullable public var thetaCapture: Double?
  /// Result of the hedge.
  public var hedgeDollars: Double
  /// Hedge result ÷ condor loss on the sessions where the condor lost; null without a hedge or such a session.
  @Nullable public var hedgeOffset: Double?
  /// Sessions on which condor and hedge both lose.
  public var bothLoseSessions: Int

  /// Of a series. O(n log n).
  init(_ s: FamilySeries) {
    let summary = PnLSummary(cents: s.net)
    func dollars(_ cents: Int64) -> Double { Double(cents) / 100 }
    sessions = s.net.count
    trades = s.credit.count { $0 > 0 }
    netDollars = dollars(summary.net)
    meanDollars = (summary.mean ?? 0) / 100
    sharpe = summary.sharpe
    worstDollars = dollars(summary.worst ?? 0)
    cvar95Dollars = (summary.cvar95?.value ?? 0) / 100
    maxDrawdownDollars = dollars(summary.drawdown.depth)
    let stops = s.stopped.count { $0 }
    stopped = stops
    whipsaws = s.whipsawed.count { $0 }
    whipsawRate = stops > 0 ? Double(s.whipsawed.count { $0 }) / Double(stops) : nil
    whipsawDollars = dollars(-zip(s.saved, s.whipsawed).reduce(0) { $0 + ($1.1 ? $1.0 : 0) })
    stopsNetDollars = dollars(s.saved.reduce(0, +))
    let credit = s.credit.reduce(0, +)
    thetaCapture = credit > 0 ? Double(credit - s.paid.reduce(0, +)) / Double(credit) : nil
    let hedge = s.hedge
    hedgeDollars = dollars(hedge.reduce(0, +))
    let losing = s.condor.indices.filter { s.condor[$0] < 0 }
    let loss = -losing.reduce(0) { $0 + s.condor[$1] }
    let hasHedge = hedge.contains { $0 != 0 }
    hedgeOffset = hasHedge && loss > 0 ? Double(losing.reduce(0) { $0 + hedge[$1] }) / Double(loss) : nil
    bothLoseSessions = losing.count { hedge[$0] < 0 }
  }
}
