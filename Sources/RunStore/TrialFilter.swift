import GRDB

/// A condition on trials: `sharpe > 0 and (trades >= 100 or exit.stop = none)`.
///
/// ```
/// condition  = all {"or" all}
/// all        = term {"and" term}
/// term       = "(" condition ")" | column operator value
/// operator   = "=" | "==" | "!=" | "<>" | "<" | "<=" | ">" | ">="
/// column     = a column of trials_wide: letters, digits and _ . [ ], or anything "in double quotes"
/// value      = a number, a word, or any text 'in single quotes'; a quote within is doubled
/// ```
///
/// A figure, the trial's number and a real parameter are compared with numbers; `status` and `reason` by `=` and `!=` with
/// text; a listed parameter with a number, as those of its values that are numbers, or by `=` and `!=` with one of its
/// values. A trial without a value (NULL) meets no comparison, not even `!=`.
///
/// It is made by ``RunStore/filter(_:)`` over the columns that a store has. No text of the user's gets into SQL:
/// columns are the store's own names, values are bound.
public struct TrialFilter: Sendable {
  /// The condition as SQL over `trials_wide`.
  let sql: String
  /// Values of the condition's places, in order.
  let arguments: [DatabaseValue]
}

/// A column of `trials_wide` as a condition sees it.
struct FilterColumn: Sendable {
  enum Kind: Sendable {
    case number
    case text
    /// A listed parameter: SQL of its position, and its values.
    case listed(position: String, values: [String])
  }
  let name: String
  let kind: Kind
}

/// Reads a condition by recursive descent.
struct FilterParser {
  private enum Token: Equatable {
    case word(String), quoted(String), text(String), sign(String), end
  }
  private let text: String
  private let columns: [FilterColumn]
  private var tokens: [(token: Token, column: Int)] = []
  private var next = 0
  private var arguments: [DatabaseValue] = []
  /// Parentheses within each other that are read; more are no condition but an accident.
  private static let depthLimit = 64

  init(_ text: String, columns: [FilterColumn]) {
    self.text = text
    self.columns = columns
  }

  /// The whole text as a condition.
  mutating func filter() throws(RunStoreError) -> TrialFilter {
    try tokenize()
    let sql = try condition(depth: 0)
    guard peek == .end else { throw error("expected 'and', 'or' or the end") }
    return TrialFilter(sql: sql, arguments: arguments)
  }

  // MARK: Grammar

  private mutating func condition(depth: Int) throws(RunStoreError) -> String {
    var parts = [try all(depth: depth)]
    while takes("or") { parts.append(try all(depth: depth)) }
    return parts.count == 1 ? parts[0] : "(" + parts.joined(separator: " OR ") + ")"
  }

  private mutating func all(depth: Int) throws(RunStoreError) -> String {
    var parts = [try term(depth: depth)]
    while takes("and") { parts.append(try term(depth: depth)) }
    return parts.joined(separator: " AND ")
  }

  private mutating func term(depth: Int) throws(RunStoreError) -> String {
    guard peek == .sign("(") else { return try comparison() }
    guard depth < Self.depthLimit else { throw error("more than \(Self.depthLimit) parentheses") }
    next += 1
    let inner = try condition(depth: depth + 1)
    guard peek == .sign(")") else { throw error("expected ')'") }
    next += 1
    return inner
  }

  private mutating func comparison() throws(RunStoreError) -> String {
    let name: String
    switch peek {
    case .word(let word): name = word
    case .quoted(let quoted): name = quoted
    default: throw error("expected a column")
    }
    guard let column = columns.first(where: { $0.name == name }) else { throw unknown(name) }
    next += 1
    guard case .sign(let sign) = peek, let operation = Self.operators[sign] else {
      throw error("expected one of = != < <= > >=")
    }
    next += 1
    let place = next
    switch peek {
    case .word(let word): next += 1; return try compare(column, operation, word, Double(word), at: place)
    case .text(let text): next += 1; return try compare(column, operation, text, nil, at: place)
    default: throw error("expected a number or 'text'")
    }
  }

  private static let operators = [
    "=": "=", "==": "=", "!=": "<>", "<>": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">=",
  ]

  // MARK: Meaning

  private mutating func compare(
    _ column: FilterColumn, _ operation: String, _ text: String, _ number: Double?, at place: Int
  ) throws(RunStoreError) -> String {
    switch column.kind {
    case .number:
      guard let number, number.isFinite else {
        throw error("\(column.name) is a number; compare it with one", at: place)
      }
      arguments.append(number.databaseValue)
      return "\(Schema.quoted(column.name)) \(operation) ?"
    case .text:
      guard operation == "=" || operation == "<>" else {
        throw error("\(column.name) is text; compare it by = or !=", at: place - 1)
      }
      arguments.append(text.databaseValue)
      return "\(Schema.quoted(column.name)) \(operation) ?"
    case .listed(let position, let values):
      let chosen = try choices(column.name, values, operation, text, number, at: place)
      return "\(position) IN (\(chosen.map { "\($0)" }.joined(separator: ", ")))"
    }
  }

