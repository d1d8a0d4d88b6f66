import Kernels
import Testing

/// Eigenvalues and eigenvectors of symmetric matrices.
@Suite struct SymmetricEigenTests {
  @Test func workedCases() throws {
    #expect(try #require(SymmetricEigen([], order: 0)).values == [])
    #expect(try #require(SymmetricEigen([7], order: 1)).vectors == [1])
    #expect(try #require(SymmetricEigen([3, 0, 0, -2], order: 2)).values == [-2, 3])
    let two = try #require(SymmetricEigen([2, 1, 1, 2], order: 2))
    #expect(abs(two.values[0] - 1) < 1e-15 && abs(two.values[1] - 3) < 1e-15)
    #expect(try #require(SymmetricEigen(Array(repeating: 0, count: 9), order: 3)).values == [0, 0, 0])
    #expect(SymmetricEigen([1, .nan, .nan, 1], order: 2) == nil)
    #expect(SymmetricEigen([.infinity, 0, 0, 1], order: 2) == nil)
  }

  /// The tridiagonal matrix of 2 and −1 has the eigenvalues 4·sin²(kπ/(2n + 2)); here n = 5: 2 ± √3, 2 ± 1, 2.
  @Test func secondDifferences() throws {
    var matrix = Array(repeating: 0.0, count: 25)
    for i in 0..<5 {
      matrix[6 * i] = 2
      if i > 0 {
        matrix[5 * i + i - 1] = -1
        matrix[5 * (i - 1) + i] = -1
      }
    }
    let eigen = try #require(SymmetricEigen(matrix, order: 5))
    let root = 3.0.squareRoot()
    for (value, expected) in zip(eigen.values, [2 - root, 1, 2, 3, 2 + root]) {
      #expect(abs(value - expected) < 4e-15)
    }
  }

  /// The same bits on any machine.
  @Test func givesTheseBits() throws {
    var random = Philox(seed: 12)
    let matrix = (0..<400).map { _ in random.normal() }
    let eigen = try #require(SymmetricEigen(matrix, order: 20))
    var hash: UInt64 = 0
    for value in eigen.values + eigen.vectors { hash = (hash ^ value.bitPattern) &* 0x9E37_79B9_7F4A_7C15 }
    #expect(hash == 4_590_631_332_429_118_959)
  }

  /// A·v = λ·v and unit vectors at right angles, also where values are equal, zero or negative.
  @Test(arguments: [2, 3, 7, 20, 45], 0..<6 as Range<UInt64>)
  func reproducesTheMatrix(order n: Int, seed: UInt64) throws {
    var random = Philox(seed: seed, stream: UInt64(n))
    // seed 0: of rank 2; 1: with values over twelve powers of ten; else full
    let factors = seed == 0 ? 2 : n
    var matrix = Array(repeating: 0.0, count: n * n)
    for k in 0..<factors {
      let row = (0..<n).map { _ in random.normal() }
      let weight =
        seed == 1 ? Elementary.exp(-27.6 * Double(k) / Double(n)) : (seed == 2 && k % 2 == 1 ? -1 : 1)
      for i in 0..<n {
        for j in 0..<n { matrix[i * n + j] += weight * row[i] * row[j] }
      }
    }
    let eigen = try #require(SymmetricEigen(matrix, order: n))
    #expect(eigen.values == eigen.values.sorted())
    let scale = eigen.values.reduce(0) { max($0, $1.magnitude) }
    func vector(_ k: Int) -> ArraySlice<Double> { eigen.vectors[k * n..<(k + 1) * n] }
    for k in 0..<n {
      for i in 0..<n {
        let product = zip(matrix[i * n..<(i + 1) * n], vector(k)).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(product - eigen.values[k] * eigen.vectors[k * n + i]) <= 1e-14 * scale * Double(n))
      }
      for l in 0...k {
        let product = zip(vector(k), vector(l)).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(product - (k == l ? 1 : 0)) <= 1e-14 * Double(n))
      }
    }
  }
}
