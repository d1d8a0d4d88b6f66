import Foundation

/// Rows of a golden file: comma-separated, `#` lines are its head.
func goldenRows(_ name: String) throws -> [[String]] {
  let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  let text = try String(contentsOf: folder.appending(path: "Golden/kernels/\(name)"), encoding: .utf8)
  return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map {
    $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }
}

/// A double from its bit pattern in hexadecimal.
func fromBits(_ text: String) -> Double { Double(bitPattern: UInt64(text, radix: 16) ?? .max) }

/// Distance in units of the last place of `expected`.
func ulps(_ value: Double, _ expected: Double) -> Double {
  if value == expected { return 0 }
  return (value - expected).magnitude / expected.ulp
}
