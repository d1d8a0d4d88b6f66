import Kernels
import MarketData

/// Daily changes of what a condor and its hedge hang on: the index, VIX, the first seven months of VX, and VVIX.
///
/// All are logarithms of one close over the one before. The n-th month is the n-th of the contracts listed at the settlement
/// before that outlive the session, and its change that of this one contract: never across a roll. Listed months lie four or
/// five weeks apart; behind a gap in a file nothing is counted, for what is there is no n-th month.
public struct FactorChanges: Sendable, Hashable {
  /// VX months.
  static let months = 7
  /// Positions of the index, of VIX, of the first month and of VVIX among the factors.
  static let (index, vix, firstMonth, vvix) = (0, 1, 2, 2 + months)
  /// In their order.
  public static let names = ["SPX", "VIX"] + (1...months).map { "VX\($0)" } + ["VVIX"]
  /// Longest wait between two months' settlements, calendar days: five weeks, and a holiday on either side.
  private static let longestMonth = 45

  /// By session, from the close before to its own; NaN where one of the two is missing. Shape `[sessions × 10]`.
  public let values: [Double]

  /// Of a history. O(sessions × months²).
  public init(_ history: MarketHistory) {
    func change(_ before: Double, _ now: Double) -> Double {
      before > 0 && now > 0 && before.isFinite && now.isFinite ? Elementary.log(now / before) : .nan
    }
    var values: [Double] = []
    for i in history.sessions.indices {
      guard i >= 1 else {
        values += Self.names.map { _ in .nan }
        continue
      }
      values.append(
        change(history.sessions[i - 1].official.close, history.sessions[i].official.close))
      values.append(change(history.close(.vix, i - 1), history.close(.vix, i)))
      let listed = Self.months(history.futures[i - 1], outliving: history.sessions[i].date)
      for n in 0..<Self.months {
        guard listed.indices.contains(n) else {
          values.append(.nan)
          continue
        }
        let now = history.futures[i].first { $0.expiry == listed[n].expiry }
        values.append(change(listed[n].settle, now?.settle ?? .nan))
      }
      values.append(change(history.close(.vvix, i - 1), history.close(.vvix, i)))
    }
    self.values = values
  }

  /// The contracts of a settlement that outlive a date, month after month up to the first gap.
  static func months(_ settles: [FuturesSettle], outliving date: SessionDate) -> [FuturesSettle] {
    var last = date
    return Array(
      settles.filter { $0.expiry > date }.prefix { contract in
        defer { last = contract.expiry }
        return contract.expiry - last <= longestMonth
      })
  }

  /// The changes of the `count` sessions that end with session `last`; `nil` where there aren't so many.
  func window(through last: Int, count: Int) -> ArraySlice<Double>? {
    let m = Self.names.count
    // the first session of all has no change
    guard last - count + 1 >= 1 else { return nil }
    return values[((last - count + 1) * m)..<((last + 1) * m)]
  }

  /// As CSV, a line a session: date, then the factors; empty where there is none.
  public func csv(_ history: MarketHistory) -> String {
    let m = Self.names.count
    var lines = [(["date"] + Self.names).joined(separator: ",")]
    for (i, session) in history.sessions.enumerated() {
      let row = values[(i * m)..<((i + 1) * m)].map { $0.isNaN ? "" : "\($0)" }
      lines.append(([session.date.description] + row).joined(separator: ","))
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
