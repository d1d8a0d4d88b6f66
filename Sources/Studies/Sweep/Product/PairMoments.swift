import Backtesting
import Kernels

/// The screen: sums of all pairs of rows and hedges by matrix products. Σx by year, Σx² and Σx·r, x = C + Σₖ Wₖ·Hₖ + S
/// cents a session and r the move of the index.
///
/// Σx = ΣC + Σₖ Wₖ·Hₖ + ΣS, Σx² = ΣC² + 2·Σₖ (C∘Wₖ)·Hₖ + Σₖₗ (Wₖ∘Wₗ)·(Hₖ∘Hₗ), Σx·r = ΣC·r + Σₖ (r∘Wₖ)·Hₖ, with S as one more
/// base of which every session holds one unit. The columns are put to Double a year at a time, so that they stay in
/// the cache. Rows that hold the same units throughout, as all exits of one condor do, are one *class*: only the product with C is a
/// row's own.
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
  /// Σx² by row and column.
  private(set) var squares: [Double]
  /// Σ hedge·r by class and column, without ΣC·r.
  private var moveProducts: [Double]
  /// Σ hedge by year, class and column.
  private var hedgeNet: [[Double]]
  /// How far each may lie off; all 0 where the sums are exact.
  let errors: Errors
  /// The class of each row.
  let classOf: [Int]
  private let columns: Int

  /// Bounds of |computed − true|, the same for all pairs.
  struct Errors {
    /// Of the hedge's net of all years together, cents.
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
    let at = classOf[row] * columns + column
    return hedgeNet.reduce(0) { $0 + $1[at] }
  }
  /// Σ hedge·r of a pair.
  func moveProducts(row: Int, column: Int) -> Double { moveProducts[classOf[row] * columns + column] }

  /// Whole cents of the hedge by class, column and year, and of all years by class and column.
  ///
  /// - Precondition: the sums are exact.
  func hedgeCents() -> (byYear: [Int64], all: [Int64]) {
    precondition(isExact, "PairMoments: no whole cents")
    let years = hedgeNet.count
    let count = moveProducts.count
    var byYear = Array(repeating: Int64(0), count: count * years)
    var all = Array(repeating: Int64(0), count: count)
    for (year, sums) in hedgeNet.enumerated() {
      for at in 0..<count {
        let cents = Int64(sums[at])
        byYear[at * years + year] = cents
        all[at] += cents
      }
    }
    return (byYear, all)
  }

  /// O((rows + classes) × columns × slots), as matrix products.
  init(_ rows: [CondorRow], _ group: HedgeGroup) {
    let n = group.slots.count
    self.columns = group.count
    let factors = RowFactors(rows, group)
    classOf = factors.classOf
    var columns = group.cents
    if group.hasStanding { columns.append(group.standing) }
    errors = Self.errors(rows, group, factors, products: 3 * columns.count + factors.pairs.count)

    let count = factors.classes.count * group.count
    squares = []
    squares.reserveCapacity(rows.count * group.count)
    for row in rows { squares += Array(repeating: Double(row.squares), count: group.count) }
    var hedgeSquares = Array(repeating: 0.0, count: count)
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
        add(pair.units, a.indices.map { a[$0] * b[$0] }, into: &hedgeSquares)
      }
    }
    for (r, k) in classOf.enumerated() {
      let (mine, shared) = (r * group.count, k * group.count)
      for c in 0..<group.count { squares[mine + c] += hedgeSquares[shared + c] }
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

/// The rows' factors of the products; shape `[classes, slots]` each but for `mixed`, `[rows, slots]`.
private struct RowFactors {
  /// One row of each class, and the class of each row.
  let classes: [CondorRow]
  let classOf: [Int]
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
    let hangsOnCredit = group.bases.contains(.credit)
    var classes: [CondorRow] = []
    let classOf = rows.map { row -> Int in
      // neighbours are alike: the last class first
      for k in classes.indices.reversed() where row.holdsAs(classes[k], hangsOnCredit: hangsOnCredit) {
        return k
      }
      classes.append(row)
      return classes.count - 1
    }
    var units = group.bases.map { base in
      classes.flatMap { row in (0..<n).map { Double(row.units(base, slot: $0)) } }
    }
    if group.hasStanding { units.append(Array(repeating: 1, count: classes.count * n)) }
    mixed = units.map { units in
      var made: [Double] = []
      made.reserveCapacity(rows.count * n)
      for (r, row) in rows.enumerated() {
        let start = classOf[r] * n
        for slot in 0..<n { made.append(2 * Double(row.cents[slot]) * units[start + slot]) }
      }
      return made
    }
    moved = units.map { units in
      units.indices.map { units[$0] * Double(group.moves[$0 % n]) }
    }
    var pairs: [(k: Int, l: Int, units: [Double])] = []
    for k in units.indices {
      for l in k..<units.count {
        let (a, b) = (units[k], units[l])
        let twice = k == l ? 1.0 : 2
        pairs.append((k, l, a.indices.map { twice * a[$0] * b[$0] }))
      }
    }
    self.classes = classes
    self.classOf = classOf
    self.units = units
    largest = units.map { $0.reduce(0) { max($0, $1) } }
    self.pairs = pairs
  }
}

extension CondorRow {
  /// Whether another row holds the same size units in every slot, of every base (of credit only where asked).
  fileprivate func holdsAs(_ other: CondorRow, hangsOnCredit: Bool) -> Bool {
    width == other.width && held == other.held && (!hangsOnCredit || credit == other.credit)
  }
}
