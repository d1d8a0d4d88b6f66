import Backtesting
import Kernels
import Strategies

/// Sums of all pairs of rows and hedges by matrix products: Σx by year and Σx², x = C + Σₖ Wₖ·Hₖ + S.
///
/// Σx = ΣC + Σₖ Wₖ·Hₖᵀ + ΣS and Σx² = ΣC² + 2·Σₖ (C∘Wₖ)·Hₖᵀ + Σₖₗ (Wₖ∘Wₗ)·(Hₖ∘Hₗ)ᵀ, with S as one more base of which
/// every session holds one unit. All factors are whole, so the products are exact while Σ|products| < 2⁵³: the bound is
/// checked from the largest factors before each call.
struct PairMoments {
  /// By row and column; exact whole numbers.
  let squares: [Double]
  /// By year, row and column; without ΣC.
  let hedgeNet: [[Double]]

  /// - Returns: `nil` if a bound fails; then the figures have to be summed one by one.
  init?(_ rows: [CondorRow], _ group: HedgeGroup, columns: HedgeColumns) {
    let n = group.slots.count
    let count = rows.count * group.count
    var units = group.bases.map { base in
      rows.flatMap { row in (0..<n).map { Double(row.units(base, slot: $0)) } }
    }
    if group.hasStanding { units.append(Array(repeating: 1, count: rows.count * n)) }
    let condor = rows.flatMap { $0.cents.map(Double.init) }
    let largestCondor = rows.reduce(0) { max($0, Double($1.largest)) }
    let largestUnits = units.map { $0.reduce(0) { max($0, $1) } }
    let largest = (group.largest + (group.hasStanding ? [group.largestStanding] : [])).map(Double.init)

    var byYear: [[Double]] = []
    for (k, left) in units.enumerated() {
      guard OpenBLAS.isExact(left: largestUnits[k], right: largest[k], count: n * units.count) else {
        return nil
      }
      let right = columns.values[k]
      for (year, range) in group.slotsOfYear.enumerated() {
        if k == 0 { byYear.append(Array(repeating: 0, count: count)) }
        var out = byYear[year].mutableSpan
        OpenBLAS.addProducts(
          left: left.span, right: right.span, terms: n, range: range, into: &out)
      }
    }
    hedgeNet = byYear.isEmpty ? group.slotsOfYear.map { _ in Array(repeating: 0, count: count) } : byYear

    // Σ of all magnitudes is Σ (|C| + Σₖ |Wₖ·Hₖ| + |S|)² at most
    let most = zip(largestUnits, largest).reduce(largestCondor) { $0 + $1.0 * $1.1 }
    guard OpenBLAS.isExact(left: most, right: most, count: n) else { return nil }
    var squares: [Double] = []
    squares.reserveCapacity(count)
    for row in rows { squares += Array(repeating: Double(row.squares), count: group.count) }
    var product = Array(repeating: 0.0, count: condor.count)
    for k in units.indices {
      for i in product.indices { product[i] = 2 * condor[i] * units[k][i] }
      let right = columns.values[k]
      var out = squares.mutableSpan
      OpenBLAS.addProducts(
        left: product.span, right: right.span, terms: n, range: 0..<n, into: &out)
    }
    for (k, l, right) in columns.products {
      let twice = k == l ? 1.0 : 2
      for i in product.indices { product[i] = twice * units[k][i] * units[l][i] }
      var out = squares.mutableSpan
      OpenBLAS.addProducts(left: product.span, right: right.span, terms: n, range: 0..<n, into: &out)
    }
    self.squares = squares
  }
}

/// The columns of a group as factors of matrix products, slot by slot: H of each base (and S), and their products two by
/// two; shape `[slots, columns]`. Made once a group.
struct HedgeColumns: Sendable {
  let values: [[Double]]
  let products: [(k: Int, l: Int, values: [Double])]

  init(_ group: HedgeGroup) {
    var values = group.cents.map { $0.map(Double.init) }
    if group.hasStanding { values.append(group.standing.map(Double.init)) }
    var products: [(k: Int, l: Int, values: [Double])] = []
    for k in values.indices {
      for l in k..<values.count {
        products.append((k, l, values[k].indices.map { [values] i in values[k][i] * values[l][i] }))
      }
    }
    self.values = values
    self.products = products
  }
}
