import Kernels
import Statistics

/// How many independent trials the settings of a table amount to, from the eigenvalues λ of their correlation.
///
/// Settings that are much alike are few bets, however many there are. Eigenvalues come from OpenBLAS, whose last bits vary by
/// machine, so both numbers are rounded to six digits, far above its error of some n·1e-15.
public struct EffectiveTrials: Hashable, Sendable, Encodable {
  /// Settings that vary, N.
  public let settings: Int
  /// (Σλ)²/Σλ²: N for uncorrelated settings, 1 for copies of one. It weighs a common factor by the square of its share and
  /// saturates at 1/ρ² for settings that all correlate by ρ.
  public let participation: Double
  /// exp(−Σp·ln p), p = λ/Σλ: the effective rank, between ``participation`` and N; grows with N where each setting has
  /// something of its own, as the maximum over them does.
  public let entropy: Double

  /// Of a table.
  ///
  /// With more settings than days the correlation's eigenvalues other than 0 are those of the days' side, which is smaller.
  ///
  /// - Returns: nil where no setting varies, or where the library gives up.
  /// - Complexity: O(days·settings·m + m³), m the smaller of days and settings; days·settings + m² numbers.
  /// - Source: O. Roy and M. Vetterli, "The effective rank", EUSIPCO 2007, for the entropy.
  public init?(_ matrix: OutcomeMatrix) {
    let days = matrix.days
    // a setting a row
    var standardised: [Double] = []
    standardised.reserveCapacity(days * (matrix.settings - matrix.constant.count))
    for j in 0..<matrix.settings {
      standardised += LinearAlgebraReference.standardised(matrix.column(j)) ?? []
    }
    guard !standardised.isEmpty else { return nil }
    let settings = standardised.count / days
    let side: OpenBLAS.GramSide = settings <= days ? .rows : .columns
    let order = min(settings, days)
    var gram = Array(repeating: 0.0, count: order * order)
    var result = gram.mutableSpan
    OpenBLAS.addGram(standardised.span, columns: days, side: side, into: &result)
    guard let values = OpenBLAS.symmetricEigenvalues(gram, order: order) else { return nil }
    let total = Double(settings)
    let shares = values.map { max(0, $0) / total }
    self.settings = settings
    participation = Self.rounded(1 / shares.reduce(0) { $0 + $1 * $1 })
    // what is 0 but for rounding adds nothing either way
    let disorder = shares.reduce(0) { $1 > 0 ? $0 - $1 * Elementary.log($1) : $0 }
    entropy = Self.rounded(Elementary.exp(disorder))
  }

  /// To six significant digits, for x ≥ 1.
  private static func rounded(_ x: Double) -> Double {
    var scale = 1e5
    while x * scale >= 1e6 { scale /= 10 }
    return scale >= 1 ? (x * scale).rounded() / scale : x.rounded()
  }
}
