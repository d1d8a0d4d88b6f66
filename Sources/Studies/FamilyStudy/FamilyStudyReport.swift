import Backtesting
import MarketData

/// What a study of families found: the JSON of `wingspan compare --study`. Every key always is there.
public struct FamilyStudyReport: Sendable, Codable {
  /// One family.
  public struct Row: Sendable, Codable {
    /// The school.
    public var family: Family
    /// Its space file.
    public var space: String
    /// What each half chose, the first half's first.
    public var choices: [Choice]
    /// Over both halves, each judged by the other half's choice: the headline.
    public var outOfSample: FamilyFigures
  }
  /// One half's choice.
  public struct Choice: Sendable, Codable {
    /// First and last session of the half it was chosen on.
    public var from: String
    /// Last session.
    public var to: String
    /// Searched values, by path.
    public var assignments: [String: String]
    /// Points evaluated.
    public var evaluations: Int
    /// Of them, those that keep every constraint.
    public var feasible: Int
    /// Why the search ended: `evaluations`, `stagnation` or `exhausted`.
    public var ended: SearchEnd
    /// Of the entries it was chosen by, those it sold that another family's choice can't decide: searches don't leave them out,
    /// figures do.
    public var searchedAlone: Int
    /// What must be known of the settings.
    public var caveats: [String]
    /// On the half it was chosen on.
    public var inSample: FamilyFigures
    /// On the other half.
    public var outOfSample: FamilyFigures
  }
  /// Entry sessions that some family's settings couldn't decide: left out for all.
  public struct LeftOut: Sendable, Codable, Hashable {
    /// How many.
    public var sessions: Int
    /// By the reason, each session once, by its first family.
    public var byReason: [String: Int]
    /// How many each family couldn't decide.
    public var byFamily: [String: Int]
    /// Their dates.
    public var dates: [String]
  }

  /// Name of the history.
  public var history: String
  /// What the prices are, in one sentence.
  public var disclosure: String
  /// Whether minutes are simulated: then every verdict is a demonstration, no evidence.
  public var isDemonstration: Bool
  /// First session.
  public var from: String
  /// Last session.
  public var to: String
  /// Last session of the first half.
  public var trainUntil: String
  /// Sessions of the period, and those that are judged.
  public var sessions: Int
  /// Sessions judged.
  public var judged: Int
  /// What is left out of both.
  public var leftOut: LeftOut
  /// How points were chosen.
  public var method: String
  /// What for.
  public var objectives: [String]
  /// Points evaluated a family and half, at most.
  public var budget: Int
  /// Of everything random.
  public var seed: UInt64
  /// Resamples of each interval.
  public var resamples: Int
  /// Mean length of their blocks, sessions; of the claims as given, as ``widening``.
  public var blockSessions = 1.0
  /// How many times as far from its figure an interval ends as the quantiles of the resamples, ≥ 1.
  public var widening = 1.0
  /// One a family.
  public var families: [Row]
  /// At equal risk and at equal carry.
  public var equalTerms: EqualTerms
  /// By the VX curve and by VIX at the time of the entry.
  public var regimes: [RegimeRow]
  /// Every stopped trade.
  public var ledger: [WhipsawEntry]
  /// One a claim.
  public var findings: [ClaimFinding]
  /// The claims under each perturbation.
  public var sensitivity: [SensitivityRow]

  /// Without findings.
  init(_ study: FamilyStudy, _ fitted: CrossFit.Fitted, _ judged: JudgedTrades) {
    let sessions = study.market.history.sessions
    func date(_ i: Int) -> String { sessions[i].date.description }
    history = study.market.history.name
    disclosure = study.market.disclosure
    isDemonstration = [.simulated, .synthetic].contains(study.market.history.provenance.minutes)
    from = date(study.period.lowerBound)
    to = date(study.period.upperBound)
    trainUntil = date(study.boundary)
    self.sessions = study.period.count
    self.judged = fitted.members.first?.stitched.net.count ?? 0
    method = study.families.section.method.rawValue
    objectives = study.families.section.objectives.map(\.text)
    budget = study.evaluations
    seed = study.seed
    resamples = study.resamples
    let halves = [(study.period.lowerBound, study.boundary), (study.boundary + 1, study.period.upperBound)]
    families = zip(study.families.members, fitted.members).map { space, member in
      Row(
        family: member.family, space: space.space.document.file,
        choices: member.choices.enumerated().map { half, choice in
          Choice(
            from: date(halves[half].0), to: date(halves[half].1), assignments: choice.assignments,
            evaluations: choice.evaluations, feasible: choice.feasible, ended: choice.end,
            searchedAlone: member.searchedAlone[half], caveats: choice.strategy.caveats,
            inSample: FamilyFigures(member.inSample[half]),
            outOfSample: FamilyFigures(member.outOfSample[half]))
        }, outOfSample: FamilyFigures(member.stitched))
    }
    leftOut = LeftOut(sessions: 0, byReason: [:], byFamily: [:], dates: [])
    for (half, undecided) in fitted.leftOut.enumerated() {
      for k in undecided.keys.sorted() {
        leftOut.sessions += 1
        leftOut.dates.append(date(halves[half].0 + k))
        let codes = undecided[k] ?? [:]
        for family in Family.allCases where codes[family] != nil {
          leftOut.byFamily[family.rawValue, default: 0] += 1
        }
        if let first = Family.allCases.lazy.compactMap({ codes[$0] }).first {
          leftOut.byReason[first.rawValue, default: 0] += 1
        }
      }
    }
    let series = fitted.members.map { ($0.family, $0.stitched) }
    equalTerms = EqualTerms(
      series,
      strategies: Dictionary(
        fitted.members.map { ($0.family, $0.choices.map(\.strategy)) }, uniquingKeysWith: { $1 }),
      contracts: judged.contracts)
    let known = EntryRegimes(study.market)
    regimes = RegimeRow.rows(series, known)
    ledger = WhipsawLedger.entries(judged, known, history: study.market.history)
    findings = []
    sensitivity = []
  }
}
