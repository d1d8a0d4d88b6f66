/// One piece of a rule's text.
struct RuleToken: Hashable {
  enum Kind: Hashable {
    case number(Double)
    /// `${name}`.
    case parameter(String)
    case word(String)
    /// One of `( ) , + - * / % $ < <= > >=`.
    case symbol(String)
    case end
  }
  let kind: Kind
  /// From 1.
  let column: Int

  /// As messages quote it.
  var shown: String {
    switch kind {
    case .number(let value): "the number \(NumberText.shortest(value))"
    case .parameter(let name): "'${\(name)}'"
    case .word(let word): "'\(word)'"
    case .symbol(let symbol): "'\(symbol)'"
    case .end: "the end"
    }
  }
}

/// Numbers as rules spell them.
enum NumberText {
  /// The shortest text that reads back as the same number, whole numbers without a point.
  static func shortest(_ value: Double) -> String {
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}

/// Cuts a rule into tokens. O(length).
struct RuleLexer {
  private let text: String
  private let place: RulePlace
  private let scalars: [Unicode.Scalar]
  private var at = 0

  init(_ text: String, place: RulePlace) {
    self.text = text
    self.place = place
    scalars = Array(text.unicodeScalars)
  }

  /// All tokens, the end included.
  static func tokens(_ text: String, place: RulePlace) throws(RuleError) -> [RuleToken] {
    var lexer = RuleLexer(text, place: place)
    guard lexer.scalars.count <= Expression.lengthLimit else {
      throw lexer.error(Expression.lengthLimit, .tooLong(lexer.scalars.count))
    }
    var tokens: [RuleToken] = []
    while let token = try lexer.next() { tokens.append(token) }
    guard !tokens.isEmpty else { throw lexer.error(0, .empty) }
    tokens.append(RuleToken(kind: .end, column: lexer.scalars.count + 1))
    return tokens
  }

  private func error(_ offset: Int, _ fault: RuleFault) -> RuleError {
    RuleError(place: place, text: text, column: offset + 1, fault: fault)
  }

  private mutating func next() throws(RuleError) -> RuleToken? {
    while at < scalars.count, [" ", "\t", "\n", "\r"].contains(scalars[at]) { at += 1 }
    guard at < scalars.count else { return nil }
    let start = at
    let kind: RuleToken.Kind
    switch scalars[at] {
    case "0"..."9", ".": kind = try number()
    case let letter where Self.isLetter(letter): kind = .word(run(Self.isPart))
    case "$" where peek(1) == "{": kind = try parameter()
    case "<", ">":
      at += peek(1) == "=" ? 2 : 1
      kind = .symbol(String(String.UnicodeScalarView(scalars[start..<at])))
    case let mark where "(),+-*/%$".unicodeScalars.contains(mark):
      at += 1
      kind = .symbol(String(mark))
    default: throw error(start, .badCharacter(String(scalars[at]), remedy: Self.remedy(scalars[at])))
    }
    return RuleToken(kind: kind, column: start + 1)
  }

  private func peek(_ ahead: Int) -> Unicode.Scalar? {
    scalars.indices.contains(at + ahead) ? scalars[at + ahead] : nil
  }
  private mutating func run(_ isPart: (Unicode.Scalar) -> Bool) -> String {
    let start = at
    while at < scalars.count, isPart(scalars[at]) { at += 1 }
    return String(String.UnicodeScalarView(scalars[start..<at]))
  }

  /// Digits with at most one point, at least one digit, and an exponent only where digits follow the e.
  private mutating func number() throws(RuleError) -> RuleToken.Kind {
    let start = at
    var spelled = run { Self.isDigit($0) || $0 == "." }
    if peek(0) == "e" || peek(0) == "E" {
      let signed = peek(1) == "+" || peek(1) == "-"
      if let digit = peek(signed ? 2 : 1), Self.isDigit(digit) {
        let mark = at
        at += signed ? 2 : 1
        spelled += String(String.UnicodeScalarView(scalars[mark..<at])) + run(Self.isDigit)
      }
    }
    // the standard library reads neither '.5' nor '5.' everywhere alike
    let points = spelled.count { $0 == "." }
    let full = (spelled.hasPrefix(".") ? "0" : "") + spelled
    guard points <= 1, spelled.first != "." || (spelled.dropFirst().first?.isNumber ?? false),
      !spelled.hasSuffix("."), !spelled.contains(".e"), !spelled.contains(".E"),
      let value = Double(full), value.isFinite
    else { throw error(start, .badNumber(spelled)) }
    return .number(value)
  }

  private mutating func parameter() throws(RuleError) -> RuleToken.Kind {
    at += 2
    let start = at
    let name = run { Self.isPart($0) || $0 == "." }
    guard !name.isEmpty else { throw error(start, .expected("a parameter's name", met: met)) }
    guard peek(0) == "}" else { throw error(at, .expected("'}'", met: met)) }
    at += 1
    return .parameter(name)
  }
  private var met: String { peek(0).map { "'\($0)'" } ?? "the end" }

  static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
  static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_"
  }
  static func isPart(_ scalar: Unicode.Scalar) -> Bool { isLetter(scalar) || isDigit(scalar) }

  private static func remedy(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "=": "measured values are hardly ever equal; write >= and <="
    case "!": "write 'not'"
    case "&": "write 'and'"
    case "|": "write 'or'"
    case "≥": "write >="
    case "≤": "write <="
    case "×", "·": "write *"
    case "÷": "write /"
    case "−", "–": "write -"
    case "^": "write a product, or exp and ln"
    case "[", "{": "write ( and )"
    case "\"", "'": "names stand without quotes"
    default: "remove it"
    }
  }
}
