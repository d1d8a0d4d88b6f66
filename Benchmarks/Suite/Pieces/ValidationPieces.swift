import Kernels
import Statistics
import Validation

/// Splits of a symmetric cross-validation, and the resamples of a test of superior ability: small ones for the gate, and many
/// settings for the clock, which take seconds under an instruction counter.
func validationPieces() -> [Piece] {
  /// Whole cents, without an edge.
  func table(days: Int, settings: Int) throws -> OutcomeMatrix {
    var random = Philox(seed: 47)
    let cents = (0..<days * settings).map { _ in Double(random.integer(below: 60_001) - 40_000) }
    return try OutcomeMatrix(values: cents, settings: settings)
  }
  let (few, many) = (512, 10_000)
  return [
    Piece("validation/8 pairs of splits, 512 settings", unit: "scores", items: 16 * few, work: .flops(23)) {
      let validation = try SymmetricCrossValidation(table(days: 160, settings: few))
      return { keep(validation.outcomes(tile: 100).pairs.count) }
    },
    // a score is 16 additions, 5 more operations, a quotient and a root
    Piece(
      "validation/8 pairs of splits, 16 blocks", unit: "scores", items: 16 * many, work: .flops(23),
      gate: .none
    ) {
      let validation = try SymmetricCrossValidation(table(days: 752, settings: many))
      return { keep(validation.outcomes(tile: 100).pairs.count) }
    },
    Piece(
      "validation/superior ability, 512 settings", unit: "resamples of a setting", items: 256 * few,
      work: .flops(2 * 160), gate: .whole
    ) {
      let matrix = try table(days: 160, settings: few)
      let bootstrap = StationaryBootstrap(count: 160, blockLength: 4, seed: 3)
      return { keep(SuperiorPredictiveAbility(matrix, bootstrap: bootstrap, resamples: 256)?.consistent) }
    },
  ]
}
