import ConfigFormats

extension Expression {
  /// Reads a rule. The grammar is in the module's README.
  ///
  /// - Throws: the first mistake, with its column. No input traps.
  /// - Complexity: O(length).
  public static func parse(_ text: String, at place: RulePlace = RulePlace()) throws(RuleError) -> Expression
  {
    var parser = ExpressionParser(
      text: text, place: place, tokens: try RuleLexer.tokens(text, place: place))
    return try parser.whole()
  }

  /// Words that can't name a rule.
  static let keywords = [
    "and", "or", "not", "for", "within", "crosses", "above", "below", "true", "false",
  ]
}

/// Recursive descent over the tokens of one rule.
struct ExpressionParser {
  let text: String
  let place: RulePlace
  let tokens: [RuleToken]
  private var at = 0
  private var level = 0
  private var builder = ExpressionBuilder()

  init(text: String, place: RulePlace, tokens: [RuleToken]) {
    self.text = text
    self.place = place
    self.tokens = tokens
  }

  mutating func whole() throws(RuleError) -> Expression {
    _ = try disjunction()
    guard token.kind == .end else { throw unexpected("an operator") }
    let made = Expression(text: text, place: place, nodes: builder.nodes, columns: builder.columns)
    // spelled out, it must be as readable as what was written
    let length = made.canonical.unicodeScalars.count
    guard length <= Expression.lengthLimit else { throw error(1, .tooLong(length)) }
    return made
  }

  // MARK: Tokens

  private var token: RuleToken { tokens[at] }

  private func error(_ column: Int, _ fault: RuleFault) -> RuleError {
    RuleError(place: place, text: text, column: column, fault: fault)
  }
  private func unexpected(_ wanted: String) -> RuleError {
    var wanted = wanted
    // 'move down >= …', 'rsi 14 > …'
    if at > 0, case .word(let name) = tokens[at - 1].kind, !Expression.keywords.contains(name) {
      switch token.kind {
      case .word(let word) where !Expression.keywords.contains(word):
        wanted += " or an argument in parentheses, \(name)(\(word)),"
      case .number(let value):
        wanted += " or an argument in parentheses, \(name)(\(NumberText.shortest(value))),"
      default: break
      }
    }
    return error(token.column, .expected(wanted, met: token.shown))
  }
  private mutating func take(symbol: String) -> Bool {
    guard token.kind == .symbol(symbol) else { return false }
    at += 1
    return true
  }
  private mutating func take(word: String) -> Bool {
    guard token.kind == .word(word) else { return false }
    at += 1
    return true
  }
  private mutating func need(symbol: String) throws(RuleError) {
    guard take(symbol: symbol) else { throw unexpected("'\(symbol)'") }
  }

  /// Adds a node that begins where its first operand does, unless told.
  private mutating func add(
    _ operation: Expression.Operation, _ operands: [Int], column: Int? = nil
  ) throws(RuleError) -> Int {
    let start = column ?? builder.columns[operands[0]]
    let node = builder.add(operation, operands, column: start)
    guard builder.depths[node] <= Expression.depthLimit else {
      throw error(start, .tooDeep(Expression.depthLimit))
    }
    return node
  }
  private mutating func descend() throws(RuleError) {
    level += 1
    guard level <= Expression.depthLimit else { throw error(token.column, .tooDeep(Expression.depthLimit)) }
  }

  // MARK: Grammar

  private mutating func disjunction() throws(RuleError) -> Int {
    try descend()
    defer { level -= 1 }
    var parts = [try conjunction()]
    while take(word: "or") { parts.append(try conjunction()) }
    return parts.count == 1 ? parts[0] : try add(.or, parts)
  }

  private mutating func conjunction() throws(RuleError) -> Int {
    var parts = [try negation()]
    while take(word: "and") { parts.append(try negation()) }
    return parts.count == 1 ? parts[0] : try add(.and, parts)
  }

  private mutating func negation() throws(RuleError) -> Int {
    let column = token.column
    guard take(word: "not") else { return try held() }
    try descend()
    defer { level -= 1 }
    return try add(.not, [try negation()], column: column)
  }

