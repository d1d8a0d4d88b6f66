import Kernels

/// Fits √w and the smile's shape to chains.
public enum SmileFit {
  /// One chain's own level and shape.
  public struct Day: Sendable {
    /// √w to the expiry close, at the money.
    public var stdDev: Double
    /// Volatility by strike.
    public var smile: SmileParameters
  }

  /// √w and four shape parameters of one chain, started from `smile`.
  public static func day(_ chain: OneDayChain, startingFrom smile: SmileParameters) -> Day {
    let strikes = FitStrikes(chain)
    let start = [Elementary.log(chain.nearestStdDev)] + smile.p
    let x = LevenbergMarquardt().minimise(from: start) {
      strikes.residuals(logStdDev: $0[0], smile: smile.shaped(Array($0[1...])))
    }
    return Day(stdDev: Elementary.exp(x[0]), smile: smile.shaped(Array(x[1...])))
  }

  /// √w of one chain with a given shape.
  public static func level(_ chain: OneDayChain, smile: SmileParameters) -> Double {
    let strikes = FitStrikes(chain)
    let x = LevenbergMarquardt().minimise(from: [Elementary.log(chain.nearestStdDev)]) {
      strikes.residuals(logStdDev: $0[0], smile: smile)
    }
    return Elementary.exp(x[0])
  }

  /// One shape for all chains, each with its own level. Levels and shape take turns until the shape rests.
  /// O(rounds · strikes).
  public static func pooled(_ chains: [OneDayChain], startingFrom smile: SmileParameters) -> SmileParameters {
    let sets = chains.map(FitStrikes.init)
    var logs = chains.map { Elementary.log($0.nearestStdDev) }
    var best = smile
    for _ in 0..<200 {
      for i in sets.indices {
        logs[i] =
          LevenbergMarquardt().minimise(from: [logs[i]]) {
            sets[i].residuals(logStdDev: $0[0], smile: best)
          }[0]
      }
      let fixed = logs
      let p = LevenbergMarquardt().minimise(from: best.p) { p in
        let shaped = best.shaped(p)
        return sets.indices.flatMap { sets[$0].residuals(logStdDev: fixed[$0], smile: shaped) }
      }
      let moved = zip(p, best.p).map { ($0 - $1).magnitude }.max() ?? 0
      best = best.shaped(p)
      if moved < 1e-7 { break }
    }
    return best
  }
}

extension SmileParameters {
  /// The same limits with other coefficients.
  func shaped(_ p: [Double]) -> SmileParameters {
    var result = self
    result.p = p
    return result
  }
}

/// The strikes of a chain that a fit looks at: 1 to 50 delta, a bid above 0, weight 1/half-spread.
private struct FitStrikes {
  private let forward: Double
  private let strikes: [Double]
  private let signs: [Double]
  private let logs: [Double]
  private let mids: [Double]
  private let weights: [Double]

  init(_ chain: OneDayChain) {
    let used = chain.strikes.filter { OneDayChain.fitted.contains($0.delta) && $0.quote.bid > 0 }
    forward = chain.forward
    strikes = used.map(\.strike)
    signs = used.map { $0.isCall ? 1 : -1 }
    logs = used.map { Elementary.log($0.strike / chain.forward) }
    mids = used.map(\.quote.mid)
    weights = used.map { 1 / max(0.025, ($0.quote.ask - $0.quote.bid) / 2) }
  }

  func residuals(logStdDev: Double, smile: SmileParameters) -> [Double] {
    let s = Elementary.exp(logStdDev)
    let curve = VolatilitySmile(smile)
    return strikes.indices.map { i in
      let own = s * curve.ratio(z: logs[i] / s)
      let price = Black76Reference.price(
        forward: forward, strike: strikes[i], stdDev: own, sign: signs[i])
      return (price - mids[i]) * weights[i]
    }
  }
}
