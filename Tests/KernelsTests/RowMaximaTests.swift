import Kernels
import TestSupport
import Testing

/// Widths on both sides of the sixteen numbers that are looked at together, in one piece or two.
@Test(arguments: [1, 7, 15, 16, 17, 33, 100], [1, 2])
func maximaOfRowsAreThoseOfALoop(columns: Int, pieces: Int) {
  var random = Philox(seed: UInt64(columns), stream: UInt64(pieces))
  let rows = 5
  let all = columns * pieces
  let x = (0..<rows * all).map { _ in random.normal() }
  let scale = (0..<all).map { _ in random.normal() }
  let shift = (0..<all).map { $0 == 3 ? -.infinity : random.normal() }
  var maxima = RowMaxima(rows: rows)
  for piece in 0..<pieces {
    let own = piece * columns..<(piece + 1) * columns
    let block = (0..<rows).flatMap { row in own.map { x[row * all + $0] } }
    maxima.take(
      block.span, scale: scale.span.extracting(own), shift: shift.span.extracting(own),
      firstColumn: own.lowerBound)
  }
  for row in 0..<rows {
    let y = (0..<all).map { shift[$0].addingProduct(x[row * all + $0], scale[$0]) }
    let most = y.max() ?? 0
    #expect(maxima.values[row] == most && maxima.places[row] == y.firstIndex(of: most))
  }
}

@Test func rowsOfNothingButWhatIsLeftOutHaveNoPlace() {
  var maxima = RowMaxima(rows: 1)
  maxima.take(
    [1.0, 2].span, scale: [1.0, 1].span, shift: [-Double.infinity, -.infinity].span, firstColumn: 0)
  #expect(maxima.values == [-.infinity] && maxima.places == [-1])
}

@Test(arguments: [1, 7, 8, 9, 16, 37])
func studentisedRowsAreThoseOfALoop(count: Int) {
  var random = Philox(seed: UInt64(count), stream: 2)
  let row = (0..<count).map { _ in random.normal() }
  let average = (0..<count).map { _ in 0.3 * random.normal() }
  let start = (0..<count).map { _ in random.normal() }
  var maxima = start
  var out = maxima.mutableSpan
  let deviation = StudentisedRow.raise(&out, row: row.span, average: average.span, floor: 1e-9)
  let d = zip(average, row).map { $0 - $1 }
  let expected = (d.reduce(0) { $0 + $1 * $1 } / Double(count)).squareRoot()
  #expect(abs(deviation / expected - 1) < 1e-14)
  for b in 0..<count { #expect(abs(maxima[b] - max(start[b], d[b] / deviation)) < 1e-14) }
  var still = maxima.mutableSpan
  #expect(StudentisedRow.raise(&still, row: row.span, average: row.span, floor: 1e-9) == 1e-9)
}
