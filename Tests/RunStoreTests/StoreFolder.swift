import Foundation

@testable import RunStore

/// A folder of its own for each test, gone afterwards.
final class StoreFolder {
  let url = FileManager.default.temporaryDirectory.appending(path: "runstore-\(UUID().uuidString)")
  init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
  deinit { try? FileManager.default.removeItem(at: url) }
  func path(_ name: String) -> String { url.appending(path: name).path }
  var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: url.path).sorted()) ?? [] }
}

/// A made-up study and its trials.
enum Sample {
  static let study = StudyRecord(
    name: "conservative", spaceText: "a: [1, 2]\nb: \"x\"\n", spaceFormat: "yaml", historyName: "demo",
    historyDigest: "sha256:00ff", provenance: "simulated minutes, modelled prices", codeVersion: "0.1.0",
    seed: UInt64.max - 3, from: "2014-01-02", to: "2018-12-31", configurations: 1000, marksName: "default-1",
    axes: ["condor.short_delta", "stop", "odd \"name\""])

  /// Trial `index`: figures that differ by trial, with every kind of hole.
  static func trial(_ index: Int) -> TrialRecord {
    let net = Int64(index * 7919 % 1009 - 500) * 100 + 37
    var trial = TrialRecord(
      index: index, parameters: "{\"a\": \(index), \"text\": \"é\\n\"}",
      assignments: ["0.\(index)", "{\"none\": true}", "it's"], status: index % 5 == 4 ? "no_trades" : "done",
      reason: index % 5 == 4 ? "the credit was never paid" : nil, netCents: net,
      metrics: [
        MetricValue("net_dollars", Double(net) / 100),
        MetricValue("sharpe", index % 3 == 0 ? nil : 1.0 / Double(index)),
        MetricValue("profit_factor", index % 7 == 0 ? .infinity : 0.1 + 0.2),
      ],
      outcomes: [OutcomeCount("stopped", index % 11), OutcomeCount("expired", 250 - index % 11)])
    if index.isMultiple(of: 2) { trial.dailyCents = [net, 0, -1, .max, .min, 256, -256] }
    return trial
  }
}
