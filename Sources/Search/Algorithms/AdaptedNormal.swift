import Kernels

/// A normal distribution that moves towards its better samples and takes their shape: the learning part of CMA-ES.
///
/// - Source: N. Hansen, "The CMA evolution strategy: a tutorial", arXiv:1604.00772 (2016): equations and default
///   parameters (its table 1), with negative weights for the worse half.
struct AdaptedNormal: Sendable {
  /// Numbers a sample, n.
  let order: Int
  /// Samples a generation, λ.
  let population: Int
  /// m.
  private(set) var mean: [Double]
  /// σ, the overall step.
  private(set) var step: Double
  /// Generations learnt from.
  private(set) var generation = 0

  private let rates: Rates
  private var covariance: [Double]
  /// Rows are eigenvectors.
  private var axes: [Double]
  /// Square roots of the eigenvalues.
  private var lengths: [Double]
  private var eigenGeneration = 0
  private var shapePath: [Double]
  private var stepPath: [Double]
  /// Least standard deviation of each number; 0 for none.
  private let leastDeviation: [Double]

  /// A round distribution.
  init(mean: [Double], step: Double, population: Int, leastDeviation: [Double]) {
    let n = mean.count
    order = n
    self.population = population
    self.mean = mean
    self.step = step
    self.leastDeviation = leastDeviation
    rates = Rates(order: n, population: population)
    axes = Array(repeating: 0, count: n * n)
    for i in 0..<n { axes[i * n + i] = 1 }
    covariance = axes
    lengths = Array(repeating: 1, count: n)
    shapePath = Array(repeating: 0, count: n)
    stepPath = shapePath
  }

  /// y ~ N(0, C): a sample is m + σ·y. O(n²).
  func sample(using random: inout Philox) -> [Double] {
    var y = Array(repeating: 0.0, count: order)
    for j in 0..<order {
      let z = lengths[j] * random.normal()
      for k in 0..<order { y[k] += axes[j * order + k] * z }
    }
    return y
  }

  /// Largest over least axis, squared.
  var condition: Double {
    let ratio = (lengths.last ?? 1) / (lengths.first ?? 1)
    return ratio * ratio
  }
  /// σ·√C_ii.
  func deviation(_ i: Int) -> Double { step * covariance[i * order + i].squareRoot() }
  /// |p_c| of a number, in its unit.
  func drift(_ i: Int) -> Double { step * shapePath[i].magnitude }

  /// Learns from a generation's y, best first. O(λ·n²), and the O(n³) of the axes every so often.
  ///
  /// - Returns: whether the distribution is still one; if not, only a restart helps.
  mutating func learn(_ ranked: [[Double]]) -> Bool {
    generation += 1
    var shift = Array(repeating: 0.0, count: order)  // eq. 41
    for (y, weight) in zip(ranked, rates.weights) where weight > 0 {
      for k in 0..<order { shift[k] += weight * y[k] }
    }
    for k in 0..<order { mean[k] += step * shift[k] }

    // eq. 43
    let white = whitened(shift)
    let keep = 1 - rates.stepPath
    let gain = (rates.stepPath * (1 + keep) * rates.effective).squareRoot()
    for k in 0..<order { stepPath[k] = keep * stepPath[k] + gain * white.vector[k] }
    let length = stepPath.reduce(0) { $0 + $1 * $1 }.squareRoot()

    // eq. 45: the shape's path stalls while the step's is long
    let settled = (1 - Elementary.pow(keep, 2 * Double(generation))).squareRoot()
    let isShort = length / settled < (1.4 + 2 / (Double(order) + 1)) * rates.expectedLength
    let shapeKeep = 1 - rates.shapePath
    let shapeGain = isShort ? (rates.shapePath * (1 + shapeKeep) * rates.effective).squareRoot() : 0
    for k in 0..<order { shapePath[k] = shapeKeep * shapePath[k] + shapeGain * shift[k] }

    learnShape(ranked, stall: isShort ? 0 : rates.shapePath * (1 + shapeKeep))
    // eq. 44
    step *= Elementary.exp(min(1, rates.stepPath / rates.damping * (length / rates.expectedLength - 1)))
    keepDeviations()
    guard Double(generation - eigenGeneration) >= rates.axesEvery else { return step.isFinite && step > 0 }
    return findAxes() && step.isFinite && step > 0
  }

