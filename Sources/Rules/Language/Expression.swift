import ConfigFormats

/// The text of one rule, parsed: a flat tree whose operands stand before what uses them.
///
/// Equality is of meaning as written: `(vix) > 20` equals `vix > 20`, places don't count.
public struct Expression: Sendable {
  /// Longest text of a rule, Unicode scalars.
  public static let lengthLimit = 4_000
  /// Most levels of nesting.
  public static let depthLimit = 64

  /// One operation; `operands` are positions of earlier nodes.
  struct Node: Hashable, Sendable {
    var operation: Operation
    var operands: [Int] = []
  }
  /// What a node does.
  enum Operation: Hashable, Sendable {
    case quantity(Quantity)
    case truth(Bool)
    /// A signal, function or rule with its arguments; `within` is the last operand if there is one.
    case call(String, hasWithin: Bool)
    case negate
    case arithmetic(Arithmetic)
    case compare(Comparison)
    case not
    case and
    case or
    /// `condition for length`.
    case hold
  }
  /// An operation on two numbers.
  enum Arithmetic: String, Hashable, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
  }
  /// A relation between two numbers.
  enum Comparison: String, Hashable, Sendable, CaseIterable {
    case less = "<"
    case atMost = "<="
    case greater = ">"
    case atLeast = ">="
    case crossesAbove = "crosses above"
    case crossesBelow = "crosses below"
  }
  /// A number with its unit as written.
  struct Quantity: Hashable, Sendable {
    var amount: Amount
    var unit: WrittenUnit
  }
  /// The number itself, or the name of the parameter that gives it.
  enum Amount: Hashable, Sendable {
    case number(Double)
    case parameter(String)
  }

  /// The rule as it was written.
  let text: String
  /// Where it was written.
  let place: RulePlace
  /// Operands before operators, in reading order; the last is the whole.
  private(set) var nodes: [Node]
  /// The column where each node begins, from 1.
  let columns: [Int]

  init(text: String, place: RulePlace, nodes: [Node], columns: [Int]) {
    self.text = text
    self.place = place
    self.nodes = nodes
    self.columns = columns
  }

  func error(_ node: Int, _ fault: RuleFault) -> RuleError {
    RuleError(place: place, text: text, column: columns[node], fault: fault)
  }
}

extension Expression: Hashable {
  /// Whether both were written with the same meaning.
  public static func == (a: Expression, b: Expression) -> Bool { a.nodes == b.nodes }
  /// Hashes the meaning.
  public func hash(into hasher: inout Hasher) { hasher.combine(nodes) }
}

/// One number of a rule, for tools that vary it.
public struct RuleNumber: Hashable, Sendable {
  /// Its position among the numbers of the rule in reading order, from 0. Setting numbers never changes it.
  public let position: Int
  /// Its value as written: 90 for `90 %`.
  public let value: Double
  /// Its unit as written.
  public let unit: WrittenUnit
  /// Its column, from 1.
  public let column: Int
}

extension Expression {
  /// Every number of the rule in reading order, windows and arguments included, parameters left out. O(length).
  public var numbers: [RuleNumber] {
    quantities.enumerated().compactMap { position, node in
      guard case .quantity(let quantity) = nodes[node].operation, case .number(let value) = quantity.amount
      else { return nil }
      return RuleNumber(position: position, value: value, unit: quantity.unit, column: columns[node])
    }
  }

  /// The names of its parameters, each once, in reading order.
  public var parameters: [String] {
    var found: [String] = []
    for node in quantities {
      if case .quantity(let quantity) = nodes[node].operation, case .parameter(let name) = quantity.amount,
        !found.contains(name)
      {
        found.append(name)
      }
    }
    return found
  }

  /// The rule with one number replaced by another in the same unit; `nil` if it has no such number.
  ///
  /// - Parameters:
  ///   - position: of ``RuleNumber``.
  ///   - value: finite.
  public func setting(_ position: Int, to value: Double) -> Expression? {
    let quantities = quantities
    guard quantities.indices.contains(position), value.isFinite else { return nil }
    return replacing { $0 == quantities[position] ? value : nil }
  }

  /// The rule with every parameter replaced by its value.
  ///
  /// - Throws: a parameter without a value, or with one that isn't finite.
  public func binding(_ values: [String: Double]) throws(RuleError) -> Expression {
    for node in quantities {
      guard case .quantity(let quantity) = nodes[node].operation, case .parameter(let name) = quantity.amount
      else { continue }
      guard let value = values[name] else {
        throw error(node, .unknownParameter(name, nearest: NearestNames.of(name, in: values.keys.sorted())))
      }
      guard value.isFinite else { throw error(node, .badParameterValue(name, value: "\(value)")) }
    }
    return replacing { node in
      guard case .quantity(let quantity) = nodes[node].operation, case .parameter(let name) = quantity.amount
      else { return nil }
      return values[name]
    }
  }

  private var quantities: [Int] {
    nodes.indices.filter { if case .quantity = nodes[$0].operation { true } else { false } }
  }

  /// With other values at some quantities: a minus before a parameter becomes part of its number. Text and columns
  /// stay those that were written, so that errors point there.
  private func replacing(_ value: (Int) -> Double?) -> Expression {
    var builder = ExpressionBuilder()
    var moved: [Int] = []
    for (index, node) in nodes.enumerated() {
      var operation = node.operation
      if case .quantity(let quantity) = operation, let new = value(index) {
        operation = .quantity(Quantity(amount: .number(new), unit: quantity.unit))
      }
      moved.append(builder.add(operation, node.operands.map { moved[$0] }, column: columns[index]))
    }
    return Expression(text: text, place: place, nodes: builder.nodes, columns: builder.columns)
  }
}

/// Collects the nodes of an expression, operands first.
struct ExpressionBuilder {
  private(set) var nodes: [Expression.Node] = []
  private(set) var columns: [Int] = []
  /// Levels below and including each node.
  private(set) var depths: [Int] = []

  /// Adds an operation and returns its position. A minus before a number becomes part of it, so that no expression
  /// has two spellings; zero has no sign.
  mutating func add(_ operation: Expression.Operation, _ operands: [Int] = [], column: Int) -> Int {
    if case .negate = operation, case .quantity(var quantity) = nodes[operands[0]].operation,
      case .number(let value) = quantity.amount
    {
      quantity.amount = .number(0 - value)
      nodes[operands[0]].operation = .quantity(quantity)
      columns[operands[0]] = column
      return operands[0]
    }
    nodes.append(Expression.Node(operation: operation, operands: operands))
    columns.append(column)
    depths.append(1 + (operands.map { depths[$0] }.max() ?? 0))
    return nodes.count - 1
  }
}
