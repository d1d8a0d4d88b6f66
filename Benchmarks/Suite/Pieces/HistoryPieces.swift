import Foundation
import HistoryStore
import MarketData

/// Market files in and out of a history: two years of synthetic one-minute bars. Too much of it is SQLite and the file
/// system for a gate.
func historyPieces() -> [Piece] {
  let years = 2
  let rows = 502 * 390
  return [
    Piece("history/import of one-minute bars", unit: "rows", items: rows, gate: .none) {
      let folder = try Scratch()
      let file = folder.path("spx-1min.csv")
      try csv(SyntheticMarket.history(years: years, seed: 1)).write(
        toFile: file, atomically: false, encoding: .utf8)
      var run = 0
      return {
        run += 1
        let store = folder.path("\(run).sqlite")
        keep(try HistoryStore.importFiles([file], into: store, symbol: .spx))
        try FileManager.default.removeItem(atPath: store)
      }
    },
    Piece("history/load", unit: "sessions", items: 502, gate: .none) {
      let folder = try Scratch()
      let store = folder.path("written.sqlite")
      try HistoryStore.write(SyntheticMarket.history(years: years, seed: 1), to: store)
      return { keep((try HistoryStore.load(path: store), folder)) }
    },
    Piece("history/simulate", unit: "sessions", items: 502, gate: .none) {
      { keep(try SyntheticMarket.history(years: years, seed: 1)) }
    },
  ]
}

/// Bars as FirstRate writes them, each minute's open, high, low and close its mark.
private func csv(_ history: MarketHistory) -> String {
  var text = ""
  for session in history.sessions {
    for minute in MinuteOfDay.open..<session.closeMinute {
      let price = String(format: "%.2f", session.spot(at: minute))
      let time = String(format: "%02d:%02d", minute / 60, minute % 60)
      text += "\(session.date) \(time):00,\(price),\(price),\(price),\(price)\n"
    }
  }
  return text
}

/// A folder that is removed with the last that holds it.
final class Scratch {
  private let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("wingspan-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appendingPathComponent(name).path }
}
