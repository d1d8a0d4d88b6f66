import Kernels
import Risk

/// Matrices of many settings. They take seconds under an instruction counter's hood and are mostly the library's, so that
/// no gate holds them.
func riskPieces() -> [Piece] {
  let (days, settings) = (1_250, 5_000)
  let (fitDays, mixed) = (875, 1_000)
  /// Whole cents of condors that share their bad days.
  func pnl(days: Int, settings: Int) -> [Double] {
    var random = Philox(seed: 31)
    return (0..<days).flatMap { _ in
      let market = random.normal()
      return (0..<settings).map { _ -> Double in
        let z = market + 2 * random.uniform() - 1
        return (z < -1.3 ? 4_000 * z - 9_000 : 700 * z + 1_800).rounded()
      }
    }
  }
  return [
    Piece(
      "risk/products of settings", unit: "pair-days", items: settings * (settings + 1) / 2 * days,
      work: .flops(2), gate: .none
    ) {
      let table = pnl(days: days, settings: settings)
      var gram = Array(repeating: 0.0, count: settings * settings)
      return {
        var span = gram.mutableSpan
        OpenBLAS.addGram(table.span, columns: settings, side: .columns, into: &span)
      }
    },
    Piece(
      "risk/correlations and eigenvalues", unit: "settings", items: settings, gate: .none
    ) {
      let table = pnl(days: days, settings: settings)
      return {
        keep(CovarianceMatrix(table, days: days, settings: settings).correlations().count)
        keep(CorrelationSpectrum(table, days: days, settings: settings)?.above)
      }
    },
    Piece("risk/minimum CVaR", unit: "settings", items: mixed, gate: .none) {
      let table = pnl(days: fitDays, settings: mixed)
      return {
        keep(MinimumCVaR(table, days: fitDays, settings: mixed, perTenThousand: 500)?.cvar)
      }
    },
  ]
}