  private mutating func held() throws(RuleError) -> Int {
    var node = try comparison()
    while take(word: "for") { node = try add(.hold, [node, try length()]) }
    return node
  }

  private mutating func comparison() throws(RuleError) -> Int {
    let left = try sum()
    guard let relation = try relation() else { return left }
    let node = try add(.compare(relation), [left, try sum()])
    let column = token.column
    if try self.relation() != nil { throw error(column, .chainedComparison) }
    return node
  }

  private mutating func relation() throws(RuleError) -> Expression.Comparison? {
    if take(word: "crosses") {
      if take(word: "above") { return .crossesAbove }
      if take(word: "below") { return .crossesBelow }
      throw unexpected("'above' or 'below'")
    }
    guard case .symbol(let symbol) = token.kind, let relation = Expression.Comparison(rawValue: symbol) else {
      return nil
    }
    at += 1
    return relation
  }

  private mutating func sum() throws(RuleError) -> Int {
    var node = try product()
    while case .symbol(let symbol) = token.kind, symbol == "+" || symbol == "-" {
      at += 1
      node = try add(.arithmetic(symbol == "+" ? .add : .subtract), [node, try product()])
    }
    return node
  }

  private mutating func product() throws(RuleError) -> Int {
    var node = try unary()
    while case .symbol(let symbol) = token.kind, symbol == "*" || symbol == "/" {
      at += 1
      node = try add(.arithmetic(symbol == "*" ? .multiply : .divide), [node, try unary()])
    }
    return node
  }

  private mutating func unary() throws(RuleError) -> Int {
    let column = token.column
    guard take(symbol: "-") else { return try primary() }
    try descend()
    defer { level -= 1 }
    return try add(.negate, [try unary()], column: column)
  }

  private mutating func primary() throws(RuleError) -> Int {
    let column = token.column
    switch token.kind {
    case .number, .parameter: return try quantity()
    case .symbol("$"):
      at += 1
      let amount = try amount()
      return try add(.quantity(.init(amount: amount, unit: .dollars)), [], column: column)
    case .symbol("("):
      at += 1
      let node = try disjunction()
      try need(symbol: ")")
      return node
    case .word("true"), .word("false"):
      let value = token.kind == .word("true")
      at += 1
      return try add(.truth(value), [], column: column)
    case .word(let name) where !Expression.keywords.contains(name):
      at += 1
      return try call(name, column: column)
    default: throw unexpected("a value")
    }
  }

  private mutating func call(_ name: String, column: Int) throws(RuleError) -> Int {
    var operands: [Int] = []
    if take(symbol: "(") {
      if token.kind != .symbol(")") {
        repeat { operands.append(try disjunction()) } while take(symbol: ",")
      }
      try need(symbol: ")")
    }
    let hasWithin = take(word: "within")
    if hasWithin { operands.append(try length()) }
    return try add(.call(name, hasWithin: hasWithin), operands, column: column)
  }

  /// The length behind 'for' or 'within'. A negative one, as setting a number can give, parses; no check takes it.
  private mutating func length() throws(RuleError) -> Int {
    let column = token.column
    let isNegative = take(symbol: "-")
    switch token.kind {
    case .number, .parameter:
      let length = try quantity()
      return isNegative ? try add(.negate, [length], column: column) : length
    default: throw unexpected("a length such as 2 sessions or 30 min")
    }
  }

  private mutating func quantity() throws(RuleError) -> Int {
    let column = token.column
    let amount = try amount()
    var unit = WrittenUnit.none
    switch token.kind {
    case .symbol("%"):
      at += 1
      unit = .percent
    case .word(let word) where !Expression.keywords.contains(word):
      guard let known = WrittenUnit.spelled[word] else {
        throw error(
          token.column, .unknownUnit(word, nearest: NearestNames.of(word, in: WrittenUnit.words)))
      }
      at += 1
      unit = known
    default: break
    }
    return try add(.quantity(.init(amount: amount, unit: unit)), [], column: column)
  }

  private mutating func amount() throws(RuleError) -> Expression.Amount {
    defer { at += 1 }
    switch token.kind {
    case .number(let value): return .number(value)
    case .parameter(let name): return .parameter(name)
    default: throw unexpected("a number")
    }
  }
}
