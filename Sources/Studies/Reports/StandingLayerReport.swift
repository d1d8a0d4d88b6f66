import Backtesting
import Strategies

/// What a standing layer earned, and how far it could be priced.
public struct StandingLayerReport: Sendable, Codable, Hashable {
  /// Of the layer.
  public var name: String
  /// Over the period.
  public var netDollars: Double
  /// Sessions on which what was held had no price, or nothing could be bought for want of one.
  public var unpricedSessions: Int
  /// Final settlements of VIX calls that no file has, taken at the last mark before.
  public var estimatedSettlements: Int

  /// Of a layer that was run.
  public init(_ layer: StandingBook.Layer) {
    name = layer.name
    netDollars = Double(layer.netCents.reduce(0, +)) / 100
    unpricedSessions = layer.unpricedSessions
    estimatedSettlements = layer.estimatedSettlements
  }

  /// The standing layers of a strategy, in its order. O(layers × sessions).
  static func of(
    _ strategy: Strategy, context: MarketContext, period: ClosedRange<Int>
  ) -> [StandingLayerReport] {
    StandingBook(strategy, context: context, range: period).layers.map(StandingLayerReport.init)
  }
}
