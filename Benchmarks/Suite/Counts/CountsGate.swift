import Foundation

/// What a piece may grow by, and what is said when it grew by more.
enum CountsGate {
  /// Growth of instructions that is let pass.
  static func instructions(_ gate: Piece.Gate) -> Double { gate == .kernel ? 0.005 : 0.02 }
  /// Growth of requests for memory that is let pass: none in a kernel.
  static func allocations(_ gate: Piece.Gate) -> Double { gate == .kernel ? 0 : 0.005 }

  /// Whether a piece stays within its record; a line on it, and more lines if it doesn't.
  static func compare(_ name: String, old: CountRecord.Count, new: CountRecord.Count) -> (
    passes: Bool, text: String
  ) {
    let growth = Double(new.instructions) / Double(max(1, old.instructions)) - 1
    let isSlower = growth > instructions(new.gate)
    let isHungrier =
      Double(new.allocations) > Double(old.allocations) * (1 + allocations(new.gate))
    var text = line(name, old, new, growth: growth)
    guard isSlower || isHungrier else { return (true, text) }
    text += "  FAILS"
    if isSlower {
      text +=
        "\n  more than \(percent(instructions(new.gate))) instructions above the record; functions that grew:"
      for (function, before, now) in grown(old, new) {
        text +=
          "\n    \(signed(now - before)) instructions (\(before) before, \(now) now): \(function)"
      }
    }
    if isHungrier {
      text += "\n  asks for memory \(new.allocations) times, \(old.allocations) before"
    }
    return (false, text)
  }

  /// Functions by growth, of those that the two counts name: a new name may be an old function, inlined otherwise.
  private static func grown(
    _ old: CountRecord.Count, _ new: CountRecord.Count
  ) -> [(name: String, before: Int, now: Int)] {
    new.functions.map { (name: $0.key, before: old.functions[$0.key] ?? 0, now: $0.value) }
      .filter { $0.now - $0.before > new.instructions / 1_000 }
      .sorted { ($1.now - $1.before, $0.name) < ($0.now - $0.before, $1.name) }
  }

  private static func line(_ name: String, _ old: CountRecord.Count, _ new: CountRecord.Count, growth: Double)
    -> String
  {
    let width = max(1, 48 - name.count)
    let moved = new.allocations == old.allocations ? "" : " (\(old.allocations))"
    return name + String(repeating: " ", count: width)
      + String(format: "%12d %+8.3f %%  %7d", new.instructions, 100 * growth, new.allocations) + moved
  }
  private static func signed(_ x: Int) -> String { x > 0 ? "+\(x)" : "\(x)" }
  private static func percent(_ x: Double) -> String { String(format: "%.1f %%", 100 * x) }
}
