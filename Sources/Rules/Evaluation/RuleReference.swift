/// The definition of a rule's value: the tree walked anew at every bar.
///
/// State operators and windows look at completed bars only, the present one and those before it: sessions back to the
/// first of the history, minutes back to the first of the session. Bars before that are missing.
///
/// - Complexity: one walk is O(nodes × product of the window lengths on the way down). For tests and explanations; the
///   fast twin is ``RuleProgram``.
public struct RuleReference {
  private let rule: CheckedRule
  private let session: (SignalInstance, Int) -> Double?
  private let minute: (SignalInstance, Int, Int) -> Double?

  /// A rule over columns of values.
  ///
  /// - Parameters:
  ///   - rule: the rule.
  ///   - session: the value of a signal by session, as known at the session's open; nil or not finite where there is none.
  ///   - minute: the value of a signal by session and completed minute bar, from 0.
  public init(
    _ rule: CheckedRule, session: @escaping (SignalInstance, Int) -> Double?,
    minute: @escaping (SignalInstance, Int, Int) -> Double?
  ) {
    self.rule = rule
    self.session = session
    self.minute = minute
  }

  /// The rule's value at a completed minute bar of a session; a rule by session has the same at every minute.
  public func value(session: Int, minute: Int) -> RuleValue {
    value(rule.root, Bar(session: session, minute: minute))
  }

  private struct Bar {
    var session: Int
    var minute: Int
    /// The bar so many before it; nil before the first.
    func back(_ count: Int, _ resolution: RuleResolution) -> Bar? {
      switch resolution {
      case .session: session < count ? nil : Bar(session: session - count, minute: minute)
      case .minute: minute < count ? nil : Bar(session: session, minute: minute - count)
      }
    }
  }

  private func value(_ at: Int, _ bar: Bar) -> RuleValue {
    let node = rule.nodes[at]
    func operand(_ index: Int, back: Int = 0) -> RuleValue {
      guard let earlier = bar.back(back, node.resolution) else { return .missing(.tooFewBars) }
      return value(node.operands[index], earlier)
    }
    switch node.operation {
    case .signal(let position):
      let signal = rule.signals[rule.signalPositions[position]]
      let value =
        node.resolution == .session ? session(signal, bar.session) : minute(signal, bar.session, bar.minute)
      guard let value, value.isFinite else { return .missing(.signal(signal)) }
      return node.type == .condition ? .truth(value != 0) : .value(value)
    case .hold(let length):
      return RuleArithmetic.apply(.and, (0..<length).reversed().map { operand(0, back: $0) })
    case .compare(let relation) where relation == .crossesAbove || relation == .crossesBelow:
      let before = RuleArithmetic.apply(
        .compare(relation == .crossesAbove ? .atMost : .atLeast), [operand(0, back: 1), operand(1, back: 1)])
      let now = RuleArithmetic.apply(node.operation, [operand(0), operand(1)])
      return RuleArithmetic.apply(.and, [before, now])
    case .window(let window, let length):
      let bars =
        window == .lag ? [length] : window == .change ? [length, 0] : Array((0..<length).reversed())
      var values: [Double] = []
      for back in bars {
        guard case .value(let value) = operand(0, back: back) else { return operand(0, back: back) }
        values.append(value)
      }
      return RuleArithmetic.apply(window, values)
    default: return RuleArithmetic.apply(node.operation, node.operands.indices.map { operand($0) })
    }
  }
}
