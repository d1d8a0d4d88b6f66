/// Many rules compiled into one flat program: a list of small operations on columns, what rules have in common done once.
///
/// Parts that change once a session are worked out in one pass over all sessions (``sessions(count:columns:)``), the others
/// a session at a time in a workspace that is made once (``evaluate(session:of:in:)``, which allocates nothing). Results
/// are those of ``RuleReference`` to the bit, reasons of missing values included.
///
/// - Complexity: O(steps × bars), times the length for windows.
public struct RuleProgram: Sendable {
  /// One operation; its result is the column of its position. Operands are earlier columns of the same stage, of `spread`
  /// the session stage.
  struct Step: Hashable, Sendable {
    enum Operation: Hashable, Sendable {
      case constant, signal, spread
      case negate, absolute, exponential, logarithm
      case add, subtract, multiply, divide, minimum, maximum
      case compare(Expression.Comparison)
      case not, and, or, hold
      case window(RuleWindow)
    }
    var operation: Operation
    var a = 0
    var b = 0
    var length = 0
    var constant: UInt64 = 0
  }
  private struct Root: Sendable {
    let sessionSlot: Int?
    let minuteSlot: Int
  }

  /// Signals by session, each once, in the order in which ``sessions(count:columns:)`` takes their columns.
  public private(set) var sessionSignals: [SignalInstance] = []
  /// Signals by minute, each once, in the order in which ``RuleWorkspace/load(_:from:)`` counts them.
  public private(set) var minuteSignals: [SignalInstance] = []
  private(set) var sessionSteps: [Step] = []
  private(set) var minuteSteps: [Step] = []
  private var roots: [Root] = []
  /// Of conditions, whose columns are read as true wherever they aren't 0.
  private(set) var sessionConditions: [Bool] = []
  private(set) var minuteConditions: [Bool] = []
  private(set) var minuteSignalSlots: [Int] = []

  /// Compiles rules; results are asked for by their position.
  ///
  /// - Complexity: O(total nodes).
  public init(_ rules: [CheckedRule]) {
    var compiler = Compiler()
    for rule in rules {
      var slots: [Compiler.Place: Int] = [:]
      let isSession = rule.resolution == .session
      roots.append(
        Root(
          sessionSlot: isSession ? compiler.slot(of: rule.root, in: rule, at: .session, &slots) : nil,
          minuteSlot: compiler.slot(of: rule.root, in: rule, at: .minute, &slots)))
    }
    (sessionSteps, minuteSteps) = (compiler.session.steps, compiler.minute.steps)
    (sessionSignals, minuteSignals) = (compiler.session.signals, compiler.minute.signals)
    sessionConditions = sessionSignals.map { $0.type == .condition }
    minuteConditions = minuteSignals.map { $0.type == .condition }
    minuteSignalSlots = Array(repeating: 0, count: minuteSignals.count)
    for (slot, step) in minuteSteps.enumerated() where step.operation == .signal {
      minuteSignalSlots[step.a] = slot
    }
    precondition(
      sessionSignals.count + minuteSignals.count < Int(UInt16.max) - Int(RuleColumns.firstSignal),
      "RuleProgram: too many signals")
  }

  /// The column of a rule at minutes.
  func minuteSlot(_ rule: Int) -> Int { roots[rule].minuteSlot }
  /// The column of a rule at sessions; nil for a rule by minute.
  func sessionSlot(_ rule: Int) -> Int? { roots[rule].sessionSlot }

  /// The reason behind a code of a column.
  func reason(_ code: UInt16) -> MissingReason {
    switch code {
    case RuleColumns.tooFewBars: return .tooFewBars
    case RuleColumns.divisionByZero: return .divisionByZero
    case RuleColumns.notFinite: return .notFinite
    default:
      let signal = Int(code - RuleColumns.firstSignal)
      return .signal(
        signal < sessionSignals.count ? sessionSignals[signal] : minuteSignals[signal - sessionSignals.count])
    }
  }

