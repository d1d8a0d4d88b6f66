/// A signal with all its arguments: one column of values. Its hash and text identify it.
public struct SignalInstance: Hashable, Sendable {
  /// The signal's name.
  public let name: String
  /// In the order of the declaration's parameters.
  public let arguments: [SignalArgument]
  /// As rules write it, every argument told: `rsi(14, 5 min)`.
  public let text: String
  /// What it gives.
  public let type: RuleType
  /// How often it changes.
  public let resolution: RuleResolution
  /// What it depends on.
  public let dependence: RuleDependence
  /// Sessions it needs before its first value, that one included.
  public let lookBackSessions: Int
  /// In plain English.
  public let phrase: String

  /// A declared signal with its arguments.
  /// - Precondition: one argument a parameter.
  init(_ declaration: SignalDeclaration, _ arguments: [SignalArgument]) {
    precondition(arguments.count == declaration.parameters.count, "SignalInstance: one argument a parameter")
    name = declaration.name
    self.arguments = arguments
    type = declaration.type
    dependence = declaration.dependence
    var inside: [String] = []
    var behind = ""
    var barMinutes: Int?
    var phrase = declaration.phrase
    for (parameter, argument) in zip(declaration.parameters, arguments) {
      if case .within = parameter.kind {
        behind = " within " + argument.text
      } else {
        inside.append(argument.text)
      }
      if case .bar = parameter.kind, case .minutes(let minutes) = argument { barMinutes = minutes }
      phrase = phrase.replacing("{\(parameter.name)}", with: argument.text)
    }
    self.phrase = phrase
    text = name + (inside.isEmpty ? "" : "(\(inside.joined(separator: ", ")))") + behind
    switch declaration.resolution {
    case .fixed(let fixed): resolution = fixed
    case .ofBar: resolution = barMinutes == nil ? .session : .minute
    }
    switch declaration.lookBack {
    case .sessions(let count): lookBackSessions = count
    case .bars(let names):
      var bars = 1
      for (parameter, argument) in zip(declaration.parameters, arguments) where names.contains(parameter.name)
      {
        if case .count(let count) = argument { bars += count }
      }
      // whole bars of a regular session of 390 minutes
      lookBackSessions = barMinutes.map { 1 + bars / max(1, 390 / $0) } ?? bars
    }
  }
}

extension SignalDeclaration {
  /// With what is taken where an argument is left out, and where one must be told the first that is allowed, of several
  /// words all: `event(FOMC, CPI, PPI, NFP) within 0 sessions`.
  public var usual: SignalInstance {
    SignalInstance(
      self,
      parameters.map { parameter in
        if let standard = parameter.standard { return standard }
        switch parameter.kind {
        case .count(let range): return .count(range.lowerBound)
        case .number(let range, let unit): return .number(range.lowerBound, unit)
        case .word(let words): return .word(words[0])
        case .words(let words): return .words(words)
        case .bar(let minutes): return .minutes(minutes.lowerBound)
        case .within(let range): return .sessions(range.lowerBound)
        }
      })
  }
}
