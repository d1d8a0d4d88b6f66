/// Says a checked rule in plain English.
struct RuleWords {
  let rule: CheckedRule

  /// A sentence, or for several conditions a list with one line each.
  var lines: [String] {
    let root = rule.nodes[rule.root]
    guard root.type == .condition else { return ["is \(phrase(rule.root))"] }
    return lines(rule.root, indent: 0, lead: "holds when ")
  }

  private func lines(_ at: Int, indent: Int, lead: String) -> [String] {
    let node = rule.nodes[at]
    let margin = String(repeating: "  ", count: indent)
    switch node.operation {
    case .and, .or:
      let head = node.operation == .and ? "all of these hold:" : "any of these holds:"
      return [margin + lead + head]
        + node.operands.flatMap { lines($0, indent: indent + 1, lead: "- ") }
    default: return [margin + lead + phrase(at)]
    }
  }

  // MARK: Phrases

  private func phrase(_ at: Int) -> String {
    let node = rule.nodes[at]
    func operand(_ index: Int) -> String { phrase(node.operands[index]) }
    switch node.operation {
    case .constant(let value): return constant(value, node)
    case .signal(let signal): return rule.signals[rule.signalPositions[signal]].phrase
    case .named(let name): return node.type == .condition ? "the rule '\(name)' holds" : "the rule '\(name)'"
    case .negate: return "minus \(enclosed(node.operands[0]))"
    case .absolute: return "the size of \(enclosed(node.operands[0]))"
    case .exponential: return "e to the power \(enclosed(node.operands[0]))"
    case .logarithm: return "the natural logarithm of \(enclosed(node.operands[0]))"
    case .add: return joined(node, " plus ")
    case .subtract: return joined(node, " minus ")
    case .multiply: return joined(node, " times ")
    case .divide: return joined(node, " over ")
    case .minimum: return "the least of " + joined(node, ", ")
    case .maximum: return "the greatest of " + joined(node, ", ")
    case .clamp:
      return "\(enclosed(node.operands[0])), kept from \(enclosed(node.operands[1])) to "
        + enclosed(node.operands[2])
    case .compare(let relation): return "\(operand(0)) \(relation.words) \(operand(1))"
    case .not: return "it is not so that \(enclosed(node.operands[0]))"
    case .and: return joined(node, " and ")
    case .or: return joined(node, " or ")
    case .hold(let length): return "\(enclosed(node.operands[0])), at \(bars(length, node)) in a row"
    case .window(let window, let length): return self.window(window, length, node)
    }
  }

  /// An operand in parentheses if it is made of parts itself.
  private func enclosed(_ at: Int) -> String {
    switch rule.nodes[at].operation {
    case .constant, .signal, .named: phrase(at)
    default: "(\(phrase(at)))"
    }
  }
  private func joined(_ node: RuleNode, _ separator: String) -> String {
    node.operands.map(enclosed).joined(separator: separator)
  }

  private func constant(_ value: Double, _ node: RuleNode) -> String {
    guard case .number(let unit) = node.type else { return value != 0 ? "always" : "never" }
    switch unit {
    case .number, .ratio, .score: return node.text.text
    default: return "\(NumberText.shortest(value)) \(value == 1 ? unit.one : unit.words)"
    }
  }

  private func bars(_ count: Int, _ node: RuleNode) -> String {
    let bar = node.resolution == .session ? "session" : "minute"
    return "\(count) \(bar)\(count == 1 ? "" : "s")"
  }

  private func window(_ window: RuleWindow, _ length: Int, _ node: RuleNode) -> String {
    let what = enclosed(node.operands[0])
    let bars = bars(length, node)
    return switch window {
    case .mean: "the mean of \(what) over \(bars)"
    case .sd: "the standard deviation of \(what) over \(bars)"
    case .highest: "the highest of \(what) in \(bars)"
    case .lowest: "the lowest of \(what) in \(bars)"
    case .zscore: "the distance of \(what) from its mean over \(bars), in its standard deviations"
    case .percentile: "the share of the last \(bars) with \(what) at or below the present"
    case .change: "the change of \(what) over \(bars)"
    case .lag: "\(what) \(bars) before"
    }
  }
}

extension Expression.Comparison {
  /// Between two phrases.
  var words: String {
    switch self {
    case .less: "is below"
    case .atMost: "is at most"
    case .greater: "is above"
    case .atLeast: "is at least"
    case .crossesAbove: "crosses above"
    case .crossesBelow: "crosses below"
    }
  }
}

extension RuleUnit {
  /// Behind the number 1.
  var one: String {
    switch self {
    case .number, .ratio, .score: words
    case .points: "index point"
    case .vols: "volatility point"
    case .dollars: "dollar"
    case .sd: "standard deviation"
    case .minutes: "minute"
    case .sessions: "session"
    }
  }
}
