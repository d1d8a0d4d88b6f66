import Foundation
import Kernels

/// What became of the stress exponent in a fit: its value, and whether quotes decided it.
public struct StressFit: Sendable, Hashable, Codable {
  /// How the value came about.
  public enum Outcome: String, Sendable, Codable, CaseIterable {
    /// Inside the grid.
    case fitted
    /// Fitted, but at an end of the grid, where the quotes don't say how far it should go.
    case gridEdge = "grid-edge"
    /// The starting value: no spread ratio with a volatility index.
    case keptNoDays = "kept-no-days"
    /// The starting value: nothing quiet to compare with.
    case keptNoQuiet = "kept-no-quiet"
    /// The starting value: too few days above the pivot.
    case keptFewStressed = "kept-few-stressed"
    /// The starting value: no day far enough above the pivot.
    case keptNoLeverage = "kept-no-leverage"
  }
  /// The exponent to use.
  public var power: Double
  /// How it came about.
  public var outcome: Outcome
  /// Days above the pivot, with a ratio.
  public var stressedDays: Int
  /// The same in words, for example `kept 1.95, no chain with VIX9D (else VIX) ≥ 30`.
  public var note: String

  /// Whether quotes decided the value.
  public var isFitted: Bool { outcome == .fitted || outcome == .gridEdge }

  /// The quiet days are those below this share of the pivot.
  public static let quietShare = 0.8
  /// One day at least must reach this multiple of the pivot. Nearer, log(V/pivot) ≈ 0 and the exponent is noise
  /// divided by next to nothing.
  public static let leverage = 1.5
  /// The fewest days above the pivot.
  public static let fewestStressed = 3
  /// The grid of exponents: this many steps of 0.05 from 0.
  static let gridSteps = 80
  /// So many steps from an end count as the edge: 3.90 is not a finding either.
  static let edgeSteps = 2

  /// Fits q of clamp((V/pivot)^q, 1, limit), or keeps `parameters`' own value and says why.
  ///
  /// Each day's ratio is taken over the median of the quiet days, so that end-of-day files, wider by themselves,
  /// don't count as stress. Least squares in logarithms on a grid of 0.05 from 0 to 4; beyond the limit model and
  /// market are both the limit.
  /// - Parameters:
  ///   - days: volatility index, percent points, and ratio of the spreads to the quiet formula, from chains with
  ///     enough quotes (``HalfSpreadFit/stressRatio(_:_:)``). Days whose index or ratio isn't positive don't count.
  ///   - parameters: pivot, limit and the value to keep.
  /// - Complexity: O(days log days).
  public init(_ days: [(volatilityIndex: Double, ratio: Double)], _ parameters: HalfSpreadParameters) {
    let pivot = parameters.stressPivot
    let usable = days.filter { $0.volatilityIndex > 0 && $0.ratio > 0 }
    let quiet = usable.filter { $0.volatilityIndex < pivot * Self.quietShare }.map(\.ratio)
    let stressed = usable.filter { $0.volatilityIndex > pivot }
    stressedDays = stressed.count
    power = parameters.stressPower

    func number(_ value: Double) -> String { String(format: "%g", value) }
    let index = "VIX9D (else VIX)"
    func kept(_ reason: String) -> String { "kept \(number(parameters.stressPower)), \(reason)" }
    if usable.isEmpty {
      outcome = .keptNoDays
      note = kept("no chain with quotes and a known \(index)")
    } else if !stressed.contains(where: { $0.volatilityIndex >= pivot * Self.leverage }) {
      outcome = .keptNoLeverage
      note = kept("no chain with \(index) ≥ \(number(pivot * Self.leverage))")
    } else if stressed.count < Self.fewestStressed {
      outcome = .keptFewStressed
      note = kept(
        "\(stressed.count) with \(index) > \(number(pivot)), a fit needs at least \(Self.fewestStressed)")
    } else if quiet.isEmpty {
      outcome = .keptNoQuiet
      note = kept("no chain with \(index) < \(number(pivot * Self.quietShare)) to compare with")
    } else {
      let best = Self.bestStep(stressed, quiet: median(quiet), parameters)
      power = Double(best) / 20
      let fitted = "fitted \(number(power)) on \(stressed.count) chains with \(index) > \(number(pivot))"
      if best <= Self.edgeSteps || best >= Self.gridSteps - Self.edgeSteps {
        outcome = .gridEdge
        note =
          "\(fitted); warning: at the edge of the grid 0 to \(number(Double(Self.gridSteps) / 20)), "
          + "the quotes don't determine it"
      } else {
        outcome = .fitted
        note = fitted
      }
    }
  }

  /// The step of the grid with the least squares; the lowest of equals.
  private static func bestStep(
    _ stressed: [(volatilityIndex: Double, ratio: Double)], quiet: Double, _ parameters: HalfSpreadParameters
  ) -> Int {
    let limit = Elementary.log(parameters.stressLimit)
    let points = stressed.map {
      (
        x: Elementary.log($0.volatilityIndex / parameters.stressPivot),
        y: min(max(Elementary.log($0.ratio / quiet), 0), limit)
      )
    }
    var best = 0
    var bestCost = Double.infinity
    for i in 0...gridSteps {
      let q = Double(i) / 20
      let cost = points.reduce(0.0) { $0 + (min(q * $1.x, limit) - $1.y) * (min(q * $1.x, limit) - $1.y) }
      if cost < bestCost {
        bestCost = cost
        best = i
      }
    }
    return best
  }
}
