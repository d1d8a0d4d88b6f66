import Kernels

/// Places in the unit cube, which most methods work on.
extension SearchSpace {
  /// How many values a parameter has; nil for a real one.
  func valueCount(_ parameter: Int) -> Int? {
    switch parameters[parameter].domain {
    case .real: nil
    case .steps(let count), .categories(let count): count
    }
  }

  /// The value at a place of [0, 1], both ends reached. Equal lengths are equal ranges (equal ratios of a log
  /// parameter), and each position has an equal share.
  func value(_ parameter: Int, at place: Double) -> Double {
    switch parameters[parameter].domain {
    case .real(let from, let to, false): return min(to, max(from, from * (1 - place) + to * place))
    case .real(let from, let to, true):
      let exponent = Elementary.log(from) * (1 - place) + Elementary.log(to) * place
      return min(to, max(from, Elementary.exp(exponent)))
    case .steps(let count), .categories(let count):
      return Double(min(count - 1, Int(place * Double(count))))
    }
  }

  /// A point drawn evenly, not yet canonical: a uniform number a parameter.
  func draw(using random: inout Philox) -> SearchPoint {
    SearchPoint(parameters.indices.map { value($0, at: random.uniform()) })
  }
}
