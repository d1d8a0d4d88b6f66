import Backtesting
import MarketData

/// Stop out, or hedge? Each school's settings are chosen and judged on the same sessions with the same budget, and every
/// claim is tried again under whatever else might have been assumed.
public struct FamilyStudy: Sendable {
  /// What is compared.
  public let families: FamilySpaces
  /// History, expiries and marks.
  public let market: Market
  /// Positions of the first and last session in the history.
  public let period: ClosedRange<Int>
  /// Last session of the first half.
  public let boundary: Int
  /// Points evaluated a family and half, at most.
  public var evaluations: Int
  /// Of searches and resamples.
  public var seed: UInt64 = 1
  /// Of each interval.
  public var resamples = 1_000
  /// What else is tried: each claim must say the same under all of it.
  public var perturbations: [Perturbation]

  /// Sessions that a half must have.
  static let leastSessions = 20

  /// A study of a period.
  ///
  /// - Parameters:
  ///   - trainUntil: last day of the first half; `nil` for the middle by sessions.
  ///   - vxSeeds: seeds of VX paths inside a day, the settings' own among them, ≥ 1.
  /// - Throws: ``StudyError/noHalves(boundary:from:to:)``.
  public init(
    _ families: FamilySpaces, market: Market, period: ClosedRange<Int>, trainUntil: SessionDate? = nil,
    vxSeeds: Int = 5
  ) throws(StudyError) {
    self.families = families
    self.market = market
    self.period = period
    let history = market.history
    boundary =
      trainUntil.map { history.firstIndex(onOrAfter: $0.adding(days: 1)) - 1 }
      ?? period.lowerBound + (period.count + 1) / 2 - 1
    perturbations = Perturbation.standard(
      market: market, strategy: try? families.members.first?.space.firstStrategy(),
      vxSeeds: vxSeeds, holdsCalls: families.members.contains(where: \.holdsCalls))
    evaluations = families.section.budget.evaluations ?? FamilySpaces.defaultEvaluations
    guard boundary - period.lowerBound + 1 >= Self.leastSessions,
      period.upperBound - boundary >= Self.leastSessions
    else {
      throw .noHalves(
        boundary: trainUntil?.description ?? "(the middle)",
        from: history.sessions[period.lowerBound].date.description,
        to: history.sessions[period.upperBound].date.description)
    }
  }

  /// How far it is.
  public struct Progress: Sendable {
    /// Searches finished.
    public let done: Int
    /// Searches in all.
    public let total: Int
  }

  /// Runs it; `nil` if cancelled.
  ///
  /// - Parameter isCancelled: asked between items of work.
  /// - Throws: ``StudyError`` where nothing can be chosen, and what the searches throw.
  /// - Complexity: (1 + perturbations) × 2 × families searches.
  public func run(
    threads: Int, isCancelled: @escaping @Sendable () -> Bool = { false },
    progress: (Progress) -> Void = { _ in }
  ) throws -> FamilyStudyReport? {
    let fit = CrossFit(
      families: families, market: market,
      halves: [period.lowerBound...boundary, (boundary + 1)...period.upperBound], evaluations: evaluations,
      seed: seed, threads: threads)
    let total = (1 + perturbations.count) * 2 * families.members.count
    var done = 0
    func onSearch() {
      done += 1
      progress(Progress(done: done, total: total))
    }
    guard let base = try fit.run(.none, isCancelled: isCancelled, onSearch: onSearch) else { return nil }
    let asGiven = resampling(base)
    let estimates = asGiven.estimates(threads: threads)
    guard let judged = JudgedTrades(fit, base, isCancelled: isCancelled) else { return nil }
    var report = FamilyStudyReport(self, base, judged)
    (report.blockSessions, report.widening) = (asGiven.blockLength, asGiven.widening)
    var rows: [SensitivityRow] = []
    for change in perturbations {
      guard let fitted = try fit.run(change, base: base, isCancelled: isCancelled, onSearch: onSearch)
      else { return nil }
      rows.append(SensitivityRow(change, fitted, resampling(fitted).estimates(threads: threads)))
    }
    report.sensitivity = rows
    report.findings = zip(Claim.allCases, estimates).enumerated().map { c, pair in
      ClaimFinding(pair.0, pair.1, under: rows.map { ($0.name, $0.estimates[c]) })
    }
    return report
  }

  private func resampling(_ fitted: CrossFit.Fitted) -> ClaimResampling {
    guard let hold = fitted.series(.hold), let stop = fitted.series(.stop), let hedge = fitted.series(.alvh)
    else { preconditionFailure("FamilyStudy: a school is missing") }
    return ClaimResampling(hold: hold, stop: stop, hedge: hedge, resamples: resamples, seed: seed)
  }
}

/// The headline under one perturbation: settings chosen anew, judged anew.
public struct SensitivityRow: Sendable, Codable, Hashable {
  /// What is otherwise.
  public var name: String
  /// Mean of each family out of sample, dollars a session.
  public var meanDollars: [String: Double]
  /// One a claim, in the order of the findings.
  public var estimates: [ClaimEstimate]

  init(_ change: Perturbation, _ fitted: CrossFit.Fitted, _ estimates: [ClaimEstimate]) {
    name = change.name
    self.estimates = estimates
    meanDollars = Dictionary(
      uniqueKeysWithValues: fitted.members.map {
        ($0.family.rawValue, FamilyFigures($0.stitched).meanDollars)
      })
  }
}
