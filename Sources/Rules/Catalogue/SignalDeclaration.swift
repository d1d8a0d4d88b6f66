/// What a rule, or a part of one, gives.
public enum RuleType: Hashable, Sendable {
  /// True, false or missing.
  case condition
  /// A number or missing.
  case number(RuleUnit)
}

/// What a value depends on, least first. Whatever needs the condor itself is *coupled*: it can't be worked out once for all
/// condors. Nothing depends on the account: what it holds and has earned is known when all sessions before are worked out.
public enum RuleDependence: String, Hashable, Sendable, CaseIterable, Comparable {
  /// Market data alone.
  case market
  /// The minute and expiry of the entry too.
  case entry
  /// The condor's strikes, credit or result.
  case condor

  /// Whether it needs more than the entry.
  public var isCoupled: Bool { self > .entry }
  /// Less is needed.
  public static func < (a: RuleDependence, b: RuleDependence) -> Bool {
    allCases.firstIndex(of: a) ?? 0 < allCases.firstIndex(of: b) ?? 0
  }
}

/// How often a value changes, coarsest first.
public enum RuleResolution: String, Hashable, Sendable, Comparable {
  /// Once a session: the value known at its open.
  case session
  /// At every completed minute.
  case minute
  /// Session before minute.
  public static func < (a: RuleResolution, b: RuleResolution) -> Bool { a == .session && b == .minute }
}

/// A signal that rules may use: what it is, not how it is computed.
public struct SignalDeclaration: Hashable, Sendable {
  /// How often it changes.
  public enum Resolution: Hashable, Sendable {
    case fixed(RuleResolution)
    /// By its parameter of kind ``SignalParameter/Kind/bar(minutes:)``.
    case ofBar
  }
  /// Sessions that it looks back over before it has a value.
  public enum LookBack: Hashable, Sendable {
    case sessions(Int)
    /// The sum of the counts given for these parameters, in its bars, and one bar more.
    case bars(of: [String])
  }

  /// As rules write it.
  public var name: String
  /// In the order they are written.
  public var parameters: [SignalParameter]
  /// What it gives.
  public var type: RuleType
  /// Bounds that no value leaves, in its unit; a comparison with a number outside them is refused.
  public var range: ClosedRange<Double>?
  /// How often it changes. What depends on more than the market is always by minute.
  public var resolution: Resolution
  /// What it depends on.
  public var dependence: RuleDependence
  /// Sessions it needs before its first value.
  public var lookBack: LookBack
  /// When a value is known, in words.
  public var asOf: String
  /// Which file supplies it, in words, for the message where a history lacks it.
  public var suppliedBy: String
  /// In plain English with parameters in braces: "the RSI over {length} bars".
  public var phrase: String
  /// Where the formula comes from.
  public var formula: String
  /// Whether it values companies: one of several estimates of the same thing, none of which should decide alone.
  public var isValuation = false

  /// Of its parts.
  /// - Precondition: what depends on more than the market is by minute.
  public init(
    _ name: String, _ parameters: [SignalParameter] = [], type: RuleType,
    range: ClosedRange<Double>? = nil, resolution: Resolution, dependence: RuleDependence = .market,
    lookBack: LookBack = .sessions(1), asOf: String, suppliedBy: String, phrase: String, formula: String
  ) {
    precondition(
      dependence == .market || resolution == .fixed(.minute),
      "SignalDeclaration: \(name) depends on more than the market, so it is by minute")
    self.name = name
    self.parameters = parameters
    self.type = type
    self.range = range
    self.resolution = resolution
    self.dependence = dependence
    self.lookBack = lookBack
    self.asOf = asOf
    self.suppliedBy = suppliedBy
    self.phrase = phrase
    self.formula = formula
  }
}

extension SignalDeclaration {
  /// How rules write it, with what is taken where an argument is left out: `rsi(length = 14, bar = 5 min)`.
  public var usage: String {
    var behind = ""
    var inside: [String] = []
    for parameter in parameters {
      if case .within = parameter.kind {
        behind = " within n sessions"
      } else {
        inside.append(parameter.name + (parameter.standard.map { " = \($0.text)" } ?? ""))
      }
    }
    return name + (inside.isEmpty ? "" : "(\(inside.joined(separator: ", ")))") + behind
  }
}

/// One parameter of a signal.
public struct SignalParameter: Hashable, Sendable {
  /// What it takes.
  public enum Kind: Hashable, Sendable {
    /// A whole number without a unit.
    case count(ClosedRange<Int>)
    /// A number in a unit, bounds as written in it.
    case number(ClosedRange<Double>, WrittenUnit)
    /// One of some words.
    case word([String])
    /// One or more of some words, in any order, each once; the last of the parameters in parentheses.
    case words([String])
    /// The length of a bar: so many minutes, or 1 session.
    case bar(minutes: ClosedRange<Int>)
    /// Sessions, written `within n sessions` behind the parentheses.
    case within(ClosedRange<Int>)
  }
  /// For messages and phrases.
  public var name: String
  /// What it takes.
  public var kind: Kind
  /// What it is where it isn't written; nil where it must be.
  public var standard: SignalArgument?

  /// Of its parts.
  public init(_ name: String, _ kind: Kind, standard: SignalArgument? = nil) {
    self.name = name
    self.kind = kind
    self.standard = standard
  }

  /// What it takes, in words.
  var allowed: String {
    switch kind {
    case .count(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .number(let range, let unit):
      "\(SignalArgument.number(range.lowerBound, unit).text) to \(SignalArgument.number(range.upperBound, unit).text)"
    case .word(let words): words.joined(separator: ", ")
    case .words(let words): "some of \(words.joined(separator: ", ")), each once"
    case .bar(let range): "\(range.lowerBound) to \(range.upperBound) min, or 1 session"
    case .within(let range): "\(range.lowerBound) to \(range.upperBound) sessions"
    }
  }
}

/// One argument of a signal.
public enum SignalArgument: Hashable, Sendable {
  case count(Int)
  /// As written in the unit.
  case number(Double, WrittenUnit)
  case word(String)
  /// In the order of the declaration.
  case words([String])
  case minutes(Int)
  case sessions(Int)

  /// As rules write it.
  public var text: String {
    switch self {
    case .count(let count): "\(count)"
    case .number(let value, let unit): Expression.Quantity(amount: .number(value), unit: unit).text
    case .word(let word): word
    case .words(let words): words.joined(separator: ", ")
    case .minutes(let count): Expression.Quantity(amount: .number(Double(count)), unit: .minutes).text
    case .sessions(let count): Expression.Quantity(amount: .number(Double(count)), unit: .sessions).text
    }
  }
}
