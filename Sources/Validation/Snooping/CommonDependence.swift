import Statistics

/// How days hang together, one answer for all settings of a matrix, since a resample draws days and not settings.
enum CommonDependence {
  /// The median over the settings with spread of ``BlockLength/stationary(_:)``, at least 1; the upper of two.
  ///
  /// - Returns: nil for fewer than 16 days, or where no setting has spread.
  /// - Complexity: O(settings × days·√days).
  static func blockLength(of matrix: OutcomeMatrix, run: RunPieces) -> Double? {
    median(of: matrix, run: run, BlockLength.stationary).map { max($0, 1) }
  }

  /// How much wider the means of such days are spread than the means of their resamples.
  ///
  /// Blocks cut dependence off where they end, so resamples vary too little; the shorter the blocks, the less. The square
  /// root of the median over the settings of ``LongRunVariance/flatTop(_:)`` ÷
  /// ``StationaryBootstrap/longRunVariance(_:)``, at least 1; 1 for fewer than 16 days, which tell nothing, and where no
  /// setting's squares stay inside Double's range.
  ///
  /// - Complexity: O(settings × days·√days).
  static func widening(of matrix: OutcomeMatrix, bootstrap: StationaryBootstrap, run: RunPieces) -> Double {
    let ratio = median(of: matrix, run: run) { column in
      LongRunVariance.flatTop(column).map { $0 / bootstrap.longRunVariance(column) }
    }
    return max(ratio ?? 1, 1).squareRoot()
  }

  /// The upper median of what the settings tell; nil where none does.
  private static func median(
    of matrix: OutcomeMatrix, run: RunPieces, _ told: @escaping @Sendable ([Double]) -> Double?
  ) -> Double? {
    let chunk = 64
    let found = collect((matrix.settings + chunk - 1) / chunk, by: run) { piece in
      (piece * chunk..<min((piece + 1) * chunk, matrix.settings)).compactMap { setting -> Double? in
        told(matrix.column(setting)).flatMap { $0.isFinite ? $0 : nil }
      }
    }
    let sorted = found.flatMap(\.self).sorted()
    return sorted.isEmpty ? nil : sorted[sorted.count / 2]
  }
}
