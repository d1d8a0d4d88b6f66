import Backtesting
import MarketData
import Pricing
import Statistics

/// A time of the curve: the fill, the half hours of the clock in both sessions, and the settlement.
public struct CurveTime: Sendable, Hashable {
  /// Where it lies.
  public enum Phase: String, Sendable, Hashable, Codable {
    /// The minute of the opening fill.
    case fill
    /// Later in the entry session.
    case entry
    case expiry
    case settlement
  }
  /// Where it lies.
  public let phase: Phase
  /// Minutes after midnight, New York; of the settlement 0.
  public let minute: Int

  /// All times of trades that are decided at a minute, in order.
  public static func axis(entryMinute: Int) -> [CurveTime] {
    func halfHours(_ range: ClosedRange<Int>) -> [Int] { range.filter { $0 % 30 == 0 } }
    let fill = entryMinute + 1
    let entry = fill < MinuteOfDay.close ? halfHours(fill + 1...MinuteOfDay.close) : []
    return [CurveTime(phase: .fill, minute: fill)]
      + entry.map { CurveTime(phase: .entry, minute: $0) }
      + halfHours(MinuteOfDay.open...MinuteOfDay.close - 1).map { CurveTime(phase: .expiry, minute: $0) }
      + [CurveTime(phase: .settlement, minute: 0)]
  }
}

/// The condor sold at an entry along the curve's times, and the closing fills of the whole trade.
struct ThetaTrade: Sendable {
  /// Received at the entry, units.
  let credit: Int32
  /// Mid cost to close at each time, units; `nil` where there is no mark.
  let cost: [Int32?]
  /// Extrinsic value at each time, units.
  let extrinsic: [Int32?]
  let fills: [ClosingFill]
  let entrySession: Int

  init(_ trade: Trade, priced: PricedSurface, history: MarketHistory) {
    let condor = trade.first
    let path = priced.path(condor.strikes)
    let mid = path.cost(.condor)
    let expiry = history.sessions[trade.expirySession]
    let close = TickGrid.units(points: expiry.official.close)
    let settlement = condor.strikes.putSettlement(close: close) + condor.strikes.callSettlement(close: close)
    var cost: [Int32?] = []
    var extrinsic: [Int32?] = []
    for time in CurveTime.axis(entryMinute: condor.decidedAt.minute) {
      if time.phase == .settlement {
        cost.append(settlement)
        extrinsic.append(0)
        continue
      }
      let session = time.phase == .expiry ? trade.expirySession : trade.entrySession
      let isOver = time.phase == .expiry && time.minute >= expiry.closeMinute
      let point = isOver ? nil : priced.surface.point(TradeMinute(session: session, minute: time.minute))
      let marked = point.flatMap { mid[$0] == TickGrid.missing ? nil : $0 }
      cost.append(marked.map { mid[$0] })
      extrinsic.append(marked.map { path.extrinsic(.condor, at: $0) })
    }
    credit = condor.credit
    self.cost = cost
    self.extrinsic = extrinsic
    fills = trade.fills
    entrySession = trade.entrySession
  }
}

/// The curve of many trades.
enum ThetaCurve {
  /// One point a time of the axis. O(times × trades·log trades).
  static func points(_ trades: [ThetaTrade?], entryMinute: Int) -> [ThetaReport.Point] {
    let trades = trades.compactMap { $0 }
    return CurveTime.axis(entryMinute: entryMinute).enumerated().map { k, time in
      var kept: [Double] = []
      var left = 0.0
      var credits: Int64 = 0
      var costs: Int64 = 0
      for trade in trades {
        guard let cost = trade.cost[k], let extrinsic = trade.extrinsic[k] else { continue }
        kept.append(Double(trade.credit - cost) / Double(trade.credit))
        left += Double(extrinsic) / Double(trade.credit)
        credits += Int64(trade.credit)
        costs += Int64(cost)
      }
      let quantiles = SampleQuantiles(kept)
      let n = Double(kept.count)
      return ThetaReport.Point(
        phase: time.phase, time: time.phase == .settlement ? nil : MinuteOfDay.text(time.minute),
        sessions: kept.count, mean: kept.isEmpty ? nil : kept.reduce(0, +) / n,
        standardError: MeanInterval(kept)?.standardError, lowerQuartile: quantiles[0.25],
        median: quantiles[0.5], upperQuartile: quantiles[0.75],
        pooled: credits > 0 ? Double(credits - costs) / Double(credits) : nil,
        extrinsicShare: kept.isEmpty ? nil : left / n)
    }
  }
}

/// Extrinsic value that early exits gave up.
enum ForfeitedPremium {
  private struct Sum {
    var exits = 0
    var extrinsic: Int64 = 0
    var credit: Int64 = 0
  }

  /// All exits, then by reason, by hour, by VIX and by rule, each group in the order of its values.
  static func rows(
    _ evaluation: Evaluation, _ trades: [ThetaTrade?], states: [(rule: String, held: [Bool?])], vix: [String]
  ) -> [ThetaReport.Forfeited] {
    let groups = ["all", "reason", "hour", "vix"] + states.map(\.rule)
    var sums = groups.map { _ in [String: Sum]() }
    for (d, trade) in trades.enumerated() {
      guard let trade else { continue }
      let n = Int64(evaluation.records[d].quantity)
      let ruled = states.map { $0.held[d].map { $0 ? "true" : "false" } ?? "unknown" }
      for fill in trade.fills where fill.reason != .settlement {
        let isEntry = fill.session == trade.entrySession
        let hour = (isEntry ? "entry " : "expiry ") + MinuteOfDay.text(fill.minute / 60 * 60)
        for (g, value) in (["", fill.reason.rawValue, hour, vix[d]] + ruled).enumerated() {
          sums[g][value, default: Sum()].exits += 1
          sums[g][value, default: Sum()].extrinsic += n * Int64(fill.extrinsic)
          sums[g][value, default: Sum()].credit += n * Int64(fill.credit)
        }
      }
    }
    func rank(_ value: String) -> Int { PeriodAxis.bucketNames.firstIndex(of: value) ?? 0 }
    return zip(groups, sums).flatMap { group, values in
      values.sorted { (rank($0.key), $0.key) < (rank($1.key), $1.key) }.map { value, sum in
        ThetaReport.Forfeited(
          group: group, value: value, exits: sum.exits, dollars: Double(sum.extrinsic) / 100,
          shareOfCredit: sum.credit > 0 ? Double(sum.extrinsic) / Double(sum.credit) : nil)
      }
    }
  }
}
