import Kernels
import Statistics

/// P&L without a history, on which figures of luck are tried: settings that have a part in common, days that hang together,
/// and an edge of the first setting.
struct SimulatedMarket {
  var settings = 1
  var days = 250
  /// Of any two settings.
  var correlation = 0.0
  /// Of a day with the one before, of the first order.
  var dependence = 0.0
  /// How many settings, the last ones, hang together so; nil for all.
  var dependentSettings: Int?
  /// Student's t with 4 degrees instead of the normal law.
  var isHeavy = false
  /// What the first setting earns a day, deviations.
  var edge = 0.0

  /// Days before the first, which make it one like the others.
  private static let before = 50

  /// One such market; deviation 1 a day.
  func outcomes(_ random: inout Philox) throws -> OutcomeMatrix {
    let (common, own) = (correlation.squareRoot(), (1 - correlation).squareRoot())
    let fresh = (1 - dependence * dependence).squareRoot()
    let independent = dependentSettings.map { settings - $0 } ?? -1
    let first = dependence == 0 ? 0 : -Self.before
    var state = Array(repeating: 0.0, count: settings + 1)
    var values: [Double] = []
    values.reserveCapacity(days * settings)
    for day in first..<days {
      for j in state.indices {
        let shock = shock(&random)
        state[j] = day == first || j <= independent ? shock : dependence * state[j] + fresh * shock
      }
      guard day >= 0 else { continue }
      for j in 1...settings { values.append(common * state[0] + own * state[j] + (j == 1 ? edge : 0)) }
    }
    return try OutcomeMatrix(values: values, settings: settings)
  }

  private func shock(_ random: inout Philox) -> Double {
    let normal = random.normal()
    guard isHeavy else { return normal }
    // χ² of 4 degrees is −2·ln of the product of two uniform numbers; a t of 4 degrees has a variance of 2
    let square = -2 * Elementary.log((1 - random.uniform()) * (1 - random.uniform()))
    return normal / (square / 4).squareRoot() / 2.0.squareRoot()
  }
}
