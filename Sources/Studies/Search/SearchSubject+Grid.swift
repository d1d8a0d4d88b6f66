import ConfigFormats
import Search

extension SearchSubject {
  /// A grid as a search sees it: an axis whose values are numbers or times in order has steps, any other has categories.
  public init(grid space: SweepSpace) {
    let axes = space.space.axes
    let parameters = axes.map { axis in
      SearchParameter(
        name: axis.path,
        domain: axis.isOrdered ? .steps(count: axis.values.count) : .categories(count: axis.values.count))
    }
    let strides = space.axes.map(\.stride)
    self.init(
      space: SearchSpace(parameters),
      isHedge: axes.map { $0.path == "hedge" || $0.path.hasPrefix("hedge.") },
      texts: axes.map { $0.values.map(\.brief) }
    ) { point throws(ConfigError) in
      try space.strategy(at: zip(point.values, strides).reduce(0) { $0 + Int($1.0) * $1.1 })
    }
  }
}
