import Kernels

/// One option of a batch.
struct SampleOption {
  var forward, strike, stdDev, sign: Double

  /// An option of a listed chain, or (one in eight) something odd.
  init(using g: inout Philox) {
    forward = 100 + 5_900 * g.uniform()
    stdDev = Elementary.exp(Elementary.log(1e-4) + g.uniform() * Elementary.log(2e4))
    strike = forward * Elementary.exp(4 * stdDev * g.normal())
    sign = g.uniform() < 0.5 ? 1 : -1
    switch g.integer(below: 40) {
    case 0: stdDev = 0
    case 1: stdDev = .nan
    case 2: strike = -1
    case 3: forward = .nan
    case 4: stdDev = 1e-15
    case 5: strike = forward
    default: break
    }
  }
}

extension SampleOption {
  init(forward: Double, strike: Double, stdDev: Double, sign: Double) {
    self.forward = forward
    self.strike = strike
    self.stdDev = stdDev
    self.sign = sign
  }
}

/// A hash of results, NaN counted as one value whatever its bits.
func checksum(_ values: some Sequence<Double>) -> UInt64 {
  values.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ ($1.isNaN ? 1 : $1.bitPattern)) &* 0x100_0000_01b3 }
}
