import Backtesting
import MarketData
import Statistics

/// The figures of one strategy over one period. Dollars of one condor, or of all that ``Sizing`` sold; one value a
/// session, 0 where nothing happened. An undefined figure is `nil`, never NaN.
public struct Figures: Sendable, Codable, Hashable {
  /// Sessions of the period.
  public var sessions: Int
  /// Entries that sold condors.
  public var trades: Int
  /// Condors sold after the first one of their entry was closed.
  public var reentries: Int
  /// Everything realised in the period.
  public var netDollars: Double
  /// Net ÷ sessions.
  public var meanDollars: Double
  /// Of dollars a session, n − 1.
  @Nullable public var sdDollars: Double?
  /// Mean ÷ sd × √252 of dollars a session; no risk-free rate.
  @Nullable public var sharpe: Double?
  /// Mean ÷ √(Σ min(x, 0)²/n) × √252.
  @Nullable public var sortino: Double?
  /// Winning trades ÷ trades, hedge included; a trade of exactly 0 is neither won nor lost.
  @Nullable public var winRate: Double?
  /// Worst session.
  public var worstDollars: Double
  /// Mean result of the worst 5 % of sessions; negative is a loss.
  public var cvar95Dollars: Double
  /// Mean result of the worst 1 % of sessions.
  public var cvar99Dollars: Double
  /// Deepest fall from a peak that starts at 0; positive.
  public var maxDrawdownDollars: Double
  /// From the peak to its recovery, or to the end.
  public var maxDrawdownSessions: Int
  /// Whether the deepest drawdown was made good within the period.
  public var drawdownRecovered: Bool
  /// Trades of which at least one part was stopped ÷ trades.
  @Nullable public var stopRate: Double?
  /// Trades whose stop lay within what the position can cost ÷ trades; nil without a stop.
  @Nullable public var stopReachable: Double?
  /// Stopped trades that would have won without the stop.
  public var whipsaws: Int
  /// What those would have earned more.
  public var whipsawDollars: Double
  /// What all stops together earned (positive) or cost (negative) against carrying on.
  public var stopsNetDollars: Double
  /// Credit kept ÷ credit received, before fees.
  @Nullable public var thetaCapture: Double?
  /// Extrinsic value paid by early exits.
  public var extrinsicForfeitedDollars: Double
  /// Credit received by all trades.
  public var creditDollars: Double
  /// Trade-opened layers and standing book.
  public var hedgeNetDollars: Double
  /// Hedge result on sessions where the condor did not lose: what the protection costs while it isn't needed.
  public var hedgeCarryDollars: Double
  /// Hedge result ÷ condor loss on the sessions where the condor lost; nil without a hedge or such sessions.
  @Nullable public var hedgeOffset: Double?
  /// Sessions on which condor and hedge both lose.
  public var bothLoseSessions: Int
  /// Dollars a session for +1 % of the index, by least squares over all sessions; nil where the index never moved.
  @Nullable public var spxBetaDollars: Double?
  /// Trades in which a hedge layer opened.
  public var hedgedTrades: Int
  /// Trades whose fill left the credit band that the mid at the decision was in.
  public var fillsOutsideBand: Int
  /// Entry sessions by outcome code; sums to `sessions`.
  public var outcomes: [String: Int]
  /// Net of the sessions of each year.
  public var netByYear: [String: Double]
  /// Net of sessions by the VIX close of the session before: `<15`, `15-20`, `20-30`, `>30`, `unknown`.
  public var netByVIX: [String: Double]

