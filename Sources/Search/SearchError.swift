/// Why a search can't be made. Every case names the value met and says what to do.
public enum SearchError: Error, Equatable, Sendable {
  /// No method has this name.
  case unknownMethod(String)
  /// A number of objectives that the method can't work on.
  case objectives(Int, method: SearchMethod)
  /// A grid over a parameter without steps.
  case gridOverReal(parameter: String)
  /// A grid of more points than allowed; the count stops at `Int.max`.
  case gridTooLarge(points: Int, limit: Int)
  /// More parameters than the Sobol sequence has direction numbers for.
  case tooManyParameters(Int, limit: Int)
  /// A choice without order, for a method that needs distances.
  case categories(parameter: String, method: SearchMethod)
  /// No parameter with more than one value, for a method that needs one.
  case nothingToVary(method: SearchMethod)
  /// A setting out of its bounds.
  case setting(name: String, value: String, bounds: String)
}

extension SearchError: CustomStringConvertible {
  /// The text for a user.
  public var description: String {
    switch self {
    case .unknownMethod(let name):
      "no search method is named \(name); choose one of \(SearchMethod.names)"
    case .objectives(let count, .cmaes):
      "cmaes minimises one objective, was given \(count); use nsga2 for several"
    case .objectives(let count, let method):
      "\(method.rawValue) was given \(count) objectives; name at least one"
    case .gridOverReal(let parameter):
      "grid can't list the real parameter \(parameter); give it a step, or use random, sobol, nsga2 or cmaes"
    case .gridTooLarge(let points, let limit):
      "the grid has \(points == .max ? "more than \(limit)" : "\(points)") points, the limit is \(limit); "
        + "take wider steps, raise the limit, or use sobol or nsga2"
    case .tooManyParameters(let count, let limit):
      "sobol works on at most \(limit) parameters, the space has \(count); fix some, or use random or nsga2"
    case .categories(let parameter, let method):
      "\(method.rawValue) can't vary the choice \(parameter), which has no order; fix it, or use nsga2"
    case .nothingToVary(let method):
      "\(method.rawValue) found no parameter with more than one value; free one, or use grid"
    case .setting(let name, let value, let bounds):
      "\(name) is \(value); it must be \(bounds)"
    }
  }
}
