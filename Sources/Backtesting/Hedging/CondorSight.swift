import Pricing
import Rules
import Strategies

/// What rules see of the condors of a trade, one after the other; by point of a surface.
///
/// It is each condor as it was sold: all four legs, also where one side has been closed already. Before its opening fill and
/// from its last closing fill on there is nothing to see.
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

  /// One condor while any part of it is open.
  struct Held {
    let strikes: CondorStrikes
    /// Received, units.
    let credit: Int32
    /// From its opening fill to before its last closing fill, or without end where a part is left to the settlement.
    let points: Range<Int>
    /// What closing all legs costs at the mark that exits watch, units, ``TickGrid/missing`` in a hole; shape `[points of the
    /// surface]`.
    let cost: [Int32]
  }

  private let held: [Held]
  /// The index, points; not above 0 in a hole.
  private let forward: [Double]

  /// - Parameter held: in order of time.
  init(_ held: [Held], _ surface: MarkSurface) {
    self.held = held
    forward = surface.forward
  }

  /// Of condors sold, by its definition.
  init(_ condors: [SoldCondor], _ priced: PricedSurface, mark: ExitRule.Mark) {
    let surface = priced.surface
    let held = condors.compactMap { condor in
      surface.point(condor.filledAt).map { filled in
        let closed = condor.lastEarlyFill.flatMap {
          surface.point(TradeMinute(session: $0.session, minute: $0.minute))
        }
        return Held(
          strikes: condor.strikes, credit: condor.credit, points: filled..<(closed ?? Int.max),
          cost: priced.path(condor.strikes).watched(mark))
      }
    }
    self.init(held, surface)
  }

  /// Index points; NaN where no condor is open, and in a hole for all but the credit. O(condors).
  func value(_ quantity: Quantity, at point: Int) -> Double {
    guard let condor = held.last(where: { $0.points.contains(point) }) else { return .nan }
    let (credit, cost) = (condor.credit, condor.cost[point])
    switch quantity {
    case .credit: return TickGrid.points(credit)
    case .cost: return cost == TickGrid.missing ? .nan : TickGrid.points(cost)
    case .loss: return cost == TickGrid.missing ? .nan : TickGrid.points(cost - credit)
    case .strikeDistance(let side): return distance(condor.strikes, side, at: point)
    case .breakEvenDistance(let side):
      return distance(condor.strikes, side, at: point) + TickGrid.points(credit)
    }
  }

  private func distance(_ strikes: CondorStrikes, _ side: Side, at point: Int) -> Double {
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
