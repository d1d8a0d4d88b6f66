import Kernels
import Statistics

/// What `wingspan luck` says of overfitting: does picking the best of these settings carry over to days that it was not
/// picked on, and is its Sharpe ratio more than the best of as many would have by luck?
public struct OverfittingReport: Hashable, Sendable, Encodable {
  /// The setting with the highest Sharpe ratio over all days, and whether that is above 0.
  public struct Best: Hashable, Sendable, Encodable {
    /// Column, counted from 0; of those that tie, the first.
    public let setting: Int
    /// Its name, or its column counted from 1.
    public let name: String
    /// Its ratio a day, with skew and kurtosis, for independent days.
    public let estimate: SharpeEstimate
    /// The ratio times √252.
    public let sharpeAYear: Double
    /// Probability that the true ratio exceeds 0, had it been the only one tried.
    public let probability: Double
    /// The same with an error that allows for dependence over `lag` days.
    public let probabilityWithLags: Double?
    /// ⌊4·(n/100)^(2/9)⌋.
    public let lag: Int?
  }

  /// Share of splits in which the pick is at or below the median out of sample; nil as the notes say.
  public let pbo: Double?
  /// Logits of all splits, in lexicographic order; empty without a PBO.
  public let logits: [Double]
  /// The whole of the cross-validation; JSON has the two above beside it.
  public let crossValidation: BacktestOverfitting?
  /// The best setting; nil as the notes say.
  public let psr: Best?
  /// Deflated by as many independent trials as there are settings that vary, or were tried, whose ratios vary as theirs do.
  public let dsr: DeflatedSharpe?
  /// The same with an error that allows for dependence over ``Best/lag`` days.
  public let dsrWithLags: DeflatedSharpe?
  /// Deflated by the effective number of trials (entropy), each of whose ratios varies as the estimate of the best does.
  public let dsrEffective: DeflatedSharpe?
  /// The setting with the highest score over all days, where that is no Sharpe ratio and picks another than ``psr``.
  public let pick: Best?
  /// Its Sharpe ratio deflated as that of ``dsr``.
  public let dsrOfPick: DeflatedSharpe?
  /// What the settings amount to.
  public let effectiveTrials: EffectiveTrials?
  /// Days after which the best setting's ratio would exceed 0 with 95 %, had it been the only one tried.
  public let minTrackRecord: Double?
  /// Years below which the best of as many settings without an edge is expected to have this ratio.
  public let minBacktestYears: Double?
  /// Why a figure is missing.
  public let notes: [String]

  private enum Key: CodingKey {
    case pbo, logits, crossValidation, psr, dsr, dsrWithLags, dsrEffective, dsrOfPick, effectiveTrials,
      minTrackRecord
    case minBacktestYears, bestSharpe, pick, deflation, trials, notes
  }
  private enum Deflation: CodingKey { case dsr, dsrWithLags, dsrEffective, dsrOfPick }

  /// Each figure is a number under its name; what it stands on is beside them: `bestSharpe` of `psr`, `deflation` of the
  /// deflated ratios, `trials` of `effectiveTrials`, which is the entropy. What is missing is null.
  public func encode(to encoder: any Encoder) throws {
    var c = encoder.container(keyedBy: Key.self)
    try c.encode(pbo, forKey: .pbo)
    try c.encode(logits, forKey: .logits)
    try c.encode(crossValidation, forKey: .crossValidation)
    try c.encode(psr?.probability, forKey: .psr)
    try c.encode(dsr?.probability, forKey: .dsr)
    try c.encode(dsrWithLags?.probability, forKey: .dsrWithLags)
    try c.encode(dsrEffective?.probability, forKey: .dsrEffective)
    try c.encode(dsrOfPick?.probability, forKey: .dsrOfPick)
    try c.encode(effectiveTrials?.entropy, forKey: .effectiveTrials)
    try c.encode(minTrackRecord, forKey: .minTrackRecord)
    try c.encode(minBacktestYears, forKey: .minBacktestYears)
    try c.encode(psr, forKey: .bestSharpe)
    try c.encode(pick, forKey: .pick)
    var deflation = c.nestedContainer(keyedBy: Deflation.self, forKey: .deflation)
    try deflation.encode(dsr, forKey: .dsr)
    try deflation.encode(dsrWithLags, forKey: .dsrWithLags)
    try deflation.encode(dsrEffective, forKey: .dsrEffective)
    try deflation.encode(dsrOfPick, forKey: .dsrOfPick)
    try c.encode(effectiveTrials, forKey: .trials)
    try c.encode(notes, forKey: .notes)
  }

