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
