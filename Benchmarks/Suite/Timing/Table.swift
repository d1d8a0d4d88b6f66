import Foundation

/// The table that people read.
enum Table {
  /// Two lines on the machine, and the heads of the columns.
  static func header(_ m: Machine) -> String {
    """
    \(m.model), \(m.cores) cores. One core at its peak: \(quantity(m.flops))flops/s, \
    \(quantity(m.wholeNumbers))int32 operations/s, \(quantity(m.bandwidth))B/s from memory.

    \(pad("name", 54))\(padLeft("time", 10))\(padLeft("median", 10))  \(pad("rate", 30))of peak
    """
  }

  /// One measurement.
  static func line(_ m: Measurement) -> String {
    var rate = "\(quantity(m.rate))\(m.unit)"
    if m.seconds == nil, let bytes = m.peakMemory { rate += " (\(quantity(Double(bytes)))B)" }
    let share = m.share.map { "\(Int((100 * $0).rounded())) % \(m.peak)" } ?? ""
    let text =
      pad(m.name, 54) + padLeft(m.seconds.map(time) ?? "", 10) + padLeft(m.median.map(time) ?? "", 10) + "  "
      + pad(rate, 30) + share
    return String(text.reversed().drop { $0 == " " }.reversed())
  }

  private static func time(_ seconds: Double) -> String {
    switch seconds {
    case ..<1e-6: String(format: "%.0f ns", seconds * 1e9)
    case ..<1e-3: String(format: "%.1f us", seconds * 1e6)
    case ..<1: String(format: "%.2f ms", seconds * 1e3)
    default: String(format: "%.2f s", seconds)
    }
  }
  /// Three digits and a prefix of ten, a space behind.
  private static func quantity(_ x: Double) -> String {
    switch x {
    case 1e9...: String(format: "%.3g G", x / 1e9)
    case 1e6...: String(format: "%.3g M", x / 1e6)
    case 1e3...: String(format: "%.3g k", x / 1e3)
    default: String(format: "%.3g ", x)
    }
  }
  private static func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }
  private static func padLeft(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
