/// How a run uses the mark parameters. Part of a configuration, printed with every result.
public struct MarkSettings: Sendable, Hashable, Codable {
  /// Whether the level is observed anew at the expiry session's open from the entry session's closes.
  public enum Reanchor: String, Sendable, Hashable, Codable, CaseIterable {
    case none
    case close
  }
  /// Every at-the-money volatility is multiplied by this; 1 is the fit. The headline is shown at 0.80…1.20.
  public var levelScale = 1.0
  /// Whether the level is set anew at the expiry session's open.
  public var reanchor = Reanchor.none
  /// Whether half-spreads widen with the volatility index (the stress law) or stay at the quiet formula.
  public var stressSpreads = true
  /// Look-ahead, labelled wherever it is shown: entries before 16:15 see that day's volatility closes.
  public var assumeCloseKnown = false
  /// The printed defaults, or the given values.
  public init() {}
}
