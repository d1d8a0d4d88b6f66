extension RuleProgram {
  /// Lays the nodes of rules out as steps, equal steps once.
  struct Compiler {
    /// Steps of one resolution.
    struct Stage {
      private(set) var steps: [Step] = []
      private(set) var signals: [SignalInstance] = []
      private var known: [Step: Int] = [:]
      private var signalPositions: [SignalInstance: Int] = [:]

      mutating func add(_ step: Step) -> Int {
        if let slot = known[step] { return slot }
        known[step] = steps.count
        steps.append(step)
        return steps.count - 1
      }
      mutating func position(_ signal: SignalInstance) -> Int {
        if let position = signalPositions[signal] { return position }
        signalPositions[signal] = signals.count
        signals.append(signal)
        return signals.count - 1
      }
    }
    /// A node of a rule at a resolution.
    struct Place: Hashable {
      let node: Int
      let stage: RuleResolution
    }
    var session = Stage()
    var minute = Stage()

    private mutating func add(_ step: Step, _ stage: RuleResolution) -> Int {
      stage == .session ? session.add(step) : minute.add(step)
    }

    /// The column of a node, laid out if it isn't yet.
    mutating func slot(
      of index: Int, in rule: CheckedRule, at stage: RuleResolution, _ slots: inout [Place: Int]
    ) -> Int {
      let place = Place(node: index, stage: stage)
      if let slot = slots[place] { return slot }
      let slot = lay(index, rule, stage, &slots)
      slots[place] = slot
      return slot
    }

    private mutating func lay(
      _ index: Int, _ rule: CheckedRule, _ stage: RuleResolution, _ slots: inout [Place: Int]
    ) -> Int {
      let node = rule.nodes[index]
      if let constant = node.constant {
        return add(Step(operation: .constant, constant: constant.bitPattern), stage)
      }
      if case .named = node.operation { return slot(of: node.operands[0], in: rule, at: stage, &slots) }
      if node.resolution < stage {
        return add(Step(operation: .spread, a: slot(of: index, in: rule, at: .session, &slots)), stage)
      }
      if case .signal(let position) = node.operation {
        let signal = rule.signals[rule.signalPositions[position]]
        let column = stage == .session ? session.position(signal) : minute.position(signal)
        return add(Step(operation: .signal, a: column), stage)
      }
      let operands = node.operands.map { slot(of: $0, in: rule, at: stage, &slots) }
      // a list of operands is taken two at a time, from the left
      func folded(_ operation: Step.Operation, _ compiler: inout Compiler) -> Int {
        operands.dropFirst().reduce(operands[0]) {
          compiler.add(Step(operation: operation, a: $0, b: $1), stage)
        }
      }
      switch node.operation {
      case .negate: return add(Step(operation: .negate, a: operands[0]), stage)
      case .absolute: return add(Step(operation: .absolute, a: operands[0]), stage)
      case .exponential: return add(Step(operation: .exponential, a: operands[0]), stage)
      case .logarithm: return add(Step(operation: .logarithm, a: operands[0]), stage)
      case .add: return folded(.add, &self)
      case .subtract: return folded(.subtract, &self)
      case .multiply: return folded(.multiply, &self)
      case .divide: return folded(.divide, &self)
      case .minimum: return folded(.minimum, &self)
      case .maximum: return folded(.maximum, &self)
      case .clamp:
        let raised = add(Step(operation: .maximum, a: operands[0], b: operands[1]), stage)
        return add(Step(operation: .minimum, a: raised, b: operands[2]), stage)
      case .compare(let relation): return folded(.compare(relation), &self)
      case .not: return add(Step(operation: .not, a: operands[0]), stage)
      case .and: return folded(.and, &self)
      case .or: return folded(.or, &self)
      case .hold(let length): return add(Step(operation: .hold, a: operands[0], length: length), stage)
      case .window(let window, let length):
        return add(Step(operation: .window(window), a: operands[0], length: length), stage)
      case .constant, .signal, .named: preconditionFailure("RuleProgram: laid out above")
      }
    }
  }
}
