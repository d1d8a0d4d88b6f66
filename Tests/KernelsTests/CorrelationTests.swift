import Kernels
import Testing

private func columns(_ k: Int, _ n: Int, seed: UInt64) -> [[Double]] {
  var g = Philox(seed: seed)
  let common = (0..<n).map { _ in g.normal() }
  return (0..<k).map { j in common.map { ($0 * Double(j % 4) + g.normal()) * 10_000 + 500 } }
}

@Test(arguments: [(1, 2), (2, 3), (7, 100), (40, 1_260)])
func openBLASMatchesThePlainCorrelation(k: Int, n: Int) {
  let x = columns(k, n, seed: UInt64(k))
  let fast = OpenBLAS.correlationMatrix(columns: x)
  let plain = LinearAlgebraReference.correlationMatrix(columns: x)
  #expect(fast.count == k * k)
  for (a, b) in zip(fast, plain) { #expect(abs(a - b) <= Double(n) * 2.3e-16) }
  for i in 0..<k {
    #expect(fast[i * k + i] == 1)
    for j in 0..<k { #expect(fast[i * k + j] == fast[j * k + i]) }
  }
}

/// By hand: x = 1,2,3,4 and y = 1,3,2,4 have Σdxdy = 4, Σdx² = Σdy² = 5.
@Test func correlationOfAWorkedCase() {
  let r = OpenBLAS.correlationMatrix(columns: [[1, 2, 3, 4], [1, 3, 2, 4], [4, 3, 2, 1]])
  #expect(abs(r[1] - 0.8) < 1e-15)
  #expect(abs(r[2] + 1) < 1e-15)
}

@Test func aSeriesWithoutSpreadHasNoCorrelation() {
  let x = [[1.0, 2, 3], [5, 5, 5], [3, 1, 2], [1, .nan, 2], [0.1, 0.1, 0.1]]
  for r in [OpenBLAS.correlationMatrix(columns: x), LinearAlgebraReference.correlationMatrix(columns: x)] {
    for i in 0..<5 {
      for j in 0..<5 { #expect(r[i * 5 + j].isNaN == (i % 2 == 1 || j % 2 == 1 || i == 4 || j == 4)) }
    }
  }
  #expect(OpenBLAS.correlationMatrix(columns: []).isEmpty)
  #expect(OpenBLAS.correlationMatrix(columns: [[], []]).count { $0.isNaN } == 4)
}

@Test func openBLASSaysWhatItIs() {
  #expect(!OpenBLAS.coreName.isEmpty)
  #expect(OpenBLAS.configuration.contains("OpenBLAS"))
}

#if arch(x86_64)
  @Test func theProcessorRunsWhatWasBuilt() {
    #expect(CPUFeatures.compiledLevel >= 1)
    #expect(CPUFeatures.missing().isEmpty)
    #expect(CPUFeatures.missing(level: 1).isEmpty)
    let (two, four) = (CPUFeatures.missing(level: 2), CPUFeatures.missing(level: 4))
    #expect(four.starts(with: two))
    #expect(Set(four).count == four.count)
  }
#endif
