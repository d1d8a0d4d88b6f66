import Foundation
import HistoryStore
import MarketData

/// Market files in and out of a history: 500 sessions of synthetic one-minute bars. Too much of it is SQLite and the file
/// system for a gate.
func historyPieces() -> [Piece] {
  let sessions = 500
  let rows = 190_000
  return [
    Piece("history/import of one-minute bars", unit: "rows", items: rows, gate: .none) {
      let folder = try Scratch()
      let file = folder.path("spx-1min.csv")
      try csv(SyntheticMarket.history(sessions: sessions, seed: 1), rows: rows).write(
        toFile: file, atomically: false, encoding: .utf8)
      var run = 0
      return {
        run += 1
        let store = folder.path("\(run).sqlite")
        keep(try HistoryStore.importFiles([file], into: store, symbol: .spx))
        try FileManager.default.removeItem(atPath: store)
      }
    },
    Piece("history/load", unit: "sessions", items: sessions, gate: .none) {
      let folder = try Scratch()
      let store = folder.path("written.sqlite")
      try HistoryStore.write(SyntheticMarket.history(sessions: sessions, seed: 1), to: store)
      return { keep((try HistoryStore.load(path: store), folder)) }
    },
    Piece("history/simulate", unit: "sessions", items: sessions, gate: .none) {
      { keep(try SyntheticMarket.history(sessions: sessions, seed: 1)) }
    },
  ]
}

/// So many bars as FirstRate writes them, each minute's open, high, low and close its mark.
private func csv(_ history: MarketHistory, rows: Int) -> String {
  var text = ""
  var left = rows
  for session in history.sessions {
    for minute in MinuteOfDay.open..<session.closeMinute where left > 0 {
      left -= 1
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
