import Statistics

/// How the days of a matrix hang together.
enum Dependence {
  /// One block length for all settings, since a resample draws days and not settings: the median over those with spread of
  /// ``BlockLength/stationary(_:)``, at least 1; the upper of two.
  ///
  /// - Returns: nil for fewer than 16 days, or where no setting has spread.
  /// - Complexity: O(settings × days·√days).
  static func blockLength(of matrix: OutcomeMatrix, run: RunPieces) -> Double? {
    let sorted = told(by: matrix, run: run, BlockLength.stationary).compactMap(\.self).filter(\.isFinite)
      .sorted()
    return sorted.isEmpty ? nil : max(sorted[sorted.count / 2], 1)
  }

  /// How much wider the mean of each setting's days is spread than the means of their resamples: its own
  /// ``StationaryBootstrap/widening(of:)``, since one answer for all would find edges among those whose days hang together
  /// longest.
  ///
  /// - Returns: of each column, ≥ 1.
  /// - Complexity: O(settings × days·√days).
  static func widening(of matrix: OutcomeMatrix, bootstrap: StationaryBootstrap, run: RunPieces) -> [Double] {
    told(by: matrix, run: run) { bootstrap.widening(of: $0) }
  }

  /// What each setting tells.
  private static func told<T: Sendable>(
    by matrix: OutcomeMatrix, run: RunPieces, _ figure: @escaping @Sendable ([Double]) -> T
  ) -> [T] {
    let chunk = 64
    return collect((matrix.settings + chunk - 1) / chunk, by: run) { piece in
      (piece * chunk..<min((piece + 1) * chunk, matrix.settings)).map { figure(matrix.column($0)) }
    }.flatMap(\.self)
  }
}
