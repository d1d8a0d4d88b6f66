import Foundation
import Pricing
import TestSupport
import Testing

@testable import Studies

@Suite struct ParityReportTests {
  static let chain = """
    underlying,underlying_last,exchange,optionroot,type,expiration,quotedate,strike,last,net,bid,ask,volume,\
    openinterest,impliedvol,delta,gamma

    """
  private static func row(
    _ type: String, _ expiry: String, _ strike: Int, _ bid: Double, _ ask: Double
  ) -> String {
    "SPX,3000.5,CBOE,SPXW,\(type),\(expiry),06/27/2019,\(strike),0,0,\(bid),\(ask),1,1,0.1,0,0\n"
  }

  /// Two expiries of three strikes, the second with a call too dear; one beyond the days, one on the day itself.
  @Test func everyExpiryWithinTheDaysIsLookedAt() throws {
    let folder = try ScratchFolder()
    var text = Self.chain
    for (expiry, dear) in [("06/27/2019", 9.0), ("06/28/2019", 0), ("07/01/2019", 2.0), ("07/19/2019", 9.0)] {
      for strike in [2_990, 3_000, 3_010] {
        let put = Double(strike - 2_985)
        let call = put + Double(3_000 - strike) + (strike == 3_010 ? dear : 0)
        text +=
          Self.row("put", expiry, strike, put, put + 0.5) + Self.row("call", expiry, strike, call, call + 0.5)
      }
    }
    try OutputFile.write(text, to: folder.path("c.csv"))
    let report = try ParityReport(paths: [folder.path("c.csv")], market: Fixture.market)
    #expect(report.chains.map(\.expiry) == ["2019-06-28", "2019-07-01"])
    let (fair, dear) = (report.chains[0], report.chains[1])
    #expect(fair.forward == 3_000 && fair.index == 3_000.5 && fair.strikes == 3 && fair.pairs == 3)
    #expect(fair.bestConversion == -0.5 && fair.bestReversal == -0.5 && fair.bestBox == -1)
    // the mean of 3,000, 3,000 and 3,002; the dear strike's forward is sold at 3,001.50, bought elsewhere at 3,000.50
    #expect(abs(dear.forward - (3_000 + 2.0 / 3)) < 1e-9 && dear.conversions == 1 && dear.reversals == 2)
    #expect(dear.conversionStrike == 3_010 && dear.bestBox == 1 && dear.isBoxViolated)
    #expect(report.violations == 3 && report.boxes == 1 && report.strikes == 6)
    #expect(
      try ParityReport(paths: [folder.path("c.csv")], market: Fixture.market, days: 30).chains.count == 3)
    let costly = try ParityReport(paths: [folder.path("c.csv")], market: Fixture.market, costPoints: 1)
    #expect(costly.boxes == 0 && costly.violations == 0)
    #expect(throws: ChainError.self) {
      try ParityReport(paths: [folder.path("nowhere.csv")], market: Fixture.market)
    }
  }

  @Test func modelledMarksKeepParity() throws {
    let folder = try ScratchFolder()
    let text =
      Self.chain + Self.row("put", "06/28/2019", 3_000, 9, 10) + Self.row("call", "06/28/2019", 3_000, 9, 10)
    try OutputFile.write(text, to: folder.path("c.csv"))
    let modelled = try ParityReport(paths: [folder.path("c.csv")], market: Fixture.market).modelled
    #expect(modelled.sessions > 50 && modelled.strikes > 1_000)
    #expect(modelled.largestGap < 1e-9)
    #expect(modelled.largestGapOnGrid > 0.02 && modelled.largestGapOnGrid <= 0.1 + 1e-9)
  }
}
