import COpenBLAS

extension OpenBLAS {
  /// Which products of a matrix with itself are meant.
  public enum GramSide: Sendable {
    /// A·Aᵀ: of all pairs of rows.
    case rows
    /// Aᵀ·A: of all pairs of columns.
    case columns
  }

  /// result += the products of all pairs of rows, or of columns, of a matrix (`dsyrk`), one thread.
  ///
  /// - Parameters:
  ///   - matrix: A by rows; shape `[rows, columns]`.
  ///   - columns: entries of a row, ≥ 1.
  ///   - side: pairs of what.
  ///   - result: by rows, of which the upper triangle alone is written; shape `[n, n]`, n the number of rows or of columns.
  /// - Precondition: the shapes agree and are below 2³¹.
  /// - Accuracy: exact for whole numbers within ``isExact(left:right:count:)``; else the last bits vary by machine.
  /// - Complexity: O(rows × columns × n), half the multiplications of a general product.
  public static func addGram(
    _ matrix: Span<Double>, columns: Int, side: GramSide, into result: inout MutableSpan<Double>
  ) {
    guard columns > 0, !matrix.isEmpty else { return }
    let rows = matrix.count / columns
    let (n, terms) = side == .rows ? (rows, columns) : (columns, rows)
    precondition(matrix.count == rows * columns && result.count == n * n, "OpenBLAS.addGram: shapes")
    precondition(rows < Int(Int32.max) && columns < Int(Int32.max), "OpenBLAS.addGram: beyond 2³¹ rows")
    useOneThread()
    unsafe matrix.withUnsafeBufferPointer { matrix in
      unsafe result.withUnsafeMutableBufferPointer { result in
        unsafe cblas_dsyrk(
          CblasRowMajor, CblasUpper, side == .rows ? CblasNoTrans : CblasTrans, blasint(n), blasint(terms), 1,
          matrix.start, blasint(columns), 1, result.start, blasint(n))
      }
    }
  }

  /// Eigenvalues of a symmetric matrix (LAPACK `dsyevr`), ascending.
  ///
  /// - Parameters:
  ///   - matrix: by rows, of which the upper triangle is read; shape `[order, order]`. It is worked on in place.
  ///   - order: n ≥ 0, below 2³¹.
  /// - Returns: `nil` if a number is not finite, or if the library gives up.
  /// - Accuracy: some n ulp of the largest in size; the last bits vary by machine.
  /// - Complexity: O(n³), 4/3·n³ operations; n numbers beside the matrix.
  public static func symmetricEigenvalues(_ matrix: consuming [Double], order: Int) -> [Double]? {
    precondition(
      order >= 0 && order < Int(Int32.max) && matrix.count == order * order,
      "OpenBLAS.symmetricEigenvalues: shape")
    guard matrix.allSatisfy(\.isFinite) else { return nil }
    guard order > 0 else { return [] }
    useOneThread()
    var a = matrix
    var n = Int32(order)
    var values = Array(repeating: 0.0, count: order)
    var unusedVectors = [0.0]
    var support = Array(repeating: Int32(0), count: 2 * order)
    // the first call asks how much room is wanted
    var work = [0.0]
    var wholeWork = [Int32(0)]
    for isQuery in [true, false] {
      var room = isQuery ? -1 : Int32(work.count)
      var wholeRoom = isQuery ? -1 : Int32(wholeWork.count)
      var (zero, tolerance, one, none) = (0.0, 0.0, Int32(1), Int32(0))
      var (found, info) = (Int32(0), Int32(0))
      // the upper triangle by rows is the lower one by columns
      dsyevr_(
        "N", "A", "L", &n, &a, &n, &zero, &zero, &none, &none, &tolerance, &found, &values, &unusedVectors,
        &one, &support, &work, &room, &wholeWork, &wholeRoom, &info)
      guard info == 0 else { return nil }
      if isQuery {
        work = Array(repeating: 0, count: Int(work[0]))
        wholeWork = Array(repeating: 0, count: Int(wholeWork[0]))
      }
    }
    return values
  }
}

extension LinearAlgebraReference {
  /// The plain twin of ``OpenBLAS/addGram(_:columns:side:into:)``.
  public static func addGram(
    _ matrix: [Double], columns: Int, side: OpenBLAS.GramSide, into result: inout [Double]
  ) {
    guard columns > 0 else { return }
    let rows = matrix.count / columns
    let (n, terms) = side == .rows ? (rows, columns) : (columns, rows)
    func entry(_ i: Int, _ k: Int) -> Double {
      side == .rows ? matrix[i * columns + k] : matrix[k * columns + i]
    }
    for i in 0..<n {
      for j in i..<n {
        for k in 0..<terms { result[i * n + j] += entry(i, k) * entry(j, k) }
      }
    }
  }
}
