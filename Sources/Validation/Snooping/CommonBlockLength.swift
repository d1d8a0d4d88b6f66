import Statistics

/// One block length for all settings of a matrix, since a resample draws days and not settings.
enum CommonBlockLength {
  /// The median over the settings with spread of ``BlockLength/stationary(_:)``, at least 1; the upper of two.
  ///
  /// - Returns: nil for fewer than 16 days, or where no setting has spread.
  /// - Complexity: O(settings × days·√days).
  static func of(_ matrix: OutcomeMatrix, run: RunPieces) -> Double? {
    let chunk = 64
    let found = collect((matrix.settings + chunk - 1) / chunk, by: run) { piece in
      (piece * chunk..<min((piece + 1) * chunk, matrix.settings)).compactMap {
        BlockLength.stationary(matrix.column($0))
      }
    }
    let sorted = found.flatMap(\.self).sorted()
    return sorted.isEmpty ? nil : max(sorted[sorted.count / 2], 1)
  }
}
