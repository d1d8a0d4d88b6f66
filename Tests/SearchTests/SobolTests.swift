import Kernels
import Search
import Testing

/// Sobol's sequence, plain and scrambled.
@Suite struct SobolTests {
  struct Row: Decodable {
    var index: Int
    var point: [Double]
  }
  struct Discrepancy: Decodable {
    var dimensions: Int
    var points: Int
    var mean: Double
    var error: Double
  }

  @Test func plainPointsAreSciPys() throws {
    let cases = try GoldenFile<[Row]>("sobol.json").cases
    #expect(cases.count == 18)
    for dimensions in [1, 2, 64, 128] {
      let sequence = SobolSequence(dimensions: dimensions)
      for row in cases {
        #expect(sequence.point(row.index) == Array(row.point.prefix(dimensions)), "point \(row.index)")
      }
    }
  }

  /// Of the first 2ᵏ points, each of 2ᵏ equal cells of every axis holds one; scrambling keeps that.
  @Test(arguments: [nil, 1, 2, 77] as [UInt64?])
  func everyAxisIsFilledEvenly(seed: UInt64?) {
    let count = 256
    let sequence =
      seed.map { SobolSequence(dimensions: 128, scrambledBy: $0) } ?? SobolSequence(dimensions: 128)
    let points = (0..<count).map(sequence.point)
    for d in 0..<128 {
      let cells = Set(points.map { Int($0[d] * Double(count)) })
      #expect(cells.count == count && points.allSatisfy { (0..<1).contains($0[d]) })
    }
    // and the first two together: a (0, 8, 2)-net, one point in every box of 2⁻ᵃ × 2⁻⁽⁸⁻ᵃ⁾
    for a in 0...8 {
      let boxes = Set(
        points.map { Int($0[0] * Double(1 << a)) << (8 - a) | Int($0[1] * Double(1 << (8 - a))) })
      #expect(boxes.count == count)
    }
  }

  /// Each scrambled point alone is uniform: the mean and the square of the first one over seeds.
  @Test func scrambledPointsAreUniform() {
    let first = (0..<4_000 as Range<UInt64>).map { SobolSequence(dimensions: 2, scrambledBy: $0).point(0) }
    for d in 0..<2 {
      let mean = first.reduce(0) { $0 + $1[d] } / 4_000
      let square = first.reduce(0) { $0 + $1[d] * $1[d] } / 4_000
      #expect(abs(mean - 0.5) < 0.015 && abs(square - 1.0 / 3) < 0.015)
    }
  }

  /// The mean centred discrepancy over seeds is no worse than SciPy's, within four standard errors of both means.
  @Test func scrambledDiscrepancyIsSciPys() throws {
    for golden in try GoldenFile<[Discrepancy]>("sobol_discrepancy.json").cases {
      let found = (0..<100 as Range<UInt64>).map { seed in
        let sequence = SobolSequence(dimensions: golden.dimensions, scrambledBy: seed)
        return centredDiscrepancy((0..<golden.points).map(sequence.point))
      }
      let mean = found.reduce(0, +) / 100
      let spread = (found.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 99 / 100).squareRoot()
      let limit = golden.mean + 4 * (spread * spread + golden.error * golden.error).squareRoot()
      #expect(mean <= limit, "\(golden.dimensions) dimensions: \(mean), SciPy \(golden.mean)")
      if measuresAll {
        print(
          "sobol discrepancy \(golden.dimensions)d n=\(golden.points): \(mean) ± \(spread), SciPy \(golden.mean)"
        )
      }
    }
  }

  /// F. Hickernell, "A generalized discrepancy and quadrature error bound", Math. Comp. 67 (1998): squared, as SciPy's.
  private func centredDiscrepancy(_ points: [[Double]]) -> Double {
    let n = Double(points.count)
    let centred = points.map { $0.map { $0 - 0.5 } }
    var single = 0.0
    var double = 0.0
    for x in centred {
      var product = 1.0
      for value in x { product *= 1 + 0.5 * abs(value) - 0.5 * value * value }
      single += product
      for y in centred {
        var product = 1.0
        for d in x.indices { product *= 1 + 0.5 * abs(x[d]) + 0.5 * abs(y[d]) - 0.5 * abs(x[d] - y[d]) }
        double += product
      }
    }
    var base = 1.0
    for _ in points[0] { base *= 13.0 / 12 }
    return base - 2 / n * single + double / (n * n)
  }
}
