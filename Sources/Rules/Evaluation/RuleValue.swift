import Kernels

/// Why a value can't be had.
public enum MissingReason: Hashable, Sendable {
  /// A signal has none: a hole in the data, or too early in it.
  case signal(SignalInstance)
  /// A window or a state operator hasn't seen enough bars.
  case tooFewBars
  case divisionByZero
  /// No finite result: the logarithm of what isn't positive, or an overflow.
  case notFinite
}

/// The value of a rule at a bar: a finite number (a condition's is 1 or 0), or missing with its reason. A missing value
/// is never false.
public enum RuleValue: Hashable, Sendable {
  case value(Double)
  case missing(MissingReason)

  /// A condition's value; nil if it is missing.
  public var truth: Bool? { if case .value(let value) = self { value != 0 } else { nil } }

  /// A finite number as it is, anything else missing.
  static func finite(_ value: Double) -> RuleValue { value.isFinite ? .value(value) : .missing(.notFinite) }
  static func truth(_ value: Bool) -> RuleValue { .value(value ? 1 : 0) }
}

/// The definition of every operation on values at one bar.
///
/// - `not`, `and`, `or` follow Kleene's strong logic of three values: false and missing is false, true or missing is true,
///   otherwise missing stays missing. Source: S. C. Kleene, "Introduction to Metamathematics" (1952), § 64.
/// - Every other operation is missing where an operand is, with the reason of the leftmost such operand.
/// - exp and ln are those of ``Elementary``: the same bits on every machine.
enum RuleArithmetic {
  /// The value of a scalar operation on its operands.
  static func apply(_ operation: RuleOperation, _ operands: [RuleValue]) -> RuleValue {
    switch operation {
    case .and, .or:
      let decisive = operation == .or
      if operands.contains(where: { $0.truth == decisive }) { return .truth(decisive) }
      return operands.first { $0.truth == nil } ?? .truth(!decisive)
    default: break
    }
    var values: [Double] = []
    for operand in operands {
      guard case .value(let value) = operand else { return operand }
      values.append(value)
    }
    switch operation {
    case .constant(let value): return .value(value)
    case .named: return .value(values[0])
    case .negate: return .value(0 - values[0])
    case .absolute: return .value(abs(values[0]))
    case .exponential: return .finite(Elementary.exp(values[0]))
    case .logarithm: return .finite(Elementary.log(values[0]))
    case .add: return .finite(values[0] + values[1])
    case .subtract: return .finite(values[0] - values[1])
    case .multiply: return .finite(values[0] * values[1])
    case .divide: return values[1] == 0 ? .missing(.divisionByZero) : .finite(values[0] / values[1])
    case .minimum: return .value(values.dropFirst().reduce(values[0]) { $1 < $0 ? $1 : $0 })
    case .maximum: return .value(values.dropFirst().reduce(values[0]) { $1 > $0 ? $1 : $0 })
    case .clamp:
      let raised = values[1] > values[0] ? values[1] : values[0]
      return .value(values[2] < raised ? values[2] : raised)
    case .not: return .truth(values[0] == 0)
    case .compare(let relation): return .truth(relation.holds(values[0], values[1]))
    case .signal, .and, .or, .hold, .window: preconditionFailure("RuleArithmetic: not a scalar operation")
    }
  }

  /// The value of a window over present values, oldest first; `change` and `lag` get one more.
  static func apply(_ window: RuleWindow, _ values: [Double]) -> RuleValue {
    let last = values[values.count - 1]
    switch window {
    case .lag: return .value(values[0])
    case .change: return .finite(last - values[0])
    case .highest: return .value(values.reduce(values[0]) { $1 > $0 ? $1 : $0 })
    case .lowest: return .value(values.reduce(values[0]) { $1 < $0 ? $1 : $0 })
    case .percentile: return .value(Double(values.count { $0 <= last }) / Double(values.count))
    case .mean: return .finite(mean(values))
    case .sd: return .finite(deviation(values))
    case .zscore:
      let deviation = deviation(values)
      guard deviation != 0 else { return .missing(.divisionByZero) }
      guard deviation.isFinite else { return .missing(.notFinite) }
      return .finite((last - mean(values)) / deviation)
    }
  }

  private static func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
  }
  private static func deviation(_ values: [Double]) -> Double {
    // a mean that rounds must not give equal values a deviation
    guard values.contains(where: { $0 != values[0] }) else { return 0 }
    let mean = mean(values)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(values.count - 1)).squareRoot()
  }
}

extension Expression.Comparison {
  /// Whether the relation holds between two numbers; of the crossings, what must hold at the present bar.
  func holds(_ a: Double, _ b: Double) -> Bool {
    switch self {
    case .less, .crossesBelow: a < b
    case .atMost: a <= b
    case .greater, .crossesAbove: a > b
    case .atLeast: a >= b
    }
  }
}
