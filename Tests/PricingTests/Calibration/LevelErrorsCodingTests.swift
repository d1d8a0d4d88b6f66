import Foundation
import MarketData
import Testing

@testable import Pricing

/// The keys that `wingspan calibrate --evaluate --json` promises.
@Suite("Keys of the evaluation") struct LevelErrorsCodingTests {
  static func object(_ errors: some Encodable) throws -> [String: Any] {
    let data = try JSONEncoder().encode(errors)
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  static func expectAllKeys(_ level: [String: Any]) throws {
    #expect(
      Set(level.keys) == [
        "chains", "strikes", "logVolRmse", "insideSpread", "insideWorstDay", "meanAbsTicks",
        "meanAbsTicksMedianDay", "creditMeanAbs", "creditBias", "creditMaxAbs", "ticksByDelta",
        "biasTicksByDelta",
      ])
    for name in ["creditMeanAbs", "creditBias", "creditMaxAbs"] {
      #expect(Set(try #require(level[name] as? [String: Any]).keys) == ["10", "15", "20", "25"], "\(name)")
    }
    for name in ["ticksByDelta", "biasTicksByDelta"] {
      let map = try #require(level[name] as? [String: Any])
      #expect(Set(map.keys) == ["3-5", "5-10", "10-15", "15-25", "25-40"], "\(name)")
    }
  }

  @Test func withoutAPricedChainEveryLevelHasEveryKeyAndNull() throws {
    let levels = try Self.object(MarkParameters.builtIn.evaluation([]))
    #expect(Set(levels.keys) == ["own", "vix9d", "vix", "prior"])
    for (_, value) in levels {
      let level = try #require(value as? [String: Any])
      try Self.expectAllKeys(level)
      #expect(level["chains"] as? Int == 0 && level["strikes"] as? Int == 0)
      for (name, value) in level where name != "chains" && name != "strikes" {
        let values = (value as? [String: Any]).map { Array($0.values) } ?? [value]
        #expect(values.allSatisfy { $0 is NSNull }, "\(name)")
      }
    }
  }

  /// A chain without closes: its own level is measured, the three others aren't.
  @Test func withoutAHistoryTheOwnLevelHasNumbersAndTheOthersNull() throws {
    let (date, next) = try SyntheticChainTests.thursday()
    let calendar = try TradingCalendar.newYork()
    let clock = VarianceClock(
      parameters: ClockParameters(), calendar: calendar, events: try EventCalendar.bundled())
    let snapshot = SyntheticChainTests.snapshot(
      stdDev: 0.009, forward: 2901.3, smile: SmileParameters(), date: date, expiry: next, minute: 930,
      years: 1 / 365)
    let chain = try OneDayChain(snapshot, minute: nil, clock: clock, calendar: calendar)
    let day = CalibrationDay(chain: chain, closes: KnownCloses())
    let levels = try Self.object(MarkParameters.builtIn.evaluation([day]))
    for known in KnownLevel.allCases {
      let level = try #require(levels[known.rawValue] as? [String: Any])
      try Self.expectAllKeys(level)
      #expect(level["chains"] as? Int == (known == .own ? 1 : 0))
      #expect((level["logVolRmse"] is NSNull) == (known != .own))
      let credits = try #require(level["creditBias"] as? [String: Any])
      #expect((credits["10"] is NSNull) == (known != .own))
    }
  }

  @Test func readBackItIsTheSame() throws {
    var errors = LevelErrors([])
    errors.chains = 3
    errors.meanAbsTicks = 4.5
    errors.creditBias = ["15": -0.25]
    errors.ticksByDelta = ["5-10": 2]
    for value in [errors, LevelErrors([])] {
      let data = try JSONEncoder().encode(value)
      #expect(try JSONDecoder().decode(LevelErrors.self, from: data) == value)
    }
  }
}
