import Pricing
import Rules
import Strategies

/// What rules see of a condor, from its opening fill on; by point of a surface.
///
/// It is the condor as it was sold: all four legs, also where one side has been closed already.
struct CondorSight {
  /// A signal of the condor.
  enum Quantity {
    case credit
    case cost
    case loss
    case strikeDistance(Side)
    case breakEvenDistance(Side)

    /// `nil` for any other signal.
    init?(_ signal: SignalInstance) {
      let side =
        if case .word(let word)? = signal.arguments.first { Side(rawValue: word) } else { Side?.none }
      switch signal.name {
      case "credit": self = .credit
      case "cost": self = .cost
      case "loss": self = .loss
      case "strike_distance": self = .strikeDistance(side ?? .nearer)
      case "break_even_distance": self = .breakEvenDistance(side ?? .nearer)
      default: return nil
      }
    }
  }
  /// Which of its sides a distance is of.
  enum Side: String {
    case nearer
    case put
    case call
  }

  private let strikes: CondorStrikes
  /// Units.
  private let credit: Int32
  /// The point of the opening fill.
  private let filled: Int
  /// What closing it costs at the mark that exits watch, units; ``TickGrid/missing`` in a hole.
  private let cost: [Int32]
  /// The index, points; not above 0 in a hole.
  private let forward: [Double]

  /// - Parameters:
  ///   - credit: received, units.
  ///   - filled: the point of the opening fill.
  ///   - cost: of all legs at the mark that exits watch, units; shape `[points]`.
  init(_ strikes: CondorStrikes, credit: Int32, filled: Int, cost: [Int32], _ surface: MarkSurface) {
    self.strikes = strikes
    self.credit = credit
    self.filled = filled
    self.cost = cost
    forward = surface.forward
  }

  /// Of a condor sold, by its definition; `nil` of one of another entry.
  init?(_ condor: SoldCondor, _ priced: PricedSurface, mark: ExitRule.Mark) {
    guard let filled = priced.surface.point(condor.filledAt) else { return nil }
    let path = priced.path(condor.strikes)
    self.init(
      condor.strikes, credit: condor.credit, filled: filled,
      cost: mark == .mid ? path.cost(.condor) : path.naturalCost(.condor), priced.surface)
  }

  /// Index points; NaN before the opening fill, and in a hole for all but the credit. O(1).
  func value(_ quantity: Quantity, at point: Int) -> Double {
    guard point >= filled else { return .nan }
    switch quantity {
    case .credit: return TickGrid.points(credit)
    case .cost: return cost[point] == TickGrid.missing ? .nan : TickGrid.points(cost[point])
    case .loss: return cost[point] == TickGrid.missing ? .nan : TickGrid.points(cost[point] - credit)
    case .strikeDistance(let side): return distance(side, at: point)
    case .breakEvenDistance(let side): return distance(side, at: point) + TickGrid.points(credit)
    }
  }

  private func distance(_ side: Side, at point: Int) -> Double {
    guard forward[point] > 0 else { return .nan }
    let put = forward[point] - Double(strikes.shortPut)
    let call = Double(strikes.shortCall) - forward[point]
    switch side {
    case .nearer: return min(put, call)
    case .put: return put
    case .call: return call
    }
  }
}
