import Kernels

/// Crossover and mutation of single values between bounds.
///
/// - Source: K. Deb and R. Agrawal, "Simulated binary crossover for continuous search space", Complex Systems 9
///   (1995), with the bounds of K. Deb and S. Agrawal's later form; K. Deb and D. Deb, "Analysing mutation schemes for
///   real-parameter genetic algorithms", Int. J. AI Soft Comp. 4 (2014), for polynomial mutation.
enum Variation {
  /// Two children around two parents, near them the more `eta` is; their mean is the parents'. Inside the bounds.
  ///
  /// - Parameters:
  ///   - a, b: the parents, different.
  ///   - eta: index of the distribution, ≥ 0.
  ///   - uniform: a random number in (0, 1).
  static func simulatedBinary(
    _ a: Double, _ b: Double, from: Double, to: Double, eta: Double, uniform: Double
  ) -> (Double, Double) {
    let low = min(a, b)
    let high = max(a, b)
    let gap = high - low
    /// How far a child may spread, from the room between a parent and its bound.
    func spread(_ room: Double) -> Double {
      let beta = 1 + 2 * room / gap
      let alpha = 2 - Elementary.pow(beta, -(eta + 1))
      let mass = uniform * alpha
      return Elementary.pow(mass <= 1 ? mass : 1 / (2 - mass), 1 / (eta + 1))
    }
    let first = 0.5 * (low + high - spread(low - from) * gap)
    let second = 0.5 * (low + high + spread(to - high) * gap)
    let children = (min(to, max(from, first)), min(to, max(from, second)))
    return a <= b ? children : (children.1, children.0)
  }

  /// A value near another, the nearer the more `eta` is. Inside the bounds.
  static func polynomial(
    _ x: Double, from: Double, to: Double, eta: Double, uniform: Double
  ) -> Double {
    let range = to - from
    let power = 1 / (eta + 1)
    let step: Double
    if uniform <= 0.5 {
      let room = 1 - (x - from) / range
      step = Elementary.pow(2 * uniform + (1 - 2 * uniform) * Elementary.pow(room, eta + 1), power) - 1
    } else {
      let room = 1 - (to - x) / range
      let mass = 2 * (1 - uniform) + (2 * uniform - 1) * Elementary.pow(room, eta + 1)
      step = 1 - Elementary.pow(mass, power)
    }
    return min(to, max(from, x + step * range))
  }
}

/// A parameter as the operators see it: bounds of its gene, and gene ⇄ value.
///
/// A log parameter's gene is its logarithm. A step's gene is its position, between bounds half a step beyond the ends,
/// so that rounding gives every position the same share.
struct Gene: Sendable {
  let domain: SearchParameter.Domain
  let from: Double
  let to: Double

  init(_ domain: SearchParameter.Domain) {
    self.domain = domain
    switch domain {
    case .real(let from, let to, false): (self.from, self.to) = (from, to)
    case .real(let from, let to, true): (self.from, self.to) = (Elementary.log(from), Elementary.log(to))
    case .steps(let count), .categories(let count): (self.from, self.to) = (-0.5, Double(count) - 0.5)
    }
  }

  /// Whether there is more than one value.
  var varies: Bool {
    switch domain {
    case .real: true
    case .steps(let count), .categories(let count): count > 1
    }
  }

  func gene(_ value: Double) -> Double {
    if case .real(_, _, true) = domain { min(to, max(from, Elementary.log(value))) } else { value }
  }

  func value(_ gene: Double) -> Double {
    switch domain {
    case .real(let from, let to, false): min(to, max(from, gene))
    case .real(let from, let to, true): min(to, max(from, Elementary.exp(gene)))
    case .steps(let count), .categories(let count): min(Double(count - 1), max(0, gene.rounded()))
    }
  }
}

extension Gene {
  /// The values of two children at this parameter.
  func crossed(
    _ a: Double, _ b: Double, settings: NSGA2.Settings, random: inout Philox
  ) -> (Double, Double) {
    // of values an ulp apart the logarithms may be equal
    let (first, second) = (gene(a), gene(b))
    guard first != second, random.uniform() < settings.crossoverShare else { return (a, b) }
    if case .categories = domain { return (b, a) }
    let spread = Variation.simulatedBinary(
      first, second, from: from, to: to, eta: settings.crossoverEta, uniform: random.uniform())
    let children = (value(spread.0), value(spread.1))
    return random.uniform() < 0.5 ? children : (children.1, children.0)
  }

  /// A value after mutation; a choice is drawn among the others.
  func mutated(_ x: Double, settings: NSGA2.Settings, random: inout Philox) -> Double {
    if case .categories(let count) = domain {
      let other = Double(random.integer(below: count - 1))
      return other < x ? other : other + 1
    }
    let moved = Variation.polynomial(
      gene(x), from: from, to: to, eta: settings.mutationEta, uniform: random.uniform())
    return value(moved)
  }
}
