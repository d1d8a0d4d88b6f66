import Foundation
import MarketData
import TestSupport
import Testing

@testable import Pricing

@Suite("The shipped parameters", .enabled(if: SharedData.isPresent))
struct ShippedFileTests {
  /// The errors in the shipped file are those that the real chains give today. With `MARKS_OUT=FILE` in the
  /// environment the file is written anew: that is how it is made.
  @Test func errorsInTheFileAreTheMeasuredOnes() throws {
    let days = try RealChains.days(try RealChains.snapshots.get(), minute: { _ in nil })
    let fit = Calibration(days, startingFrom: .builtIn, name: "")
    var made = MarkParameters.builtIn
    made.fittedOn =
      "21 SPXW one-day chains, 2019-04-25 to 2019-06-13 (VIX9D 11-22); stress exponent on end-of-day chains of "
      + "January and February 2018. Held-out rows: refitted without the chain and its neighbours."
    made.halfSpread.stressPower = 1.95
    made.errors = KnownLevel.allCases.flatMap { known in
      [
        MarkError(
          level: known, sample: "in-sample",
          errors: LevelErrors(made.errors(days, own: fit.ownStdDev, knowing: known))),
        MarkError(level: known, sample: "held-out", errors: LevelErrors(fit.heldOut[known] ?? [])),
      ].compactMap { $0?.rounded }
    }
    if let path = ProcessInfo.processInfo.environment["MARKS_OUT"] { try made.save(path: path) }
    let shipped = try MarkParameters.shipped()
    #expect(shipped == made)
  }
}

extension MarkError {
  /// Four digits: what a reader can use.
  var rounded: MarkError {
    func four(_ x: Double) -> Double { (x * 10_000).rounded() / 10_000 }
    var row = self
    row.logVolRmse = four(logVolRmse)
    row.meanAbsTicks = four(meanAbsTicks)
    row.insideSpread = four(insideSpread)
    row.creditMeanAbs = creditMeanAbs.mapValues(four)
    row.creditBias = creditBias.mapValues(four)
    return row
  }
}
