import Statistics

/// What of a pick's result is the setting, what its neighbours share, and what is an assumption or a draw. The JSON of
/// `wingspan stability`.
public struct StabilityReport: Sendable, Codable, Hashable {
  /// Version of this report's shape.
  public static let currentSchema = 1
  /// Version of the shape that it was written in.
  public var schema: Int
  /// Folder of the study, or name of the configuration.
  public var subject: String
  /// The trial; null for a configuration.
  @Nullable public var trial: Int?
  /// Trials that the study tried; null for a configuration.
  @Nullable public var tried: Int?
  /// What ranks: the study's first objective, as a file writes it, and whether less of it is sought.
  public var objective: String
  /// Whether less of the objective is sought.
  public var isMinimised: Bool
  /// Searched values of the pick, by path; empty for a configuration.
  public var settings: [String: String]
  /// Name of the history.
  public var history: String
  /// First session.
  public var from: String
  /// Last session.
  public var to: String
  /// Sessions of the period.
  public var sessions: Int
  /// What the prices are, in one sentence.
  public var disclosure: String
  /// Whether minutes are simulated: nothing here is evidence then.
  public var isDemonstration: Bool
  /// The pick as given.
  public var given: StabilityFigures
  /// Its mean a session.
  public var mean: SessionMean
  /// What lies around it; null where nothing was searched.
  @Nullable public var neighbourhood: NeighbourhoodReport?
  /// As given, then under each assumption.
  public var perturbations: [PerturbationRow]
  /// What of the result is drawn at random.
  public var simulated: SimulatedInputs
  /// By seed of what is drawn; null where nothing is.
  @Nullable public var seeds: SeedReport?
  /// The choice repeated by seed; null where it wasn't asked for.
  @Nullable public var repeated: RepeatedChoice?
  /// What follows, in sentences.
  public var verdicts: [String]
}

/// Figures of one setting; definitions in ``Figures``.
public struct StabilityFigures: Sendable, Codable, Hashable {
  /// Entries that sold.
  public var trades: Int
  /// Everything realised.
  public var netDollars: Double
  /// Net ÷ sessions.
  public var meanDollars: Double
  /// Yearly; null without spread.
  @Nullable public var sharpe: Double?
  /// Deepest fall from a peak that starts at 0; positive.
  public var maxDrawdownDollars: Double
  /// First objective of the study; null where it isn't defined.
  @Nullable public var objective: Double?
}

/// A mean of results, or of paired differences, a session with its 95 % interval (``Statistics/MeanInterval``, Newey and
/// West's); interval and p null without spread.
public struct SessionMean: Sendable, Codable, Hashable {
  /// Dollars a session.
  public var meanDollars: Double
  /// Standard error.
  @Nullable public var standardErrorDollars: Double?
  /// Lower end.
  @Nullable public var lowDollars: Double?
  /// Upper end.
  @Nullable public var highDollars: Double?
  /// Two-sided, of a mean of 0.
  @Nullable public var pValue: Double?

  /// Of dollars a session. O(n·lags).
  init(_ dollars: [Double]) {
    let interval = MeanInterval(dollars)
    meanDollars = dollars.reduce(0, +) / Double(max(1, dollars.count))
    standardErrorDollars = interval?.standardError
    lowDollars = interval?.low
    highDollars = interval?.high
    pValue = interval?.pValue
  }

  /// Of a − b by session, whole cents.
  init(_ a: [Int64], less b: [Int64]) { self.init(zip(a, b).map { Double($0 - $1) / 100 }) }

  /// Of cents a session.
  init(cents: [Int64]) { self.init(cents.map { Double($0) / 100 }) }

  /// Whether the interval leaves 0 out.
  public var excludesZero: Bool {
    guard let low = lowDollars, let high = highDollars else { return false }
    return low > 0 || high < 0
  }
}

/// How a figure spreads over settings or seeds.
public struct FigureSpread: Sendable, Codable, Hashable {
  /// How many have it.
  public var count: Int
  /// Mean of them; null where none has it, as the others.
  @Nullable public var mean: Double?
  /// Standard deviation (n − 1); null for fewer than two.
  @Nullable public var sd: Double?
  /// Lowest.
  @Nullable public var low: Double?
  /// Highest.
  @Nullable public var high: Double?
  /// 95 % interval of the mean over all draws that might be, by Student's t; null for fewer than two.
  @Nullable public var meanLow: Double?
  /// Its upper end.
  @Nullable public var meanHigh: Double?

  /// Of what is defined among some values. O(n).
  init(_ values: [Double?]) {
    let known = values.compactMap { $0 }
    let n = Double(known.count)
    let mean = known.isEmpty ? nil : known.reduce(0, +) / n
    var sd: Double?
    var reach: Double?
    if let mean, known.count > 1 {
      let deviation = (known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)).squareRoot()
      sd = deviation
      reach = StudentT.twoSidedQuantile(tail: 0.05, freedom: known.count - 1) * deviation / n.squareRoot()
    }
    count = known.count
    self.mean = mean
    self.sd = sd
    low = known.min()
    high = known.max()
    meanLow = mean.flatMap { m in reach.map { m - $0 } }
    meanHigh = mean.flatMap { m in reach.map { m + $0 } }
  }
}

/// A pick under one assumption, or as given.
public struct PerturbationRow: Sendable, Codable, Hashable {
  /// What is otherwise.
  public var name: String
  /// Of what kind that is.
  public var kind: Perturbation.Kind
  /// The pick under it.
  public var figures: StabilityFigures
  /// The pick under it less the pick as given, paired by session.
  public var change: SessionMean
  /// Its rank among the contenders, 1 the best; null where it has none, or stands alone.
  @Nullable public var rank: Int?
  /// Contenders, the pick among them: the settings one move away, and the best trials of the study.
  public var contenders: Int
  /// The best of the others; null where there are none.
  @Nullable public var rival: String?
  /// The pick less that one, paired by session.
  @Nullable public var lead: SessionMean?
}
