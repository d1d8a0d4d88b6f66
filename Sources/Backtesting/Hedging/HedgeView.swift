import Kernels
import Pricing

/// What a hedge rule sees of the market at a point, for rules and explanations alike.
public enum HedgeView {
  /// ln(F/F at the fill) over √w at entry; `nil` in a hole.
  public static func moveInSd(_ surface: MarkSurface, at point: Int) -> Double? {
    guard surface.forward[point] > 0, surface.forward[1] > 0, surface.entryStdDev > 0 else { return nil }
    return Elementary.log(surface.forward[point] / surface.forward[1]) / surface.entryStdDev
  }

  /// ``moveInSd(_:at:)`` at every point, NaN where there is none. O(points).
  static func movesInSd(_ surface: MarkSurface) -> [Double] {
    let n = surface.forward.count
    guard surface.forward[1] > 0, surface.entryStdDev > 0 else { return Array(repeating: .nan, count: n) }
    let first = surface.forward[1]
    let ratios = surface.forward.map { $0 > 0 ? $0 / first : .nan }
    var moves = Array(repeating: 0.0, count: n)
    var out = moves.mutableSpan
    elementaryLogs(ratios.span, into: &out)
    for i in 0..<n { moves[i] /= surface.entryStdDev }
    return moves
  }
}
