import Kernels
typealias RandomDraws = Philox
func standardNormalCDF(_ x: Double) -> Double { normalCDF(x) }
func standardNormalQuantile(_ p: Double) -> Double { normalQuantile(p) }
