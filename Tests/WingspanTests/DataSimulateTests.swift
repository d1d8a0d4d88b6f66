import Foundation
import HistoryStore
import MarketData
import Testing

@testable import wingspan

/// `wingspan data simulate`.
struct DataSimulateTests {
  @Test func theStoreGivesBackTheSameBits() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "simulate-\(UUID().uuidString).sqlite")
      .path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try DataSimulate.parse(["--years", "1", "--seed", "4", "--into", path]).run()
    let start = try #require(SessionDate(year: 2026, month: 1, day: 1), "so that a year ends with 2026")
    let made = try SyntheticMarket.history(years: 1, seed: 4, start: start)
    let read = try HistoryStore.load(path: path)
    #expect(read.sessions.map(\.date) == made.sessions.map(\.date))
    #expect(read.sessions.map(\.spot) == made.sessions.map(\.spot))
    #expect(read.futures == made.futures)
    #expect(read.provenance == made.provenance)
    #expect(throws: HistoryStoreError.self) {
      try DataSimulate.parse(["--years", "1", "--into", path]).run()
    }
  }

  @Test(arguments: [["--years", "0"], ["--years", "39"], ["--from", "2005-02-30"], ["--seed", "-1"]])
  func wrongOptionsAreRefused(options: [String]) {
    #expect(throws: (any Error).self) { try DataSimulate.parse(options + ["--into", "x.sqlite"]) }
  }
}
