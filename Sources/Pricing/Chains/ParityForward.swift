/// The forward that put–call parity implies: undiscounted, F = K + C − P at every strike.
///
/// Taken as the mean over the tightest pairs near the money. Discounting one day's time value is below a
/// hundredth of a point there and is left out.
public struct ParityForward: Sendable, Hashable {
  /// F, index points.
  public let forward: Double
  /// Standard deviation of the strikes' forwards about it, points; 0 for a single pair.
  public let disagreement: Double
  /// Pairs used.
  public let pairs: Int
  /// Strikes whose call and put contradict F by more than their whole spread and a tick: stale quotes.
  public let staleStrikes: [Double]

  /// `nil` if no strike has bids on both sides.
  /// - Parameters:
  ///   - quotes: one expiry.
  ///   - count: how many pairs, tightest first; ties go to the pair nearest the money, then the lower strike.
  ///   - window: how far from the money they may be, points.
  /// - Complexity: O(n log n).
  public init?(_ quotes: ExpiryQuotes, count: Int = 10, window: Double = 40) {
    struct Pair {
      let strike: Double
      let implied: Double
      let spread: Double
      var distance = 0.0
    }
    var pairs: [Pair] = []
    for q in quotes.strikes {
      guard let call = q.call, let put = q.put, call.bid > 0, put.bid > 0 else { continue }
      pairs.append(
        Pair(
          strike: q.strike, implied: q.strike + call.mid - put.mid,
          spread: (call.ask - call.bid) + (put.ask - put.bid)))
    }
    // The money: where call and put are worth the same.
    let money = pairs.min {
      ($0.implied - $0.strike).magnitude < ($1.implied - $1.strike).magnitude
    }
    guard let centre = money?.implied else { return nil }
    for i in pairs.indices { pairs[i].distance = (pairs[i].strike - centre).magnitude }
    // Spreads are whole cents: compared so, that a rounding error in the ninth digit breaks no tie.
    func cents(_ x: Double) -> Int { Int((x * 100).rounded()) }
    let near = pairs.filter { $0.distance <= window && $0.spread < 1e6 }.sorted {
      let a = cents($0.spread)
      let b = cents($1.spread)
      return a != b ? a < b : ($0.distance, $0.strike) < ($1.distance, $1.strike)
    }.prefix(count)
    guard !near.isEmpty else { return nil }
    let n = Double(near.count)
    let mean = near.reduce(0) { $0 + $1.implied } / n
    let squares = near.reduce(0) { $0 + ($1.implied - mean) * ($1.implied - mean) }
    forward = mean
    disagreement = near.count > 1 ? (squares / (n - 1)).squareRoot() : 0
    self.pairs = near.count
    staleStrikes = pairs.filter { ($0.implied - mean).magnitude > $0.spread / 2 + 0.05 }.map(\.strike)
  }
}
