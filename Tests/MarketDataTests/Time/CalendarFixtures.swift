import Foundation
import MarketData
import TestSupport
import Testing

/// The lines of `Tests/Golden/calendar/<name>`, without comments, split at blanks.
func calendarGoldenLines(_ name: String) throws -> [[Substring]] {
  let url = SharedData.root.appending(path: "Tests/Golden/calendar/\(name)")
  return try String(contentsOf: url, encoding: .utf8).split(separator: "\n").filter { !$0.hasPrefix("#") }
    .map { $0.split(separator: " ") }
}

/// The lines of a file of the data folder; a file that is not there fails the test.
func calendarSharedLines(_ relative: String) throws -> [Substring] {
  try String(contentsOf: URL(filePath: SharedData.path(relative)), encoding: .utf8)
    .split(whereSeparator: \.isNewline)
}

/// A date written in a test or a golden file; anything else fails the test.
func calendarDay(_ text: some StringProtocol) -> SessionDate {
  if let date = SessionDate(iso: text) { return date }
  Issue.record("'\(text)' is not a date")
  return SessionDate(ordinal: 0)
}
