import Kernels
import Statistics
import Validation

/// Splits of a symmetric cross-validation. No gate holds them: under an instruction counter they take seconds.
func splitPieces() -> [Piece] {
  let (days, settings) = (752, 10_000)
  return [
    // a score is 16 additions, 5 more operations, a quotient and a root
    Piece(
      "validation/8 pairs of splits, 16 blocks", unit: "scores", items: 16 * settings, work: .flops(23),
      gate: .none
    ) {
      var random = Philox(seed: 47)
      let cents = (0..<days * settings).map { _ in Double(random.integer(below: 60_001) - 40_000) }
      let validation = try SymmetricCrossValidation(OutcomeMatrix(values: cents, settings: settings))
      return { keep(validation.outcomes(tile: 100).pairs.count) }
    }
  ]
}
