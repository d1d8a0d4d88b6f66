import Kernels
import MarketData

/// How well one chain is priced, strike by strike and at four condors.
public struct DayErrors: Sendable {
  /// The chain's quote date.
  public let date: SessionDate
  /// When the chain was taken, minutes after midnight.
  public let minute: Int
  /// log(model ÷ the day's own fitted at-the-money √w).
  public let logVol: Double
  /// |delta| and model less mid, points, of each judged strike.
  public let strikes: [(delta: Double, error: Double, inside: Bool)]
  /// Credit error by target delta in percent, points; a condor whose wings aren't quoted is absent.
  public let credits: [(delta: Int, error: Double)]

  /// Target deltas of the condors, percent.
  public static let condorDeltas = [10, 15, 20, 25]

  /// Prices a chain with a level and a smile.
  /// - Parameter own: √w of the day's own free fit, against which the level is measured.
  public init(_ chain: OneDayChain, stdDev: Double, own: Double, smile: SmileParameters) {
    let curve = VolatilitySmile(smile)
    let prices = chain.strikes.map { strike in
      let z = Elementary.log(strike.strike / chain.forward) / stdDev
      return Black76Reference.price(
        forward: chain.forward, strike: strike.strike, stdDev: stdDev * curve.ratio(z: z),
        sign: strike.isCall ? 1 : -1)
    }
    date = chain.quoteDate
    minute = chain.minute
    logVol = Elementary.log(stdDev / own)
    strikes = chain.strikes.indices.filter { OneDayChain.judged.contains(chain.strikes[$0].delta) }.map { i in
      let strike = chain.strikes[i]
      let inside = prices[i] >= strike.quote.bid - 1e-9 && prices[i] <= strike.quote.ask + 1e-9
      return (strike.delta, prices[i] - strike.quote.mid, inside)
    }
    credits = Self.condorDeltas.compactMap { percent in
      chain.condor(delta: Double(percent) / 100).map { condor in
        (percent, condor.credit { prices[$0] } - chain.midCredit(condor))
      }
    }
  }

  /// Mean absolute error of a strike, ticks of 0.05 points.
  public var meanAbsTicks: Double {
    strikes.reduce(0) { $0 + $1.error.magnitude } / Double(strikes.count) * 20
  }
  /// Share of strikes priced inside the quoted bid and ask.
  public var insideSpread: Double { Double(strikes.filter(\.inside).count) / Double(strikes.count) }
}

/// Errors over several chains at one state of knowledge. `nil` where there is no chain to measure.
public struct LevelErrors: Sendable, Hashable {
  /// Chains measured.
  public var chains: Int
  /// Strikes judged: out-of-the-money side, 3 to 40 delta.
  public var strikes: Int
  /// Root mean square of log(model ÷ the day's own fitted at-the-money volatility).
  public var logVolRmse: Double?
  /// Share of mids priced inside the quoted bid and ask, 0…1.
  public var insideSpread: Double?
  /// Lowest such share of a day.
  public var insideWorstDay: Double?
  /// Mean absolute error of a mid, ticks of 0.05 points.
  public var meanAbsTicks: Double?
  /// Median over days of the same.
  public var meanAbsTicksMedianDay: Double?
  /// Mean |model − mid| of a 5-wide condor's credit by short delta in percent, points.
  public var creditMeanAbs: [String: Double]
  /// Mean of model − mid.
  public var creditBias: [String: Double]
  /// Largest |model − mid|.
  public var creditMaxAbs: [String: Double]
  /// By delta of the strike in percent (`3-5`, …): mean absolute error, and mean error, ticks.
  public var ticksByDelta: [String: Double]
  /// Mean error by the same bands, ticks.
  public var biasTicksByDelta: [String: Double]

  /// Bands of delta, percent, in which errors are listed.
  public static let bands = [(3, 5), (5, 10), (10, 15), (15, 25), (25, 40)]

  /// Pools days: every strike counts once, every condor once. O(strikes).
  public init(_ days: [DayErrors]) {
    func mean(_ values: [Double]) -> Double? {
      values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
    let all = days.flatMap(\.strikes)
    chains = days.count
    strikes = all.count
    logVolRmse = mean(days.map { $0.logVol * $0.logVol })?.squareRoot()
    insideSpread = mean(all.map { $0.inside ? 1 : 0 })
    insideWorstDay = days.map(\.insideSpread).min()
    meanAbsTicks = mean(all.map { $0.error.magnitude * 20 })
    meanAbsTicksMedianDay = days.isEmpty ? nil : median(days.map(\.meanAbsTicks))
    creditMeanAbs = [:]
    creditBias = [:]
    creditMaxAbs = [:]
    for delta in DayErrors.condorDeltas {
      let errors = days.flatMap(\.credits).filter { $0.delta == delta }.map(\.error)
      creditMeanAbs["\(delta)"] = mean(errors.map(\.magnitude))
      creditBias["\(delta)"] = mean(errors)
      creditMaxAbs["\(delta)"] = errors.map(\.magnitude).max()
    }
    ticksByDelta = [:]
    biasTicksByDelta = [:]
    for (low, high) in Self.bands {
      let band = all.filter { $0.delta * 100 >= Double(low) && $0.delta * 100 < Double(high) }.map(\.error)
      ticksByDelta["\(low)-\(high)"] = mean(band.map { $0.magnitude * 20 })
      biasTicksByDelta["\(low)-\(high)"] = mean(band.map { $0 * 20 })
    }
  }
}

extension MarkParameters {
  /// Prices chains with these parameters, fitting nothing but each chain's own level for `own`.
  /// - Parameter own: √w of each chain's own free fit, in the order of `days`.
  /// - Returns: one entry a chain that can be priced with this knowledge.
  public func errors(_ days: [CalibrationDay], own: [Double], knowing known: KnownLevel) -> [DayErrors] {
    precondition(days.count == own.count, "errors: one own level a day")
    return days.indices.compactMap { i in
      stdDev(days[i], knowing: known).map {
        DayErrors(days[i].chain, stdDev: $0, own: own[i], smile: smile)
      }
    }
  }

  /// The errors for every state of knowledge. O(chains · strikes).
  public func evaluation(_ days: [CalibrationDay]) -> [KnownLevel: LevelErrors] {
    let own = days.map { SmileFit.day($0.chain, startingFrom: smile).stdDev }
    var result: [KnownLevel: LevelErrors] = [:]
    for known in KnownLevel.allCases { result[known] = LevelErrors(errors(days, own: own, knowing: known)) }
    return result
  }
}
