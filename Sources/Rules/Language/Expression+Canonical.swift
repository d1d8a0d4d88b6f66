extension Expression {
  /// The one spelling of the rule: it parses to an equal expression, and its own canonical text is itself.
  ///
  /// Parentheses stand only where they are needed, numbers are the shortest that read back as the same bits, units
  /// and parameters are kept. Operands are not put in another order: a sum's last bit, and which of two missing
  /// values is reported, depend on it. Defaults are not filled in; ``CheckedRule/canonical`` does that.
  ///
  /// - Complexity: O(length × depth).
  public var canonical: String { canonicalNodes.last?.text ?? "" }

  /// The canonical text of every node.
  var canonicalNodes: [RuleText] {
    var texts: [RuleText] = []
    for node in nodes { texts.append(RuleText(node.operation, node.operands.map { texts[$0] })) }
    return texts
  }
}

/// A piece of canonical text, with how tightly it binds.
struct RuleText: Hashable, Sendable {
  /// Levels of the grammar, loosest first.
  enum Binding: Int, Sendable {
    case or, and, not, hold, compare, sum, product, unary, primary
  }
  let text: String
  let binding: Binding

  /// A call or another text that binds as one.
  init(primary text: String) { (self.text, binding) = (text, .primary) }

  /// The text of an operation on operands.
  init(_ operation: Expression.Operation, _ operands: [RuleText]) {
    func joined(_ separator: String, _ own: Binding) -> String {
      operands.map { $0.inside(own, strictly: true) }.joined(separator: separator)
    }
    switch operation {
    case .quantity(let quantity):
      text = quantity.text
      binding = quantity.text.hasPrefix("-") ? .unary : .primary
    case .truth(let value): (text, binding) = ("\(value)", .primary)
    case .call(let name, let hasWithin):
      let arguments = (hasWithin ? operands.dropLast() : operands[...]).map(\.text)
      let list = arguments.isEmpty ? "" : "(\(arguments.joined(separator: ", ")))"
      text = name + list + (hasWithin ? " within \(operands[operands.count - 1].text)" : "")
      binding = .primary
    case .negate: (text, binding) = ("-" + operands[0].inside(.unary), .unary)
    case .arithmetic(let sign):
      binding = sign == .add || sign == .subtract ? .sum : .product
      text =
        "\(operands[0].inside(binding)) \(sign.rawValue) \(operands[1].inside(binding, strictly: true))"
    case .compare(let relation):
      (text, binding) = (joined(" \(relation.rawValue) ", .compare), .compare)
    case .not: (text, binding) = ("not " + operands[0].inside(.not), .not)
    case .and: (text, binding) = (joined(" and ", .and), .and)
    case .or: (text, binding) = (joined(" or ", .or), .or)
    case .hold: (text, binding) = ("\(operands[0].inside(.hold)) for \(operands[1].text)", .hold)
    }
  }

  /// The text as an operand of something that binds so tightly, in parentheses if it binds less (or `strictly` equally).
  private func inside(_ outer: Binding, strictly: Bool = false) -> String {
    binding.rawValue > outer.rawValue || !strictly && binding == outer ? text : "(\(text))"
  }
}

extension Expression.Quantity {
  /// `0.5 sd`, `90 %`, `1 session`, `${x} sd`.
  var text: String {
    let (number, isOne) =
      switch amount {
      case .number(let value): (NumberText.shortest(value), value == 1)
      case .parameter(let name): ("${\(name)}", false)
      }
    guard let many = unit.spellings.last, let one = unit.spellings.first else { return number }
    return "\(number) \(isOne ? one : many)"
  }
}
