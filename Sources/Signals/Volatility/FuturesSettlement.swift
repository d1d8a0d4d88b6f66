import MarketData

/// The settlement of the n-th monthly VX contract, volatility points: of the contracts that expire after the day they
/// settled on, the n-th. On the morning of a final settlement VX1 still is the contract that settles then, because what is
/// known of it is yesterday's price.
///
/// Daily settlements are of 16:15, of 16:00 from 2020-10-26 on (CFE notice C2020092202); both are taken as known at 16:15.
struct FuturesSettlement: SessionSignal {
  private let history: MarketHistory
  private let month: Int
  private let covered: ClosedRange<Int>?

  /// - Parameter month: n, from 1.
  init(_ history: MarketHistory, month: Int) {
    self.history = history
    self.month = month
    let quoted = history.futures.indices.filter { !history.futures[$0].isEmpty }
    covered = quoted.first.flatMap { first in quoted.last.map { first...$0 } }
  }

  func reading(_ moment: SessionMoment) -> SignalReading {
    let i = moment.closed
    guard i >= 0 else { return .missing(.tooLittleHistory) }
    let day = history.sessions[i].date
    let live = history.futures[i].filter { $0.expiry > day }
    guard live.count >= month else {
      return .missing(covered?.contains(i) == true ? .noValue : .beyondCoverage)
    }
    return .finite(live[month - 1].settle, at: SignalTime(day, MinuteOfDay.afterClose))
  }
}

/// The roll yield from the second VX month to the first: VX1/VX2 − 1; above 0 in backwardation.
struct RollYield: SessionSignal {
  private let near, far: FuturesSettlement
  init(_ history: MarketHistory) {
    near = FuturesSettlement(history, month: 1)
    far = FuturesSettlement(history, month: 2)
  }
  func reading(_ moment: SessionMoment) -> SignalReading {
    near.reading(moment).combined(with: far.reading(moment)) { $0 / $1 - 1 }
  }
}

/// Whether VX is in backwardation: VX1 > VX2.
struct Backwardation: SessionSignal {
  private let roll: RollYield
  init(_ history: MarketHistory) { roll = RollYield(history) }
  func reading(_ moment: SessionMoment) -> SignalReading { roll.reading(moment).map { $0 > 0 ? 1 : 0 } }
}
