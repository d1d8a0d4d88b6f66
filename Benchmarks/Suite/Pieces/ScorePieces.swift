import Kernels

/// Scoring of pairs: sums by matrix products, path figures in lanes.
func scorePieces() -> [Piece] {
  let slots = 5_000
  let vectors = 8
  let (rows, columns) = (128, 200)
  return [
    Piece(
      "kernels/scorecard lanes", unit: "pair-days", items: vectors * 8 * slots, work: .wholeNumbers(6.6)
    ) {
      // four condors of five win; hedges lose a little and seldom win much
      var random = Philox(seed: 95)
      let condor = (0..<slots).map { _ -> Int32 in
        random.integer(below: 10) < 8
          ? Int32(500 + random.integer(below: 16_000)) : -Int32(10_000 + random.integer(below: 26_000))
      }
      let held = (0..<slots).map { _ -> Int32 in random.integer(below: 20) == 0 ? 0 : -1 }
      let base = (0..<slots).map { _ -> Int32 in
        random.integer(below: 16) == 0
          ? Int32(5_000 + random.integer(below: 20_000)) : -Int32(random.integer(below: 400))
      }
      var hedges: [SIMD8<Int32>] = []
      var lowest = Array(repeating: Int32.max, count: slots)
      var highest = Array(repeating: Int32.min, count: slots)
      for v in 0..<vectors {
        for d in 0..<slots {
          var x = SIMD8<Int32>(repeating: 0)
          for lane in 0..<8 {
            x[lane] = base[d] * Int32(8 + v + lane) / 16 + Int32(random.integer(below: 40)) - 20
          }
          hedges.append(x)
          lowest[d] = min(lowest[d], x.min())
          highest[d] = max(highest[d], x.max())
        }
      }
      let axis = ScoreAxis(
        sessions: slots, days: (0..<Int32(slots)).map { $0 },
        tails: [TailCount(count: 250, needsEdge: false), TailCount(count: 50, needsEdge: false)])
      let workspace = ScorecardWorkspace(slots: slots)
      return {
        ScorecardBatch.score(
          condor: condor.span, held: held.span, hedges: hedges.span, lowest: lowest.span,
          highest: highest.span, axis: axis, workspace: workspace
        ) { _, lanes in keep(lanes.worst[0]) }
      }
    },
    Piece(
      "kernels/exact products", unit: "pair-days", items: rows * columns * 250, work: .flops(2)
    ) {
      // one year of 250 sessions, whole cents as doubles
      var random = Philox(seed: 53)
      let left = (0..<rows * 250).map { _ in Double(random.integer(below: 40_000) - 20_000) }
      let right = (0..<250 * columns).map { _ in Double(random.integer(below: 40_000) - 20_000) }
      var result = Array(repeating: 0.0, count: rows * columns)
      return {
        var out = result.mutableSpan
        OpenBLAS.addProducts(left: left.span, right: right.span, terms: 250, range: 0..<250, into: &out)
      }
    },
  ]
}
