import Foundation
import Statistics

/// How the P&L of many settings hangs together, how they would be mixed, and what the mixes risk.
///
/// Figures that rest on a library whose last bits vary with the processor are rounded to nine significant digits, far
/// above its tolerance. Everything else that is chosen is chosen by exact numbers.
public struct RiskReport: Sendable, Encodable {
  /// The table that was asked about.
  public struct Table: Hashable, Sendable, Encodable {
    /// Days.
    public let days: Int
    /// The first of them, that settings are chosen and weights fitted on.
    public let fitDays: Int
    /// Settings, all of them.
    public let settings: Int
    /// Settings that earn the same every day; they are left out.
    public let constantSettings: Int
    /// Those of them that earn nothing.
    public let zeroSettings: Int
    /// Columns, counted from 0, that are clustered and mixed: the best over the fit, in the order of the table.
    public let chosen: [Int]
    /// Their names.
    public let chosenNames: [String]
  }
  /// What Ledoit and Wolf's estimate over all varying settings and all days draws to.
  public struct ShrinkTarget: Hashable, Sendable, Encodable {
    /// Which.
    public let target: LedoitWolf.Target
    /// Mean variance, ÷ days; unit of the P&L squared.
    public let meanVariance: Double
    /// Mean correlation of all pairs.
    public let meanCorrelation: Double
  }
  /// Eigenvalues against noise.
  public struct Noise: Hashable, Sendable, Encodable {
    /// Varying settings ÷ (days − 1).
    public let ratio: Double
    /// Edges of the eigenvalues of noise.
    public let lowerEdge: Double
    /// The upper one.
    public let upperEdge: Double
    /// Eigenvalues above it.
    public let above: Int
    /// n²/Σλ².
    public let participation: Double
    /// exp of the entropy of λ/n.
    public let effectiveRank: Double
  }

  /// What was asked.
  public let question: RiskQuestion
  /// The table.
  public let table: Table
  /// Covariances of the chosen settings over all days, ÷ (days − 1): rows, in the order of ``Table/chosen``, unit of the P&L
  /// squared. `nil` for more than ``mostCovariances`` settings: ``covariances`` has them.
  public let covariance: [[Double]]?
  /// Whether they are exact but for one rounding each.
  public let covarianceIsExact: Bool
  /// Weight of Ledoit and Wolf's target in the covariance of all varying settings over all days, 0…1.
  public let shrinkage: Double
  /// The target.
  public let shrinkTarget: ShrinkTarget
  /// Of the correlations of all varying settings over all days, descending, to eight decimals.
  public let eigenvalues: [Double]
  /// What noise would have.
  public let marchenkoPastur: Noise
  /// Groups of the chosen settings, over all days.
  public let clusters: ClusterSummary
  /// The mix with the largest CVaR over the fit; `nil` where the solver gives up.
  public let minCVaR: MinimumCVaRMix?
  /// The mix with equal contributions to the deviation over the fit; `nil` where there is none.
  public let riskParity: RiskParityMix?
  /// Tails of these mixes and of equal weights.
  public let valueAtRisk: [MixRisk]
  /// Covariances of the chosen settings, whole, for a file.
  private let whole: CovarianceMatrix

  enum CodingKeys: CodingKey {
    case question, table, covariance, covarianceIsExact, shrinkage, shrinkTarget, eigenvalues,
      marchenkoPastur, clusters, minCVaR, riskParity
    case valueAtRisk
  }

  /// Most settings whose ``covariance`` is written.
  public static let mostCovariances = 200

  /// Covariances of the chosen settings by rows, unit of the P&L squared; shape `[chosen × chosen]`.
  public var covariances: [Double] { whole.values }

