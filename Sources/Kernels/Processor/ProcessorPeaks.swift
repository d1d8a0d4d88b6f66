import CKernelShims

/// Small loops that keep one core as busy as it can be: what a benchmark's rate is measured against.
///
/// Twelve chains of vector operations wait for nothing but the processor's ports; the sum waits for nothing but memory.
public enum ProcessorPeaks {
  /// Floating-point operations of one call of ``multiplyAdds(steps:)`` a step: six vectors of eight, two each.
  public static let flopsPerStep = 6 * 8 * 2
  /// Operations on 32-bit numbers of one call of ``wholeNumberSteps(_:)`` a step: six vectors of eight, two each.
  public static let wholeOperationsPerStep = 6 * 8 * 2

  /// Fused multiply-adds of doubles without end.
  ///
  /// - Returns: a number that hangs on every one of them.
  public static func multiplyAdds(steps: Int) -> Double {
    let a = ck_d8(repeating: 0.999_999)
    let b = ck_d8(repeating: 1e-9)
    var x0 = ck_d8(repeating: 1)
    var x1 = ck_d8(repeating: 1.1)
    var x2 = ck_d8(repeating: 1.2)
    var x3 = ck_d8(repeating: 1.3)
    var x4 = ck_d8(repeating: 1.4)
    var x5 = ck_d8(repeating: 1.5)
    for _ in 0..<steps {
      x0 = ck_fma(x0, a, b)
      x1 = ck_fma(x1, a, b)
      x2 = ck_fma(x2, a, b)
      x3 = ck_fma(x3, a, b)
      x4 = ck_fma(x4, a, b)
      x5 = ck_fma(x5, a, b)
    }
    return (((x0 + x1) + (x2 + x3)) + (x4 + x5)).sum()
  }

  /// Additions and maxima of 32-bit numbers without end, as the scorecard's walk has them.
  ///
  /// - Returns: a number that hangs on every one of them.
  public static func wholeNumberSteps(_ steps: Int) -> Int32 {
    // not known when this is compiled, or the loop would be worked out beforehand
    let a = ck_i8(repeating: Int32(truncatingIfNeeded: steps) | 1)
    let zero = ck_i8(repeating: 0)
    var x0 = a
    var x1 = a &+ a
    var x2 = x1 &+ a
    var x3 = x2 &+ a
    var x4 = x3 &+ a
    var x5 = x4 &+ a
    for _ in 0..<steps {
      x0 = ck_maxI(x0 &+ a, zero)
      x1 = ck_maxI(x1 &+ a, zero)
      x2 = ck_maxI(x2 &+ a, zero)
      x3 = ck_maxI(x3 &+ a, zero)
      x4 = ck_maxI(x4 &+ a, zero)
      x5 = ck_maxI(x5 &+ a, zero)
    }
    return (((x0 &+ x1) &+ (x2 &+ x3)) &+ (x4 &+ x5)).wrappedSum()
  }

  /// Sum of many numbers, read from one end to the other: bandwidth, where they are more than the caches hold.
  public static func sum(_ x: Span<Double>) -> Double {
    var a = ck_d8(repeating: 0)
    var b = a
    var c = a
    var d = a
    unsafe x.withUnsafeBufferPointer { x in
      var i = 0
      while i + 32 <= x.count {
        a = unsafe a + load8(x, i)
        b = unsafe b + load8(x, i + 8)
        c = unsafe c + load8(x, i + 16)
        d = unsafe d + load8(x, i + 24)
        i += 32
      }
    }
    return ((a + b) + (c + d)).sum()
  }
}
