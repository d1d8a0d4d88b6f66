import Foundation
import MarketData
import TestSupport
import Testing

@testable import HistoryStore

@Suite(.enabled(if: SharedData.isPresent))
struct RealFilesTests {
  @Test func printsEverything() throws {
    let clock = ContinuousClock()
    let start = clock.now
    let store = try RealStore()
    print("import", clock.now - start)
    for s in store.summaries {
      print(
        s.file.split(separator: "/").last ?? "", s.format, s.rows,
        s.parts.map {
          "\($0.what) \($0.first) \($0.last) new \($0.new) same \($0.same) conf \($0.conflicts)"
        }, s.warnings.map { "\($0.count) \($0.text) @\($0.firstLine)" }, s.notes)
    }
    let mid = clock.now
    let h = try HistoryStore.load(
      path: store.path, from: SessionDate(iso: "2018-01-02"), to: SessionDate(iso: "2020-12-31"))
    print("load", clock.now - mid, h.sessions.count, h.provenance, h.digest)
    for k in h.series.keys.sorted() { print(k, h.series[k]!.values.count, h.series[k]!.values.last!) }
  }
}
