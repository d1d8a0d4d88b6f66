import Backtesting
import Kernels

/// The screen: sums of all pairs of rows and hedges by matrix products. Σx by year, Σx² and Σx·r, x = C + Σₖ Wₖ·Hₖ + S
/// cents a session and r the move of the index.
///
/// Σx = ΣC + Σₖ Wₖ·Hₖ + ΣS, Σx² = ΣC² + 2·Σₖ (C∘Wₖ)·Hₖ + Σₖₗ (Wₖ∘Wₗ)·(Hₖ∘Hₗ), Σx·r = ΣC·r + Σₖ (r∘Wₖ)·Hₖ, with S as one more
/// base of which every session holds one unit. The columns are put to Double a year at a time, so that they stay in
/// the cache.
///
/// **Exact.** All factors are whole. While Σ|products| < 2⁵³, told from the largest factors first, every partial sum is a
/// whole number that Double holds: any order, blocking and kernel gives the same bits, and the figures are published.
///
/// **Beyond.** Otherwise the sums rank only, and ``errors`` bounds how far they lie off. A sum of N rounded products, added
/// in any order, with or without fused operations, is off by at most γ·Σ|products|, γ = Nu/(1 − Nu), u = 2⁻⁵³ (each term
/// passes through N roundings at most, each a factor 1 + δ with |δ| ≤ u, and (1 + u)ᴺ − 1 ≤ γ: N. Higham, "Accuracy and
/// Stability of Numerical Algorithms", 2002, lemma 3.1 and section 3.1). Of the factors, H is whole, r∘W is below 2⁵³, and C∘W, W∘W and
/// H∘H are rounded once each: 3 more roundings of a term. The sums go on from the rounded ΣC² and add a partial sum a
/// year and product. With most ≥ |C| + Σₖ |Wₖ·Hₖ| + |S| the products' magnitudes sum to at most n·most (Σx), n·most² (Σx²,
/// whose products are those of the square written out) and n·most·max|r|.
struct PairMoments {
  /// By row and column.
  private(set) var squares: [Double] = []
  /// By row and column: Σ hedge·r, without ΣC·r.
  private(set) var moveProducts: [Double]
  /// By year, row and column; without ΣC.
  private(set) var hedgeNet: [[Double]]
  /// How far each may lie off; all 0 where the sums are exact.
  let errors: Errors
  private let columns: Int

  /// Bounds of |computed − true|, the same for all pairs.
  struct Errors {
    /// Of the net of all years together, cents.
    var net = 0.0
    /// Of Σx².
    var squares = 0.0
    /// Of Σx·r.
    var moveProducts = 0.0
    var isExact: Bool { net == 0 && squares == 0 && moveProducts == 0 }
  }

  /// Whether all sums are exact whole numbers.
  var isExact: Bool { errors.isExact }

  /// Σ of the hedge of a pair, all years.
  func hedgeNet(row: Int, column: Int) -> Double {
    let at = row * columns + column
    return hedgeNet.reduce(0) { $0 + $1[at] }
  }

  /// O(rows × columns × slots), as three matrix products a base, and one a pair of bases.
  init(_ rows: [CondorRow], _ group: HedgeGroup) {
    let n = group.slots.count
    let count = rows.count * group.count
    self.columns = group.count
    let factors = RowFactors(rows, group)
    var columns = group.cents
    if group.hasStanding { columns.append(group.standing) }
    errors = Self.errors(rows, group, factors, products: 3 * columns.count + factors.pairs.count)

    squares.reserveCapacity(count)
    for row in rows { squares += Array(repeating: Double(row.squares), count: group.count) }
    moveProducts = Array(repeating: 0, count: count)
    hedgeNet = group.slotsOfYear.map { _ in Array(repeating: 0, count: count) }
    for (year, range) in group.slotsOfYear.enumerated() where !range.isEmpty {
      let cells = range.lowerBound * group.count..<range.upperBound * group.count
      let right = columns.map { $0[cells].map(Double.init) }
      func add(_ left: [Double], _ right: [Double], into sums: inout [Double]) {
        var out = sums.mutableSpan
        OpenBLAS.addProducts(left: left.span, right: right.span, terms: n, range: range, into: &out)
      }
      for k in right.indices {
        add(factors.units[k], right[k], into: &hedgeNet[year])
        add(factors.mixed[k], right[k], into: &squares)
        add(factors.moved[k], right[k], into: &moveProducts)
      }
      for pair in factors.pairs {
        let (a, b) = (right[pair.k], right[pair.l])
        add(pair.units, a.indices.map { a[$0] * b[$0] }, into: &squares)
      }
    }
  }

