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
  /// - Complexity: O(days·settings·m + m³), m the smaller of days and settings; 2·m² numbers, and 512 settings at a time.
  /// - Source: O. Roy and M. Vetterli, "The effective rank", EUSIPCO 2007, for the entropy.
  public init?(_ matrix: OutcomeMatrix) {
    let days = matrix.days
    let isWide = matrix.settings - matrix.constant.count > days
    var gram = Array(repeating: 0.0, count: isWide ? days * days : 0)
    var settings = 0
    // a setting a row; products of the days' side add up tile by tile, settings of the other are few
    var rows: [Double] = []
    let constant = Set(matrix.constant)
    for j in 0..<matrix.settings where !constant.contains(j) {
      guard let row = LinearAlgebraReference.standardised(matrix.column(j)) else { continue }
      rows += row
      settings += 1
      guard isWide, rows.count == Self.tile * days else { continue }
      Self.add(rows, days: days, isWide, to: &gram)
      rows.removeAll(keepingCapacity: true)
    }
    guard settings > 0 else { return nil }
    let order = isWide ? days : settings
    if !isWide { gram = Array(repeating: 0, count: order * order) }
    Self.add(rows, days: days, isWide, to: &gram)
    guard let values = OpenBLAS.symmetricEigenvalues(gram, order: order) else { return nil }
    let total = Double(settings)
    let shares = values.map { max(0, $0) / total }
    self.settings = settings
    participation = Self.rounded(1 / shares.reduce(0) { $0 + $1 * $1 })
    // what is 0 but for rounding adds nothing either way
    let disorder = shares.reduce(0) { $1 > 0 ? $0 - $1 * Elementary.log($1) : $0 }
    entropy = Self.rounded(Elementary.exp(disorder))
  }

  /// Settings whose products are added at once.
  private static let tile = 512

  private static func add(_ rows: [Double], days: Int, _ isWide: Bool, to gram: inout [Double]) {
    var sums = gram.mutableSpan
    OpenBLAS.addGram(rows.span, columns: days, side: isWide ? .columns : .rows, into: &sums)
  }

  /// To six significant digits, for x ≥ 1.
  private static func rounded(_ x: Double) -> Double {
    var scale = 1e5
    while x * scale >= 1e6 { scale /= 10 }
    return scale >= 1 ? (x * scale).rounded() / scale : x.rounded()
  }
}
