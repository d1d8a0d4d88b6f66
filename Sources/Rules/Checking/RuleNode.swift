/// What a node of a checked rule does. Conditions are numbers too: 1 true, 0 false.
enum RuleOperation: Hashable, Sendable {
  case constant(Double)
  /// A column of values, by position in the rule's list of signals.
  case signal(Int)
  /// A named rule: the value of its operand.
  case named(String)
  case negate, absolute, exponential, logarithm
  case add, subtract, multiply, divide, minimum, maximum
  /// Of a value, the lower and the upper bound.
  case clamp
  case compare(Expression.Comparison)
  case not, and, or
  /// True if the operand was at so many bars in a row, the present one last.
  case hold(Int)
  case window(RuleWindow, Int)
}

/// One operation of a checked rule; operands are positions of earlier nodes.
struct RuleNode: Hashable, Sendable {
  let operation: RuleOperation
  let operands: [Int]
  let type: RuleType
  let resolution: RuleResolution
  let dependence: RuleDependence
  /// Sessions that it reads, the present one included.
  let lookBack: Int
  /// Its value, if it is the same always.
  let constant: Double?
  /// Bounds that it can't leave.
  let range: ClosedRange<Double>?
  /// Levels below and including it, named rules looked into.
  let depth: Int
  /// Its canonical text, defaults filled in, named rules by name.
  let text: RuleText

  /// A literal 0 fits every unit.
  var isZero: Bool { constant == 0 && type == .number(.number) }
}
