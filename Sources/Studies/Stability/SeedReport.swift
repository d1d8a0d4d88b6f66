import Backtesting
import MarketData
import Statistics
import Strategies

/// What of a result, or of those that it is compared with, is drawn at random, so that another seed gives another one.
public struct SimulatedInputs: Sendable, Codable, Hashable {
  /// Minutes of the index: simulated within days, or bridged inside coarser bars.
  public var minutes: Bool
  /// VX inside a session, which the hedge of the pick, or of a setting that it is compared with, trades at.
  public var vx: Bool
  /// The same in a sentence.
  public var note: String

  /// Of a strategy on a market.
  ///
  /// - Parameter rivalsTradeVX: whether a setting that it is compared with trades VX inside a session.
  init(_ strategy: Strategy, rivalsTradeVX: Bool, _ market: Market) {
    vx = strategy.tradesVXInside || rivalsTradeVX
    let kind = market.history.provenance.minutes
    minutes = kind == .simulated || kind == .bridged
    let ofMinutes =
      switch kind {
      case .simulated: "minutes are simulated between the prices of each day"
      case .bridged: "minutes are bridged inside quoted coarser bars"
      case .quoted: "minutes are quoted"
      case .synthetic:
        "the whole market is one synthetic draw, of which another seed would make another market"
      }
    let ofVX =
      strategy.tradesVXInside
      ? "the hedge trades VX on paths drawn inside each session"
      : vx
        ? "the pick trades no VX inside a session, but settings that it is compared with do, on paths drawn there"
        : "nothing is traded on a path of VX inside a session"
    note = minutes || vx ? "\(ofMinutes); \(ofVX)" : "nothing of this result is drawn: \(ofMinutes); \(ofVX)"
  }

  /// Whether there is anything to draw anew.
  public var isEmpty: Bool { !minutes && !vx }
}

/// A pick's result by the seeds of what is drawn.
public struct SeedReport: Sendable, Codable, Hashable {
  /// Figures over the seeds where some inputs are drawn anew.
  public struct Spread: Sendable, Codable, Hashable {
    /// `minutes`, `VX inside sessions`, or `both`.
    public var inputs: String
    /// Net.
    public var netDollars: FigureSpread
    /// Mean a session.
    public var meanDollars: FigureSpread
    /// Sharpe ratio.
    public var sharpe: FigureSpread
    /// Drawdown.
    public var maxDrawdownDollars: FigureSpread
  }
  /// One seed, everything drawn by it.
  public struct Row: Sendable, Codable, Hashable {
    /// Added to the seeds as given; 0 is the result as given.
    public var offset: Int
    /// The pick.
    public var figures: StabilityFigures
    /// Its rank among the contenders, as in ``PerturbationRow``.
    @Nullable public var rank: Int?
  }
  /// By seed.
  public var rows: [Row]
  /// By what is drawn anew, everything last.
  public var spreads: [Spread]
  /// Seeds whose net has the sign of the one as given, itself among them.
  public var sameSign: Int
  /// 1 + the seeds whose net is higher than as given: 1 says that the result as given is the luckiest draw of them.
  public var givenRank: Int
  /// Mean a session over the other seeds: what a pick that was chosen by the draw as given earns by draws that it wasn't chosen
  /// by. Null without any.
  @Nullable public var othersMeanDollars: Double?
  /// Seeds besides the one as given by which the pick is the best of the contenders, ties counted as such; null where it
  /// stands alone.
  @Nullable public var best: Int?
  /// Contenders, the pick among them.
  public var contenders: Int
  /// Root mean square over the seeds of the standard error of the mean a session: what sessions and draw together leave
  /// uncertain of one seed's mean. Null without spread.
  @Nullable public var standardErrorDollars: Double?
  /// Variance of the mean over seeds ÷ the square of that error, at most 1: the share of the uncertainty that is the simulation's
  /// own. By the law of total variance a session's variance holds that of its draw. Null for fewer than two seeds.
  @Nullable public var simulationShare: Double?
  /// Each session's mean over the seeds: its interval holds hardly any of the draw.
  public var averaged: SessionMean

  /// Of the pick's result by seed, by inputs.
  ///
  /// - Parameters:
  ///   - drawn: what is drawn anew and the pick by seed, the seed as given first, everything drawn anew last.
  ///   - ranks: by seed, everything drawn anew.
  init(_ drawn: [(inputs: String, results: [ContenderResult])], ranks: [Int?], contenders: Int) {
    let all = drawn.last?.results ?? []
    rows = zip(all, ranks).enumerated().map { Row(offset: $0, figures: $1.0.figures, rank: $1.1) }
    spreads = drawn.map { name, results in
      Spread(
        inputs: name, netDollars: FigureSpread(results.map(\.figures.netDollars)),
        meanDollars: FigureSpread(results.map(\.figures.meanDollars)),
        sharpe: FigureSpread(results.map(\.figures.sharpe)),
        maxDrawdownDollars: FigureSpread(results.map(\.figures.maxDrawdownDollars)))
    }
    let nets = all.map { $0.net.reduce(0, +) }
    let given = nets.first ?? 0
    sameSign = nets.count { $0.signum() == given.signum() }
    givenRank = 1 + nets.count { $0 > given }
    othersMeanDollars = FigureSpread(all.dropFirst().map(\.figures.meanDollars)).mean
    best = contenders > 1 ? ranks.dropFirst().count { $0 == 1 } : nil
    self.contenders = contenders
    let errors = all.compactMap { SessionMean(cents: $0.net).standardErrorDollars }
    let square = errors.isEmpty ? nil : errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)
    standardErrorDollars = square.map { $0.squareRoot() }
    simulationShare = spreads.last?.meanDollars.sd.flatMap { sd in square.map { min(1, sd * sd / $0) } }
    let sessions = all.first?.net.count ?? 0
    averaged = SessionMean(
      (0..<sessions).map { d in Double(all.reduce(0) { $0 + $1.net[d] }) / Double(all.count) / 100 })
  }
}
