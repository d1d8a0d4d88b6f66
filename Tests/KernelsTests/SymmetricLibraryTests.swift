import Kernels
import Testing

private func normals(_ count: Int, seed: UInt64) -> [Double] {
  var g = Philox(seed: seed)
  return (0..<count).map { _ in g.normal() }
}

@Test(arguments: [(1, 1), (3, 7), (40, 13), (64, 64)], [OpenBLAS.GramSide.rows, .columns])
func gramsAreThePlainOnesAndAddUp(shape: (Int, Int), side: OpenBLAS.GramSide) {
  let (rows, columns) = shape
  let n = side == .rows ? rows : columns
  // whole numbers: exact whatever the order of the sum
  let a = normals(rows * columns, seed: 5).map { ($0 * 1_000).rounded() }
  var fast = Array(repeating: 7.0, count: n * n)
  var plain = fast
  var span = fast.mutableSpan
  OpenBLAS.addGram(a.span, columns: columns, side: side, into: &span)
  LinearAlgebraReference.addGram(a, columns: columns, side: side, into: &plain)
  #expect(fast == plain)
}

@Test(arguments: [1, 2, 5, 60])
func eigenvaluesAreThoseOfTheRotations(n: Int) throws {
  let a = normals(n * n, seed: UInt64(n))
  let symmetric = (0..<n * n).map { a[$0] + a[$0 % n * n + $0 / n] }
  let plain = try #require(SymmetricEigen(symmetric, order: n)).values
  // the lower triangle isn't read
  let upper = symmetric.indices.map { $0 / n <= $0 % n ? symmetric[$0] : 7 }
  let fast = try #require(OpenBLAS.symmetricEigenvalues(upper, order: n))
  let size = plain.reduce(0) { max($0, $1.magnitude) }
  for (x, y) in zip(fast, plain) { #expect(abs(x - y) <= 1e-14 * Double(n) * size) }
  #expect(OpenBLAS.symmetricEigenvalues([], order: 0) == [])
  #expect(OpenBLAS.symmetricEigenvalues([.nan], order: 1) == nil)
}

/// The worked case of many books: 4, 12, −16; 12, 37, −43; −16, −43, 98.
@Test func choleskyOfAWorkedCase() throws {
  let c = try #require(Cholesky([4, 12, -16, 12, 37, -43, -16, -43, 98], order: 3))
  #expect(c.lower == [2, 0, 0, 6, 1, 0, -8, 5, 3])
  #expect(c.times([1, 2, 3]) == [2, 8, 11])
  #expect(c.transposedTimes([1, 2, 3]) == [2 + 12 - 24, 2 + 15, 9])
  #expect(Cholesky([1, 1, 1, 1], order: 2) == nil)
  #expect(Cholesky([1, 2, 2, 1], order: 2) == nil)
  #expect(Cholesky([.nan], order: 1) == nil)
}

/// Hillier and Lieberman's Wyndor glass works: most of 3x + 5y with x ≤ 4, 2y ≤ 12, 3x + 2y ≤ 18 is 36 at (2, 6), and
/// an hour more in each plant is worth 0, 3/2 and 1.
@Test func aTextbookProgrammeIsSolved() throws {
  let none = -Double.infinity
  var programme = LinearProgramme(rowBounds: [none...4, none...12, none...18])
  programme.addColumn(cost: -3, bounds: 0...Double.infinity, entries: [(0, 1), (2, 3)])
  programme.addColumn(cost: -5, bounds: 0...Double.infinity, entries: [(1, 2), (2, 2)])
  let solution = try #require(programme.solved())
  for (x, y) in zip(solution.values + [solution.cost], [2.0, 6, -36]) { #expect(abs(x - y) < 1e-9) }
  for (x, y) in zip(solution.rowPrices, [0, -1.5, -1]) { #expect(abs(x - y) < 1e-9) }
}

@Test func aProgrammeWithoutSolutionHasNone() {
  var impossible = LinearProgramme(rowBounds: [2...3])
  impossible.addColumn(cost: 1, bounds: 0...1, entries: [(0, 1)])
  #expect(impossible.solved() == nil)
  var endless = LinearProgramme(rowBounds: [0...Double.infinity])
  endless.addColumn(cost: -1, bounds: 0...Double.infinity, entries: [(0, 1)])
  #expect(endless.solved() == nil)
}
