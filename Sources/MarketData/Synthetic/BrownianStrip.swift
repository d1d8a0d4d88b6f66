import Kernels

/// Laws of Brownian motion that stays between two barriers `range` apart, by the method of images.
///
/// Distances are measured from one barrier inwards, so that both barriers share the formulas; variance plays
/// the part of time. Each series stops at terms below 1e-16; variance beyond 2·range² is not asked for.
///
/// - Source: A. Borodin, P. Salminen, *Handbook of Brownian Motion*, 2nd ed. (2002), part II, 1.15 and 3.
enum BrownianStrip {
  /// Chance that a path from distance `y`, known to reach the near barrier first after exactly `variance` when
  /// only that barrier is there, has not met the far barrier on its way. In [0, 1].
  static func survival(from y: Double, variance: Double, range: Double) -> Double {
    guard y > 0, y < range else { return y <= 0 ? 1 : 0 }
    guard variance > 0 else { return 1 }
    if 2 * range * (range - y) > 38 * variance { return 1 }
    var sum = 1.0
    for k in 1...12 {
      let shift = Double(k) * range
      let far = Elementary.exp(-2 * shift * (shift + y) / variance)
      let near = Elementary.exp(-2 * shift * (shift - y) / variance)
      sum += (1 + 2 * shift / y) * far + (1 - 2 * shift / y) * near
      if near < 1e-17 { break }
    }
    return min(max(sum, 0), 1)
  }

  /// Density in `variance` of reaching the near barrier from distance `y` before the far one.
  static func arrival(from y: Double, variance: Double, range: Double) -> Double {
    let root = variance.squareRoot()
    let free = y / (variance * root) * Elementary.exp(-y * y / (2 * variance))
    return free * survival(from: y, variance: variance, range: range)
  }

  /// Density in `variance`, up to a constant factor, of an excursion that leaves one barrier at 0 and first
  /// reaches the other at `variance`.
  static func crossing(variance: Double, range: Double) -> Double {
    let ratio = range * range / variance
    var sum = 0.0
    for k in 0..<12 {
      let m = Double(2 * k + 1)
      let term = Elementary.exp(-m * m * ratio / 2)
      sum += (m * m * ratio - 1) * term
      if m * m * ratio * term < 1e-17 { break }
    }
    return max(sum, 0) / (variance * variance.squareRoot())
  }

  /// Joint density of the highest point `up` above and the lowest point `down` below the start of a Brownian
  /// bridge that ends `end` above its start.
  ///
  /// The second derivative of the chance to stay inside, term by term.
  static func extremes(up: Double, down: Double, end: Double, variance: Double) -> Double {
    let range = up + down
    var sum = 0.0
    for k in 0...12 {
      var largest = 0.0
      for signed in k == 0 ? [0.0] : [Double(k), Double(-k)] {
        let u = -2 * signed * (2 * signed * range + end) / variance
        let inside = Elementary.exp(-2 * signed * range * (signed * range + end) / variance)
        let m = up + signed * range
        let q = -2 * (2 * m - end) / variance
        let reflected = Elementary.exp(-2 * m * (m - end) / variance)
        sum += inside * (u * u - 4 * signed * signed / variance)
        sum -= signed * (signed + 1) * reflected * (q * q - 4 / variance)
        largest = max(largest, inside, k == 0 ? 1 : reflected)
      }
      if largest < 1e-18 { break }
    }
    return max(sum, 0)
  }
}
