import Kernels
import MarketData

/// A fit of mark parameters to chains, with its errors in sample and on held-out days.
public struct Calibration: Sendable {
  /// The fitted parameters, their errors inside.
  public let parameters: MarkParameters
  /// Whether the stress exponent was fitted or kept, and why.
  public let stressFit: StressFit
  /// √w of each chain's own free fit.
  public let ownStdDev: [Double]
  /// Errors of each chain's own free fit: the floor that no prediction can reach.
  public let floor: [DayErrors]
  /// Errors by knowledge with the parameters fitted on all chains.
  public let inSample: [KnownLevel: [DayErrors]]
  /// The same, each chain priced by a fit without it and its neighbours.
  public let heldOut: [KnownLevel: [DayErrors]]

  /// Fits shape, level curves and quiet half-spreads to `days`; the clock, the upper branches and the spot–vol
  /// rule stay as in `start`. The stress exponent is fitted where `stress` has enough days and leverage, and kept otherwise.
  ///
  /// - Parameters:
  ///   - days: chains with their closes, any order.
  ///   - start: what isn't fitted, and the first guess.
  ///   - stress: volatility index and spread ratio of days with any expiry (``HalfSpreadFit/stressRatio(_:_:)``).
  ///   - name: written into the result.
  /// - Complexity: O(chains²·strikes) for the held-out fits.
  public init(
    _ days: [CalibrationDay], startingFrom start: MarkParameters,
    stress: [(volatilityIndex: Double, ratio: Double)] = [], name: String
  ) {
    let days = days.sorted { ($0.chain.quoteDate, $0.chain.source) < ($1.chain.quoteDate, $1.chain.source) }
    let fits = days.map { SmileFit.day($0.chain, startingFrom: start.smile) }
    ownStdDev = fits.map(\.stdDev)
    floor = days.indices.map {
      DayErrors(days[$0].chain, stdDev: fits[$0].stdDev, own: fits[$0].stdDev, smile: fits[$0].smile)
    }
    var fitted = Self.fit(days, own: fits.map(\.stdDev), startingFrom: start)
    fitted.halfSpread = HalfSpreadFit.quiet(days.map(\.chain), startingFrom: start.halfSpread)
    stressFit = StressFit(stress, fitted.halfSpread)
    fitted.halfSpread.stressPower = stressFit.power
    fitted.name = name
    if let first = days.first?.chain.quoteDate, let last = days.last?.chain.quoteDate {
      fitted.fittedOn =
        "\(days.count) SPXW one-day chains, \(first) to \(last); stress exponent "
        + (stressFit.isFitted ? "on \(stressFit.stressedDays) chains in stress" : "kept")
    }

    var inSample: [KnownLevel: [DayErrors]] = [:]
    for known in KnownLevel.allCases {
      inSample[known] = fitted.errors(days, own: ownStdDev, knowing: known)
    }
    self.inSample = inSample
    let heldOut = Self.heldOut(days, own: fits.map(\.stdDev), startingFrom: start)
    self.heldOut = heldOut
    fitted.errors = KnownLevel.allCases.flatMap { known in
      [("in-sample", inSample[known]), ("held-out", heldOut[known])].compactMap { sample, errors in
        MarkError(level: known, sample: sample, errors: LevelErrors(errors ?? []))
      }
    }
    parameters = fitted
  }

  /// Shape and level curves fitted to chains; nothing else changes.
  /// - Parameter own: √w of each chain's own free fit: what the level curves predict.
  public static func fit(
    _ days: [CalibrationDay], own: [Double], startingFrom start: MarkParameters
  ) -> MarkParameters {
    precondition(days.count == own.count, "Calibration.fit: one own level a day")
    var result = start
    guard !days.isEmpty else { return result }
    result.smile = SmileFit.pooled(days.map(\.chain), startingFrom: start.smile)
    let sigma = days.indices.map { own[$0] * (252 / days[$0].chain.clock).squareRoot() }
    func observations(_ index: KeyPath<KnownCloses, Double>) -> [(index: Double, volatility: Double)] {
      days.indices.map { (days[$0].closes[keyPath: index], sigma[$0]) }
    }
    result.levels.vix9d = LevelFit.curve(observations(\.vix9d), startingFrom: start.levels.vix9d)
    result.levels.vix = LevelFit.curve(observations(\.vix), startingFrom: start.levels.vix)
    return result
  }

  /// Each chain priced by a fit without it and the chains next to it in time. Empty with fewer than five.
  public static func heldOut(
    _ days: [CalibrationDay], own: [Double], startingFrom start: MarkParameters
  ) -> [KnownLevel: [DayErrors]] {
    var result: [KnownLevel: [DayErrors]] = [:]
    guard days.count >= 5 else { return result }
    for i in days.indices {
      let training = days.indices.filter { abs($0 - i) > 1 }
      let fitted = fit(training.map { days[$0] }, own: training.map { own[$0] }, startingFrom: start)
      for known in KnownLevel.allCases {
        result[known, default: []] += fitted.errors([days[i]], own: [own[i]], knowing: known)
      }
    }
    return result
  }
}

extension MarkError {
  /// A row of a calibration's error table; `nil` without a chain.
  public init?(level: KnownLevel, sample: String, errors: LevelErrors) {
    guard let logVol = errors.logVolRmse, let ticks = errors.meanAbsTicks, let inside = errors.insideSpread
    else { return nil }
    self.init(
      level: level.rawValue, sample: sample, chains: errors.chains, strikes: errors.strikes,
      logVolRmse: logVol, meanAbsTicks: ticks, insideSpread: inside, creditMeanAbs: errors.creditMeanAbs,
      creditBias: errors.creditBias)
  }
}