  /// Asks everything of one table.
  ///
  /// - Parameters:
  ///   - matrix: P&L above the benchmark, higher is better.
  ///   - blocks: of the cross-validation, even, 4 … 20.
  ///   - score: what picks there.
  ///   - tried: settings that were tried, where the table doesn't hold them all.
  ///   - run: lends threads; the report doesn't depend on it.
  /// - Throws: ``OverfittingError`` for blocks that make no halves, and P&L too large or too small to square. Tables too short or too
  ///   narrow for a figure go without, with a note.
  public init(
    _ matrix: OutcomeMatrix, blocks: Int = 16, score: ColumnScore = .sharpe, tried: Int = 0,
    run: RunPieces = runInOrder
  ) throws(OverfittingError) {
    var notes: [String] = []
    do {
      let validation = try SymmetricCrossValidation(matrix, blocks: blocks, score: score)
      let tiles = collect(validation.tiles, by: run) { validation.outcomes(tile: $0) }
      crossValidation = BacktestOverfitting(validation.layout, tiles: tiles)
    } catch {
      crossValidation = nil
      switch error {
      case .tooFewDays, .tooFewSettings: notes.append("no PBO: \(error)")
      default: throw error
      }
    }
    pbo = crossValidation?.pbo
    logits = crossValidation?.logits ?? []
    let trials = TrialSharpes(matrix)
    let best = trials.flatMap { Best($0.best, in: matrix) }
    effectiveTrials = EffectiveTrials(matrix)
    psr = best
    guard let trials, let best else {
      notes.append("no Sharpe ratio: it needs a setting that varies, and three days")
      (dsr, dsrWithLags, dsrEffective, minTrackRecord, minBacktestYears) = (nil, nil, nil, nil, nil)
      (pick, dsrOfPick) = (nil, nil)
      self.notes = notes
      return
    }
    let count = Double(max(trials.settings.count, tried))
    dsr = DeflatedSharpe(best.estimate, trials: count, trialVariance: trials.variance)
    dsrWithLags = SharpeEstimate(matrix.column(best.setting), lag: nil).map {
      DeflatedSharpe($0, trials: count, trialVariance: trials.variance)
    }
    let pick = trials.best(by: score)
    self.pick = pick == best.setting ? nil : pick.flatMap { Best($0, in: matrix) }
    dsrOfPick = self.pick.map {
      DeflatedSharpe($0.estimate, trials: count, trialVariance: trials.variance)
    }
    dsrEffective = effectiveTrials.map {
      DeflatedSharpe(
        best.estimate, trials: max(1, $0.entropy),
        trialVariance: best.estimate.variance / Double(best.estimate.days - 1))
    }
    minTrackRecord = best.estimate.minimumTrackRecord()
    minBacktestYears = minTrackRecord.map { _ in
      LuckOfTrials.minimumBacktestYears(trials: count, sharpe: best.sharpeAYear)
    }
    if minTrackRecord == nil {
      notes.append("no minimum track record or backtest length: the best Sharpe ratio is not above 0")
    }
    self.notes = notes
  }
}

extension OverfittingReport.Best {
  init?(_ setting: Int, in matrix: OutcomeMatrix) {
    self.setting = setting
    name = matrix.name(setting)
    let values = matrix.column(setting)
    guard let estimate = SharpeEstimate(values) else { return nil }
    let allowing = SharpeEstimate(values, lag: nil)
    self.estimate = estimate
    sharpeAYear = estimate.sharpe * 252.0.squareRoot()
    probability = estimate.probability(above: 0)
    probabilityWithLags = allowing?.probability(above: 0)
    lag = allowing?.lag
  }
}

/// The Sharpe ratios a day of all settings that vary.
struct TrialSharpes {
  /// Their columns.
  let settings: [Int]
  /// The column with the highest ratio; of those that tie, the first.
  let best: Int
  /// Sample variance of the ratios; 0 for one.
  let variance: Double
  private let moments: BlockMoments

  /// - Returns: nil where no setting varies.
  init?(_ matrix: OutcomeMatrix) {
    let constant = Set(matrix.constant)
    settings = (0..<matrix.settings).filter { !constant.contains($0) }
    moments = BlockMoments(
      matrix: matrix.values.span, width: matrix.settings, used: settings, cuts: [0, matrix.days])
    let ratios = Array(moments.scores(of: [[0]], as: .sharpe).values.prefix(settings.count))
    guard let first = ScoreRanking.best(ratios.span) else { return nil }
    best = settings[first]
    let mean = ratios.reduce(0, +) / Double(ratios.count)
    let squares = ratios.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    variance = squares / Double(max(1, ratios.count - 1))
  }

  /// The column with the highest score over all days; of those that tie, the first.
  func best(by score: ColumnScore) -> Int? {
    let scores = Array(moments.scores(of: [[0]], as: score).values.prefix(settings.count))
    return ScoreRanking.best(scores.span).map { settings[$0] }
  }
}
