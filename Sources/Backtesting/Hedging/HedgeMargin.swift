import MarketData
import Strategies

/// What a hedge binds of the account at the entries of a period, beside the condors: from market data known before each
/// entry and the layers' sizes alone, so that no refusal looks ahead.
///
/// A trade-opened layer binds from the entry to the settlement of the expiry session the margin of the most that it can come
/// to hold, whether or not its trigger fires: its size, times the most that its scale can be, at the settlement before the
/// entry, VX by ``FuturesMargin`` and VIX calls by the premium asked. Standing layers bind what they held from that settlement on (``StandingBook/heldCents``).
public struct HedgeMargin: Hashable, Sendable {
  /// Of the trade-opened layers of one base, whole cents a size unit by entry.
  private struct Opened: Hashable {
    let base: HedgeSize.Base
    let cents: [Int64]
    let most: Int64
  }
  private let opened: [Opened]
  /// By entry, cents; empty without standing layers.
  private let standing: [Int64]
  private let mostStanding: Int64

  /// Of no hedge.
  public static let none = HedgeMargin(opened: [], standing: [])
  private init(opened: [Opened], standing: [Int64]) {
    self.opened = opened
    self.standing = standing
    mostStanding = standing.max() ?? 0
  }

  /// Of a strategy's layers over sessions `range` of a history. O(sessions × layers).
  ///
  /// - Parameter standing: its standing book over the same sessions.
  public init(
    _ strategy: Strategy, standing: StandingBook, context: MarketContext, range: ClosedRange<Int>
  ) {
    let history = context.history
    let layers = strategy.hedge.filter { $0.horizon == .condor && $0.size.amount > 0 }
    let opened = HedgeSize.Base.allCases.compactMap { base -> Opened? in
      let mine = layers.filter { $0.size.base == base }
      guard !mine.isEmpty else { return nil }
      var sums = Array(repeating: 0.0, count: range.count)
      for layer in mine {
        let margin = context.margin(of: layer.instrument)
        for (k, i) in range.enumerated() where margin.price[i] > 0 {
          let size = HedgeAccounting.centsPerPoint(
            layer.size, calls: layer.instrument.isVIXCall, scale: layer.mostTimes, price: margin.price[i],
            spot: max(0, history.sessions[i - 1].official.close))
          sums[k] += Double(size) * margin.points[i]
        }
      }
      let cents = sums.map { Int64($0.rounded(.toNearestOrAwayFromZero)) }
      return Opened(base: base, cents: cents, most: cents.max() ?? 0)
    }
    self.init(opened: opened, standing: standing.layers.isEmpty ? [] : standing.heldCents)
  }

  /// What the trade-opened layers of one condor bind that is sold at the k-th session of the period, cents.
  ///
  /// - Parameters:
  ///   - width: of the condor's wider side, points.
  ///   - credit: received, units of 1/10,000 point.
  public func openedCents(_ k: Int, width: Int, credit: Int32) -> Int64 {
    opened.reduce(0) { $0 + $1.base.units(width: width, credit: credit) * $1.cents[k] }
  }

  /// What standing layers bind when a condor is sold at the k-th session of the period, cents.
  public func standingCents(_ k: Int) -> Int64 { standing.isEmpty ? 0 : standing[k] }

  /// Whether entries may be refused for it that find room for two condors without it: the one before may be held still.
  ///
  /// - Complexity: O(bases).
  public func mayRefuse(width: Int, accountCents: Int64) -> Bool {
    let credit = Int32(width) * 10_000
    let most = opened.reduce(Int64(0)) {
      $0 + $1.base.units(width: width, credit: credit) * $1.most
    }
    return (most > 0 || mostStanding > 0) && 2 * (Int64(credit) + most) + mostStanding > accountCents
  }

  /// The least that it binds with one condor whose credit is unknown, at an entry after the first that all of its layers can be
  /// sized at, and the position of that in the period; `nil` if there is none.
  func least(width: Int) -> (session: Int, cents: Int64)? {
    let count = opened.first?.cents.count ?? standing.count
    return (0..<count).dropFirst().dropLast().filter { k in opened.allSatisfy { $0.cents[k] > 0 } }
      .map { (session: $0, cents: openedCents($0, width: width, credit: 0) + standingCents($0)) }
      .min { $0.cents < $1.cents }
  }

  /// Roughly what it takes.
  public var bytes: Int { 8 * (opened.reduce(standing.count) { $0 + $1.cents.count }) + 64 }
}
