import Backtesting
import MarketData

/// What a walk forward found: the JSON of `wingspan walkforward`. Every key always is there.
public struct WalkForwardReport: Sendable, Codable {
  /// One window.
  public struct Window: Sendable, Codable {
    /// First session that settings are chosen on.
    public var inSampleFrom: String
    /// Last one.
    public var inSampleTo: String
    /// First session in which the choice is sold: `backtest` from here to the next date gives its results.
    public var outOfSampleFrom: String
    /// Session in which its last trade is realised; the next window sells in it.
    public var outOfSampleTo: String
    /// Entry sessions out of sample.
    public var sessions: Int
  }
  /// One member in one window.
  public struct Choice: Sendable, Codable {
    /// Whether anything that was tried trades and keeps the constraints; else nothing is traded.
    public var isChosen: Bool
    /// Searched values, by path.
    public var assignments: [String: String]
    /// Settings tried; 0 for settings that stay.
    public var evaluations: Int
    /// Of them, those that trade and keep the constraints.
    public var feasible: Int
    /// Of the settings chosen, on the sessions they were chosen on; null without a choice, as the next.
    @Nullable public var inSample: FamilyFigures?
    /// In against out of sample.
    @Nullable public var decay: WalkDecay?
    /// On the sessions that follow.
    public var outOfSample: FamilyFigures
  }
  /// One member.
  public struct Row: Sendable, Codable {
    /// Its name.
    public var name: String
    /// Its file.
    public var space: String
    /// Whether its settings stay.
    public var isFixed: Bool
    /// How settings are chosen; null for settings that stay.
    @Nullable public var method: String?
    /// What for.
    public var objectives: [String]
    /// What they must keep.
    public var constraints: [String]
    /// What must be known of the settings chosen, and of their rules.
    public var caveats: [String]
    /// All windows out of sample, one after the other: the headline.
    public var outOfSample: FamilyFigures
    /// Its mean a session.
    public var mean: WalkMean
    /// All windows that chose something: sessions in sample count as often as windows hold them; null if none did.
    @Nullable public var decay: WalkDecay?
    /// Windows that earned out of sample.
    public var windowsAboveZero: Int
    /// Windows in which nothing that was tried trades and keeps the constraints: nothing was traded.
    public var windowsWithoutChoice: Int
    /// How choices wander; null for settings that stay.
    @Nullable public var drift: WalkDrift?
    /// One a window.
    public var windows: [Choice]
    /// Results out of sample, whole cents; one a session of `curveSessions`.
    public var curveCents: [Int64]
    /// The answer in words.
    public var verdict: String
  }
  /// Two members on the same sessions.
  public struct Difference: Sendable, Codable {
    /// The first of the pair.
    public var a: String
    /// The second.
    public var b: String
    /// Mean of the first, an entry that some member can't decide counting as sold by none.
    public var meanADollars: Double
    /// Mean of the second, likewise.
    public var meanBDollars: Double
    /// Of a − b, paired by session.
    public var mean: WalkMean
    /// The answer in words.
    public var verdict: String
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
  /// Sessions of the period.
  public var sessions: Int
  /// Sessions chosen on, of the first window where anchored.
  public var inSample: Int
  /// Entry sessions that a choice is traded on.
  public var outOfSample: Int
  /// Sessions left out between the two.
  public var embargo: Int
  /// Whether all choices begin with the first session.
  public var isAnchored: Bool
  /// Seed of the resamples.
  public var seed: UInt64
  /// Resamples of each interval.
  public var resamples: Int
  /// Windows that the period holds.
  public var windowsInAll: Int
  /// Whether Ctrl-C ended it early: then everything is of the windows below.
  public var interrupted: Bool
  /// Windows finished.
  public var windows: [Window]
  /// Sessions of the curves, in order of time.
  public var curveSessions: [String]
  /// Window of each, the first being 1.
  public var curveWindows: [Int]
  /// Entry sessions that some member can't decide, for missing marks or signals, by reason: in the differences none
  /// counts as sold.
  public var leftOut: [String: Int]
  /// One a member.
  public var families: [Row]
  /// Each pair, the later one in `families` first.
  public var differences: [Difference]

