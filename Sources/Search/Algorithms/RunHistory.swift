import Kernels

/// How good a sample is by Deb's rules: less is better.
struct Standing: Sendable, Hashable, Comparable {
  enum Tier: Int, Sendable {
    case feasible, broken, failed, invalid
    /// Asked a moment ago in the same generation.
    case twin
  }
  let tier: Tier
  /// The objective, or by how much constraints are broken.
  let value: Double

  static let failed = Standing(tier: .failed, value: 0)
  static let invalid = Standing(tier: .invalid, value: 0)
  static let twin = Standing(tier: .twin, value: 0)

  init(tier: Tier, value: Double) {
    self.tier = tier
    self.value = value
  }

  init(_ evaluation: Evaluation) {
    if evaluation.isFailed {
      self = .failed
    } else if evaluation.isFeasible {
      self.init(tier: .feasible, value: evaluation.objectives[0])
    } else {
      self.init(tier: .broken, value: evaluation.violation)
    }
  }

  static func < (a: Standing, b: Standing) -> Bool {
    a.tier == b.tier ? a.value < b.value : a.tier.rawValue < b.tier.rawValue
  }
}

/// What tells that a run of CMA-ES is over.
///
/// - Source: A. Auger and N. Hansen, CEC 2005, section II; the most generations are those of Hansen's BIPOP (GECCO 2009).
struct RunHistory: Sendable {
  private let window: Int
  private let mostGenerations: Double
  private var bests: [Standing] = []
  private var last: [Standing] = []

  init(order: Int, population: Int) {
    let n = Double(order)
    window = 10 + Int((30 * n / Double(population)).rounded(.up))
    mostGenerations = 100 + 150 * (n + 3) * (n + 3) / Double(population).squareRoot()
  }

  /// Notes a generation, best first.
  mutating func add(_ ranked: [Standing]) {
    last = ranked
    if let best = ranked.first { bests.append(best) }
    if bests.count > window { bests.removeFirst() }
  }

  /// Whether nothing more is to be had: the objective no longer differs, the step or the shape is at the end of its
  /// digits, or it takes too long.
  func isOver(_ model: AdaptedNormal, firstStep: Double) -> Bool {
    if Double(model.generation) >= mostGenerations || !(model.condition <= 1e14) { return true }
    if bests.count == window, isFlat(bests + last) { return true }
    let axes = 0..<model.order
    if axes.allSatisfy({ max(model.deviation($0), model.drift($0)) < 1e-12 * firstStep }) { return true }
    // far outside the mirrors the shape says nothing about the space
    if axes.contains(where: { !(model.deviation($0) < 1e3) }) { return true }
    return axes.contains { model.mean[$0] == model.mean[$0] + 0.2 * model.deviation($0) }
  }

  private func isFlat(_ standings: [Standing]) -> Bool {
    guard let first = standings.first, standings.allSatisfy({ $0.tier == first.tier }) else { return false }
    let values = standings.map(\.value)
    guard let low = values.min(), let high = values.max() else { return true }
    return high == low || high - low <= 1e-12 * max(1, min(low.magnitude, high.magnitude))
  }
}
