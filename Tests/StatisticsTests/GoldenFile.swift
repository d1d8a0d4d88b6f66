import Foundation

/// A golden file: where its numbers come from, and the cases.
struct GoldenFile<Case: Decodable>: Decodable {
  var source: String
  var cases: [Case]

  init(_ name: String) throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let data = try Data(contentsOf: folder.appending(path: "Golden/statistics/\(name)"))
    self = try JSONDecoder().decode(Self.self, from: data)
  }
}

/// Whether two figures agree to a share of the second; both absent agrees too.
func agree(_ a: Double?, _ b: Double?, within share: Double) -> Bool {
  guard let a, let b else { return a == nil && b == nil }
  return abs(a - b) <= share * max(abs(b), 1e-300) || a == b
}
