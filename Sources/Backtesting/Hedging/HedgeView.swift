import Kernels
import Pricing

/// What a hedge rule sees of the market at a point, for rules and explanations alike.
public enum HedgeView {
  /// ln(F/F at the fill) over √w at entry; `nil` in a hole.
  public static func moveInSd(_ surface: MarkSurface, at point: Int) -> Double? {
    guard surface.forward[point] > 0, surface.forward[1] > 0, surface.entryStdDev > 0 else { return nil }
    return Elementary.log(surface.forward[point] / surface.forward[1]) / surface.entryStdDev
  }
}
