import ConfigFormats
import Kernels
import Statistics
import Validation

/// What is known of a pick besides the figures it was picked for: whether picking so carries over, whether its Sharpe ratio is
/// more than luck among as many gives, what such picks earned on the sessions after, and whether it lies at the edge of what was
/// searched. It goes with an exported configuration.
public struct PickEvidence: Sendable, Codable, Hashable {
  /// What was chosen again and again earned afterwards.
  public struct OutOfSample: Sendable, Codable, Hashable {
    /// `search`: each window was searched anew, by `wingspan walkforward`. `trials`: the trial with the highest
    /// ``PickEvidence/pickedBy`` of each window was taken from the study's table of results.
    public var method: String
    /// Windows.
    public var windows: Int
    /// Those in which nothing that was tried keeps the constraints, so that nothing was traded.
    public var windowsWithoutChoice: Int
    /// Sessions between those a choice is made on and those it is traded on that are neither.
    public var gapSessions: Int
    /// Whether every choice is made on all sessions from the first on.
    public var isAnchored: Bool
    /// Sessions each choice was made on.
    public var inSampleSessions: Int
    /// Sessions that it was then traded on, at most.
    public var outOfSampleSessions: Int
    /// Sessions out of sample in all.
    public var sessions: Int
    /// Earned on them.
    public var netDollars: Double
    /// A session.
    public var meanDollars: Double
    /// A year of 252 sessions; `nil` without spread.
    @Nullable public var sharpeAYear: Double?
    /// A session on those chosen on, weighed by the sessions traded.
    @Nullable public var inSampleMeanDollars: Double?
    /// Mean out of sample ÷ mean in sample; `nil` where the latter isn't above 0.
    @Nullable public var efficiency: Double?
  }

  /// Trials looked at.
  public var trials: Int
  /// Trials of the study in all.
  public var tried: Int
  /// Whether those looked at are drawn at random from more.
  public var isSample: Bool
  /// What the best is picked by for ``pbo``, and out of sample where that is of `trials`.
  public var pickedBy: ColumnScore
  /// Share of splits of the sessions in which the best of one half is at or below the median on the other; `nil` as the notes say.
  @Nullable public var pbo: Double?
  /// Of the pick over all sessions; `nil` without spread.
  @Nullable public var sharpeAYear: Double?
  /// Probability that its true ratio exceeds 0, had it been the only one tried.
  @Nullable public var probabilisticSharpe: Double?
  /// Probability that it exceeds what luck gives the best of as many.
  @Nullable public var deflatedSharpe: Double?
  /// What such picks earned afterwards; `nil` as the notes say.
  @Nullable public var outOfSample: OutOfSample?
  /// Searched settings that the pick has at an end of their range: path, and `low` or `high`.
  public var edges: [String: String]
  /// Constraints of the study that the pick breaks.
  public var broken: [String]
  /// Why a figure is missing.
  public var notes: [String]

  /// Of a study and its trials.
  ///
  /// - Parameters:
  ///   - matrix: the trials' results, with those of the pick.
  ///   - run: lends threads; the result doesn't depend on it.
  /// - Throws: `OutcomeMatrixError`, `OverfittingError`, `RunStoreError`, `StudyError`.
  /// - Complexity: O(sessions² × trials), 12,870 splits of all trials.
  public init(_ matrix: StudyMatrix, of folder: StudyFolder, run: RunPieces = runInOrder) throws {
    let table = try matrix.outcomes(source: folder.path)
    let report = try OverfittingReport(table, score: matrix.score, tried: matrix.tried, run: run)
    pickedBy = matrix.score
    trials = matrix.trials.count
    tried = matrix.tried
    isSample = matrix.isSample
    edges = try folder.edges(ofTrial: matrix.picked)
    broken = try folder.broken(byTrial: matrix.picked)
    pbo = report.pbo
    notes = report.notes.filter { $0.hasPrefix("no PBO") }
    if matrix.isBestOnly {
      notes.append(
        "the study kept its best trials alone: PBO and what is out of sample are of them, and may be off either way; the "
          + "deflated Sharpe ratio needs the spread of all, and is left out")
    }
    if matrix.isSample {
      notes.append(
        "\(trials) trials drawn at random stand for \(tried): their best owes less to luck than the pick")
    }
    let own = matrix.pickedCents.flatMap { SharpeEstimate($0.map { Double($0) / 100 }) }
    sharpeAYear = own.map { $0.sharpe * 252.0.squareRoot() }
    probabilisticSharpe = own?.probability(above: 0)
    if matrix.isBestOnly {
      deflatedSharpe = nil
    } else if let own, let deflated = report.dsr {
      deflatedSharpe =
        DeflatedSharpe(own, trials: deflated.trials, trialVariance: deflated.trialVariance)
        .probability
    } else {
      notes.append("no deflated Sharpe ratio: it needs a pick that trades, and three sessions")
    }
    let digest = try folder.storeDigest()
    var walked: (digest: String, report: WalkForwardReport)?
    do {
      walked = try folder.kept(.walkforward, as: WalkForwardReport.self)
    } catch {
      notes.append("walkforward.json can't be read and isn't used: run `wingspan walkforward` again")
    }
    if let walked, walked.digest != digest {
      notes.append(
        "walkforward.json is of another state of the study and isn't used: run `wingspan walkforward` again")
    }
    if let walked, walked.digest == digest, let own = walked.report.families.last {
      outOfSample = OutOfSample(walked.report, own)
      return
    }
    var question = PickingQuestion()
    question.score = matrix.score
    let picking = try PickingReport(table, question)
    outOfSample = picking.walk.map { OutOfSample($0) }
    if let reason = picking.walkMissing { notes.append("nothing out of sample: \(reason)") }
    if !matrix.unheeded.isEmpty {
      notes.append(
        "PBO and the walk pick the highest \(Self.name(pickedBy)) alone, without the study's "
          + "\(matrix.unheeded.joined(separator: ", ")): `wingspan walkforward` of the study walks by these")
    }
  }

