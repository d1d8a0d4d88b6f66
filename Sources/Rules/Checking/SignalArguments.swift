import ConfigFormats

/// Reads the arguments that a rule gives a signal.
struct SignalArguments {
  private let declaration: SignalDeclaration
  private let call: Int
  private let source: RuleChecker.Source

  init(_ declaration: SignalDeclaration, _ call: Int, _ source: RuleChecker.Source) {
    self.declaration = declaration
    self.call = call
    self.source = source
  }

  /// The signal with every argument told, defaults filled in.
  func instance() throws(RuleError) -> SignalInstance {
    var given = source[call].operands[...]
    var within: Int?
    if case .call(_, hasWithin: true) = source[call].operation { within = given.popLast() }
    let total = given.count
    var arguments: [SignalArgument] = []
    for parameter in declaration.parameters {
      switch parameter.kind {
      case .within:
        guard let node = within else { throw source.error(call, .needsWithin(declaration.name)) }
        arguments.append(try one(parameter, node))
        within = nil
      case .words(let known):
        arguments.append(try words(parameter, known, given))
        given = []
      default:
        if let node = given.popFirst() {
          arguments.append(try one(parameter, node))
        } else if let standard = parameter.standard {
          arguments.append(standard)
        } else {
          throw source.error(call, wrongCount(total))
        }
      }
    }
    guard given.isEmpty else { throw source.error(given[given.startIndex], wrongCount(total)) }
    guard within == nil else { throw source.error(call, .takesNoWithin(source.text(call))) }
    return SignalInstance(declaration, arguments)
  }

  private func wrongCount(_ met: Int) -> RuleFault {
    .argumentCount(
      declaration.name, allowed: declaration.parameters.isEmpty ? "no arguments" : declaration.usage,
      met: met)
  }

  private func bad(
    _ parameter: SignalParameter, _ node: Int, _ nearest: [String] = []
  ) -> RuleError {
    source.error(
      node,
      .badArgument(
        declaration.name, argument: parameter.name, met: source.text(node), allowed: parameter.allowed,
        nearest: nearest))
  }

  private func one(_ parameter: SignalParameter, _ node: Int) throws(RuleError) -> SignalArgument {
    switch parameter.kind {
    case .count(let range):
      guard let count = whole(node, .none), range.contains(count) else { throw bad(parameter, node) }
      return .count(count)
    case .number(let range, let unit):
      guard let value = number(node, unit), range.contains(value) else { throw bad(parameter, node) }
      return .number(value, unit)
    case .word(let known), .words(let known):
      guard let word = word(node) else { throw bad(parameter, node) }
      guard known.contains(word) else { throw bad(parameter, node, NearestNames.of(word, in: known)) }
      return .word(word)
    case .bar(let range):
      if whole(node, .sessions) == 1 { return .sessions(1) }
      guard let minutes = whole(node, .minutes), range.contains(minutes) else { throw bad(parameter, node) }
      return .minutes(minutes)
    case .within(let range):
      guard let sessions = whole(node, .sessions), range.contains(sessions) else {
        throw bad(parameter, node)
      }
      return .sessions(sessions)
    }
  }

  /// In the order of the declaration: they are a set.
  private func words(
    _ parameter: SignalParameter, _ known: [String], _ given: ArraySlice<Int>
  ) throws(RuleError) -> SignalArgument {
    guard !given.isEmpty else { throw source.error(call, wrongCount(0)) }
    var met: [String] = []
    for node in given {
      guard case .word(let word) = try one(parameter, node), !met.contains(word) else {
        throw bad(parameter, node)
      }
      met.append(word)
    }
    return .words(known.filter(met.contains))
  }

  private func number(_ node: Int, _ unit: WrittenUnit) -> Double? {
    guard case .quantity(let quantity) = source[node].operation, case .number(let value) = quantity.amount,
      quantity.unit == unit
    else { return nil }
    return value
  }
  private func whole(_ node: Int, _ unit: WrittenUnit) -> Int? {
    number(node, unit).flatMap { Int(exactly: $0) }
  }
  /// A bare name.
  private func word(_ node: Int) -> String? {
    guard case .call(let name, hasWithin: false) = source[node].operation, source[node].operands.isEmpty
    else { return nil }
    return name
  }
}