  /// Eq. 47.
  private mutating func learnShape(_ ranked: [[Double]], stall: Double) {
    let n = order
    let total = rates.weights.reduce(0, +)
    let keep = 1 + rates.rankOne * stall - rates.rankOne - rates.rankMany * total
    for i in covariance.indices { covariance[i] *= keep }
    add(shapePath, weight: rates.rankOne)
    for (y, weight) in zip(ranked, rates.weights) {
      if weight >= 0 {
        add(y, weight: rates.rankMany * weight)
      } else {
        let square = whitened(y).square
        // eq. 46; a sample at the mean says nothing
        if square > 0 { add(y, weight: rates.rankMany * weight * Double(n) / square) }
      }
    }
  }

  private mutating func add(_ y: [Double], weight: Double) {
    for i in 0..<order {
      let scaled = weight * y[i]
      for j in 0..<order { covariance[i * order + j] += scaled * y[j] }
    }
  }

  /// C^(−½)·y, and the square of its length. O(n²).
  private func whitened(_ y: [Double]) -> (vector: [Double], square: Double) {
    var vector = Array(repeating: 0.0, count: order)
    var square = 0.0
    for j in 0..<order {
      var z = 0.0
      for k in 0..<order { z += axes[j * order + k] * y[k] }
      z /= lengths[j]
      square += z * z
      for k in 0..<order { vector[k] += axes[j * order + k] * z }
    }
    return (vector, square)
  }

  private mutating func keepDeviations() {
    for i in 0..<order where leastDeviation[i] > 0 {
      let least = leastDeviation[i] / step
      covariance[i * order + i] = max(covariance[i * order + i], least * least)
    }
  }

  private mutating func findAxes() -> Bool {
    eigenGeneration = generation
    guard let eigen = SymmetricEigen(covariance, order: order), let least = eigen.values.first, least > 0
    else { return false }
    axes = eigen.vectors
    lengths = eigen.values.map { $0.squareRoot() }
    return true
  }
}

extension AdaptedNormal {
  /// How fast what is learnt: the tutorial's table 1.
  struct Rates: Sendable {
    /// Of the ranked samples; negative in the worse half.
    let weights: [Double]
    /// μ_eff.
    let effective: Double
    /// c_σ.
    let stepPath: Double
    /// d_σ.
    let damping: Double
    /// c_c.
    let shapePath: Double
    /// c₁.
    let rankOne: Double
    /// c_μ.
    let rankMany: Double
    /// E‖N(0, I)‖.
    let expectedLength: Double
    /// Generations between decompositions.
    let axesEvery: Double

    init(order: Int, population: Int) {
      let n = Double(order)
      let raw = (1...population).map {
        Elementary.log(Double(population + 1) / 2) - Elementary.log(Double($0))  // eq. 49
      }
      func effective(_ weights: some Sequence<Double>) -> Double {
        var sum = 0.0
        var squares = 0.0
        for weight in weights {
          sum += weight
          squares += weight * weight
        }
        return squares > 0 ? sum * sum / squares : 0
      }
      let parents = population / 2
      let mu = effective(raw[..<parents])
      let worse = effective(raw[parents...])
      self.effective = mu
      stepPath = (mu + 2) / (n + mu + 5)
      damping = 1 + 2 * max(0, ((mu - 1) / (n + 1)).squareRoot() - 1) + stepPath
      shapePath = (4 + mu / n) / (n + 4 + 2 * mu / n)
      let one = 2 / ((n + 1.3) * (n + 1.3) + mu)
      let many = min(1 - one, 2 * (0.25 + mu + 1 / mu - 2) / ((n + 2) * (n + 2) + mu))
      rankOne = one
      rankMany = many
      // eq. 50 to 53
      let most = min(1 + one / many, 1 + 2 * worse / (mu + 2), (1 - one - many) / (n * many))
      let better = raw.reduce(0) { $0 + max(0, $1) }
      let against = raw.reduce(0) { $0 + max(0, -$1) }
      weights = raw.map { $0 >= 0 ? $0 / better : most * $0 / against }
      expectedLength = n.squareRoot() * (1 - 1 / (4 * n) + 1 / (21 * n * n))
      axesEvery = 1 / ((one + many) * n * 10)
    }
  }
}
