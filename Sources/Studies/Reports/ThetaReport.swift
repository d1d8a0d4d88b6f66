import Backtesting
import MarketData
import Rules
import Signals
import Statistics
import Strategies

/// How a condor's credit is earned as its two days pass, what early exits give up of it, and in which markets entries
/// paid.
public struct ThetaReport: Sendable, Codable {
  /// A rule by which results are parted.
  public struct Parting: Sendable, Codable {
    /// In the language of rules.
    public var rule: String
    /// Who says that it matters.
    public var source: String
    /// Why it can't be told on this history; then nothing is parted by it.
    @Nullable public var unavailable: String?
  }
  /// One configuration.
  public struct Row: Sendable, Codable {
    /// Name of the configuration.
    public var name: String
    /// What must be known of its settings.
    public var caveats: [String]
    /// Entries that sold.
    public var trades: Int
    /// From the fill to the settlement.
    public var curve: [Point]
    /// By reason, by hour of exit and by market.
    public var forfeited: [Forfeited]
    /// One a rule that can be told here.
    public var regimes: [RegimeResult]
  }
  /// The condor sold at the entry at one time, over all sessions that traded, as if nothing had been closed early.
  public struct Point: Sendable, Codable {
    /// Which session the time lies in.
    public var phase: CurveTime.Phase
    /// New York, HH:MM; the settlement has none.
    @Nullable public var time: String?
    /// Sessions with marks at this time.
    public var sessions: Int
    /// Mean of (credit − mid cost to close) ÷ credit; `nil` without sessions, as the others.
    @Nullable public var mean: Double?
    /// Of the mean, Newey–West.
    @Nullable public var standardError: Double?
    /// A quarter of the sessions kept less.
    @Nullable public var lowerQuartile: Double?
    /// Half of them.
    @Nullable public var median: Double?
    /// A quarter kept more.
    @Nullable public var upperQuartile: Double?
    /// Σ (credit − cost) ÷ Σ credit: sessions weighted by their credit, as `theta_capture` has it.
    @Nullable public var pooled: Double?
    /// Mean of the extrinsic value left ÷ credit.
    @Nullable public var extrinsicShare: Double?
  }
  /// What early exits of one kind gave up.
  public struct Forfeited: Sendable, Codable {
    /// What exits are grouped by: `all`, `reason`, `hour`, `vix`, or a rule.
    public var group: String
    /// Which of them: of a rule `true`, `false` or `unknown`.
    public var value: String
    /// Closing fills before the settlement.
    public var exits: Int
    /// Extrinsic value still in them when they were closed.
    public var dollars: Double
    /// The same ÷ the credit received for them.
    @Nullable public var shareOfCredit: Double?
  }
  /// Entries made while a rule held, and the others.
  public struct RegimeResult: Sendable, Codable {
    /// One of the two.
    public struct Side: Sendable, Codable {
      /// Entries that sold.
      public var entries: Int
      /// Of condors and trade-opened hedge.
      public var netDollars: Double
      /// Dollars an entry.
      @Nullable public var mean: Double?
      /// 95 % interval of the mean, Newey–West; `nil` where there is none.
      @Nullable public var low: Double?
      /// Its upper end.
      @Nullable public var high: Double?
    }
    /// The rule.
    public var rule: String
    /// Where it held.
    public var held: Side
    /// Where it didn't.
    public var otherwise: Side
    /// Entries for which it can't be told.
    public var unknown: Int
    /// Mean where it held less mean where it didn't, dollars an entry.
    @Nullable public var difference: Double?
    /// Its standard error, Newey–West.
    @Nullable public var standardError: Double?
    /// Two-sided, of no difference.
    @Nullable public var pValue: Double?
  }

  /// Name of the history.
  public var history: String
  /// What the prices are, in one sentence.
  public var disclosure: String
  /// First session.
  public var from: String
  /// Last session.
  public var to: String
  /// Sessions of the period.
  public var sessions: Int
  /// What results are parted by.
  public var partings: [Parting]
  /// One a configuration.
  public var rows: [Row]