  init(_ walk: WalkForward, _ steps: [WalkForward.Step]) {
    let days = walk.market.history.sessions
    func date(_ i: Int) -> String { days[i].date.description }
    history = walk.market.history.name
    disclosure = walk.market.disclosure
    isDemonstration = [.simulated, .synthetic].contains(walk.market.history.provenance.minutes)
    from = date(walk.period.lowerBound)
    to = date(walk.period.upperBound)
    sessions = walk.period.count
    inSample = walk.rule.inSample
    outOfSample = walk.rule.outOfSample
    embargo = walk.rule.embargo
    isAnchored = walk.rule.isAnchored
    seed = walk.seed
    resamples = walk.resamples
    windowsInAll = walk.windows.count
    interrupted = steps.count < walk.windows.count
    let finished = walk.windows.prefix(steps.count)
    windows = finished.map {
      Window(
        inSampleFrom: date($0.inSample.lowerBound), inSampleTo: date($0.inSample.upperBound),
        outOfSampleFrom: date($0.outOfSample.lowerBound), outOfSampleTo: date($0.outOfSample.upperBound),
        sessions: $0.outOfSample.count - 1)
    }
    curveSessions = finished.flatMap { $0.outOfSample.dropFirst().map(date) }
    curveWindows = finished.enumerated().flatMap { w, window in
      window.outOfSample.dropFirst().map { _ in w + 1 }
    }
    leftOut = [:]
    for code in steps.flatMap(\.undecided.values) { leftOut[code.rawValue, default: 0] += 1 }
    let curves = walk.members.indices.map { m in
      steps.reduce(into: FamilySeries()) { $0.append($1.outOfSample[m]) }
    }
    families = walk.members.enumerated().map { m, member in Row(walk, steps, member, at: m, curve: curves[m])
    }
    differences = []
    let common = walk.members.indices.map { m in steps.flatMap { $0.compared[m] } }
    for (a, first) in walk.members.enumerated() {
      for (b, second) in walk.members[..<a].enumerated() {
        let nets = (common[a], common[b])
        let mean = WalkMean(
          cents: zip(nets.0, nets.1).map { $0 - $1 }, resamples: walk.resamples, seed: walk.seed)
        func own(_ net: [Int64]) -> Double { Double(net.reduce(0, +)) / Double(max(1, net.count)) / 100 }
        differences.append(
          Difference(
            a: first.name, b: second.name, meanADollars: own(nets.0), meanBDollars: own(nets.1), mean: mean,
            verdict: mean.sign == 0
              ? "no difference found: an interval holds 0, or there are too few sessions for one"
              : "\(first.name) earned \(mean.sign > 0 ? "more" : "less") than \(second.name): both intervals leave out 0"
          ))
      }
    }
  }

  /// The curves as CSV: session, window from 1, family, cents; by session, then in the order of `families`.
  public var csv: String {
    var text = "session,window,family,cents\n"
    // a name is free text
    let names = families.map { "\"" + $0.name.replacing("\"", with: "\"\"") + "\"" }
    for (s, session) in curveSessions.enumerated() {
      for (name, row) in zip(names, families) {
        text += "\(session),\(curveWindows[s]),\(name),\(row.curveCents[s])\n"
      }
    }
    return text
  }
}

extension WalkForwardReport.Row {
  init(
    _ walk: WalkForward, _ steps: [WalkForward.Step], _ member: WalkMember, at m: Int, curve: FamilySeries
  ) {
    name = member.name
    space = member.file
    isFixed = member.space == nil
    objectives = member.space?.section.objectives.map(\.text) ?? []
    constraints = member.space?.section.constraints.map(\.text) ?? []
    caveats = []
    if member.lookBackSessions > walk.rule.inSample {
      caveats.append(
        "rules look back over up to \(member.lookBackSessions) sessions, more than the \(walk.rule.inSample) that settings are "
          + "chosen on: they read the sessions before, and hardly change within a window")
    }
    for caveat in steps.compactMap({ $0.choices[m].strategy }).flatMap(\.caveats)
    where !caveats.contains(caveat) { caveats.append(caveat) }
    outOfSample = FamilyFigures(curve)
    mean = WalkMean(cents: curve.net, resamples: walk.resamples, seed: walk.seed)
    let windows = steps.map { step in
      let choice = step.choices[m]
      let (before, after) = (step.inSample[m].map(FamilyFigures.init), FamilyFigures(step.outOfSample[m]))
      return WalkForwardReport.Choice(
        isChosen: choice.strategy != nil, assignments: choice.assignments, evaluations: choice.evaluations,
        feasible: choice.feasible, inSample: before,
        decay: before.map { WalkDecay(inSample: $0, outOfSample: after) }, outOfSample: after)
    }
    var (before, after) = (FamilySeries(), FamilySeries())
    for step in steps {
      guard let own = step.inSample[m] else { continue }
      before.append(own)
      after.append(step.outOfSample[m])
    }
    let pooled =
      before.net.isEmpty
      ? nil : WalkDecay(inSample: FamilyFigures(before), outOfSample: FamilyFigures(after))
    self.windows = windows
    windowsAboveZero = windows.count { $0.outOfSample.netDollars > 0 }
    windowsWithoutChoice = windows.count { !$0.isChosen }
    curveCents = curve.net
    verdict = Self.verdict(mean.sign, isFixed ? nil : pooled)
    method = member.space?.section.method.rawValue
    decay = pooled
    drift = member.space.map { WalkDrift($0, choices: windows.map { $0.isChosen ? $0.assignments : nil }) }
  }

  private static func verdict(_ sign: Int, _ decay: WalkDecay?) -> String {
    let found =
      switch sign {
      case 1: "earned out of sample: both intervals of its mean lie above 0"
      case -1: "lost out of sample: both intervals of its mean lie below 0"
      default:
        "no difference from 0 found out of sample: an interval of its mean holds 0, or there are too few sessions for one"
      }
    guard let decay else { return found }
    guard let efficiency = decay.efficiency else {
      return found + "; in sample its mean isn't above 0, so there is no efficiency"
    }
    let percent = Int((100 * efficiency).rounded())
    return found + "; of each dollar a session in sample it made \(percent) cents out of sample"
  }
}
