import Foundation
import MarketData
import Pricing
import Rules
import Signals
import TestSupport
import Testing

/// A table of numbers that another program made.
struct GoldenTable {
  let columns: [String]
  /// NaN where the other program has none.
  let rows: [[Double]]

  init(_ name: String) throws {
    let lines = try Self.lines(name)
    columns = Self.fields(try #require(lines.first))
    rows = lines.dropFirst().map { Self.fields($0).map { Double($0) ?? .nan } }
  }
  func column(_ name: String) throws -> [Double] {
    let i = try #require(columns.firstIndex(of: name), "no column \(name)")
    return rows.map { $0[i] }
  }

  /// Lines of a file of `Tests/Golden/signals` but for its comments.
  static func lines(_ name: String) throws -> [String] {
    let path = SharedData.root.appending(path: "Tests/Golden/signals/\(name)")
    return try String(contentsOf: path, encoding: .utf8).split(separator: "\n").map(String.init)
      .filter { !$0.hasPrefix("#") }
  }
  private static func fields(_ line: String) -> [String] {
    var isQuoted = false
    var fields = [""]
    for character in line {
      if character == "\"" {
        isQuoted.toggle()
      } else if character == ",", !isQuoted {
        fields.append("")
      } else {
        fields[fields.count - 1].append(character)
      }
    }
    return fields
  }
}

/// How the tests ask for signals.
enum Ask {
  static func signal(_ text: String) throws -> SignalInstance {
    try Rulebook(catalogue: .standard).signal(text)
  }
  static func feed(_ signals: [SignalInstance], _ history: MarketHistory) throws -> SignalFeed {
    try SignalFeed(signals, history: history, parameters: .builtIn)
  }
  /// A signal by session, as known at the opens.
  static func opens(_ text: String, _ history: MarketHistory) throws -> [SignalReading] {
    let signal = try signal(text)
    return try feed([signal], history).sessions(signal)
  }
  /// Whether a value is the other program's to some digits, and missing where that one has none.
  static func agrees(_ value: Double, _ expected: Double, _ tolerance: Double = 1e-9) -> Bool {
    expected.isNaN ? value.isNaN : abs(value - expected) <= tolerance * max(1, abs(expected))
  }
}
