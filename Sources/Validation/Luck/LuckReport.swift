import Statistics

/// What `wingspan luck` prints.
public struct LuckReport: Hashable, Sendable, Encodable {
  /// The table that was asked about.
  public struct Table: Hashable, Sendable, Encodable {
    /// Days.
    public let days: Int
    /// Settings, all of them.
    public let settings: Int
    /// Settings with spread, which were tested.
    public let testedSettings: Int
    /// Settings that earn the same every day above the benchmark, of which no test can be made.
    public let constantSettings: Int
    /// Those of them that earn nothing above it.
    public let zeroSettings: Int
    /// Those of them that earn more than it every day, which needs no test; names, in the order of columns.
    public let sureNames: [String]
  }

  /// The setting with the largest √n·mean ÷ deviation.
  public struct Best: Hashable, Sendable, Encodable {
    /// Column, counted from 0.
    public let setting: Int
    /// Its name, or its column counted from 1.
    public let name: String
    /// Mean per day above the benchmark, in the table's unit.
    public let mean: Double
    /// √n·mean ÷ deviation.
    public let statistic: Double
  }

  /// Hansen's three p-values.
  public struct SPA: Hashable, Sendable, Encodable {
    /// As if losers just met the benchmark.
    public let lower: Double
    /// With clear losers counted as such: the one to quote.
    public let consistent: Double
    /// As if every setting might just meet it.
    public let upper: Double
  }

  /// Which settings can't be told from the best.
  public struct ConfidenceSet: Hashable, Sendable, Encodable {
    /// The statistic of equality.
    public let method: ModelConfidenceSet.Method
    /// Resamples it was made from: fewer of many settings.
    public let resamples: Int
    /// Of each column, nil where there is no spread; nil of more than ``ModelConfidenceSet/mostSettings``, of which several
    /// leave at a time.
    public let pValues: [Double?]?
    /// Columns, counted from 0, that stay in; ascending.
    public let members: [Int]
  }

  /// How many times wider the days' means of the tested settings are spread than the resamples', by which these were widened,
  /// each setting's by its own; 1 for none.
  public struct Widening: Hashable, Sendable, Encodable {
    /// The upper median.
    public let median: Double
    /// The largest.
    public let most: Double
  }

  /// Least days: of fewer the deviations are so uncertain that the best of many settings looks like skill in every tenth market
  /// without an edge, and more often.
  public static let leastDays = 60

  /// Seed of the resamples.
  public let seed: UInt64
  /// Resamples.
  public let resamples: Int
  /// Mean length of a block of days.
  public let blockLength: Double
  /// Whether the block length was told by the days themselves.
  public let blockLengthIsEstimated: Bool
  /// What dependence the blocks cut off.
  public let widening: Widening
  /// Size of the list of superior settings and of the confidence set.
  public let size: Double
  /// The table.
  public let table: Table
  /// The best setting.
  public let best: Best
  /// Hansen's test.
  public let spa: SPA
  /// p-value of White's test.
  public let realityCheck: Double
  /// Columns, counted from 0, that beat the benchmark however many were tried; ascending.
  public let stepm: [Int]
  /// Their names.
  public let stepmNames: [String]
  /// The confidence set; nil where it wasn't asked for.
  public let mcs: ConfidenceSet?

  /// Asks everything of one table.
  ///
  /// - Parameters:
  ///   - matrix: P&L above the benchmark, higher is better.
  ///   - seed: of the resamples; any value.
  ///   - resamples: ≥ 100.
  ///   - blockLength: days, ≥ 1; nil for the median over the settings of Politis and White's.
  ///   - size: probability of one false name or more in the list, inside (0, 1).
  ///   - confidenceSet: whether to look for the settings that can't be told from the best, which takes longest.
  ///   - run: lends threads; the report doesn't depend on it.
  /// - Throws: ``LuckError`` where no setting has spread, and for days too few for their blocks.
  public init(
    _ matrix: OutcomeMatrix, seed: UInt64, resamples: Int = 10_000, blockLength: Double? = nil,
    size: Double = 0.05, confidenceSet: Bool = true, run: RunPieces = runInOrder
  ) throws(LuckError) {
    let noSpread = LuckError.noSpread(source: matrix.source, settings: matrix.settings)
    guard matrix.constant.count < matrix.settings else { throw noSpread }
    guard matrix.days >= Self.leastDays,
      let block = blockLength ?? Dependence.blockLength(of: matrix, run: run)
    else { throw .tooFewDays(source: matrix.source, days: matrix.days, least: Self.leastDays) }
    guard 2 * block <= Double(matrix.days) else {
      throw .blockTooLong(source: matrix.source, block: block, days: matrix.days)
    }
    let bootstrap = StationaryBootstrap(count: matrix.days, blockLength: block, seed: seed)
    let widening = Dependence.widening(of: matrix, bootstrap: bootstrap, run: run)
    guard
      let test = SuperiorPredictiveAbility(
        matrix, bootstrap: bootstrap, resamples: resamples, widening: widening, size: size, run: run)
    else { throw noSpread }
    self.seed = seed
    self.resamples = resamples
    self.blockLength = bootstrap.blockLength
    blockLengthIsEstimated = blockLength == nil
    let widths = test.tested.map { widening[$0] }.sorted()
    self.widening = Widening(median: widths[widths.count / 2], most: widths[widths.count - 1])
    self.size = size
    table = Table(
      days: matrix.days, settings: matrix.settings, testedSettings: test.tested.count,
      constantSettings: matrix.constant.count, zeroSettings: matrix.zero.count,
      sureNames: matrix.constant.filter { matrix.values[$0] > 0 }.map(matrix.name))
    best = Best(
      setting: test.best.setting, name: matrix.name(test.best.setting), mean: test.best.mean,
      statistic: test.best.statistic)
    spa = SPA(lower: test.lower, consistent: test.consistent, upper: test.upper)
    realityCheck = test.realityCheck
    stepm = test.superior
    stepmNames = test.superior.map(matrix.name)
    guard confidenceSet else {
      mcs = nil
      return
    }
    let affordable = ModelConfidenceSet.affordable(resamples: resamples, settings: test.tested.count)
    if test.tested.count <= ModelConfidenceSet.mostSettings {
      mcs = ModelConfidenceSet(
        matrix, bootstrap: bootstrap, resamples: affordable, widening: widening, run: run
      ).map {
        ConfidenceSet(
          method: $0.method, resamples: $0.resamples, pValues: $0.pValues, members: $0.members(size: size))
      }
    } else {
      mcs = SteppedConfidenceSet(
        matrix, bootstrap: bootstrap, resamples: affordable, widening: widening, size: size, run: run
      ).map {
        ConfidenceSet(method: .maximum, resamples: $0.resamples, pValues: nil, members: $0.members)
      }
    }
  }
}
