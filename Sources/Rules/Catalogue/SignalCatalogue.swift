/// The signals that rules are checked against, in the order they are listed.
public struct SignalCatalogue: Hashable, Sendable {
  /// In the order given.
  public let declarations: [SignalDeclaration]

  /// A catalogue of signals.
  /// - Precondition: names differ from one another and from words of the language.
  public init(_ declarations: [SignalDeclaration]) {
    var taken = Set(Expression.keywords + RuleFunction.allCases.map(\.rawValue))
    for declaration in declarations {
      precondition(taken.insert(declaration.name).inserted, "SignalCatalogue: \(declaration.name) is taken")
    }
    self.declarations = declarations
  }

  /// The signal of that name. O(signals).
  public subscript(name: String) -> SignalDeclaration? { declarations.first { $0.name == name } }
}
