import Kernels
import Testing

/// A matrix with whole-number columns, a constant one, a zero one and a double of the first.
private func sample(rows: Int, width: Int, seed: UInt64) -> [Double] {
  var random = Philox(seed: seed)
  var x = Array(repeating: 0.0, count: rows * width)
  for d in 0..<rows {
    for j in 0..<width { x[d * width + j] = Double(random.integer(below: 2001) - 900) / (j % 3 == 2 ? 7 : 1) }
    if width > 3 {
      x[d * width + 1] = 5
      x[d * width + 2] = 0
      x[d * width + 3] = 3 * x[d * width]
    }
  }
  return x
}

@Suite struct BlockMomentsTests {
  /// Widths on both sides of the lanes and of the columns that share a pass.
  @Test(arguments: [1, 7, 8, 9, 31, 511, 513, 1030], ColumnScore.allCases)
  func scoresAreThoseOfThePlainSums(width: Int, score: ColumnScore) {
    let rows = 43
    let x = sample(rows: rows, width: width, seed: UInt64(width))
    let used = (0..<width).filter { $0 % 5 != 4 }
    let cuts = [3, 10, 17, 17, 30, 42]
    let unions = [[0, 1], [4], [3, 2, 0], [0, 1, 2, 3, 4]]
    let moments = BlockMoments(matrix: x.span, width: width, used: used, cuts: cuts)
    #expect(moments.rows == [7, 7, 0, 13, 12] && moments.columns == used.count)
    let (scores, flat) = moments.scores(of: unions, as: score)
    #expect(scores.count == unions.count * moments.stride)
    var expectedFlat = 0
    for (u, union) in unions.enumerated() {
      for (j, column) in used.enumerated() {
        let blocks = union.map { b in (cuts[b]..<cuts[b + 1]).map { x[$0 * width + column] } }
        let reference = BlockMomentsReference.score(blocks, as: score)
        #expect(scores[u * moments.stride + j].bitPattern == reference.bitPattern || reference == 0)
        #expect(scores[u * moments.stride + j] == reference)
        if score == .sharpe && (column == 1 || column == 2) && width > 3 { expectedFlat += 1 }
      }
      let filling = scores[(u * moments.stride + used.count)..<((u + 1) * moments.stride)]
      #expect(filling.allSatisfy { $0.isNaN })
    }
    #expect(flat == expectedFlat)
  }

  /// A Sharpe ratio from sums is the one of the definition, mean over sample deviation.
  @Test func sharpeIsMeanOverDeviation() {
    let x = sample(rows: 60, width: 1, seed: 9)
    let moments = BlockMoments(matrix: x.span, width: 1, used: [0], cuts: [0, 20, 40, 60])
    let scores = moments.scores(of: [[0, 2]], as: .sharpe).values
    let part = Array(x[0..<20] + x[40..<60])
    let mean = part.reduce(0, +) / 40
    let deviation = (part.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 39).squareRoot()
    #expect(abs(scores[0] - mean / deviation) <= 1e-14)
  }

  @Test(arguments: [1, 7, 8, 9, 100, 1001])
  func bestAndStandingAreThePlainOnes(count: Int) {
    var random = Philox(seed: UInt64(count))
    for round in 0..<20 {
      // few distinct values make ties; some entries are no scores
      var row = (0..<count).map { _ in Double(random.integer(below: round < 10 ? 5 : 100_000)) / 3 - 2 }
      for i in row.indices where random.integer(below: 9) == 0 { row[i] *= 1 + 4e-16 }
      for i in row.indices where random.integer(below: 11) == 0 && count > 1 { row[i] = .nan }
      let best = ScoreRanking.best(row.span)
      #expect(best == BlockMomentsReference.best(row))
      guard let best else { continue }
      for i in [best, count / 2] where !row[i].isNaN {
        #expect(
          ScoreRanking.standing(of: row[i], in: row.span)
            == BlockMomentsReference.standing(of: row[i], in: row))
      }
    }
  }

  /// The same P&L at three times the size has the same Sharpe ratio, whatever rounding does to its last bit.
  @Test func sizesTie() {
    let row = [0.1, 0.3, 0.3 * (1 + 3e-16), 0.2, .nan]
    #expect(ScoreRanking.best(row.span) == 1)
    let standing = ScoreRanking.standing(of: row[2], in: row.span)
    #expect(standing.below == 2 && standing.ties == 2 && standing.twiceRank == 7)
    #expect(ScoreRanking.best([Double.nan, .nan].span) == nil)
  }
}
