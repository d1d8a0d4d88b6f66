import Foundation
import Testing

/// Expected numbers of other programs; see `Tests/Golden/risk/make_goldens.py`.
struct GoldenFile: Decodable {
  struct Tree: Decodable {
    let tree: [[Double]]
    let height: Double
    let groups: [Int]
  }
  struct Mix: Decodable {
    let perTenThousand: Int
    let cap: Double
    let weights: [Double]
    let cvar: Double
  }
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let days: Int
    let settings: Int
    let pnl: [Double]
    let covariance: [Double]
    let eigenvalues: [Double]
    let shrinkage: Double
    let shrunkDiagonal: [Double]
    let shrunkFirstRow: [Double]
    let constantShrinkage: Double
    let meanCorrelation: Double
    let constantFirstRow: [Double]
    let trees: [String: Tree]
    let minimumCVaR: [Mix]
    let riskParity: [Double]
    var testDescription: String { "\(days) x \(settings)" }
  }
  struct Backtest: Decodable {
    let exceeded: [Int]
    let perTenThousand: Int
    let exceptions: Int
    let coverage: [Double]
    let independence: [Double]?
    let conditional: [Double]?
  }
  struct Ties: Decodable {
    let count: Int
    let distances: [Double]
    let average: [[Double]]
    let ward: [[Double]]
  }
  let cases: [Case]
  let ties: Ties
  let backtests: [Backtest]

  static func load() throws -> GoldenFile {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let data = try Data(contentsOf: folder.appending(path: "Golden/risk/risk.json"))
    return try JSONDecoder().decode(Self.self, from: data)
  }
}

/// Whether all numbers agree to a share of the second's largest.
func agree(_ a: [Double], _ b: [Double], within share: Double) -> Bool {
  let size = b.reduce(0) { max($0, $1.magnitude) }
  return a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= share * size }
}
