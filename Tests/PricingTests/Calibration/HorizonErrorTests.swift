import MarketData
import TestSupport
import Testing

@testable import Pricing

/// The marks of later expiries against real chains.
@Suite("Later expiries", .enabled(if: SharedData.isPresent))
struct HorizonErrorTests {
  static func measured() throws -> [HorizonError] {
    let (clock, calendar) = (try RealChains.clock.get(), try TradingCalendar.newYork())
    let closes = try RealChains.closes.get()
    let snapshots = try RealChains.snapshots.get()
    return (1...8).compactMap { sessions in
      let days = snapshots.compactMap { snapshot -> CalibrationDay? in
        guard
          let chain = try? OneDayChain(
            snapshot, minute: RealChains.listedMinute(snapshot.quoteDate), clock: clock, calendar: calendar,
            sessions: sessions)
        else { return nil }
        return CalibrationDay(chain: chain, closes: closes[snapshot.quoteDate] ?? KnownCloses())
      }
      return HorizonError(days, sessions: sessions, parameters: .builtIn)
    }
  }

  @Test("What is shipped is what the chains of 2019 give")
  func shipped() throws {
    let measured = try Self.measured()
    #expect(measured.map(\.sessions) == HorizonError.shipped.map(\.sessions), "\(measured)")
    for (a, b) in zip(measured, HorizonError.shipped) {
      #expect(a.chains == b.chains && a.spreads == b.spreads)
      for value in [\HorizonError.logVolBias, \.logVolRmse, \.spreadMeanAbs, \.spreadBias, \.ownLevelMeanAbs]
      {
        #expect(abs(a[keyPath: value] - b[keyPath: value]) < 0.0006, "\(a)")
      }
    }
  }
}