  /// Every session-wise part at every session.
  ///
  /// - Parameters:
  ///   - count: sessions, n.
  ///   - columns: one for each of ``sessionSignals``, shape `[n]`: the value known at the session's open, NaN where there
  ///     is none; of conditions 1 or 0.
  /// - Precondition: as many columns as signals, each of n values.
  /// - Complexity: O(n × steps × window lengths); 10 bytes a step and session.
  public func sessions(count: Int, columns: [[Double]]) -> RuleSessions {
    precondition(columns.count == sessionSignals.count, "RuleProgram.sessions: one column a signal")
    var made = RuleColumns(count: sessionSteps.count, width: count)
    for (slot, step) in sessionSteps.enumerated() where step.operation == .signal {
      let column = columns[step.a]
      precondition(column.count == count, "RuleProgram.sessions: one value a session")
      made.load(
        column.span, slot: slot, code: RuleColumns.firstSignal + UInt16(step.a),
        isCondition: sessionConditions[step.a])
    }
    made.run(sessionSteps, length: count, session: nil)
    return RuleSessions(columns: made, program: self)
  }

  /// A workspace for sessions of at most so many minutes. Made once a thread.
  public func workspace(minutes: Int) -> RuleWorkspace { RuleWorkspace(self, minutes: minutes) }

  /// Every rule at every completed minute bar of one session.
  ///
  /// - Parameters:
  ///   - session: whose session-wise values are seen.
  ///   - sessions: of this program, made of columns as known at the open, or from 16:15 on as known then.
  ///   - workspace: of this program, its signals loaded; holds the results.
  public func evaluate(session: Int, of sessions: RuleSessions, in workspace: inout RuleWorkspace) {
    workspace.columns.run(
      minuteSteps, length: workspace.minutes, session: (sessions.columns, session))
  }
}

/// Session-wise values of a program at every session of a history.
public struct RuleSessions: Sendable {
  let columns: RuleColumns
  let program: RuleProgram

  /// The value of a rule by session; nil for one by minute.
  ///
  /// - Parameters:
  ///   - rule: its position in the program.
  ///   - session: from 0.
  public func value(of rule: Int, session: Int) -> RuleValue? {
    program.sessionSlot(rule).map { columns.value($0, session, program) }
  }
}

/// Minute-wise values of a program in one session.
public struct RuleWorkspace: Sendable {
  /// When a condition first held.
  public struct Firing: Hashable, Sendable {
    /// The first minute at which it was true; nil if it never was.
    public var minute: Int?
    /// The first minute before that (or at all) at which it was missing.
    public var firstMissing: Int?
  }
  var columns: RuleColumns
  private let program: RuleProgram
  /// Minutes of the session being looked at.
  private(set) var minutes: Int

  init(_ program: RuleProgram, minutes: Int) {
    self.program = program
    self.minutes = minutes
    columns = RuleColumns(count: program.minuteSteps.count, width: minutes)
  }

  /// Begins a session of so many minutes: then load every signal, then evaluate.
  /// - Precondition: at most the minutes it was made for.
  public mutating func begin(minutes: Int) {
    precondition(minutes <= columns.width, "RuleWorkspace.begin: more minutes than it was made for")
    self.minutes = minutes
  }

  /// Takes the column of a signal.
  ///
  /// - Parameters:
  ///   - signal: position in ``RuleProgram/minuteSignals``.
  ///   - column: the value at each completed minute bar, shape `[minutes]`; NaN where there is none.
  public mutating func load(_ signal: Int, from column: Span<Double>) {
    precondition(column.count == minutes, "RuleWorkspace.load: one value a minute")
    columns.load(
      column, slot: program.minuteSignalSlots[signal],
      code: RuleColumns.firstSignal + UInt16(program.sessionSignals.count + signal),
      isCondition: program.minuteConditions[signal])
  }

  /// The value of a rule at a minute.
  public func value(of rule: Int, minute: Int) -> RuleValue {
    columns.value(program.minuteSlot(rule), minute, program)
  }

  /// When a condition first held within some minutes. O(minutes).
  public func firstTrue(of rule: Int, in range: Range<Int>) -> Firing {
    precondition(range.upperBound <= minutes, "RuleWorkspace.firstTrue: beyond the session")
    return columns.firstTrue(program.minuteSlot(rule), in: range)
  }
}
