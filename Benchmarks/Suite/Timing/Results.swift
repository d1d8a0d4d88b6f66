import Foundation

/// Results for other programs, and the record of a machine.
enum Results {
  /// A line of github-action-benchmark's `customBiggerIsBetter`.
  private struct GitHubEntry: Encodable {
    let name: String
    let unit: String
    let value: Double
    let extra: String
  }
  /// A measure of the Bencher metric format.
  private struct BencherMetric: Encodable { let value: Double }

  /// Writes `github.json` and `bencher.json`.
  static func write(_ measurements: [Measurement], folder: String) throws {
    let url = URL(fileURLWithPath: folder)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let github = measurements.map { m in
      GitHubEntry(name: m.name, unit: m.unit, value: m.rate, extra: extra(m))
    }
    try encoder.encode(github).write(to: url.appendingPathComponent("github.json"))
    var bencher: [String: [String: BencherMetric]] = [:]
    for m in measurements {
      var metrics = ["throughput": BencherMetric(value: m.rate)]
      if let seconds = m.seconds { metrics["latency"] = BencherMetric(value: seconds * 1e9) }
      if let bytes = m.peakMemory { metrics["peak-memory"] = BencherMetric(value: Double(bytes)) }
      bencher[m.name] = metrics
    }
    try encoder.encode(bencher).write(to: url.appendingPathComponent("bencher.json"))
  }

  private static func extra(_ m: Measurement) -> String {
    var parts: [String] = []
    if let seconds = m.seconds { parts.append("\(seconds) s best") }
    if let median = m.median { parts.append("\(median) s median") }
    if let share = m.share { parts.append("\(Int((100 * share).rounded())) % of peak \(m.peak)") }
    if let bytes = m.peakMemory { parts.append("\(bytes) bytes at most") }
    return parts.joined(separator: "\n")
  }

  /// Appends a row a measurement to the machine's table.
  static func append(_ measurements: [Measurement], machine: Machine, commit: String, folder: String) throws {
    let url = URL(fileURLWithPath: folder).appendingPathComponent("\(machine.slug).csv")
    let date = Date.now.formatted(.iso8601.year().month().day())
    var text = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
    if text.isEmpty { text = "date,commit,machine,cores,name,value,unit\n" }
    for m in measurements {
      let value = String(format: "%.6g", m.rate)
      let fields = [date, commit, machine.model, "\(machine.cores)", m.name, value, m.unit]
      text += fields.map(quoted).joined(separator: ",") + "\n"
    }
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: url, atomically: true, encoding: .utf8)
  }

  private static func quoted(_ field: String) -> String {
    guard field.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return field }
    return "\"" + field.replacingOccurrences(of: "\"", with: "\"\"") + "\""
  }
}