  /// Runs the configurations over a period.
  ///
  /// - Parameters:
  ///   - own: rules of the user, parted by as the published ones are.
  /// - Throws: `SignalError` or `RuleError` where the history can't tell one of `own`; a published one is noted as unavailable.
  /// - Complexity: O(strategies × sessions × minutes).
  public init(
    _ strategies: [Strategy], market: Market, period: ClosedRange<Int>, own: [Regime], threads: Int
  ) throws {
    let axis = PeriodAxis(market.history, period: period)
    history = market.history.name
    disclosure = market.disclosure
    from = axis.dates.first?.description ?? ""
    to = axis.dates.last?.description ?? ""
    sessions = period.count
    let scan = TradeScan(
      strategies, context: market.context(for: strategies), period: period, threads: threads
    ) { trade, _, priced, desk in
      ThetaTrade(trade, priced: priced, history: desk.context.history)
    }
    let published = try Regime.published()
    let others = own.filter { mine in !published.contains { $0.rule == mine.rule } }
    partings = published.map { Parting(rule: $0.rule, source: $0.source) }
    var regimes: [Regime] = []
    for (k, regime) in published.enumerated() {
      do {
        _ = try regime.states(market, period: period, minute: MinuteOfDay.close)
        regimes.append(regime)
      } catch {
        partings[k].unavailable = "\(error)"
      }
    }
    regimes += others
    partings += others.map { Parting(rule: $0.rule, source: $0.source) }
    rows = try zip(scan.evaluations, scan.values).map { evaluation, trades in
      let minute = evaluation.strategy.entry.minute
      let states = try regimes.map {
        (rule: $0.rule, held: try $0.states(market, period: period, minute: minute))
      }
      return Row(
        name: evaluation.strategy.name, caveats: evaluation.strategy.caveats,
        trades: evaluation.figures.trades, curve: ThetaCurve.points(trades, entryMinute: minute),
        forfeited: ForfeitedPremium.rows(evaluation, trades, states: states, vix: axis.vixBuckets),
        regimes: states.map { Self.result($0.rule, $0.held, evaluation) })
    }
  }

  private static func result(_ rule: String, _ states: [Bool?], _ evaluation: Evaluation) -> RegimeResult {
    var dollars: [Double] = []
    var held: [Double] = []
    var unknown = 0
    for (record, state) in zip(evaluation.records, states) where record.code == .traded {
      guard let state else {
        unknown += 1
        continue
      }
      dollars.append(Double(record.tradeNet) / 100)
      held.append(state ? 1 : 0)
    }
    func side(_ value: Double) -> RegimeResult.Side {
      let chosen = zip(dollars, held).filter { $0.1 == value }.map(\.0)
      let interval = MeanInterval(chosen)
      let net = chosen.reduce(0, +)
      return RegimeResult.Side(
        entries: chosen.count, netDollars: net, mean: chosen.isEmpty ? nil : net / Double(chosen.count),
        low: interval?.low, high: interval?.high)
    }
    // the slope on a variable that is 1 where the rule held is the difference of the two means
    let line = LeastSquaresLine(y: dollars, x: held)
    let (yes, no) = (side(1), side(0))
    return RegimeResult(
      rule: rule, held: yes, otherwise: no, unknown: unknown, difference: line?.beta.value,
      standardError: line?.beta.standardError,
      pValue: min(yes.entries, no.entries) < fewest ? nil : line?.beta.pValue)
  }

  /// So many entries on either side, or no p is told: errors of fewer are too small.
  private static let fewest = 20

  /// A text as a field of CSV (RFC 4180).
  private static func field(_ text: String) -> String {
    text.contains { ",\"\r\n".contains($0) }
      ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
  }

  /// The curves as CSV, a line a configuration and time; shares, empty where there is none.
  public var csv: String {
    var lines = [
      "config,phase,time,sessions,mean,standard_error,lower_quartile,median,upper_quartile,pooled,extrinsic_share"
    ]
    for row in rows {
      let name = Self.field(row.name)
      for p in row.curve {
        let shares = [
          p.mean, p.standardError, p.lowerQuartile, p.median, p.upperQuartile, p.pooled, p.extrinsicShare,
        ]
        lines.append(
          ([name, p.phase.rawValue, p.time ?? "", "\(p.sessions)"]
            + shares.map { $0.map { "\($0)" } ?? "" })
            .joined(separator: ","))
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