  /// What whoever trades the pick should know, a sentence each.
  public var warnings: [String] {
    var found: [String] = []
    if let pbo, pbo > 0.5 {
      found.append(
        "PBO is \(Self.percent(pbo)): the best on one half of the sessions is mostly no better than the median on the other"
      )
    }
    for path in edges.keys.sorted() {
      found.append(
        "\(path) lies at the \(edges[path] ?? "") end of what was searched: what lies beyond is unknown")
    }
    if let out = outOfSample, out.netDollars < 0 {
      let what =
        out.method == "search" ? "what was chosen so" : "the highest \(Self.name(pickedBy)) of each window"
      found.append(
        "\(what) lost on the sessions after: \(Self.dollars(out.meanDollars)) a session over \(out.sessions)")
    }
    if let out = outOfSample, out.windowsWithoutChoice > 0 {
      found.append(
        "in \(out.windowsWithoutChoice) of \(out.windows) windows nothing that was tried keeps the constraints"
      )
    }
    for limit in broken { found.append("the pick breaks \(limit)") }
    if let deflatedSharpe, deflatedSharpe < 0.95 {
      found.append(
        "the Sharpe ratio isn't more than luck among \(tried) gives: the deflated one says \(Self.percent(deflatedSharpe)), short of 95 %"
      )
    }
    return found
  }

  /// The section of an exported configuration; money in dollars, to whole cents as everywhere.
  var node: ConfigNode {
    let w = StrategyWriter.self
    func figure(_ value: Double?, per step: Double) -> ConfigNode {
      value.map { w.decimal(($0 * step).rounded() / step) } ?? ConfigNode(.null)
    }
    let out = outOfSample.map { out in
      w.map([
        ("method", w.text(out.method)), ("windows", w.int(out.windows)),
        ("windows_without_choice", w.int(out.windowsWithoutChoice)),
        ("gap_sessions", w.int(out.gapSessions)), ("anchored", ConfigNode(.bool(out.isAnchored))),
        ("in_sample_sessions", w.int(out.inSampleSessions)),
        ("out_of_sample_sessions", w.int(out.outOfSampleSessions)), ("sessions", w.int(out.sessions)),
        ("net_dollars", figure(out.netDollars, per: 100)),
        ("mean_dollars", figure(out.meanDollars, per: 100)),
        ("sharpe", figure(out.sharpeAYear, per: 1e4)),
        ("in_sample_mean_dollars", figure(out.inSampleMeanDollars, per: 100)),
        ("efficiency", figure(out.efficiency, per: 1e4)),
      ])
    }
    return w.map([
      ("trials", w.int(trials)), ("tried", w.int(tried)), ("picked_by", w.text(pickedBy.rawValue)),
      ("pbo", figure(pbo, per: 1e4)),
      ("sharpe", figure(sharpeAYear, per: 1e4)),
      ("probabilistic_sharpe", figure(probabilisticSharpe, per: 1e4)),
      ("deflated_sharpe", figure(deflatedSharpe, per: 1e4)), ("out_of_sample", out ?? ConfigNode(.null)),
      ("edges", w.map(edges.sorted { $0.key < $1.key }.map { ($0.key, w.text($0.value)) })),
      ("warnings", w.list(warnings.map(w.text))), ("notes", w.list(notes.map(w.text))),
    ])
  }

  private static func name(_ score: ColumnScore) -> String {
    switch score {
    case .sharpe: "Sharpe ratio"
    case .mean: "mean"
    }
  }
  private static func percent(_ share: Double) -> String {
    let tenths = Int((1_000 * share).rounded())
    return "\(tenths / 10).\(tenths % 10) %"
  }
  private static func dollars(_ value: Double) -> String {
    Money.text(Int64((100 * value).rounded(.toNearestOrAwayFromZero))) + " $"
  }
}

extension PickEvidence.OutOfSample {
  init(_ report: WalkForwardReport, _ row: WalkForwardReport.Row) {
    // from the curve itself
    let net = Double(row.curveCents.reduce(0, +)) / 100
    self.init(
      method: "search", windows: report.windows.count, windowsWithoutChoice: row.windowsWithoutChoice,
      gapSessions: report.embargo, isAnchored: report.isAnchored, inSampleSessions: report.inSample,
      outOfSampleSessions: report.outOfSample, sessions: row.curveCents.count,
      netDollars: net, meanDollars: net / Double(max(1, row.curveCents.count)),
      sharpeAYear: row.outOfSample.sharpe, inSampleMeanDollars: row.decay?.inSampleMeanDollars,
      efficiency: row.decay?.efficiency)
  }

  init(_ walk: MatrixWalk) {
    let days = Double(walk.outOfSample.count)
    let net = walk.outOfSample.reduce(0, +)
    let inSample = walk.windows.reduce(0) { $0 + $1.inSampleMean * Double($1.test.count) } / days
    self.init(
      method: "trials", windows: walk.windows.count, windowsWithoutChoice: 0, gapSessions: walk.gap,
      isAnchored: walk.isAnchored, inSampleSessions: walk.windows[0].train.count,
      outOfSampleSessions: walk.windows[0].test.count, sessions: walk.outOfSample.count, netDollars: net,
      meanDollars: net / days,
      sharpeAYear: SharpeEstimate(walk.outOfSample).map { $0.sharpe * 252.0.squareRoot() },
      inSampleMeanDollars: inSample, efficiency: walk.efficiency)
  }
}
