import Kernels
import Statistics

/// The figures of one condor under one stop and one target, with one hedge or none: cents of one ×100 contract, one
/// value a trade of the arrays, 0 where that condor did not trade. Definitions are those of ``PnLSummary``.
public struct PathScorecard: Sendable, Hashable, Encodable {
  /// Its number in the arrays.
  public let condor: Int
  /// Thousandths of the credit.
  public let stop: Int
  /// Thousandths of the credit.
  public let target: Int
  /// Its number in the array; `nil` without hedges.
  public let hedge: Int?
  /// Trades with a P&L.
  public let trades: Int
  /// Σx.
  public let netCents: Int64
  /// Σx/n.
  public let meanCents: Double?
  /// Sample standard deviation.
  public let sdCents: Double?
  /// Yearly, at 252 sessions.
  public let sharpe: Double?
  /// Yearly, at 252 sessions.
  public let sortino: Double?
  /// The smallest x.
  public let worstCents: Int64
  /// Deepest fall of the running sum below its running maximum, which starts at 0.
  public let maxDrawdownCents: Int64
  /// Its length to recovery, or to the end.
  public let maxDrawdownSessions: Int
  /// Whether its peak was reached again.
  public let drawdownRecovered: Bool
  /// Mean of the worst 5 %.
  public let cvar95Cents: Double
  /// Mean of the worst 1 %.
  public let cvar99Cents: Double

  /// Which combination it is.
  struct Key {
    var condor: Int
    var stop: Int32
    var target: Int32
    var hedge: Int?
  }

  /// Of one lane.
  init(_ key: Key, _ lanes: ScoreLanes, lane: Int, trades: Int, net: Int64, squares: Int64, sessions: Int) {
    let moments = PnLMoments(
      sessions: sessions, net: net, squares: Int128(squares), downside: Int128(lanes.downside[lane]))
    condor = key.condor
    stop = Int(key.stop)
    target = Int(key.target)
    hedge = key.hedge
    self.trades = trades
    netCents = net
    meanCents = moments.mean
    sdCents = moments.standardDeviation
    sharpe = moments.sharpe
    sortino = moments.sortino
    worstCents = Int64(lanes.worst[lane])
    maxDrawdownCents = Int64(lanes.drawdown[lane])
    maxDrawdownSessions = Int(lanes.drawdownSessions[lane])
    drawdownRecovered = lanes.isOpen[lane] == 0
    cvar95Cents =
      TailMean(
        sum: lanes.tailSum.0[lane], edge: Int64(lanes.tailEdge.0[lane]), sessions: sessions,
        perTenThousand: 500
      ).value
    cvar99Cents =
      TailMean(
        sum: lanes.tailSum.1[lane], edge: Int64(lanes.tailEdge.1[lane]), sessions: sessions,
        perTenThousand: 100
      ).value
  }

  /// Of a plain series: the definition, and what series beyond the lanes' bounds go by. Same bits as the lanes.
  init(_ key: Key, cents: [Int64], trades: Int) {
    let summary = PnLSummary(cents: cents)
    condor = key.condor
    stop = Int(key.stop)
    target = Int(key.target)
    hedge = key.hedge
    self.trades = trades
    netCents = summary.net
    meanCents = summary.mean
    sdCents = summary.standardDeviation
    sharpe = summary.sharpe
    sortino = summary.sortino
    worstCents = summary.worst ?? 0
    maxDrawdownCents = summary.drawdown.depth
    maxDrawdownSessions = summary.drawdown.length
    drawdownRecovered = summary.drawdown.recovered
    cvar95Cents = summary.cvar95?.value ?? 0
    cvar99Cents = summary.cvar99?.value ?? 0
  }

  /// The first card with the largest value; `nil` where none has one.
  public static func best(_ cards: [PathScorecard], by value: (PathScorecard) -> Double?) -> PathScorecard? {
    var best: (card: PathScorecard, value: Double)?
    for card in cards {
      guard let x = value(card) else { continue }
      if let held = best, held.value >= x { continue }
      best = (card, x)
    }
    return best?.card
  }

  /// Header of ``csv``.
  public static let csvHeader =
    "condor,stop_thousandths,target_thousandths,hedge,trades,net_cents,mean_cents,sd_cents,sharpe,sortino,"
    + "worst_cents,max_drawdown_cents,max_drawdown_sessions,drawdown_recovered,cvar95_cents,cvar99_cents"

  /// One row; a figure that is not defined is empty.
  public var csv: String {
    func text(_ x: Double?) -> String { x.map { "\($0)" } ?? "" }
    let place = "\(condor),\(stop),\(target),\(hedge.map(String.init) ?? ""),\(trades),\(netCents),"
    let spread = "\(text(meanCents)),\(text(sdCents)),\(text(sharpe)),\(text(sortino)),\(worstCents),"
    let fall = "\(maxDrawdownCents),\(maxDrawdownSessions),\(drawdownRecovered),"
    return place + spread + fall + "\(cvar95Cents),\(cvar99Cents)"
  }
}
