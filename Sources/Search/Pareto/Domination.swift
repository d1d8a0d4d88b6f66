/// Which of two results is better, if either is.
///
/// - Source: Deb et al. (2002), section VI-A, constraint domination.
extension Evaluation {
  /// +1 if this one constraint-dominates the other, −1 if the other does, 0 if neither does. O(objectives).
  ///
  /// What failed is dominated by what didn't; what breaks more by what breaks less; what keeps all constraints
  /// dominates by objectives.
  public func domination(over other: Evaluation) -> Int {
    if isFailed || other.isFailed { return isFailed == other.isFailed ? 0 : (isFailed ? -1 : 1) }
    let (mine, its) = (violation, other.violation)
    if mine != its { return mine < its ? 1 : -1 }
    guard mine == 0 else { return 0 }
    var isBetter = false
    var isWorse = false
    for (a, b) in zip(objectives, other.objectives) {
      if a < b { isBetter = true }
      if a > b { isWorse = true }
    }
    return isBetter == isWorse ? 0 : (isBetter ? 1 : -1)
  }
}
