/// Who survives a generation.
extension NSGA2 {
  /// The best by rank; of the last front that has room for some only, those that stand freest. Best ranks first, with
  /// rank and room set.
  ///
  /// - Complexity: that of ``NonDominatedSort`` and ``CrowdingDistance``.
  static func survivors(_ members: [Member], count: Int) -> [Member] {
    var survivors: [Member] = []
    let fronts = NonDominatedSort.fronts(NonDominatedSort.ranks(members.map(\.evaluation)))
    for (rank, front) in fronts.enumerated() where survivors.count < count {
      let keep = min(front.count, count - survivors.count)
      // what failed may have no objectives at all
      let isFailed = front.contains { members[$0].evaluation.isFailed }
      let width = members[front[0]].evaluation.objectives.count
      let (kept, room) =
        isFailed || width == 0
        ? (Array(0..<keep), Array(repeating: 0, count: keep))
        : CrowdingDistance.prune(
          front.flatMap { members[$0].evaluation.objectives }, width: width, keep: keep)
      for (place, room) in zip(kept, room) {
        var member = members[front[place]]
        member.rank = rank
        member.room = room
        survivors.append(member)
      }
    }
    return survivors
  }
}

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
