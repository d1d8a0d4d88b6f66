import Strategies

/// One thing that is otherwise than a study assumes: the whole study is run again with it, choices included.
public struct Perturbation: Sendable, Hashable {
  /// As tables name it.
  public let name: String
  /// Slippage of every condor order in place of the settings' own, steps of 0.05 points.
  var slippageTicks: Int32?
  /// Multiplies the level of volatility.
  var levelScale = 1.0

  /// Nothing changed.
  public static let none = Perturbation(name: "as given")

  init(name: String) { self.name = name }

  /// The market under it.
  func market(_ market: Market) -> Market { market }

  /// A strategy under it.
  func strategy(_ strategy: Strategy) -> Strategy {
    var made = strategy
    if let slippageTicks {
      let order = Slippage(halfSpreadThousandths: 0, ticks: slippageTicks)
      (made.costs.entry, made.costs.exit) = (order, order)
    }
    made.marks.levelScale *= levelScale
    return made
  }
}
