/// How two numbers must relate.
public enum Relation: String, Sendable, Hashable, CaseIterable {
  case lessOrEqual = "<="
  case greaterOrEqual = ">="
  case less = "<"
  case greater = ">"
  case equal = "=="
  case unequal = "!="

  /// The relation with its sides swapped.
  var swapped: Relation {
    switch self {
    case .lessOrEqual: .greaterOrEqual
    case .greaterOrEqual: .lessOrEqual
    case .less: .greater
    case .greater: .less
    case .equal, .unequal: self
    }
  }
}

/// A bound to a result, such as `trades >= 150`: parsed, and nothing more.
public struct ResultConstraint: Sendable, Hashable {
  /// The full name of what is bound.
  public let name: String
  /// How it must relate to the bound.
  public let relation: Relation
  /// The bound.
  public let bound: Double
  /// As written.
  public let text: String
  /// The line it was read from.
  public let line: Int
}

/// A relation between numeric values of a configuration.
struct ParameterConstraint: Sendable {
  /// A product of numbers and values: `2 * condor.short_delta`.
  struct Product: Sendable {
    var factor: Double
    /// Positions in ``ParameterConstraint/operands``.
    var operands: [Int]
  }

  let text: String
  let line: Int
  let column: Int
  /// Where each named path leads.
  let operands: [[TreePlace]]
  /// Left − right, as a sum.
  let products: [Product]
  let relation: Relation

  /// Whether it holds. Sums of decimals are compared as decimals: a difference below 10⁻¹² of the terms is none.
  func holds(at point: TreePoint) -> Bool {
    var difference = 0.0
    var size = 0.0
    for product in products {
      var term = product.factor
      for operand in product.operands {
        guard let template = point.place(operands[operand]), let number = point.number(template) else {
          return true
        }
        term *= number
      }
      difference += term
      size += term.magnitude
    }
    let isEqual = difference.magnitude <= size * 1e-12
    return switch relation {
    case .lessOrEqual: isEqual || difference < 0
    case .greaterOrEqual: isEqual || difference > 0
    case .less: !isEqual && difference < 0
    case .greater: !isEqual && difference > 0
    case .equal: isEqual
    case .unequal: !isEqual
    }
  }
}
