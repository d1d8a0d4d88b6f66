import Kernels

/// Politis and Romano's bootstrap: blocks of random length, so that dependence within a block survives.
///
/// Resample r of a seed is stream r of the generator: it is the same whichever thread makes it, and whether 100
/// or 10,000 are asked for.
///
/// - Source: D. Politis and J. Romano, "The stationary bootstrap", J. American Statistical Association 89 (1994).
public struct StationaryBootstrap: Hashable, Sendable {
  /// Length of the series.
  public let count: Int
  /// Mean length of a block, ≥ 1.
  public let blockLength: Double
  /// Seed of the generator.
  public let seed: UInt64

  /// A bootstrap of series of one length.
  ///
  /// - Parameters:
  ///   - count: length of the series, ≥ 1.
  ///   - blockLength: mean length of a block; a value below 1 counts as 1 (independent draws).
  ///   - seed: any value.
  public init(count: Int, blockLength: Double, seed: UInt64) {
    precondition(count >= 1, "StationaryBootstrap: an empty series")
    precondition(blockLength > 0 && blockLength.isFinite, "StationaryBootstrap: impossible block length")
    self.count = count
    self.blockLength = max(blockLength, 1)
    self.seed = seed
  }

  /// The places of the series that make up resample `number`, in order.
  ///
  /// - Complexity: O(n), one array.
  public func indices(resample number: Int) -> [Int] {
    var random = Philox(seed: seed, stream: UInt64(number))
    let jump = 1 / blockLength
    var place = random.integer(below: count)
    var result: [Int] = []
    result.reserveCapacity(count)
    result.append(place)
    for _ in 1..<max(count, 1) {
      if random.uniform() < jump {
        place = random.integer(below: count)
      } else {
        place = place + 1 == count ? 0 : place + 1
      }
      result.append(place)
    }
    return result
  }

  /// The means of all resamples, in the order of their numbers.
  ///
  /// - Parameters:
  ///   - values: as long as `count`.
  ///   - resamples: how many.
  public func means(_ values: [Double], resamples: Int) -> [Double] {
    precondition(values.count == count, "StationaryBootstrap: a series of another length")
    return (0..<resamples).map { number in
      var sum = 0.0
      for place in indices(resample: number) { sum += values[place] }
      return sum / Double(count)
    }
  }
}

/// Percentile interval of the mean of a series under the stationary bootstrap, widened by what its blocks cut off.
public struct BootstrapInterval: Hashable, Sendable {
  /// Mean of the series itself.
  public let mean: Double
  /// Lower end: the (1 − level)/2 quantile of the resampled means, as many times as far from the mean as ``widening`` says.
  public let low: Double
  /// Upper end: the (1 + level)/2 quantile, likewise.
  public let high: Double
  /// Coverage asked for.
  public let level: Double
  /// Mean block length used.
  public let blockLength: Double
  /// Number of resamples.
  public let resamples: Int
  /// ``StationaryBootstrap/widening(of:)``, ≥ 1; 1 for a block length that was given.
  public let widening: Double

  /// Whether the interval leaves 0 out.
  public var excludesZero: Bool { low > 0 || high < 0 }

  /// The interval of a series.
  ///
  /// - Parameters:
  ///   - values: in order of time; all finite.
  ///   - resamples: at least 100.
  ///   - level: coverage, inside (0, 1).
  ///   - blockLength: nil for ``BlockLength/stationary(_:)``, and the interval is widened; given, it is the plain one.
  ///   - seed: of the generator.
  /// - Returns: nil where the block length cannot be had (see there) or was given and the series has fewer than
  ///   two values or one that is not finite.
  /// - Complexity: O(n·resamples).
  public init?(
    _ values: [Double], resamples: Int = 2_000, level: Double = 0.95, blockLength: Double? = nil,
    seed: UInt64
  ) {
    precondition(resamples >= 100, "BootstrapInterval: at least 100 resamples")
    precondition(level > 0 && level < 1, "BootstrapInterval: the level must lie inside (0, 1)")
    guard values.count > 1, values.allSatisfy(\.isFinite) else { return nil }
    guard let block = blockLength ?? BlockLength.stationary(values) else { return nil }
    // a length of 0 (no dependence at all) means independent draws
    let bootstrap = StationaryBootstrap(count: values.count, blockLength: max(block, 1), seed: seed)
    let sorted = bootstrap.means(values, resamples: resamples).sorted()
    let mean = values.reduce(0, +) / Double(values.count)
    let widening = blockLength == nil ? bootstrap.widening(of: values) : 1
    self.mean = mean
    self.widening = widening
    low = mean + widening * (quantile(sorted: sorted, 0.5 * (1 - level)) - mean)
    high = mean + widening * (quantile(sorted: sorted, 0.5 * (1 + level)) - mean)
    self.level = level
    self.blockLength = bootstrap.blockLength
    self.resamples = resamples
  }
}

/// Quantile of an ascending array, linear between its neighbours (NumPy's default).
///
/// - Precondition: not empty; 0 ≤ q ≤ 1.
public func quantile(sorted: [Double], _ q: Double) -> Double {
  let position = q * Double(sorted.count - 1)
  let i = min(Int(position), sorted.count - 1)
  guard i + 1 < sorted.count else { return sorted[i] }
  return sorted[i] + (position - Double(i)) * (sorted[i + 1] - sorted[i])
}