  private static func errors(
    _ rows: [CondorRow], _ group: HedgeGroup, _ factors: RowFactors, products: Int
  ) -> Errors {
    let n = group.slots.count
    let largest = (group.largest + (group.hasStanding ? [group.largestStanding] : [])).map(Double.init)
    let largestCondor = rows.reduce(0) { max($0, Double($1.largest)) }
    let largestMove = group.moves.reduce(0) { max($0, Double($1.magnitude)) }
    let most = zip(factors.largest, largest).reduce(largestCondor) { $0 + $1.0 * $1.1 }
    if OpenBLAS.isExact(left: most, right: most, count: n),
      OpenBLAS.isExact(left: most, right: max(1, largestMove), count: n)
    {
      return Errors()
    }
    let roundings = Double((n + group.slotsOfYear.count) * products + 8)
    let unit = 0x1p-53
    // 1 + 1e-9: the bound itself is computed with roundings
    let gamma = roundings * unit / (1 - roundings * unit) * (1 + 1e-9)
    let sum = Double(max(n, 1)) * most
    return Errors(
      net: gamma * sum, squares: gamma * sum * most, moveProducts: gamma * sum * max(1, largestMove))
  }
}

/// The rows' factors of the products; shape `[rows, slots]` each.
private struct RowFactors {
  /// Wₖ by base, and 1 for standing layers.
  let units: [[Double]]
  /// Largest of each.
  let largest: [Double]
  /// 2·C∘Wₖ.
  let mixed: [[Double]]
  /// r∘Wₖ, r the move of the index.
  let moved: [[Double]]
  /// Wₖ∘Wₗ, twice where k ≠ l.
  let pairs: [(k: Int, l: Int, units: [Double])]

  init(_ rows: [CondorRow], _ group: HedgeGroup) {
    let n = group.slots.count
    var units: [[Double]] = []
    for base in group.bases {
      var made: [Double] = []
      made.reserveCapacity(rows.count * n)
      for row in rows { for slot in 0..<n { made.append(Double(row.units(base, slot: slot))) } }
      units.append(made)
    }
    if group.hasStanding { units.append(Array(repeating: 1, count: rows.count * n)) }
    largest = units.map { $0.reduce(0) { max($0, $1) } }
    mixed = units.map { units in
      var made: [Double] = []
      made.reserveCapacity(units.count)
      for (r, row) in rows.enumerated() {
        for slot in 0..<n { made.append(2 * Double(row.cents[slot]) * units[r * n + slot]) }
      }
      return made
    }
    moved = units.map { units in
      var made: [Double] = []
      made.reserveCapacity(units.count)
      for r in rows.indices {
        for slot in 0..<n { made.append(units[r * n + slot] * Double(group.moves[slot])) }
      }
      return made
    }
    var pairs: [(k: Int, l: Int, units: [Double])] = []
    for k in units.indices {
      for l in k..<units.count {
        let (a, b) = (units[k], units[l])
        let twice = k == l ? 1.0 : 2
        pairs.append((k, l, a.indices.map { twice * a[$0] * b[$0] }))
      }
    }
    self.units = units
    self.pairs = pairs
  }
}
