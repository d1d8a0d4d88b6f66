import Backtesting
import Foundation
import Kernels
import MarketData
import Strategies
import Testing

@testable import Studies

@Suite struct CostPathTests {
  /// Twelve sessions around Thanksgiving 2022: 23 November's condor expires on a half day.
  static let market: Market = {
    do {
      guard let start = SessionDate(iso: "2022-11-14") else { preconditionFailure("date") }
      return try Market(
        history: SyntheticMarket.history(sessions: 12, seed: 3, start: start), parameters: .builtIn)
    } catch { preconditionFailure("\(error)") }
  }()
  static let texts = [
    "condor: {short_delta: 0.2}\nexit: {stop: {loss_multiple: 0.3}}\ncosts: {exit_half_spreads: 0, exit_ticks: 0}\n",
    "condor: {short_delta: 0.1, width_points: 10}\nentry: {weekdays: [wed]}\n",
  ]

  struct Written {
    let made: CostPaths
    let paths: [Int32]
    let credits: [Int32]
    let strategies: [Strategy]
    let folder: ScratchFolder
    func row(_ condor: Int, _ trade: Int) -> ArraySlice<Int32> {
      let start = (condor * made.entrySessions.count + trade) * made.minutes
      return paths[start..<start + made.minutes]
    }
  }
  static func write(threads: Int = 2) throws -> Written {
    let folder = try ScratchFolder()
    let strategies = try texts.map { try Fixture.strategy("version: 1\n" + $0) }
    let made = try CostPaths.write(
      strategies, market: market, period: 0...11, to: folder.path("p"), threads: threads)
    let (paths, shape) = try NumPyFile.read(Int32.self, from: folder.path("p/paths.npy"))
    let (credits, creditShape) = try NumPyFile.read(Int32.self, from: folder.path("p/credit.npy"))
    #expect(shape == [2, made.entrySessions.count, made.minutes])
    #expect(creditShape == [2, made.entrySessions.count])
    return Written(made: made, paths: paths, credits: credits, strategies: strategies, folder: folder)
  }
  static let hole = Int32.min

  @Test func arraysHaveAMinuteAfterTheFillThenTheWholeExpirySession() throws {
    let w = try Self.write()
    // 15:47…16:00 and 09:30…16:00.
    #expect(w.made.minutes == 14 + 391)
    #expect(w.made.condors == 2)
    // The first session knows no earlier VIX, the half day can't be entered at 15:45, the last has no expiry.
    let dates = Self.market.history.sessions[1...10].map(\.date).filter { $0.description != "2022-11-25" }
    #expect(w.made.entrySessions == dates && dates.count == 9)
  }

  @Test func holesStandWhereThereIsNoMarkAndNowhereElse() throws {
    let w = try Self.write()
    for (k, date) in w.made.entrySessions.enumerated() {
      let isHalfDay = date.description == "2022-11-23"
      let first = Array(w.row(0, k))
      #expect(w.credits[k] > 0 && w.credits[k] % 500 == 0)
      #expect(first[..<14].allSatisfy { $0 != Self.hole }, "\(date)")
      // A half day has no marks after 13:00, 210 minutes after 09:30.
      #expect(first[14...(14 + 210)].allSatisfy { $0 != Self.hole && $0 >= 0 })
      #expect(first[(14 + 211)...].allSatisfy { ($0 == Self.hole) == isHalfDay }, "\(date)")
      // The other condor is sold on Wednesdays only.
      let sold = date.weekday == 3
      let index = w.made.entrySessions.count + k
      #expect((w.credits[index] == Self.hole) == !sold)
      #expect(w.row(1, k).contains { $0 != Self.hole } == sold)
    }
  }

  /// The first value is what closing costs one minute after the fill, as `explain` tells it; a stop, which here has
  /// no slippage, fills at the path's next minute on the 0.05 grid.
  @Test func pathIsWhatExplainSaysAndWhatStopsPay() throws {
    let w = try Self.write()
    for (k, date) in w.made.entrySessions.enumerated() {
      let e = try Explanation(w.strategies[0], date: date, market: Self.market)
      #expect(e.minutes[0].time == "15:46" && e.minutes[1].time == "15:47")
      let told = e.minutes.dropFirst().compactMap { $0.costPoints.map { Int32(($0 * 10_000).rounded()) } }
      #expect(told == w.row(0, k).filter { $0 != Self.hole }, "\(date)")
    }
    let result = Backtester(Self.market.context(for: w.strategies)).run(w.strategies[0], period: 0...11)
    var stops = 0
    for trade in result.trades {
      let date = Self.market.history.sessions[trade.entrySession].date
      let k = try #require(w.made.entrySessions.firstIndex(of: date))
      #expect(w.credits[k] == trade.first.credit)
      for fill in trade.fills where fill.reason == .stop {
        stops += 1
        let row = Array(w.row(0, k))
        let at = fill.session == trade.entrySession ? fill.minute - 947 : 14 + fill.minute - 570
        #expect(fill.cost == (row[at] + 499) / 500 * 500)
        let level = (Int(trade.first.credit) * 1300 + 999) / 1000
        let before = row[..<at].lastIndex { $0 != Self.hole } ?? 0
        #expect(Int(row[before]) >= level, "the minute before it was at or above the stop")
        #expect(row[..<before].allSatisfy { Int($0) < level }, "and none before that")
      }
    }
    #expect(stops >= 2, "a stop loose enough to leave no case tests nothing")
  }

  @Test func threadsDoNotChangeTheFiles() throws {
    let (a, b) = (try Self.write(threads: 1), try Self.write(threads: 3))
    #expect(a.paths == b.paths && a.credits == b.credits)
  }

  static let hasNumPy: Bool = {
    (try? python("import numpy")).map { $0.status == 0 } ?? false
  }()
  static func python(_ program: String, _ arguments: [String] = []) throws -> (status: Int32, out: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", program] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  @Test(.enabled(if: hasNumPy)) func numPyReadsTheSameNumbers() throws {
    let w = try Self.write()
    let program = """
      import sys, numpy as np
      p, c = np.load(sys.argv[1] + "/paths.npy"), np.load(sys.argv[1] + "/credit.npy")
      marks = p[p != -2**31].astype(np.int64)
      print(p.dtype, p.shape, c.dtype, c.shape, marks.size, marks.sum(), p[0, 3, 17], c[c != -2**31].sum())
      """
    let said = try Self.python(program, [w.folder.path("p")])
    let marks = w.paths.filter { $0 != Self.hole }
    let trades = w.made.entrySessions.count
    let credit = w.credits.filter { $0 != Self.hole }.reduce(0, +)
    let expected =
      "int32 (2, \(trades), 405) int32 (2, \(trades)) \(marks.count) \(marks.reduce(0) { $0 + Int($1) }) "
      + "\(Array(w.row(0, 3))[17]) \(credit)\n"
    #expect(said.status == 0 && said.out == expected)
  }

  @Test func unwritableFolderIsToldAndLeavesNothing() throws {
    let folder = try ScratchFolder()
    try OutputFile.write("a file", to: folder.path("f"))
    #expect(throws: StudyError.self) {
      try CostPaths.write(
        [Fixture.strategy("version: 1\n" + Self.texts[0])], market: Self.market, period: 0...11,
        to: folder.path("f/p"),
        threads: 1)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["f"])
  }
}
