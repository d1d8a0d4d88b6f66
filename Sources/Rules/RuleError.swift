/// Where the text of a rule stands.
public struct RulePlace: Hashable, Sendable {
  /// The file; empty for a rule that stands in none.
  public var file: String
  /// The line, from 1.
  public var line: Int
  /// The column of the rule's first character, in Unicode scalars from 1.
  public var column: Int
  /// Of its parts.
  public init(file: String = "", line: Int = 1, column: Int = 1) {
    self.file = file
    self.line = line
    self.column = column
  }
}

/// A mistake in a rule, with its exact place.
public struct RuleError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Where the rule's text begins.
  public let place: RulePlace
  /// The rule.
  public let text: String
  /// The column of the mistake in the text, in Unicode scalars from 1; behind the last one where something is missing.
  public let column: Int
  /// What is wrong.
  public let fault: RuleFault

  /// `file:line:column: in the rule '…': what is wrong; what to do`.
  public var description: String {
    // a text of several lines is counted on from its own first column
    let before = text.unicodeScalars.prefix(column - 1)
    let breaks = before.count { $0 == "\n" }
    let inLine = before.reversed().prefix { $0 != "\n" }.count + 1
    let at = breaks == 0 ? place.column + inLine - 1 : inLine
    let shown = text.unicodeScalars.count <= 120 ? text : String(text.unicodeScalars.prefix(120)) + "…"
    let file = place.file.isEmpty ? "" : "\(place.file):"
    return "\(file)\(place.line + breaks):\(at): in the rule '\(shown)': \(fault)"
  }
}

/// What can be wrong with a rule. Names, values and expressions are as met.
public enum RuleFault: Hashable, Sendable {
  // the text
  case empty
  case tooLong(Int)
  case tooDeep(Int)
  case badCharacter(String, remedy: String)
  case badNumber(String)
  case expected(String, met: String)
  case chainedComparison
  // names
  case unknownName(String, nearest: [String])
  case unknownUnit(String, nearest: [String])
  case unknownParameter(String, nearest: [String])
  case badParameterValue(String, value: String)
  case badName(String)
  case nameTaken(String)
  case cycle([String])
  // types and units
  case wrongUnits(String, RuleUnit, String, RuleUnit)
  case noUnit(String, RuleUnit, String, RuleUnit)
  case wrongUnit(String, RuleUnit, allowed: String)
  case notCondition(String)
  case notNumber(String)
  case notSignal(String)
  case tooDependent(String, RuleDependence, allowed: RuleDependence)
  case noSuchTime(String)
  // arguments
  case argumentCount(String, allowed: String, met: Int)
  case badArgument(String, argument: String, met: String, allowed: String, nearest: [String])
  case needsWithin(String)
  case takesNoWithin(String)
  // time
  case sessionsOfMinutes(String)
  case minutesOfSessions(String)
  case badLength(String, allowed: String)
  case historyTooShort(String, needs: Int, has: Int)
  // values
  case divisionByZero
  case notFinite(String)
  case decided(String, range: String, always: Bool)
  case emptyClamp(String)
}

extension RuleFault: CustomStringConvertible {
  /// What is wrong and what to do.
  public var description: String {
    switch self {
    case .empty: "there is nothing; write a condition such as vix > 20"
    case .tooLong(let count):
      "\(count) characters; \(Expression.lengthLimit) are allowed: split it into named rules"
    case .tooDeep(let limit):
      "more than \(limit) levels of nesting; split it into named rules"
    case .badCharacter(let met, let remedy): "'\(met)' has no meaning here; \(remedy)"
    case .badNumber(let met): "'\(met)' is no finite decimal number"
    case .expected(let wanted, let met): "\(wanted) is expected, but \(met) stands here"
    case .chainedComparison: "a comparison of a comparison; join two with 'and'"
    case .unknownName(let name, let nearest):
      "'\(name)' is no signal, function or rule" + Self.meant(nearest, else: "see 'wingspan rules list'")
    case .unknownUnit(let word, let nearest):
      "'\(word)' is no unit" + Self.meant(nearest, else: "units: \(Self.units)")
    case .unknownParameter(let name, let nearest):
      "the parameter '\(name)' has no value" + Self.meant(nearest, else: "give it one")
    case .badParameterValue(let name, let value):
      "the parameter '\(name)' is \(value); give it a finite number"
    case .badName(let name):
      "'\(name)' can't name a rule; take letters, digits and _, beginning with a letter"
    case .nameTaken(let name): "'\(name)' is already a signal, function, word or rule; take another name"
    case .cycle(let names): "rules that need one another: \(names.joined(separator: " → ")); break the circle"
    case .wrongUnits(let left, let unit, let right, let other):
      "'\(left)' is in \(unit.words) and '\(right)' in \(other.words)" + Self.remedy(unit, other)
    case .noUnit(let left, let unit, let right, let other):
      "'\(left)' in \(unit.words) and '\(right)' in \(other.words) have no product or quotient that rules know; "
        + "divide by a value of the same unit first"
    case .wrongUnit(let text, let unit, let allowed):
      "'\(text)' is in \(unit.words); \(allowed) is needed"
    case .notCondition(let text): "'\(text)' is a number, not a condition; compare it with something"
    case .notNumber(let text): "'\(text)' is a condition, not a number; remove the comparison"
    case .notSignal(let text): "'\(text)' is a rule, not one signal; write a signal such as vix or rsi(14)"
    case .tooDependent(let text, let dependence, let allowed):
      "'\(text)' depends on the \(dependence.rawValue); here a rule may look at no more than the \(allowed.rawValue)"
    case .noSuchTime(let text):
      "'\(text)' has a value once a layer is open; a trigger decides before that: use move, or VIX futures"
    case .argumentCount(let name, let allowed, let met): "\(name) takes \(allowed), not \(met)"
    case .badArgument(let name, let argument, let met, let allowed, let nearest):
      "\(argument) of \(name) is \(met); allowed: \(allowed)"
        + (nearest.isEmpty ? "" : Self.meant(nearest, else: ""))
    case .needsWithin(let name): "\(name)(…) needs its window: write 'within 1 session' behind it"
    case .takesNoWithin(let text): "'\(text)' takes no 'within'; compare with <= instead"
    case .sessionsOfMinutes(let text):
      "'\(text)' changes within the session, so it has no value a session; count in min"
    case .minutesOfSessions(let text):
      "'\(text)' has one value a session; count in sessions"
    case .badLength(let met, let allowed): "a length of \(met); allowed: \(allowed)"
    case .historyTooShort(let text, let needs, let has):
      "'\(text)' looks back over \(needs) sessions, but the history has \(has); shorten the window"
    case .divisionByZero: "a division by zero"
    case .notFinite(let text): "'\(text)' has no finite value"
    case .decided(let text, let range, let always):
      "\(range), so '\(text)' \(always ? "always" : "never") holds; correct the number"
    case .emptyClamp(let text): "'\(text)' clamps between a lower bound above its upper one; swap them"
    }
  }

  private static func meant(_ nearest: [String], else remedy: String) -> String {
    guard let last = nearest.last else { return "; " + remedy }
    let quoted = nearest.dropLast().map { "'\($0)'" }.joined(separator: ", ")
    return "; did you mean \(quoted.isEmpty ? "" : quoted + " or ")'\(last)'?"
  }
  private static func remedy(_ left: RuleUnit, _ right: RuleUnit) -> String {
    right == .number ? "; write \(left.example)" : left == .number ? "; write \(right.example)" : ""
  }
  private static let units = ["%", "sd", "points", "vols", "dollars", "min", "sessions"].joined(
    separator: ", ")
}
