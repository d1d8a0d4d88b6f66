import MarketData
import Pricing
import Strategies
import Testing

@testable import Backtesting

/// A condor sold at 15:45 on a flat index of 3,000, whose costs are then written by hand, minute by minute.
///
/// Points: 0 decision 15:45, 1 fill 15:46, 2 … 15 to 16:00, 16 is 09:30 of the expiry session, 406 its 16:00.
struct ExitBench {
  static let expiryStart = 16
  static let last = 406
  private let context: MarketContext
  let surface: MarkSurface
  let path: CondorPath
  /// Exits pay the mark and one tick of 0.05.
  let slippage = Slippage(halfSpreadThousandths: 0, ticks: 1)
  /// Mid cost of the condor, units; 1.00 to start with.
  var mid = Array(repeating: Int32(10_000), count: last + 1)
  /// What triggers watch; `nil` is the mid.
  var trigger: [Int32]?
  var settlement: Int32 = 0

  init(spot: (Int, Int) -> Double = { _, _ in 3_000 }) throws {
    let strategy = Strategy(
      name: "bench", entry: EntryRule(expirations: .everySession),
      condor: CondorRule(strikes: StrikeRule(target: .credit(units: 10_000))))
    let context = try Markets.context(try Markets.tiny(sessions: 3, spot: spot), [strategy])
    self.context = context
    let model = MarkModel(
      parameters: context.parameters, settings: MarkSettings(), calendar: context.history.calendar,
      events: context.history.events)
    guard let surface = model.surface(context.history, entry: 1, decisionMinute: 945, expiry: 2) else {
      throw BacktestError.emptyHistory(name: "bench")
    }
    precondition(surface.expiryStart == Self.expiryStart && surface.minutes.count == Self.last + 1)
    self.surface = surface
    path = CondorPath(
      CondorStrikes(longPut: 2_975, shortPut: 2_980, shortCall: 3_020, longCall: 3_025), on: surface)
  }

  mutating func set(_ points: ClosedRange<Int>, _ cost: Int32) { for i in points { mid[i] = cost } }

  /// How a position sold for `credit` ends. The compiled tables must say the same, with the stop and without it.
  func exit(
    _ rule: ExitRule, credit: Int32 = 10_000, part: ClosingFill.Part = .condor, total: Int32? = nil,
    withStop: Bool = true
  ) -> PositionExit {
    let found = reference(rule, credit: credit, part: part, total: total, withStop: withStop)
    let other = reference(rule, credit: credit, part: part, total: total, withStop: !withStop)
    let tables = compiled(rule, credit: credit, part: part, total: total)
    let stopped = withStop ? found : other
    #expect(tables.exit == stopped, "compiled")
    #expect(
      stopped.reason != .stop || tables.shadow == (withStop ? other : found), "compiled, without the stop")
    return found
  }

  private func compiled(
    _ rule: ExitRule, credit: Int32, part: ClosingFill.Part, total: Int32?
  ) -> (exit: PositionExit, shadow: PositionExit) {
    let (mid, watched) = (mid, trigger ?? mid)
    let points = PointTable(count: mid.count) { mid[$0] != TickGrid.missing }
    let bench = Workbench(
      spreads: HalfSpreadTable(HalfSpread(context.parameters.halfSpread)), pricing: Stopwatch(),
      vx: VXTables(context), indicators: IndicatorTables(context))
    guard let priced = PricedSurface(surface) else { preconditionFailure("no chain at the decision") }
    let table = CondorTable(
      path.strikes, StatedCosts(mid: mid, watched: watched, path: path), on: priced, points: points,
      filled: 1,
      settlements: part == .call ? (0, settlement) : (settlement, 0), bench: bench)
    var rule = rule
    if trigger != nil { rule.mark = .natural }
    var timePoint: Int?
    if let minute = rule.timeStop {
      timePoint = (surface.expiryStart..<(mid.count - 1)).first {
        surface.minutes[$0] >= minute && mid[$0] != TickGrid.missing && points.next(after: $0) != nil
      }
    }
    return table.exit(
      part, rule: rule, credit: credit, totalCredit: total ?? credit, slippage: slippage,
      order: timePoint.map { MarketOrder(point: $0, reason: .time) })
  }

  private func reference(
    _ rule: ExitRule, credit: Int32, part: ClosingFill.Part, total: Int32?, withStop: Bool
  ) -> PositionExit {
    PositionWatch(part: part, credit: credit, totalCredit: total ?? credit, rule: rule).run(
      rule, from: 1, withStop: withStop, trigger: trigger ?? mid, mid: mid, path: path, surface: surface,
      slippage: slippage, settlement: settlement)
  }
}

/// Costs that needn't be those of the legs.
private final class StatedCosts: ClosingCosts {
  private let mid: [Int32]
  private let watched: [Int32]
  private let path: CondorPath

  init(mid: [Int32], watched: [Int32], path: CondorPath) {
    (self.mid, self.watched, self.path) = (mid, watched, path)
  }

  func costs(_ part: ClosingFill.Part) -> [Int32] { mid }
  func naturalCosts(_ part: ClosingFill.Part) -> [Int32] { watched }
  func cost(_ part: ClosingFill.Part, at point: Int) -> Int32 { mid[point] }
  func naturalCost(_ part: ClosingFill.Part, at point: Int) -> Int32 { watched[point] }
  func halfSpread(_ part: ClosingFill.Part, at point: Int) -> Int32 { path.halfSpread(part, at: point) }
  func extrinsic(_ part: ClosingFill.Part, at point: Int) -> Int32 { path.extrinsic(part, at: point) }
}

extension PositionExit {
  /// Decided at the point before unless told otherwise.
  static func stop(_ point: Int, _ cost: Int32, decided: Int? = nil) -> PositionExit {
    .init(reason: .stop, decided: decided ?? point - 1, point: point, cost: cost)
  }
  static func target(_ point: Int, _ cost: Int32, decided: Int? = nil) -> PositionExit {
    .init(reason: .target, decided: decided ?? point - 1, point: point, cost: cost)
  }
  static func time(_ point: Int, _ cost: Int32, decided: Int? = nil) -> PositionExit {
    .init(reason: .time, decided: decided ?? point - 1, point: point, cost: cost)
  }
  static func settled(_ cost: Int32) -> PositionExit {
    .init(reason: .settlement, decided: nil, point: ExitBench.last, cost: cost)
  }
}
