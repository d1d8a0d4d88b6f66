import Rules
import Signals

/// How signals are printed.
enum SignalText {
  /// Over the columns of ``coverage(_:)``, that of the signal before them.
  static let coverageHeader = ["signal", "sessions", "share", "first", "last", "missing"]

  /// Cells of one line.
  static func coverage(_ coverage: SignalCoverage) -> [String] {
    let missing = coverage.missing.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    return [
      "\(coverage.withValue)", Text.number(100 * coverage.share, 1) + " %", coverage.first ?? "–",
      coverage.last ?? "–", missing.map { "\($0.value) \($0.key)" }.joined(separator: ", "),
    ]
  }

  /// In words: "on 712 of 754 sessions (94.4 %), 2018-01-02 to 2020-12-31; 42 no value".
  static func sentence(_ coverage: SignalCoverage) -> String {
    let cells = self.coverage(coverage)
    let range = coverage.first == nil ? "" : ", \(cells[2]) to \(cells[3])"
    return "on \(coverage.withValue) of \(coverage.sessions) sessions (\(cells[1]))\(range)"
      + (cells[4].isEmpty ? "" : "; \(cells[4])")
  }

  /// The unit of a value.
  static func unit(_ type: RuleType) -> String {
    switch type {
    case .condition: "condition"
    case .number(let unit): unit.words
    }
  }
}
