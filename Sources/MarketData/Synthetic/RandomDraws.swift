import Foundation
import Kernels

/// Uniform and normal numbers of one named stream.
struct RandomDraws {
  private var state: UInt64
  init(seed: UInt64, stream: UInt64) {
    state = seed &* 0x9E37_79B9_7F4A_7C15 ^ (stream &* 0xD1B5_4A32_D192_ED03)
  }
  private mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
  mutating func uniform() -> Double { (Double(next() >> 11) + 0.5) * 0x1p-53 }
  mutating func normal() -> Double {
    Foundation.sqrt(-2 * Foundation.log(uniform())) * Foundation.cos(2 * Double.pi * uniform())
  }
}
func standardNormalCDF(_ x: Double) -> Double { 0.5 * Foundation.erfc(-x / 2.0.squareRoot()) }
func standardNormalQuantile(_ p: Double) -> Double {
  var lo = -40.0
  var hi = 40.0
  for _ in 0..<80 {
    let m = (lo + hi) / 2
    if standardNormalCDF(m) < p { lo = m } else { hi = m }
  }
  return (lo + hi) / 2
}
