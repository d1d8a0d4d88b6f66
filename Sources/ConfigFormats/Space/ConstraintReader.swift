/// Reads the text of a constraint: sums of products of numbers and names on both sides of one relation.
struct ConstraintReader {
  let file: String
  /// Names of results.
  let metrics: [String]
  let knownPaths: () -> [String]
  let places: (String) -> [TreePlace]

  /// What a constraint is about.
  enum Read {
    case between(ParameterConstraint)
    case result(ResultConstraint)
  }

  private enum Piece: Equatable {
    case number(Double)
    case name(String)
    case sign(Character)
    case relation(Relation)
  }
  private struct Token {
    let piece: Piece
    /// Unicode scalars before it in the text.
    let offset: Int
  }
  /// A term with names still as names.
  private struct Term {
    var factor: Double
    var names: [(name: String, offset: Int)] = []
  }

  func read(_ node: ConfigNode) throws(ConfigError) -> Read {
    guard case .string(let text) = node.value else {
      throw .wrongType(
        file: file, line: node.line, path: "search.constraints",
        expected: "texts such as 'trades >= 150'", met: node.value.kind)
    }
    func bad(_ offset: Int, _ message: String) -> ConfigError {
      .badConstraint(
        file: file, line: node.line, column: max(node.column, 1) + offset, text: text, message: message)
    }
    let tokens = try tokens(text, bad)
    let relations = tokens.indices.filter { if case .relation = tokens[$0].piece { true } else { false } }
    guard let at = relations.first, case .relation(let relation) = tokens[at].piece else {
      throw bad(text.unicodeScalars.count, "a relation is missing: <=, >=, <, >, == or !=")
    }
    if relations.count > 1 {
      throw bad(tokens[relations[1]].offset, "a second relation; write two constraints")
    }
    let left = try side(tokens[..<at], end: tokens[at].offset, bad)
    let right = try side(tokens[(at + 1)...], end: text.unicodeScalars.count, bad)
    let names = (left + right).flatMap(\.names)
    guard !names.isEmpty else { throw bad(0, "no name in it, so it always or never holds") }

    var bounded: (name: String, offset: Int)?
    for name in names {
      if let metric = try metric(name.name, { bad(name.offset, $0) }) {
        bounded = bounded ?? (metric, name.offset)
      }
    }
    if let bounded {
      let isSingle = { (side: [Term]) in side.count == 1 && side[0].factor == 1 && side[0].names.count == 1 }
      let isNumber = { (side: [Term]) in side.allSatisfy { $0.names.isEmpty } }
      let total = { (side: [Term]) in side.reduce(0) { $0 + $1.factor } }
      if isSingle(left) && isNumber(right) {
        return .result(
          ResultConstraint(
            name: bounded.name, relation: relation, bound: total(right), text: text, line: node.line))
      }
      if isSingle(right) && isNumber(left) {
        return .result(
          ResultConstraint(
            name: bounded.name, relation: relation.swapped, bound: total(left), text: text, line: node.line))
      }
      throw bad(
        bounded.offset, "'\(bounded.name)' is a result, which is compared with a number and nothing else")
    }

    var operands: [[TreePlace]] = []
    var products: [ParameterConstraint.Product] = []
    for (side, sign) in [(left, 1.0), (right, -1.0)] {
      for term in side {
        var product = ParameterConstraint.Product(factor: sign * term.factor, operands: [])
        for name in term.names {
          let found = places(name.name)
          guard !found.isEmpty else {
            throw bad(
              name.offset,
              "'\(name.name)' is no path of this file and no result"
                + TreeWiring.meant(name.name, in: knownPaths() + metrics))
          }
          product.operands.append(operands.count)
          operands.append(found)
        }
        products.append(product)
      }
    }
    return .between(
      ParameterConstraint(
        text: text, line: node.line, column: max(node.column, 1), operands: operands, products: products,
        relation: relation))
  }

  /// The metric that a name stands for: in full, or short of its unit where only one is spelt so.
  private func metric(
    _ name: String, _ bad: (String) -> ConfigError
  ) throws(ConfigError) -> String? {
    if metrics.contains(name) { return name }
    let longer = metrics.filter { $0.hasPrefix(name + "_") }
    guard longer.count > 1 else { return longer.first }
    throw bad("'\(name)' may be \(longer.joined(separator: " or ")); write one of them")
  }

  // MARK: Sides

  private func side(
    _ tokens: ArraySlice<Token>, end: Int, _ bad: (Int, String) -> ConfigError
  ) throws(ConfigError) -> [Term] {
    var terms: [Term] = []
    var at = tokens.startIndex
    var sign = 1.0
    repeat {
      // signs before a term
      while at < tokens.endIndex, case .sign(let mark) = tokens[at].piece, mark != "*" {
        if mark == "-" { sign = -sign }
        at += 1
      }
      var term = Term(factor: sign)
      sign = 1
      while true {
        guard at < tokens.endIndex else { throw bad(end, "a number or name is missing") }
        switch tokens[at].piece {
        case .number(let number): term.factor *= number
        case .name(let name): term.names.append((name, tokens[at].offset))
        default: throw bad(tokens[at].offset, "a number or name is expected")
        }
        at += 1
        guard at < tokens.endIndex, tokens[at].piece == .sign("*") else { break }
        at += 1
      }
      terms.append(term)
      if at < tokens.endIndex {
        guard case .sign = tokens[at].piece else {
          throw bad(tokens[at].offset, "+, - or * is expected")
        }
      }
    } while at < tokens.endIndex
    return terms
  }

  private func tokens(_ text: String, _ bad: (Int, String) -> ConfigError) throws(ConfigError) -> [Token] {
    let letters = Array(text.unicodeScalars)
    var tokens: [Token] = []
    var at = 0
    func run(_ isPart: (Unicode.Scalar) -> Bool) -> String {
      let start = at
      while at < letters.count && isPart(letters[at]) { at += 1 }
      return String(String.UnicodeScalarView(letters[start..<at]))
    }
    while at < letters.count {
      let start = at
      switch letters[at] {
      case " ", "\t", "\n": at += 1
      case "+", "-", "*":
        tokens.append(Token(piece: .sign(Character(letters[at])), offset: start))
        at += 1
      case "<", ">", "=", "!":
        let mark = run { "<>=!".unicodeScalars.contains($0) }
        guard let relation = Relation(rawValue: mark) else {
          throw bad(start, "'\(mark)' is no relation; write <=, >=, <, >, == or !=")
        }
        tokens.append(Token(piece: .relation(relation), offset: start))
      case "0"..."9", ".":
        var spelled = run { ("0"..."9").contains($0) || [".", ":", "e", "E"].contains($0) }
        if spelled.last == "e" || spelled.last == "E", at < letters.count, ["+", "-"].contains(letters[at]) {
          spelled.unicodeScalars.append(letters[at])
          at += 1
          spelled += run { ("0"..."9").contains($0) }
        }
        let value = DecimalText.number(spelled).flatMap { ConfigNode($0).number }
        guard let number = value ?? ClockText.minute(spelled).map({ Double($0) }) else {
          throw bad(start, "'\(spelled)' is no number and no time")
        }
        tokens.append(Token(piece: .number(number), offset: start))
      case let letter where letter == "_" || letter.properties.isAlphabetic:
        let name = run {
          $0 == "_" || $0.properties.isAlphabetic || ("0"..."9").contains($0)
            || ".[]".unicodeScalars.contains($0)
        }
        tokens.append(Token(piece: .name(name), offset: start))
      default: throw bad(start, "'\(letters[at])' has no meaning here")
      }
    }
    return tokens
  }
}
