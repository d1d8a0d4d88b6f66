import Kernels
import MarketData

/// Fits the half-spread of a leg, and measures how it widens in stress.
public enum HalfSpreadFit {
  /// `start` with constant, slope and power fitted to the quotes of chains taken within hours (1 to 50 delta,
  /// bid above 0). Unchanged with fewer than 50 quotes.
  public static func quiet(
    _ chains: [OneDayChain], startingFrom start: HalfSpreadParameters
  ) -> HalfSpreadParameters {
    let quotes = chains.filter { !$0.isAfterClose }.flatMap(legs)
    guard quotes.count >= 50 else { return start }
    func parameters(_ x: [Double]) -> HalfSpreadParameters {
      var p = start
      p.constant = x[0]
      p.slope = Elementary.exp(x[1])
      p.power = x[2]
      return p
    }
    let first = [start.constant, Elementary.log(start.slope), start.power]
    let x = LevenbergMarquardt().minimise(from: first) { x in
      let spread = HalfSpread(parameters(x))
      return quotes.map { (spread.points(mid: $0.mid) - ($0.ask - $0.bid) / 2) / 0.02 }
    }
    return parameters(x)
  }

  /// The quotes whose spreads count.
  static func legs(_ chain: OneDayChain) -> [OptionQuote] {
    chain.strikes.filter { OneDayChain.fitted.contains($0.delta) && $0.quote.bid > 0 }.map(\.quote)
  }

  /// Mean absolute error of the quiet formula, points: a leg, and the sum of a condor's four.
  public static func errors(
    _ chains: [OneDayChain], _ parameters: HalfSpreadParameters
  ) -> (leg: Double, package: Double, legs: Int, packages: Int) {
    let spread = HalfSpread(parameters)
    func error(_ q: OptionQuote) -> Double { spread.points(mid: q.mid) - (q.ask - q.bid) / 2 }
    let hours = chains.filter { !$0.isAfterClose }
    let legErrors = hours.flatMap(legs).map { error($0).magnitude }
    let packageErrors = hours.flatMap { chain in
      DayErrors.condorDeltas.compactMap { chain.condor(delta: Double($0) / 100) }.map { c in
        [c.longPut, c.shortPut, c.shortCall, c.longCall].reduce(0.0) { $0 + error(chain.strikes[$1].quote) }
          .magnitude
      }
    }
    func mean(_ x: [Double]) -> Double { x.isEmpty ? .nan : x.reduce(0, +) / Double(x.count) }
    return (mean(legErrors), mean(packageErrors), legErrors.count, packageErrors.count)
  }

  /// How many times the quiet formula a chain's spreads are: the median over the out-of-the-money quotes of all
  /// its later expiries with mids of 0.10 to 20 points; `nil` with fewer than 20.
  public static func stressRatio(_ chain: ChainSnapshot, _ parameters: HalfSpreadParameters) -> Double? {
    let spread = HalfSpread(parameters)
    var ratios: [Double] = []
    for quotes in chain.expiries where quotes.expiry > chain.quoteDate {
      guard let parity = ParityForward(quotes) else { continue }
      for strike in quotes.strikes {
        guard let q = strike.strike >= parity.forward ? strike.call : strike.put, q.bid > 0,
          q.mid > 0.1, q.mid <= 20, q.ask > q.bid
        else { continue }
        ratios.append((q.ask - q.bid) / 2 / spread.points(mid: q.mid))
      }
    }
    return ratios.count >= 20 ? median(ratios) : nil
  }
}
