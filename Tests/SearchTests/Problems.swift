import Foundation
import Search
import Testing

/// Test problems of the literature, and pymoo's figures for them: Tests/Golden/search/measure_searches.py has the same.
struct Problem: CustomTestStringConvertible, Sendable {
  let name: String
  let space: SearchSpace
  /// Corners of the front, at 0 and 1 when volumes are measured.
  let ideal: [Double]
  let nadir: [Double]
  let evaluate: @Sendable ([Double]) -> Evaluation
  var testDescription: String { name }

  /// Hypervolume of a front, its reference point at 1.1 in every objective.
  func volume(_ front: [[Double]]) -> Double {
    let scaled = front.map { f in f.indices.map { (f[$0] - ideal[$0]) / (nadir[$0] - ideal[$0]) } }
    return Hypervolume.of(scaled, reference: Array(repeating: 1.1, count: ideal.count))
  }

  static func reals(_ bounds: [(Double, Double)]) -> SearchSpace {
    SearchSpace(
      bounds.enumerated().map { i, bound in
        SearchParameter(name: "x\(i)", domain: .real(from: bound.0, to: bound.1, isLog: false))
      })
  }

  private static func unit(_ count: Int) -> SearchSpace { reals(Array(repeating: (0, 1), count: count)) }

  private static func spread(_ x: [Double]) -> Double {
    1 + 9 * x.dropFirst().reduce(0, +) / Double(x.count - 1)
  }

  /// E. Zitzler, K. Deb, L. Thiele, "Comparison of multiobjective evolutionary algorithms", Evol. Comp. 8 (2000).
  static let zdt1 = Problem(name: "zdt1", space: unit(30), ideal: [0, 0], nadir: [1, 1]) { x in
    let g = spread(x)
    return Evaluation(objectives: [x[0], g * (1 - (x[0] / g).squareRoot())])
  }
  static let zdt3 = Problem(name: "zdt3", space: unit(30), ideal: [0, 0], nadir: [1, 1]) { x in
    let g = spread(x)
    let share = x[0] / g
    return Evaluation(objectives: [x[0], g * (1 - share.squareRoot() - share * sin(10 * .pi * x[0]))])
  }
  /// K. Deb, L. Thiele, M. Laumanns, E. Zitzler, "Scalable multi-objective optimization test problems", CEC 2002.
  static let dtlz2 = Problem(name: "dtlz2", space: unit(12), ideal: [0, 0, 0], nadir: [1, 1, 1]) { x in
    let g = 1 + x.dropFirst(2).reduce(0) { $0 + ($1 - 0.5) * ($1 - 0.5) }
    let (a, b) = (x[0] * .pi / 2, x[1] * .pi / 2)
    return Evaluation(objectives: [g * cos(a) * cos(b), g * cos(a) * sin(b), g * sin(a)])
  }
  /// T. Binh and U. Korn, "MOBES: a multiobjective evolution strategy for constrained optimization problems" (1997).
  static let bnh = Problem(
    name: "bnh", space: reals([(0, 5), (0, 3)]), ideal: [0, 4], nadir: [136, 50]
  ) { x in
    let (a, b) = (x[0], x[1])
    return Evaluation(
      objectives: [4 * a * a + 4 * b * b, (a - 5) * (a - 5) + (b - 5) * (b - 5)],
      violations: [
        ((a - 5) * (a - 5) + b * b - 25) / 25, (7.7 - (a - 8) * (a - 8) - (b + 3) * (b + 3)) / 7.7,
      ])
  }
  /// A. Osyczka and S. Kundu, "A new method to solve generalized multicriteria optimization problems", Struct. Optim.
  /// 10 (1995).
  static let osy = Problem(
    name: "osy", space: reals([(0, 10), (0, 10), (1, 5), (0, 6), (1, 5), (0, 10)]), ideal: [-274, 4],
    nadir: [-42, 76]
  ) { x in
    func square(_ y: Double) -> Double { y * y }
    let first = 25 * square(x[0] - 2) + square(x[1] - 2) + square(x[2] - 1) + square(x[3] - 4)
    return Evaluation(
      objectives: [-(first + square(x[4] - 1)), x.reduce(0) { $0 + $1 * $1 }],
      violations: [
        -(x[0] + x[1] - 2) / 2, -(6 - x[0] - x[1]) / 6, -(2 - x[1] + x[0]) / 2, -(2 - x[0] + 3 * x[1]) / 2,
        -(4 - square(x[2] - 3) - x[3]) / 4, -(square(x[4] - 3) + x[5] - 4) / 4,
      ])
  }
  /// ZDT1 with six reals, five steps (best at 7 of 21) and five choices of six (best at (2 + 3k) mod 6).
  static let mixed = Problem(
    name: "mixed",
    space: SearchSpace(
      unit(6).parameters + (0..<5).map { SearchParameter(name: "n\($0)", domain: .steps(count: 21)) }
        + (0..<5).map { SearchParameter(name: "c\($0)", domain: .categories(count: 6)) }),
    ideal: [0, 0], nadir: [1, 1]
  ) { x in
    var total = x[1..<6].reduce(0, +)
    for i in 0..<5 {
      total += abs(x[6 + i] - 7) / 20
      if Int(x[11 + i]) != (2 + 3 * i) % 6 { total += 1 }
    }
    let g = 1 + 9 * total / 15
    return Evaluation(objectives: [x[0], g * (1 - (x[0] / g).squareRoot())])
  }
}

/// Functions of ten numbers in [−5, 5] with one least value, 0.
enum TenNumbers: String, CaseIterable {
  case sphere, rosenbrock, ellipsoid

  private static let shift = (0..<10).map { -2 + 4 * Double($0) / 9 }

  func value(_ x: [Double]) -> Double {
    switch self {
    case .sphere: return zip(x, Self.shift).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    case .rosenbrock:
      var sum = 0.0
      for i in 0..<9 {
        let valley = x[i + 1] - x[i] * x[i]
        sum += 100 * valley * valley + (1 - x[i]) * (1 - x[i])
      }
      return sum
    case .ellipsoid:
      // mirrored at the plane across (1, 2, … 10), of which the square is 385
      let z = zip(x, Self.shift).map { $0 - $1 }
      var along = 0.0
      for i in 0..<10 { along += Double(i + 1) * z[i] * 2 / 385 }
      var sum = 0.0
      for i in 0..<10 {
        let y = z[i] - along * Double(i + 1)
        sum += pow(10, 6 * Double(i) / 9) * y * y
      }
      return sum
    }
  }
}
