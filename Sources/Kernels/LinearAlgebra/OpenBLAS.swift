import COpenBLAS

/// The only door to OpenBLAS: flat arrays in, flat arrays out, one thread.
///
/// Its last bits vary with the processor, so what comes out of here is shown or screens candidates; it never
/// ranks or steers by itself.
public enum OpenBLAS {
  /// The kernel family the library chose for this processor, e.g. `Haswell`; part of a run's record.
  public static var coreName: String {
    guard let name = openblas_get_corename() else { return "unknown" }
    return String(cString: name)
  }

  /// The library's version and build options, for `doctor`-like output.
  public static var configuration: String {
    guard let text = openblas_get_config() else { return "unknown" }
    return String(cString: text)
  }

  /// Keeps OpenBLAS to the calling thread, now and later: parallelism is the caller's, by candidate, and one
  /// thread gives one order of summation.
  public static func useOneThread() { openblas_set_num_threads(1) }

  /// Pearson correlations of all pairs of columns: the standardised matrix times its transpose (`dsyrk`).
  ///
  /// - Parameter columns: k series of one length n, e.g. cents per session.
  /// - Returns: the k×k matrix by rows, exactly symmetric, 1 on the diagonal; NaN in the row and column of a
  ///   series that is constant, holds a number that is not finite, or is shorter than two.
  /// - Precondition: columns of equal length.
  /// - Accuracy: within n·2e-16 of ``LinearAlgebraReference/correlationMatrix(columns:)``.
  /// - Complexity: O(k²·n) at the processor's full rate; n·k doubles of memory.
  public static func correlationMatrix(columns: [[Double]]) -> [Double] {
    let k = columns.count
    guard let n = columns.first?.count else { return [] }
    precondition(columns.allSatisfy { $0.count == n }, "correlationMatrix: columns of different lengths")
    precondition(n <= Int(Int32.max) && k <= Int(Int32.max), "correlationMatrix: beyond 2³¹ rows")
    useOneThread()
    var standardised: [Double] = []
    standardised.reserveCapacity(n * k)
    var defined: [Bool] = []
    for column in columns {
      let z = LinearAlgebraReference.standardised(column)
      defined.append(z != nil)
      standardised += z ?? Array(repeating: 0, count: n)
    }
    var matrix = Array(repeating: 0.0, count: k * k)
    if n > 0 {
      cblas_dsyrk(
        CblasRowMajor, CblasUpper, CblasNoTrans, blasint(k), blasint(n), 1, standardised, blasint(n), 0,
        &matrix, blasint(k))
    }
    for i in 0..<k {
      for j in i..<k {
        let value =
          defined[i] && defined[j] ? (i == j ? 1 : min(max(matrix[i * k + j], -1), 1)) : Double.nan
        matrix[i * k + j] = value
        matrix[j * k + i] = value
      }
    }
    return matrix
  }
}
