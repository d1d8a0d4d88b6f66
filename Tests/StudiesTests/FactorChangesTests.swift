import Foundation
import MarketData
import Testing

@testable import Studies

@Suite struct FactorChangesTests {
  private let history = FactorFixture.history

  /// Contract by contract, straight from the settlements; on the days of a roll another number than that of the n-th prices.
  @Test func monthsAreNeverComparedAcrossARoll() throws {
    let changes = FactorChanges(history)
    var rolls = 0
    for i in 1..<history.sessions.count {
      let row = changes.values[(i * 10)..<(i * 10 + 10)].map { $0 }
      let close = history.sessions[i].official.close / history.sessions[i - 1].official.close
      #expect(abs(row[0] - log(close)) < 1e-14)
      #expect(abs(row[1] - log(history.close(.vix, i) / history.close(.vix, i - 1))) < 1e-14)
      #expect(abs(row[9] - log(history.close(.vvix, i) / history.close(.vvix, i - 1))) < 1e-14)
      let (before, now) = (history.futures[i - 1], history.futures[i])
      let outliving = before.filter { $0.expiry > history.sessions[i].date }
      for n in 0..<7 {
        guard n < outliving.count else {
          #expect(row[2 + n].isNaN)
          continue
        }
        let same = try #require(now.first { $0.expiry == outliving[n].expiry })
        #expect(abs(row[2 + n] - log(same.settle / outliving[n].settle)) < 1e-14)
      }
      if outliving.count < before.count {
        rolls += 1
        #expect(abs(row[2] - log(now[0].settle / before[0].settle)) > 1e-4)
      }
    }
    #expect(rolls >= 5)
  }

  @Test func nothingIsCountedBehindAMissingMonth() {
    var gap = history
    gap.futures[30].remove(at: 2)
    let (whole, made) = (FactorChanges(history).values, FactorChanges(gap).values)
    // the third month is gone from the settlements that the changes of session 31 begin with, and those of 30 end with
    for i in [30, 31] {
      for n in 0..<10 {
        let (a, b) = (whole[i * 10 + n], made[i * 10 + n])
        let isMissing = i == 31 ? (4..<9).contains(n) : n == 4
        #expect(isMissing ? b.isNaN : a == b || a.isNaN && b.isNaN, "session \(i), factor \(n)")
      }
    }
    let lines = FactorChanges(gap).csv(gap).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(
      lines.count == history.sessions.count + 2 && lines[0] == "date,SPX,VIX,VX1,VX2,VX3,VX4,VX5,VX6,VX7,VVIX"
    )
    #expect(lines[1] == "2022-07-01,,,,,,,,,,")
    #expect(lines[32].contains(",,,,,,") && lines[32].split(separator: ",").count == 6)
  }
}
