import Kernels
import MarketData
import Testing

@testable import Pricing

@Suite struct MarkPropertyTests {
  /// Parity and intrinsic value everywhere; monotone in the strike up to 2.4 standard deviations above the
  /// forward. Beyond, the printed shape lets calls rise again by up to 0.0302 points a 5-point step (see the
  /// module's page): bounded here so that it can't grow unseen.
  @Test(arguments: UInt64(1)...30)
  func putCallParityMonotonyAndIntrinsic(seed: UInt64) throws {
    var random = Philox(seed: seed)
    let level = 9 + 50 * random.uniform()
    let surface = try #require(
      try SampleMarket.surface(seed: seed, vix9d: level, minute: 571 + random.integer(below: 388)))
    let strikes = stride(from: 2600.0, through: 3200, by: 20).map { $0 }
    let calls = strikes.map { surface.mids(strike: $0, isCall: true) }
    let puts = strikes.map { surface.mids(strike: $0, isCall: false) }
    var worstParity = 0.0
    var belowIntrinsic = 0.0
    var nearRise = 0.0
    var farRise = 0.0
    for i in surface.minutes.indices {
      let f = surface.forward[i]
      for (k, strike) in strikes.enumerated() {
        worstParity = max(worstParity, (calls[k][i] - puts[k][i] - (f - strike)).magnitude)
        belowIntrinsic = max(
          belowIntrinsic, max(0, f - strike) - calls[k][i], max(0, strike - f) - puts[k][i])
        guard k > 0 else { continue }
        let rise = max(calls[k][i] - calls[k - 1][i], puts[k - 1][i] - puts[k][i])
        if Elementary.log(strike / f) <= 2.4 * surface.stdDev[i] {
          nearRise = max(nearRise, rise)
        } else {
          farRise = max(farRise, rise / 4)
        }
      }
    }
    #expect(worstParity < 1e-9)
    #expect(belowIntrinsic < 1e-9)
    #expect(nearRise < 1e-9)
    #expect(farRise < 0.031)
  }

  @Test(arguments: UInt64(1)...10)
  func oneMarkIsTheSameBitsAsTheWholePath(seed: UInt64) throws {
    let surface = try #require(try SampleMarket.surface(seed: seed))
    for strike in [2700.0, 2850, 2895, 2900, 2905, 2950, 3100] {
      for isCall in [true, false] {
        let path = surface.mids(strike: strike, isCall: isCall)
        for i in surface.minutes.indices {
          #expect(surface.mid(strike: strike, isCall: isCall, at: i) == path[i])
        }
        #expect(surface.marks(strike: strike, isCall: isCall) == path.map(TickGrid.legMark(points:)))
      }
    }
  }

  @Test func aPathIsThePlainFormula() throws {
    let surface = try #require(try SampleMarket.surface(seed: 3))
    let smile = VolatilitySmile(SmileParameters())
    for strike in [2850.0, 2900, 2940] {
      let path = surface.mids(strike: strike, isCall: true)
      for i in surface.minutes.indices {
        let s = surface.stdDev[i]
        let f = surface.forward[i]
        let own = s == 0 ? 0 : s * smile.ratio(z: Elementary.log(strike / f) / s)
        let plain = Black76Reference.price(forward: f, strike: strike, stdDev: own, sign: 1)
        #expect((path[i] - plain).magnitude < 1e-9)
      }
    }
  }

  @Test func atTheCloseOnlyTheIntrinsicValueIsLeft() throws {
    let surface = try #require(try SampleMarket.surface(seed: 5))
    let last = surface.minutes.count - 1
    #expect(surface.stdDev[last] == 0)
    let f = surface.forward[last]
    #expect(surface.mid(strike: f - 20, isCall: true, at: last) == f - (f - 20))
    #expect(surface.mid(strike: f - 20, isCall: false, at: last) == 0)
    #expect(surface.delta(strike: f - 20, isCall: true, at: last) == 1)
    #expect(surface.delta(strike: f + 20, isCall: false, at: last) == -1)
  }

  @Test func aHoleHasNoMarkAndNothingElseChanges() throws {
    var history = try SampleMarket.history(seed: 2)
    let model = MarkModel(
      parameters: .builtIn, settings: MarkSettings(), calendar: history.calendar, events: history.events)
    let whole = try #require(model.surface(history, entry: 1, decisionMinute: 930, expiry: 2))
    history.sessions[2].spot[100] = .nan
    let holed = try #require(model.surface(history, entry: 1, decisionMinute: 930, expiry: 2))
    let hole = whole.expiryStart + 100
    let before = whole.marks(strike: 2880, isCall: false)
    let after = holed.marks(strike: 2880, isCall: false)
    for i in before.indices { #expect(after[i] == (i == hole ? TickGrid.missing : before[i])) }
  }

  @Test(arguments: UInt64(1)...20)
  func totalVarianceIsNeverNegative(seed: UInt64) throws {
    for reanchor in MarkSettings.Reanchor.allCases {
      var settings = MarkSettings()
      settings.reanchor = reanchor
      let surface = try #require(try SampleMarket.surface(seed: seed, vix9d: 40, settings: settings))
      #expect(surface.stdDev.allSatisfy { $0 >= 0 && $0 < 0.2 })
      #expect(surface.entryStdDev > 0)
    }
  }

  /// Butterflies of the shipped shape on the 5-point grid: the most negative is worth less than a third of a tick.
  @Test func butterfliesAreNotNegative() throws {
    let shipped = try MarkParameters.shipped()
    for smile in [MarkParameters.builtIn.smile, shipped.smile] {
      let curve = VolatilitySmile(smile)
      var worst = 0.0
      for i in 0...56 {
        let s = 0.004 + 0.001 * Double(i)
        for forward in [2900.0, 2901.3, 2902.5, 2904] {
          let width = 6 * s * forward
          let low = ((forward - width) / 5).rounded() * 5
          let prices = stride(from: low, through: forward + width, by: 5).map { k in
            Black76Reference.price(
              forward: forward, strike: k, stdDev: s * curve.ratio(z: Elementary.log(k / forward) / s),
              sign: 1)
          }
          for j in 1..<(prices.count - 1) {
            worst = min(worst, prices[j - 1] - 2 * prices[j] + prices[j + 1])
          }
        }
      }
      #expect(worst >= -0.015, "\(worst)")
    }
  }
}
