import Pricing
import Rules

/// What the rules of an open layer see of it, from its opening fill on; by point of a surface.
struct LayerSight {
  /// Indicative price over what size and gains refer to − 1: that at the opening fill, or what was asked for a call then; NaN
  /// before it and in holes.
  let gain: [Double]
  /// (highest − now)/(highest − at the fill) of the indicative price, 0 while it hasn't risen; NaN as ``gain``.
  let giveback: [Double]

  /// - Parameters:
  ///   - prices: indicative, 1/1000 points, ``TickGrid/missing`` where there is none.
  ///   - opened: the point of the opening fill, where there is one.
  ///   - reference: what gains refer to, > 0.
  init(_ prices: Span<Int32>, opened: Int, reference: Int32) {
    var gain = Array(repeating: Double.nan, count: prices.count)
    var giveback = gain
    let first = prices[opened]
    var highest = first
    for i in opened..<prices.count where prices[i] != TickGrid.missing {
      highest = max(highest, prices[i])
      gain[i] = Double(prices[i]) / Double(reference) - 1
      giveback[i] =
        highest > first ? Double(highest - prices[i]) / Double(highest - first) : 0
    }
    self.gain = gain
    self.giveback = giveback
  }

  /// Of a layer that holds something since a point, by its definition.
  init(_ surface: MarkSurface, _ held: HedgePrices, opened: Int) {
    let prices = surface.minutes.indices.map {
      $0 < opened ? TickGrid.missing : held.indicative(at: TradeMinute(surface, $0)) ?? TickGrid.missing
    }
    self.init(prices.span, opened: opened, reference: held.bought(prices[opened]))
  }

  /// Of a layer that is taken to open with the condor and never to move: whether a rule can be told at the fill.
  init(unmovedPoints count: Int) {
    gain = Array(repeating: 0, count: count)
    giveback = gain
  }

  /// The values of a signal of the layer; `nil` for any other signal.
  func values(of signal: SignalInstance) -> [Double]? {
    switch signal.name {
    case "hedge_gain": gain
    case "vix_giveback": giveback
    default: nil
    }
  }
}