  /// Positions of the listed values that meet a comparison.
  private func choices(
    _ name: String, _ values: [String], _ operation: String, _ text: String, _ number: Double?, at place: Int
  ) throws(RunStoreError) -> [Int] {
    if let number, values.contains(where: { Double($0) != nil }) {
      return values.indices.filter { k in
        guard let value = Double(values[k]) else { return operation == "<>" }
        return switch operation {
        case "=": value == number
        case "<>": value != number
        case "<": value < number
        case "<=": value <= number
        case ">": value > number
        default: value >= number
        }
      }
    }
    guard operation == "=" || operation == "<>" else {
      throw error("\(name) is compared with a number, or by = or != with a value", at: place - 1)
    }
    guard values.contains(text) else {
      throw error(
        "\(name) has no value '\(text)'; it has: " + values.prefix(20).joined(separator: ", ")
          + (values.count > 20 ? ", …" : ""), at: place)
    }
    return values.indices.filter { (values[$0] == text) == (operation == "=") }
  }

  // MARK: Words

  private var peek: Token { tokens[next].token }

  private mutating func takes(_ keyword: String) -> Bool {
    guard case .word(let word) = peek, word.lowercased() == keyword else { return false }
    next += 1
    return true
  }

  private mutating func tokenize() throws(RunStoreError) {
    let characters = Array(text)
    var i = 0
    while i < characters.count {
      let start = i
      let c = characters[i]
      if c.isWhitespace {
        i += 1
      } else if c == "'" || c == "\"" {
        var inner = ""
        i += 1
        while i < characters.count, characters[i] != c || i + 1 < characters.count && characters[i + 1] == c {
          inner.append(characters[i])
          i += characters[i] == c ? 2 : 1
        }
        guard i < characters.count else { throw failure("the quote isn't closed", column: start + 1) }
        i += 1
        tokens.append((c == "'" ? .text(inner) : .quoted(inner), start + 1))
      } else if "()".contains(c) {
        i += 1
        tokens.append((.sign(String(c)), start + 1))
      } else if "=<>!".contains(c) {
        while i < characters.count, "=<>!".contains(characters[i]) { i += 1 }
        tokens.append((.sign(String(characters[start..<i])), start + 1))
      } else if Self.isOfWord(c) {
        while i < characters.count, Self.isOfWord(characters[i]) { i += 1 }
        tokens.append((.word(String(characters[start..<i])), start + 1))
      } else {
        throw failure("'\(c)' has no meaning here", column: start + 1)
      }
    }
    tokens.append((.end, characters.count + 1))
  }

  /// Of a name, a number with its sign, or a plain word.
  private static func isOfWord(_ c: Character) -> Bool { c.isLetter || c.isNumber || "_.[]+-".contains(c) }

  private func unknown(_ name: String) -> RunStoreError {
    let nearest = columns.min { Self.distance($0.name, name) < Self.distance($1.name, name) }
    return .unknownColumn(text: text, column: tokens[next].column, name: name, nearest: nearest?.name ?? "")
  }

  private func error(_ reason: String, at place: Int? = nil) -> RunStoreError {
    failure(reason, column: tokens[place ?? next].column)
  }

  private func failure(_ reason: String, column: Int) -> RunStoreError {
    .badFilter(text: text, column: column, reason: reason)
  }

  /// Letters to change, put in or leave out to get from one name to the other (Levenshtein).
  static func distance(_ a: String, _ b: String) -> Int {
    let b = Array(b.lowercased())
    var row = Array(0...b.count)
    for (i, x) in a.lowercased().enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for j in b.indices {
        let cost = min(diagonal + (x == b[j] ? 0 : 1), row[j] + 1, row[j + 1] + 1)
        diagonal = row[j + 1]
        row[j + 1] = cost
      }
    }
    return row[b.count]
  }
}

extension RunStore {
  /// Reads a condition over the columns of this store's `trials_wide`, for ``trials(where:orderBy:descending:limit:withDaily:)``.
  ///
  /// - Throws: ``RunStoreError/badFilter(text:column:reason:)``, which tells the character and what is expected there;
  ///   ``RunStoreError/unknownColumn(text:column:name:nearest:)``.
  public func filter(_ condition: String) throws(RunStoreError) -> TrialFilter {
    var columns = [
      FilterColumn(name: "trial", kind: .number), FilterColumn(name: "status", kind: .text),
      FilterColumn(name: "reason", kind: .text), FilterColumn(name: "net_cents", kind: .number),
    ]
    for (k, (name, axis)) in zip(shape.axisNames, axes).enumerated() {
      // Positions, not texts: the view would look up a text a trial.
      let position =
        axis.stride.map { "(trial / \($0) % \(axis.values.count))" }
        ?? "(SELECT p\(k) FROM points WHERE points.trial = trials_wide.trial)"
      columns.append(
        FilterColumn(
          name: name, kind: axis.isReal ? .number : .listed(position: position, values: axis.values)))
    }
    columns += shape.metrics.map { FilterColumn(name: $0, kind: .number) }
    var parser = FilterParser(condition, columns: columns)
    return try parser.filter()
  }
}
