import Backtesting
import ConfigFormats
import MarketData

/// Would searching have paid? Settings are chosen anew in each window by what was known then, and traded on the sessions
/// that follow; the results out of sample make one curve a member.
///
/// In and out of sample each window is a backtest of its own: standing layers are bought at the settlement of its first session
/// and sold at that of its last, both at their cost, and an account begins anew. Signals, levels and betas see all sessions
/// before, as everywhere.
public struct WalkForward: Sendable {
  /// Condors that are held first, one of the first space's where none is given; then the other spaces in the order given.
  public let members: [WalkMember]
  /// History, expiries and marks.
  public let market: Market
  /// Positions of the first and last session in the history.
  public let period: ClosedRange<Int>
  /// How the period is cut.
  public let rule: WalkWindows
  /// At least one.
  public let windows: [WalkWindow]
  /// Of resamples; searches have their spaces' own.
  public var seed: UInt64 = 1
  /// Of each interval, ≥ 100.
  public var resamples = 2_000
  /// Bytes that a window's searches may remember, and the outcome matrices of a grid take; results don't depend on it.
  public var memoryBytes = 2 << 30

  /// A walk over a period.
  ///
  /// - Throws: ``StudyError/noWindow(needs:has:from:to:)``, ``StudyError/families(files:problem:)`` where two members have one
  ///   name, and ``ConfigError``.
  public init(
    _ spaces: [SweepSpace], market: Market, period: ClosedRange<Int>, rule: WalkWindows
  ) throws {
    precondition(!spaces.isEmpty, "WalkForward: no space")
    var members: [WalkMember] = []
    for space in spaces { members.append(try WalkMember(space)) }
    let held = members.filter(\.isHold)
    members = (held.isEmpty ? [WalkMember(holding: members[0])] : held) + members.filter { !$0.isHold }
    for (k, member) in members.enumerated() {
      guard let twin = members[..<k].first(where: { $0.name == member.name }) else { continue }
      throw StudyError.families(
        files: [twin.file, member.file], problem: "both are named \(member.name); give each a name of its own"
      )
    }
    self.members = members
    self.market = market
    self.period = period
    self.rule = rule
    windows = rule.windows(of: period)
    guard !windows.isEmpty else {
      let sessions = market.history.sessions
      throw StudyError.noWindow(
        needs: rule.sessions, has: period.count, from: sessions[period.lowerBound].date.description,
        to: sessions[period.upperBound].date.description)
    }
  }

  /// What became of one window, a value a member.
  struct Step: Sendable {
    var choices: [WalkChoice] = []
    /// Of what was chosen, over the sessions it was chosen on; `nil` where nothing was.
    var inSample: [FamilySeries?] = []
    /// One result an entry session; nothing where nothing was chosen.
    var outOfSample: [FamilySeries] = []
    /// Cents of the same results without the trades of ``undecided`` entries: standing layers go on.
    var compared: [[Int64]] = []
    /// Entry sessions out of sample that some member can't decide, positions in the history.
    var undecided: [Int: OutcomeCode] = [:]
  }
  /// How far it is.
  public struct Progress: Sendable {
    /// Choices made.
    public let done: Int
    /// Choices in all, one a window and member.
    public let total: Int
  }

  /// Runs it. If cancelled, the report is of the windows finished by then and says so.
  ///
  /// - Parameter isCancelled: asked between items of work.
  /// - Throws: what the searches throw.
  /// - Complexity: windows × members searches over the sessions in sample.
  public func run(
    threads: Int, isCancelled: @escaping @Sendable () -> Bool = { false },
    progress: (Progress) -> Void = { _ in }
  ) throws -> WalkForwardReport {
    var steps: [Step] = []
    for window in windows {
      let before = steps.count * members.count
      guard
        let step = try step(
          window, threads: threads, isCancelled: isCancelled,
          onChoice: { progress(Progress(done: before + $0, total: windows.count * members.count)) })
      else { break }
      steps.append(step)
    }
    return WalkForwardReport(self, steps)
  }

  /// One window; `nil` if cancelled.
  private func step(
    _ window: WalkWindow, threads: Int, isCancelled: @escaping @Sendable () -> Bool, onChoice: (Int) -> Void
  ) throws -> Step? {
    var made = Step()
    var evaluator = CandidateEvaluator(
      market: market, period: window.inSample, threads: threads, memoryBytes: memoryBytes)
    for member in members {
      guard
        let choice = try member.choice(
          market: market, over: window.inSample, &evaluator, isCancelled: isCancelled)
      else { return nil }
      made.choices.append(choice)
      onChoice(made.choices.count)
    }
    let strategies = made.choices.compactMap(\.strategy)
    let context = market.context(for: strategies)
    func run(_ sessions: ClosedRange<Int>) -> [Evaluation]? {
      Evaluator.run(
        strategies, context: context, period: sessions, threads: threads, isCancelled: isCancelled)
    }
    guard let inSample = run(window.inSample), let outOfSample = run(window.outOfSample) else { return nil }
    let first = window.outOfSample.lowerBound
    for evaluation in outOfSample {
      for (s, record) in evaluation.records.enumerated() where record.code.isUndecided {
        made.undecided[first + s] = made.undecided[first + s] ?? record.code
      }
    }
    var next = 0
    for choice in made.choices {
      guard choice.strategy != nil else {
        made.inSample.append(nil)
        made.outOfSample.append(FamilySeries(idle: window.outOfSample.dropLast()))
        made.compared.append(made.outOfSample.last?.net ?? [])
        continue
      }
      made.inSample.append(
        FamilySeries(entriesOf: inSample[next], first: window.inSample.lowerBound))
      let (series, records) = (
        FamilySeries(entriesOf: outOfSample[next], first: first), outOfSample[next].records
      )
      made.outOfSample.append(series)
      made.compared.append(
        series.net.indices.map { k in
          let isLeftOut = made.undecided[first + k] != nil && records[k].code == .traded
          return series.net[k] - (isLeftOut ? records[k].tradeNet : 0)
        })
      next += 1
    }
    return made
  }
}

extension OutcomeCode {
  /// Whether an entry could not be decided for want of marks or of a signal, rather than decided against.
  var isUndecided: Bool { self == .dataHole || self == .signalMissing }
}

extension FamilySeries {
  /// One result an entry of an evaluation: what buying standing layers in its first session costs counts with the next.
  ///
  /// - Parameter first: position of the first session in the history.
  /// - Precondition: two sessions or more.
  init(entriesOf evaluation: Evaluation, first: Int) {
    let all = FamilySeries(evaluation, first: first, leftOut: [])
    self = all.filtered { $0 >= first }
    net[0] += all.net[0]
  }

  /// Sessions on which nothing is traded.
  init(idle entries: some Collection<Int>) {
    let count = entries.count
    let nothing = Array(repeating: Int64(0), count: count)
    self.entries = Array(entries)
    (net, condor, credit, paid, saved) = (nothing, nothing, nothing, nothing, nothing)
    stopped = Array(repeating: false, count: count)
    whipsawed = stopped
  }
}
