import Backtesting
import Foundation
import Kernels
import MarketData
import Pricing
import Strategies

/// Cost paths of condors as arrays for other programs: what it costs to close each at every minute.
///
/// `paths.npy`: int32 [condors, trades, minutes], mid cost in 1/10,000 points, minutes of the entry session after
/// the fill and then of the expiry session, −2³¹ where there is no mark. `credit.npy`: int32 [condors, trades],
/// the credit filled, −2³¹ where that condor did not trade in that session.
public struct CostPaths: Sendable {
  /// Entry sessions with at least one trade.
  public let entrySessions: [SessionDate]
  /// Minutes a trade has in the array.
  public let minutes: Int
  /// Configurations in the array.
  public let condors: Int

  /// Writes the two arrays of some strategies (one "condor" each) into a folder.
  ///
  /// - Precondition: all strategies decide at the same minute, since one axis of minutes serves them.
  public static func write(
    _ strategies: [Strategy], market: Market, period: ClosedRange<Int>, to folder: String, threads: Int
  ) throws -> CostPaths {
    let decision = strategies[0].entry.minute
    precondition(
      strategies.allSatisfy { $0.entry.minute == decision }, "CostPaths.write: one decision minute")
    let context = market.context(for: strategies)
    let engines = strategies.map { ReferenceEngine($0, context: context) }
    let entryMinutes = max(0, MinuteOfDay.close - (decision + 1))
    let minutes = entryMinutes + 391
    let sessions = Array(period.dropLast())
    let found = Scheduler.map(count: sessions.count, threads: threads) {
      k -> [(credit: Int32, path: [Int32])?] in
      let desk = SessionDesk(context, entry: sessions[k])
      return engines.map { engine in
        guard case .trade(let trade) = engine.evaluate(desk), let priced = engine.pricedSurface(desk) else {
          return nil
        }
        let cost = priced.path(trade.first.strikes).cost(.condor)
        var row = Array(repeating: TickGrid.missing, count: minutes)
        for i in 2..<cost.count {
          let minute = priced.surface.minutes[i]
          let at =
            i < priced.surface.expiryStart
            ? minute - (decision + 2) : entryMinutes + minute - MinuteOfDay.open
          row[at] = cost[i]
        }
        return (trade.first.credit, row)
      }
    }
    let kept = found.indices.filter { found[$0]?.contains { $0 != nil } ?? false }
    var paths: [Int32] = []
    var credits: [Int32] = []
    paths.reserveCapacity(strategies.count * kept.count * minutes)
    for c in strategies.indices {
      for k in kept {
        let cell = found[k]?[c]
        credits.append(cell?.credit ?? TickGrid.missing)
        paths += cell?.path ?? Array(repeating: TickGrid.missing, count: minutes)
      }
    }
    try OutputFile.makeFolder(folder)
    try NumPyFile.write(paths, shape: [strategies.count, kept.count, minutes], to: folder + "/paths.npy")
    try NumPyFile.write(credits, shape: [strategies.count, kept.count], to: folder + "/credit.npy")
    return CostPaths(
      entrySessions: kept.map { market.history.sessions[sessions[$0]].date }, minutes: minutes,
      condors: strategies.count)
  }
}