  /// Asks everything of one table.
  ///
  /// - Parameters:
  ///   - matrix: P&L, higher is better.
  ///   - question: what is to be made of it.
  /// - Throws: ``RiskError`` where nothing varies, days are too few, numbers too large or too small, or caps too small.
  /// - Complexity: with n settings, T days and m = min(n, T): O(n·T·m + m³), and for c chosen settings O(c²·T + c³)
  ///   and a linear programme of c rows and T columns. Memory beside the table: some m² + c² + c·T numbers.
  public init(_ matrix: OutcomeMatrix, question: RiskQuestion = RiskQuestion()) throws(RiskError) {
    let (pnl, days, settings) = (matrix.values, matrix.days, matrix.settings)
    if let k = pnl.firstIndex(where: { $0.magnitude > 1e12 }) {
      throw .tooLarge(source: matrix.source, setting: matrix.name(k % settings), value: pnl[k])
    }
    let most = pnl.reduce(0) { max($0, $1.magnitude) }
    guard most == 0 || most > 1e-100 else { throw .tooSmall(source: matrix.source, most: most) }
    let fitDays = Int((question.fitShare * Double(days)).rounded())
    guard fitDays >= 2 else { throw .tooFewDays(source: matrix.source, days: fitDays, of: days) }
    let fit = ColumnMoments(pnl, days: fitDays, settings: settings)
    let constant = Set(matrix.constant)
    let varying = fit.varying.filter { !constant.contains($0) }
    let ranked = varying.sorted { (fit.sums[$1], $0) < (fit.sums[$0], $1) }
    let chosen = ranked.prefix(question.top).sorted()
    guard !chosen.isEmpty else {
      throw .noSpread(source: matrix.source, settings: settings, days: fitDays)
    }
    guard question.cap * Double(chosen.count) >= 1 else {
      throw .capTooSmall(source: matrix.source, cap: question.cap, settings: chosen.count)
    }
    guard let spectrum = CorrelationSpectrum(pnl, days: days, settings: settings) else {
      throw .noSpread(source: matrix.source, settings: settings, days: days)
    }
    self.question = question
    table = Table(
      days: days, fitDays: fitDays, settings: settings, constantSettings: matrix.constant.count,
      zeroSettings: matrix.zero.count, chosen: chosen, chosenNames: chosen.map(matrix.name))
    let shrunk = LedoitWolf(pnl, days: days, settings: settings, target: question.shrinkTarget)
    shrinkage = significant(shrunk.shrinkage)
    shrinkTarget = ShrinkTarget(
      target: shrunk.target, meanVariance: significant(shrunk.meanVariance),
      meanCorrelation: significant(shrunk.meanCorrelation))
    // all to the decimals of the largest: the library's error is that of the largest too
    let decimals = (spectrum.eigenvalues.first ?? 1) < 1e8 ? 8 : 0
    eigenvalues = spectrum.eigenvalues.map { Double(String(format: "%.*f", decimals, $0)) ?? $0 }
    marchenkoPastur = Noise(
      ratio: spectrum.ratio, lowerEdge: spectrum.noiseEdges.lowerBound,
      upperEdge: spectrum.noiseEdges.upperBound, above: spectrum.above,
      participation: significant(spectrum.participation), effectiveRank: significant(spectrum.effectiveRank))

    let some = Chosen(matrix, columns: chosen, fitDays: fitDays)
    let covariance = CovarianceMatrix(some.pnl, days: days, settings: chosen.count)
    whole = covariance
    let width = chosen.count
    covarianceIsExact = covariance.isExact
    self.covariance =
      width > Self.mostCovariances
      ? nil : (0..<width).map { i in covariance.values[i * width..<(i + 1) * width].map(significant) }
    clusters = ClusterSummary(
      covariance, names: some.names, columns: table.chosen, sums: chosen.map { fit.sums[$0] },
      question: question)
    let mixes = Mixes(some, question: question)
    minCVaR = mixes.minimumCVaR
    riskParity = mixes.riskParity
    valueAtRisk = mixes.risks
  }
}

/// P&L of the chosen settings.
struct Chosen {
  /// By days; shape `[days × columns]`.
  let pnl: [Double]
  /// The days of the fit of it.
  let fit: [Double]
  let days: Int
  let fitDays: Int
  /// Columns, counted from 0.
  let columns: [Int]
  let names: [String]

  init(_ matrix: OutcomeMatrix, columns: [Int], fitDays: Int) {
    var pnl: [Double] = []
    pnl.reserveCapacity(matrix.days * columns.count)
    for d in 0..<matrix.days {
      for i in columns { pnl.append(matrix.values[d * matrix.settings + i]) }
    }
    self.pnl = pnl
    fit = Array(pnl.prefix(fitDays * columns.count))
    days = matrix.days
    self.fitDays = fitDays
    self.columns = columns
    names = columns.map(matrix.name)
  }
}
