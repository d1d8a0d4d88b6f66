import Kernels
import MarketData
import Pricing
import Signals
import Strategies

/// The conditions of a plan's triggers as sets of points of one surface.
struct LeafSets {
  /// By leaf; `nil` where it can't be told at the fill, and for rules that see the condor.
  private(set) var sets: [PointSet?] = []
  private let points: Int

  init(points: Int) { self.points = points }

  var count: Int { sets.count }

  /// Works out the conditions that the plan has beyond those known.
  mutating func add(_ setting: HedgeSetting, surface: MarkSurface, indicators: IndicatorTables) {
    let history = setting.context.history
    var moves: [Double]?
    var rsi: [RelativeStrengthIndex.Key: [Double]] = [:]
    let known = sets.count
    var rules =
      setting.rules(from: known)?.columns(surface, indicators, setting.context).map(\.set)[...] ?? []
    for leaf in setting.plan.leaves[known...] {
      switch leaf {
      case .rule(let rule) where rule.seesCondor: sets.append(nil)
      case .rule: sets.append(rules.removeFirst())
      case .marked:
        sets.append(
          PointSet(surface.forward.span, from: .leastNonzeroMagnitude, through: .greatestFiniteMagnitude))
      case .always: sets.append(PointSet(count: points, all: true))
      case .event(let kinds, let within):
        sets.append(
          EventWindow.contains(kinds, from: surface.entry, withinSessions: within, history: history).map {
            PointSet(count: surface.minutes.count, all: $0)
          })
      case .move(let side, let sd):
        let values = moves ?? HedgeView.movesInSd(surface)
        moves = values
        switch side {
        case .down: sets.append(PointSet(values.span, from: -.infinity, through: -sd))
        case .up: sets.append(PointSet(values.span, from: sd, through: .infinity))
        case .either:
          var set = PointSet(values.span, from: -.infinity, through: -sd)
          set.formUnion(PointSet(values.span, from: sd, through: .infinity))
          sets.append(set)
        }
      case .rsi(let length, let bars, let atLeast, let atMost):
        let key = RelativeStrengthIndex.Key(length: length, barMinutes: bars)
        let values = rsi[key] ?? indicators.rsi(length: length, barMinutes: bars, surface)
        rsi[key] = values
        let isWarm = values[1] == values[1]
        sets.append(
          isWarm
            ? PointSet(values.span, from: atLeast ?? -.infinity, through: atMost ?? .infinity) : nil)
      }
    }
  }

  /// The points at which a trigger holds; `nil` if an event window isn't covered or an indicator isn't warm.
  func set(_ program: [HedgePlan.Step]) -> PointSet? { set(program) { sets[$0] } }

  /// The same with the points of each leaf as told.
  func set(_ program: [HedgePlan.Step], leaf: (Int) -> PointSet?) -> PointSet? {
    var stack: [PointSet] = []
    for step in program {
      switch step {
      case .leaf(let i):
        guard let set = leaf(i) else { return nil }
        stack.append(set)
      case .all(let n), .any(let n):
        var isAll = false
        if case .all = step { isAll = true }
        guard n > 0 else {
          stack.append(PointSet(count: points, all: isAll))
          continue
        }
        var made = stack[stack.count - n]
        for other in stack.suffix(n - 1) {
          if isAll { made.formIntersection(other) } else { made.formUnion(other) }
        }
        stack.removeLast(n)
        stack.append(made)
      }
    }
    return stack.last
  }
}
