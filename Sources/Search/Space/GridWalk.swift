/// The canonical points of a finite space, one after the other in mixed-radix order, the last parameter fastest.
///
/// Holds one point, so a space of any size can be walked.
struct GridWalk: Sendable {
  private let space: SearchSpace
  private let counts: [Int]
  private var next: SearchPoint?

  /// At the first point; nil if a parameter is real.
  init?(_ space: SearchSpace) {
    let counts = space.parameters.indices.compactMap(space.valueCount)
    guard counts.count == space.parameters.count else { return nil }
    self.space = space
    self.counts = counts
    next = SearchPoint(Array(repeating: 0, count: counts.count))
  }

  /// The next canonical point, valid or not; nil after the last. O(parameters).
  mutating func step() -> SearchPoint? {
    guard let point = next else { return nil }
    let active = space.activity(point)
    var following = point
    next = nil
    // What a parameter hangs on comes before it, so the ones before the digit that moves stay as they are.
    for i in counts.indices.reversed() {
      if active[i], following.values[i] + 1 < Double(counts[i]) {
        following.values[i] += 1
        next = following
        break
      }
      following.values[i] = 0
    }
    return point
  }

  /// How many canonical points there are, valid or not; `Int.max` for more than that, or if counting takes more steps
  /// than a limit. There are at least as many points as steps.
  ///
  /// Only what others hang on is walked: the rest multiplies. O(positions of all parents, multiplied).
  func count(mostSteps limit: Int) -> Int {
    let parents = Set(space.parameters.flatMap { $0.conditions.map(\.parent) })
    var total = 0
    var steps = 0
    var point = SearchPoint(Array(repeating: 0, count: counts.count))
    while true {
      let active = space.activity(point)
      var product = 1
      for i in counts.indices where active[i] && !parents.contains(i) {
        let (result, overflow) = product.multipliedReportingOverflow(by: counts[i])
        product = overflow ? .max : result
      }
      let (sum, overflow) = total.addingReportingOverflow(product)
      total = overflow ? .max : sum
      steps += 1
      guard steps <= limit, total < .max else { return .max }
      var isLast = true
      for i in counts.indices.reversed() where parents.contains(i) {
        if active[i], point.values[i] + 1 < Double(counts[i]) {
          point.values[i] += 1
          isLast = false
          break
        }
        point.values[i] = 0
      }
      if isLast { return total }
    }
  }
}
