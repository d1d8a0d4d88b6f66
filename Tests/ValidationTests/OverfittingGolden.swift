import Foundation
import Statistics
import Validation

/// A golden file of overfitting figures: where its numbers come from, and the cases.
struct OverfittingGolden<Case: Decodable>: Decodable {
  var source: String
  var cases: [Case]

  init(_ name: String) throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let data = try Data(contentsOf: folder.appending(path: "Golden/validation/\(name)"))
    self = try JSONDecoder().decode(Self.self, from: data)
  }
}

/// Whether two figures agree to 1e-10, absolute below 1 and a share above; both absent agrees too.
func close(_ a: Double?, _ b: Double?, within tolerance: Double = 1e-10) -> Bool {
  guard let a, let b else { return a == nil && b == nil }
  return abs(a - b) <= tolerance * max(1, abs(b))
}

func close(_ a: [Double], _ b: [Double]) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { close($0, $1) }
}
