import MarketData

/// A kind of bars in a store, for example five-minute bars of SPY.
public struct BarSource: Hashable, Sendable {
  /// What the bars are of.
  public let symbol: BarSymbol
  /// Length of a bar, minutes.
  public let minutes: Int

  /// Bars of `minutes` minutes of `symbol`.
  public init(symbol: BarSymbol, minutes: Int) {
    self.symbol = symbol
    self.minutes = minutes
  }

  /// Reads `SPX-1min` or `SPY-5min`; `nil` for anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: "-")
    guard parts.count == 2, let symbol = BarSymbol(rawValue: parts[0].uppercased()),
      parts[1].lowercased().hasSuffix("min"), let minutes = Int(parts[1].dropLast(3)),
      (1...30).contains(minutes)
    else { return nil }
    self.init(symbol: symbol, minutes: minutes)
  }
}

extension BarSource: CustomStringConvertible {
  /// `SPY-5min`.
  public var description: String { "\(symbol.rawValue)-\(minutes)min" }
}

extension BarSource: Comparable {
  /// Finer bars first, the index before the fund.
  public static func < (a: BarSource, b: BarSource) -> Bool {
    (a.minutes, a.symbol.rawValue) < (b.minutes, b.symbol.rawValue)
  }
}
