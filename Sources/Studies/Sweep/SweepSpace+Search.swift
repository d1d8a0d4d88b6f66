import ConfigFormats
import Search

extension ParameterTree {
  /// The parameters as search algorithms see them: numbers, and what must hold between them.
  ///
  /// Order, positions and reals are those of ``configuration(of:)``, so that a ``SearchPoint``'s values are a point of this
  /// tree.
  public var searchSpace: SearchSpace {
    let made = parameters.map { parameter in
      let (domain, decimals): (SearchParameter.Domain, Int?) =
        switch parameter.domain {
        case .real(let from, let to, let isLog, let decimals):
          (.real(from: from, to: to, isLog: isLog), decimals)
        case .steps(let count): (.steps(count: count), nil)
        case .categories(let count): (.categories(count: count), nil)
        }
      return SearchParameter(
        name: parameter.path, domain: domain,
        conditions: parameter.conditions.map { .init(parent: $0.parent, positions: $0.positions) },
        decimals: decimals)
    }
    return SearchSpace(made) { isValid($0.values) }
  }
}
