import Foundation
import Kernels
import TestSupport
import Testing

@testable import Pricing

@Suite("Against SciPy", .enabled(if: SharedData.isPresent))
struct SciPyTests {
  /// Forwards, levels and shapes of all 21 chains are those of an independent program.
  @Test func dayFitsAreThoseOfSciPy() throws {
    let path = SharedData.root.appending(path: "Tests/Golden/pricing/day-fits.csv").path
    let rows = try String(contentsOfFile: path, encoding: .utf8).split(whereSeparator: \.isNewline).dropFirst(
      2)
    let days = try RealChains.all.get()
    #expect(rows.count == days.count)
    for (row, day) in zip(rows, days) {
      let fields = row.split(separator: ",")
      let golden = try fields.dropFirst().map { try #require(Double($0)) }
      #expect(String(fields[0]) == day.chain.quoteDate.description)
      #expect((day.chain.forward - golden[0]).magnitude < 1e-4)
      let fit = SmileFit.day(day.chain, startingFrom: MarkParameters.builtIn.smile)
      #expect((fit.stdDev / golden[1] - 1).magnitude < 1e-4, "\(fields[0])")
      for (p, q) in zip(fit.smile.p, golden[2...5]) { #expect((p - q).magnitude < 5e-4, "\(fields[0])") }
      let level = SmileFit.level(day.chain, smile: MarkParameters.builtIn.smile)
      #expect((level / golden[6] - 1).magnitude < 1e-6, "\(fields[0])")
    }
  }
}
