import Backtesting
import MarketData
import Strategies

/// One condor setting over the sessions of a job, with the sessions that its hedges can't tell left out and margin
/// applied: a row of the outcome matrices C and W.
struct CondorRow: Sendable {
  /// The row in the job's plan.
  let row: Int
  let facts: CondorFacts
  /// Number of its settings record in the store.
  var setting = 0
  /// Cents by slot, 0 where nothing was sold.
  let cents: [Int32]
  /// −1 in slots where a condor was sold, else 0.
  let held: [Int32]
  /// Credit by slot, units.
  let credit: [Int32]
  /// Margin held by slot, cents; empty where it isn't kept.
  let margin: [Int32]
  /// Width, points.
  let width: Int
  /// Σ losses of losing sessions, cents.
  let loss: Int64
  /// Σ cents, and Σ cents a year of the period.
  let net: Int64
  let netByYear: [Int64]
  /// Σ cents × move of the index.
  let moveProducts: Int128
  /// Σ cents².
  let squares: Int128
  /// Largest magnitude, and Σ magnitudes.
  let largest: Int64
  let magnitude: Int64

  /// Reduces the records of a row.
  ///
  /// - Parameters:
  ///   - records: one an entry session of the period, margin applied.
  ///   - slots: entry sessions, by position in the period, that can hold a trade.
  ///   - yearOfSlot: position of the year in which a slot's trade is realised.
  ///   - moves: of the index in that session, parts per million.
  ///   - keepsMargin: whether figures that aren't streamed may be asked for.
  init(
    row: Int, records: [SessionRecord], slots: [Int32], yearOfSlot: [Int], moves: [Int32], years: Int,
    width: Int, hasStop: Bool, keepsMargin: Bool = false
  ) {
    self.row = row
    self.width = width
    facts = CondorFacts(records, hasStop: hasStop)
    var cents = Array(repeating: Int32(0), count: slots.count)
    var held = cents
    var credit = cents
    var margin = keepsMargin ? cents : []
    var loss: Int64 = 0
    var net: Int64 = 0
    var largest: Int64 = 0
    var magnitude: Int64 = 0
    var squares: Int128 = 0
    var moveProducts: Int128 = 0
    var byYear = Array(repeating: Int64(0), count: years)
    for s in slots.indices {
      guard slots[s] >= 0 else { continue }
      let record = records[Int(slots[s])]
      guard record.code == .traded else { continue }
      let x = Int64(record.condorNet)
      cents[s] = record.condorNet
      held[s] = -1
      credit[s] = record.credit
      if keepsMargin { margin[s] = record.marginCents }
      if x < 0 { loss -= x }
      net += x
      byYear[yearOfSlot[s]] += x
      squares += Int128(x) * Int128(x)
      moveProducts += Int128(x) * Int128(moves[s])
      largest = max(largest, abs(x))
      magnitude += abs(x)
    }
    self.cents = cents
    self.held = held
    self.credit = credit
    self.margin = margin
    self.loss = loss
    self.net = net
    self.squares = squares
    self.moveProducts = moveProducts
    self.largest = largest
    self.magnitude = magnitude
    netByYear = byYear
  }

  /// Size units of a base in a slot: W.
  @inline(__always)
  func units(_ base: HedgeSize.Base, slot: Int) -> Int32 {
    guard held[slot] != 0 else { return 0 }
    switch base {
    case .grossRisk: return Int32(width)
    case .credit: return credit[slot] / 500
    case .notional, .contracts: return 1
    }
  }
}

/// Figures of one configuration, whole cents where they are.
struct PairFigures: Sendable {
  var net: Int64 = 0
  var wins: Int64 = 0
  var worst: Int64 = 0
  var drawdown: Int64 = 0
  var drawdownSessions: Int64 = 0
  var hedgeNet: Int64 = 0
  var bothLose: Int64 = 0
  /// Σ min(x, 0)².
  var downside: Int128 = 0
  var sdDollars = Double.nan
  var sharpe = Double.nan
  var sortino = Double.nan
  var cvar95Dollars = 0.0
  var cvar99Dollars = 0.0
  var hedgeOffset = Double.nan
  var spxBeta = Double.nan

  /// A streamed figure as ``Metric/value(of:)`` gives it, `nil` where it isn't defined.
  func value(_ metric: Metric, facts: CondorFacts, sessions: Int) -> Double? {
    func dollars(_ cents: Int64) -> Double { Double(cents) / 100 }
    func defined(_ x: Double) -> Double? { x.isNaN ? nil : x }
    switch metric {
    case .net: return dollars(net)
    case .mean: return Double(net) / Double(sessions) / 100
    case .sd: return defined(sdDollars)
    case .sharpe: return defined(sharpe)
    case .sortino: return defined(sortino)
    case .winRate: return facts.trades == 0 ? nil : Double(wins) / Double(facts.trades)
    case .worst: return dollars(worst)
    case .cvar95: return cvar95Dollars
    case .cvar99: return cvar99Dollars
    case .maxDrawdown: return dollars(drawdown)
    case .drawdownSessions: return Double(drawdownSessions)
    case .trades: return Double(facts.trades)
    case .stopRate: return facts.stopRate
    case .stopReachable: return facts.stopReachable
    case .whipsaws: return Double(facts.whipsaws)
    case .whipsawDollars: return dollars(facts.whipsawCents)
    case .stopsNet: return dollars(facts.stopsNetCents)
    case .thetaCapture: return facts.thetaCapture
    case .hedgeNet: return dollars(hedgeNet)
    case .hedgeOffset: return defined(hedgeOffset)
    case .bothLose: return Double(bothLose)
    case .spxBeta: return defined(spxBeta)
    default: preconditionFailure("PairFigures.value: \(metric.rawValue) is worked out on demand")
    }
  }
}