  /// Computes every figure from records; integers until the last division.
  public init(records: [SessionRecord], standing: [Int64], hasStop: Bool, hasHedge: Bool, axis: PeriodAxis) {
    let net = BacktestResult.net(records: records, standing: standing)
    let summary = PnLSummary(cents: net)
    func dollars(_ cents: Int64) -> Double { Double(cents) / 100 }
    let traded = records.filter { $0.code == .traded }
    let facts = CondorFacts(records, hasStop: hasStop)
    sessions = records.count
    trades = facts.trades
    reentries = facts.reentries
    netDollars = dollars(summary.net)
    meanDollars = (summary.mean ?? 0) / 100
    sdDollars = summary.standardDeviation.map { $0 / 100 }
    sharpe = summary.sharpe
    sortino = summary.sortino
    winRate = traded.isEmpty ? nil : Double(traded.count { $0.tradeNet > 0 }) / Double(traded.count)
    worstDollars = dollars(summary.worst ?? 0)
    cvar95Dollars = (summary.cvar95?.value ?? 0) / 100
    cvar99Dollars = (summary.cvar99?.value ?? 0) / 100
    maxDrawdownDollars = dollars(summary.drawdown.depth)
    maxDrawdownSessions = summary.drawdown.length
    drawdownRecovered = summary.drawdown.recovered
    stopRate = facts.stopRate
    stopReachable = facts.stopReachable
    whipsaws = facts.whipsaws
    whipsawDollars = dollars(facts.whipsawCents)
    stopsNetDollars = dollars(facts.stopsNetCents)
    thetaCapture = facts.thetaCapture
    creditDollars = dollars(facts.credit)
    extrinsicForfeitedDollars = dollars(facts.extrinsic)
    hedgedTrades = traded.count { $0.hedgeFills > 0 }
    fillsOutsideBand = traded.count { $0.fillOutsideBand }

    var hedgeTotal: Int64 = 0
    var carry: Int64 = 0
    var loss: Int64 = 0
    var offset: Int64 = 0
    var both = 0
    for (i, condor) in BacktestResult.options(records).enumerated() {
      let hedge = net[i] - condor
      hedgeTotal += hedge
      if condor < 0 {
        loss -= condor
        offset += hedge
        if hedge < 0 { both += 1 }
      } else {
        carry += hedge
      }
    }
    hedgeNetDollars = dollars(hedgeTotal)
    hedgeCarryDollars = dollars(carry)
    hedgeOffset = hasHedge && loss > 0 ? Double(offset) / Double(loss) : nil
    bothLoseSessions = both

    let products = zip(net, axis.indexMoves).reduce(Int128(0)) { $0 + Int128($1.0) * Int128($1.1) }
    spxBetaDollars = axis.slope.dollarsPerPercent(net: summary.net, products: products)

    outcomes = facts.outcomes
    netByYear = Self.sum(net, by: axis.years)
    netByVIX = Self.sum(net, by: axis.vixBuckets)
  }

  private static func sum(_ cents: [Int64], by keys: [String]) -> [String: Double] {
    var total: [String: Int64] = [:]
    for (value, key) in zip(cents, keys) { total[key, default: 0] += value }
    return total.mapValues { Double($0) / 100 }
  }
}

/// What a period's sessions are grouped by.
public struct PeriodAxis: Sendable {
  /// Date of each session.
  public let dates: [SessionDate]
  /// Calendar year of each session.
  public let years: [String]
  /// Bucket of each session.
  public let vixBuckets: [String]
  /// Close-to-close move of the index into each session, parts per million to the nearest; 0 where a close is missing,
  /// and the move over the gap in the next session that has one.
  public let indexMoves: [Int32]
  /// What turns a P&L series over these sessions into dollars for a move of the index.
  let slope: IndexSlope
  /// Day of each session, by a count of days.
  let days: [Int32]
  /// Names of the VIX buckets, ascending.
  public static let bucketNames = ["<15", "15-20", "20-30", ">30", "unknown"]

  /// Labels of the sessions of a period; the VIX bucket is by the close of the session before, known at entry.
  public init(_ history: MarketHistory, period: ClosedRange<Int>) {
    dates = period.map { history.sessions[$0].date }
    days = dates.map(\.ordinal)
    years = dates.map { String($0.year) }
    vixBuckets = period.map { i in
      let vix = history.close(.vix, i - 1)
      if !(vix == vix) { return Self.bucketNames[4] }
      return Self.bucketNames[vix < 15 ? 0 : vix < 20 ? 1 : vix < 30 ? 2 : 3]
    }
    var last = period.lowerBound > 0 ? history.sessions[period.lowerBound - 1].official.close : .nan
    var moves: [Int32] = []
    for i in period {
      let close = history.sessions[i].official.close
      let move = close > 0 && last > 0 ? ((close / last - 1) * 1e6).rounded() : 0
      // a thousandfold at most, so that no faulty close goes beyond 32 bits
      moves.append(Int32(min(move, 1e9)))
      if close > 0 { last = close }
    }
    indexMoves = moves
    slope = IndexSlope(moves: moves)
  }
}
