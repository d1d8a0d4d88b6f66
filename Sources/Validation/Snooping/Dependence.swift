import Statistics

/// How the days of a matrix hang together.
enum Dependence {
  /// One block length for all settings, since a resample draws days and not settings: the median over those with spread of
  /// ``BlockLength/stationary(_:)``, at least 1; the upper of two.
  ///
  /// - Returns: nil for fewer than 16 days, or where no setting has spread.
  /// - Complexity: O(settings × days·√days).
  static func blockLength(of matrix: OutcomeMatrix, run: RunPieces) -> Double? {
    let sorted = told(by: matrix, run: run, BlockLength.stationary).compactMap(\.self).sorted()
    return sorted.isEmpty ? nil : max(sorted[sorted.count / 2], 1)
  }

  /// How much wider the mean of each setting's days is spread than the means of their resamples.
  ///
  /// Blocks cut dependence off where they end, so resamples vary too little; the shorter the blocks, the less. The square
  /// root of the setting's own ``LongRunVariance/flatTop(_:)`` ÷ ``StationaryBootstrap/longRunVariance(_:)``: one answer for
  /// all would find edges among those whose days hang together longest.
  ///
  /// - Returns: of each column, ≥ 1; 1 for fewer than 16 days, which tell nothing, for a setting without spread, and for one
  ///   whose squares leave Double's range.
  /// - Complexity: O(settings × days·√days).
  static func widening(of matrix: OutcomeMatrix, bootstrap: StationaryBootstrap, run: RunPieces) -> [Double] {
    told(by: matrix, run: run) { column in
      LongRunVariance.flatTop(column).map { $0 / bootstrap.longRunVariance(column) }
    }.map { max($0 ?? 1, 1).squareRoot() }
  }

  /// What each setting tells; nil where it doesn't.
  private static func told(
    by matrix: OutcomeMatrix, run: RunPieces, _ figure: @escaping @Sendable ([Double]) -> Double?
  ) -> [Double?] {
    let chunk = 64
    return collect((matrix.settings + chunk - 1) / chunk, by: run) { piece in
      (piece * chunk..<min((piece + 1) * chunk, matrix.settings)).map { setting -> Double? in
        figure(matrix.column(setting)).flatMap { $0.isFinite ? $0 : nil }
      }
    }.flatMap(\.self)
  }
}
