import Kernels

/// Sample covariances of the P&L of all pairs of settings, and their correlations.
///
/// Where every P&L is a whole number, or a whole hundredth, and they are not too large, sums and products are exact
/// integers and each entry is rounded once: the same bits on every machine. Otherwise columns are centred first and the
/// last bits vary with the processor.
public struct CovarianceMatrix: Sendable {
  /// Days, T.
  public let days: Int
  /// Settings, n.
  public let order: Int
  /// Mean P&L a day; shape `[n]`.
  public let means: [Double]
  /// Σ(x − x̄)(y − ȳ)/(T − 1), unit of the P&L squared, symmetric; by rows, shape `[n × n]`.
  public let values: [Double]
  /// Whether entries are exact but for one rounding each.
  public let isExact: Bool

  /// Of a matrix of P&L.
  ///
  /// - Parameters:
  ///   - pnl: by days, finite; shape `[days × settings]`.
  ///   - days: T ≥ 2.
  ///   - settings: n ≥ 1.
  /// - Accuracy: half an ulp of the exact covariance if ``isExact``, else T·2e-16 of σx·σy.
  /// - Complexity: O(n²·T) at the processor's full rate (`dsyrk`); n² numbers, and where it isn't exact in
  ///   cents T·n more.
  public init(_ pnl: [Double], days: Int, settings: Int) {
    precondition(days >= 2 && settings >= 1 && pnl.count == days * settings, "CovarianceMatrix: shape")
    self.days = days
    order = settings
    let columns = ColumnMoments(pnl, days: days, settings: settings)
    means = columns.means
    var gram = Array(repeating: 0.0, count: settings * settings)
    // Σxy of numbers centred, or of whole ones as they are
    let factor: Double
    if let scale = columns.wholeScale {
      let whole = scale == 1 ? pnl : pnl.map { ($0 * scale).rounded() }
      var span = gram.mutableSpan
      OpenBLAS.addGram(whole.span, columns: settings, side: .columns, into: &span)
      let sums = columns.sums.map { Int64(($0 * scale).rounded()) }
      for i in 0..<settings {
        for j in i..<settings {
          let numerator = Int64(days) * Int64(gram[i * settings + j]) - sums[i] * sums[j]
          gram[i * settings + j] = Double(numerator)
        }
      }
      factor = Double(days) * Double(days - 1) * scale * scale
    } else {
      let centred = columns.centred(pnl, columns: 0..<settings, scales: nil)
      var span = gram.mutableSpan
      OpenBLAS.addGram(centred.span, columns: settings, side: .columns, into: &span)
      factor = Double(days - 1)
    }
    for i in 0..<settings {
      for j in i..<settings {
        let value = gram[i * settings + j] / factor
        gram[i * settings + j] = value
        gram[j * settings + i] = value
      }
    }
    values = gram
    isExact = columns.wholeScale != nil
  }

  /// Pearson correlations, exactly symmetric, 1 on the diagonal, inside [−1, 1].
  ///
  /// - Returns: by rows; shape `[n × n]`. Equal series have exactly 1.
  /// - Precondition: no setting is constant: see ``ColumnMoments/varying``.
  /// - Complexity: O(n²).
  public func correlations() -> [Double] {
    var result = values
    let n = order
    for i in 0..<n {
      precondition(values[i * n + i] > 0, "CovarianceMatrix.correlations: a setting is constant")
      for j in 0..<n where j != i {
        let product = values[i * n + i] * values[j * n + j]
        result[i * n + j] = min(max(values[i * n + j] / product.squareRoot(), -1), 1)
      }
    }
    for i in 0..<n { result[i * n + i] = 1 }
    return result
  }
}
