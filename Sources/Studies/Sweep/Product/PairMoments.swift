import Backtesting
import Kernels
import Strategies

/// Sums of all pairs of rows and hedges by matrix products: Σx by year and Σx², x = C + Σₖ Wₖ·Hₖ + S.
///
/// Σx = ΣC + Σₖ Wₖ·Hₖ + ΣS and Σx² = ΣC² + 2·Σₖ (C∘Wₖ)·Hₖ + Σₖₗ (Wₖ∘Wₗ)·(Hₖ∘Hₗ), with S as one more base of which every
/// session holds one unit. All factors are whole, so the products are exact while Σ|products| < 2⁵³: the bound is checked
/// from the largest factors first. The columns are put to Double a year at a time, so that they stay in the cache.
struct PairMoments {
  /// By row and column; exact whole numbers.
  private(set) var squares: [Double] = []
  /// By year, row and column; without ΣC.
  private(set) var hedgeNet: [[Double]]

  /// - Returns: `nil` if a bound fails; then the figures have to be summed one by one.
  init?(_ rows: [CondorRow], _ group: HedgeGroup) {
    let n = group.slots.count
    let count = rows.count * group.count
    let factors = RowFactors(rows, group)
    var columns = group.cents
    if group.hasStanding { columns.append(group.standing) }
    let largest = (group.largest + (group.hasStanding ? [group.largestStanding] : [])).map(Double.init)
    let largestCondor = rows.reduce(0) { max($0, Double($1.largest)) }
    // Σ of all magnitudes is Σ |W·H| and Σ (|C| + Σₖ |Wₖ·Hₖ| + |S|)² at most
    let most = zip(factors.largest, largest).reduce(largestCondor) { $0 + $1.0 * $1.1 }
    guard OpenBLAS.isExact(left: most, right: 1, count: n),
      OpenBLAS.isExact(left: most, right: most, count: n)
    else { return nil }

    squares.reserveCapacity(count)
    for row in rows { squares += Array(repeating: Double(row.squares), count: group.count) }
    hedgeNet = group.slotsOfYear.map { _ in Array(repeating: 0, count: count) }
    for (year, range) in group.slotsOfYear.enumerated() where !range.isEmpty {
      let cells = range.lowerBound * group.count..<range.upperBound * group.count
      let right = columns.map { $0[cells].map(Double.init) }
      for k in right.indices {
        let column = right[k]
        let units = factors.units[k]
        let mixed = factors.mixed[k]
        var out = hedgeNet[year].mutableSpan
        OpenBLAS.addProducts(left: units.span, right: column.span, terms: n, range: range, into: &out)
        out = squares.mutableSpan
        OpenBLAS.addProducts(left: mixed.span, right: column.span, terms: n, range: range, into: &out)
      }
      for pair in factors.pairs {
        let (a, b) = (right[pair.k], right[pair.l])
        let product = a.indices.map { a[$0] * b[$0] }
        let units = pair.units
        var out = squares.mutableSpan
        OpenBLAS.addProducts(left: units.span, right: product.span, terms: n, range: range, into: &out)
      }
    }
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
