import Kernels

/// Sobol's sequence: points of the unit cube that fill it more evenly than random ones.
///
/// Of 2ᵏ points from the first on, every box of the elementary partitions holds its share. Numbers have 53 bits, so
/// the plain sequence is exact. Any point can be had by its index alone: a value, without state.
///
/// - Source: I. Sobol', USSR Comp. Math. Math. Phys. 7 (1967); Gray-code order by I. Antonov and V. Saleev, ibid. 19
///   (1979); direction numbers by S. Joe and F. Kuo (2008), criterion D6. Scrambling: J. Matoušek, "On the
///   L₂-discrepancy for anchored boxes", J. Complexity 14 (1998): a random lower triangular matrix over GF(2) in
///   each dimension, then a random digital shift; both keep the even filling.
public struct SobolSequence: Sendable {
  /// Bits of a number.
  private static let bits = 53
  /// Most dimensions.
  public static let mostDimensions = SobolDirections.rows.count + 1

  /// Numbers a point.
  public let dimensions: Int
  /// Dimension after dimension: bit k of the Gray code of an index flips these bits.
  private let directions: [UInt64]
  private let shift: [UInt64]

  /// The plain sequence, which starts at the origin.
  ///
  /// - Precondition: 1 ≤ `dimensions` ≤ ``mostDimensions``.
  public init(dimensions: Int) {
    precondition(
      (1...Self.mostDimensions).contains(dimensions), "SobolSequence: dimensions out of 1 ... 128")
    self.dimensions = dimensions
    directions = (0..<dimensions).flatMap(Self.directions(of:))
    shift = Array(repeating: 0, count: dimensions)
  }

  /// The sequence scrambled by a seed: every point alone is uniform.
  ///
  /// - Precondition: 1 ≤ `dimensions` ≤ ``mostDimensions``.
  public init(dimensions: Int, scrambledBy seed: UInt64) {
    let plain = SobolSequence(dimensions: dimensions)
    self.dimensions = dimensions
    var directions: [UInt64] = []
    var shift: [UInt64] = []
    for d in 0..<dimensions {
      var random = Philox(seed: seed, stream: UInt64(d))
      // Column k of the matrix: what input bit k (0 the highest) adds; ones on the diagonal, zeros above it.
      let columns = (0..<Self.bits).map { k in
        UInt64(1) << (Self.bits - 1 - k) | random.next() & (UInt64(1) << (Self.bits - 1 - k) - 1)
      }
      for i in 0..<Self.bits {
        let direction = plain.directions[d * Self.bits + i]
        var scrambled: UInt64 = 0
        for k in 0..<Self.bits where direction >> (Self.bits - 1 - k) & 1 == 1 { scrambled ^= columns[k] }
        directions.append(scrambled)
      }
      shift.append(random.next() >> (64 - Self.bits))
    }
    self.directions = directions
    self.shift = shift
  }

  /// A point of the sequence, each number in [0, 1). O(dimensions · log index).
  ///
  /// - Parameter index: from 0, below 2⁵³.
  public func point(_ index: Int) -> [Double] {
    precondition(index >= 0 && index < 1 << Self.bits, "SobolSequence.point: index out of 0 ..< 2⁵³")
    var words = shift
    var gray = index ^ index >> 1
    while gray != 0 {
      let k = gray.trailingZeroBitCount
      for d in 0..<dimensions { words[d] ^= directions[d * Self.bits + k] }
      gray &= gray - 1
    }
    return words.map { Double($0) * 0x1p-53 }
  }

  /// Direction numbers of a dimension, the highest bit first: v_k = m_k·2^(bits − k), with m of degree-many given
  /// numbers and Sobol's recurrence after them (Joe and Kuo, eq. 2).
  private static func directions(of dimension: Int) -> [UInt64] {
    guard dimension > 0 else { return (1...bits).map { UInt64(1) << (bits - $0) } }
    let row = SobolDirections.rows[dimension - 1]
    let degree = row.count - 1
    let polynomial = row[0]
    var v = (1...degree).map { row[$0] << (bits - $0) }
    for k in degree..<bits {
      var next = v[k - degree] ^ v[k - degree] >> degree
      for i in stride(from: 1, to: degree, by: 1) where polynomial >> (degree - i) & 1 == 1 {
        next ^= v[k - i]
      }
      v.append(next)
    }
    return v
  }
}
