import Backtesting
import MarketData
import Strategies

/// What everything that a configuration holds would gain or lose if the index and volatilities moved at once: priced anew, and by
/// greeks, cell by cell.
public struct StressReport: Sendable, Codable {
  /// Derivatives of what is held, dollars; of volatility a percent is one of each option's own.
  public struct Greeks: Sendable, Codable, Hashable {
    /// For +1 % of the index.
    public var delta: Double
    /// Change of delta for +1 % of the index.
    public var gamma: Double
    /// For +1 % of volatility.
    public var vega: Double
    /// Change of delta for +1 % of volatility.
    public var vanna: Double
    /// Change of vega for +1 % of volatility.
    public var volga: Double

    init(_ g: StressGreeks) {
      // cents per 1.00 to dollars per 0.01
      (delta, vega) = (g.delta / 10_000, g.vega / 10_000)
      (gamma, vanna, volga) = (g.gamma / 1_000_000, g.vanna / 1_000_000, g.volga / 1_000_000)
    }
  }
  /// One part of what is held: `putSpread`, `callSpread`, `futures` or `calls`.
  public struct PartMatrix: Sendable, Codable, Hashable {
    /// Which.
    public var part: String
    /// Its derivatives.
    public var greeks: Greeks
    /// By full revaluation, dollars against no move; shape `[moves][volatility]`.
    public var full: [[Double]]
    /// By greeks.
    public var byGreeks: [[Double]]
  }
  /// The matrix of one entry, or the mean of all.
  public struct Matrix: Sendable, Codable, Hashable {
    /// Session of the entry; `nil` for a mean.
    @Nullable public var date: String?
    /// √w of the index from then to the expiry, a share: one standard deviation.
    public var stdDev: Double
    /// Risk-based margin, dollars.
    public var requirementDollars: Double
    /// By full revaluation, dollars against no move; shape `[moves][volatility]`.
    public var full: [[Double]]
    /// By greeks.
    public var byGreeks: [[Double]]
    /// What they are made of; parts sum to them.
    public var parts: [PartMatrix]
  }
  /// One part in one cell, dollars.
  public struct Share: Sendable, Codable, Hashable {
    /// Which.
    public var part: String
    /// By full revaluation.
    public var full: Double
    /// By greeks.
    public var byGreeks: Double
  }
  /// One cell of one entry, dollars.
  public struct Cell: Sendable, Codable, Hashable {
    /// Session of the entry.
    public var date: String
    /// Of the index, a share.
    public var move: Double
    /// Of volatility, a share.
    public var volatility: Double
    /// By full revaluation.
    public var full: Double
    /// By greeks.
    public var byGreeks: Double
    /// What both are made of.
    public var parts: [Share]
  }
  /// How far greeks are from full revaluation, over all entries and the cells in which something moves.
  public struct Disagreement: Sendable, Codable, Hashable {
    /// Where they are farthest apart; the earliest of equals.
    public var largest: Cell
    /// There, dollars.
    public var largestDollars: Double
    /// Of what is lost there; `nil` where nothing is.
    @Nullable public var largestShareOfLoss: Double?
    /// Mean of |full − greeks|; `nil` where nothing moves.
    @Nullable public var meanDollars: Double?
    /// Σ|full − greeks| of Σ loss, over the cells with a loss; `nil` without one.
    @Nullable public var shareOfLosses: Double?
    /// Cells in which greeks have the sign wrong, a share of all; `nil` where nothing moves.
    @Nullable public var wrongSign: Double?
    /// Mean over the entries, by cell; shape `[moves][volatility]`.
    public var cells: [[Double]]
  }
  /// Risk-based margin over the entries.
  public struct Requirement: Sendable, Codable, Hashable {
    /// Mean, dollars.
    public var meanDollars: Double
    /// Most.
    public var largestDollars: Double
    /// Of which session.
    public var largestDate: String
  }
  /// One configuration.
  public struct Row: Sendable, Codable {
    /// Name of the configuration.
    public var name: String
    /// What must be known of its settings.
    public var caveats: [String]
    /// Entries that sold, of the sessions asked for.
    public var trades: Int
    /// Of them, those in the matrices.
    public var stressed: Int
    /// Of which nothing was held any more.
    public var closed: Int
    /// Which had settled, on a day with an early close.
    public var settled: Int
    /// Of which something had no price.
    public var unpriced: Int
    /// Where one session was asked for and nothing was sold: why.
    @Nullable public var outcome: String?
    /// Mean over the entries; `nil` without any, as all that follow.
    @Nullable public var mean: Matrix?
    /// The entry with the largest loss in some cell.
    @Nullable public var worst: Matrix?
    /// Full revaluation against greeks.
    @Nullable public var disagreement: Disagreement?
    /// The margin.
    @Nullable public var requirement: Requirement?
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
  /// The one session looked at; `nil` for all.
  @Nullable public var date: String?
  /// When: `entry`, `close`, `open`, or a minute of the expiry session.
  public var at: String
  /// Moves of the index, shares, ascending.
  public var moves: [Double]
  /// Moves of each implied volatility, shares of it, ascending.
  public var volatility: [Double]
  /// One a configuration.
  public var rows: [Row]

  /// Runs the configurations over a period and prices what each entry holds at a moment.
  ///
  /// What an entry holds: the condors sold and not closed by then, its layers that have opened, less what was sold of them, and the
  /// standing layers as held from the last settlement on. All of it is known then, β before the session. A condor sold the session
  /// before is not in it, nor are spreads that were rolled to a later expiry.
  ///
  /// - Parameter date: of one session; `nil` for every entry of the period.
  /// - Throws: ``StudyError/noSuchEntry(date:from:to:)``.
  /// - Complexity: O(strategies × sessions × (minutes + scenarios)).
  public init(
    _ strategies: [Strategy], market: Market, period: ClosedRange<Int>, grid: StressGrid,
    at moment: StressMoment, date: SessionDate? = nil, threads: Int
  ) throws(StudyError) {
    let sessions = market.history.sessions
    let axis = PeriodAxis(market.history, period: period)
    history = market.history.name
    disclosure = market.disclosure
    from = axis.dates.first?.description ?? ""
    to = axis.dates.last?.description ?? ""
    self.sessions = period.count
    self.date = date?.description
    at = moment.description
    moves = grid.moves
    volatility = grid.volatility
    var looked = period.lowerBound..<period.upperBound
    if let date {
      guard let i = looked.first(where: { sessions[$0].date == date }) else {
        throw .noSuchEntry(date: date.description, from: from, to: to)
      }
      looked = i..<i + 1
    }
    let context = market.context(for: strategies)
    let scan = TradeScan(strategies, context: context, period: period, threads: threads) {
      trade, strategy, priced, desk in
      StressBook(trade, of: strategy, surface: priced.surface, context: desk.context, at: moment)
    }
    rows = zip(scan.evaluations, scan.values).map { evaluation, found in
      let standing = StandingExposures(evaluation.strategy, context: context, period: period)
      var entries: [StressedEntry] = []
      var (trades, closed, settled) = (0, 0, 0)
      for i in looked {
        let record = evaluation.records[i - period.lowerBound]
        guard record.code == .traded else { continue }
        trades += 1
        if moment.isSettled(sessions[i + 1]) {
          settled += 1
          continue
        }
        guard let own = found[i - period.lowerBound] ?? nil,
          let book = standing.added(to: own.scaled(Int(record.quantity)))
        else { continue }
        if book.isEmpty {
          closed += 1
        } else {
          entries.append(StressedEntry(book, date: sessions[i].date, grid: grid))
        }
      }
      let tables = StressTables(entries, grid: grid, parts: evaluation.strategy.stressedParts)
      let record = evaluation.records[looked.lowerBound - period.lowerBound]
      return Row(
        name: evaluation.strategy.name, caveats: evaluation.strategy.stressCaveats(at: moment),
        trades: trades, stressed: entries.count, closed: closed, settled: settled,
        unpriced: trades - closed - settled - entries.count,
        outcome: date == nil || trades > 0 ? nil : record.code.rawValue, mean: tables?.mean,
        worst: tables?.worst, disagreement: tables?.disagreement, requirement: tables?.requirement)
    }
  }
}

extension Strategy {
  /// The parts that it can hold.
  fileprivate var stressedParts: [StressBook.Part] {
    StressBook.Part.allCases.filter { part in
      switch part {
      case .putSpread, .callSpread: true
      case .futures: hedge.contains { !$0.instrument.isVIXCall }
      case .calls: hedge.contains { $0.instrument.isVIXCall }
      }
    }
  }

  /// What must be known of it here.
  fileprivate func stressCaveats(at moment: StressMoment) -> [String] {
    var list = caveats
    if hedge.isEmpty {
      list.append("no hedge: the condor alone")
    } else {
      func percent(_ days: Int) -> Int { Int((100 * StressScenario.share(days: days)).rounded()) }
      list.append(
        "VX moves by its beta and by a share of the volatility move, its slope beside VIX9D in 2011-2020: \(percent(30)) % of it "
          + "at 30 days to settlement, \(percent(90)) % at 90")
    }
    let opened = hedge.filter { $0.horizon == .condor }.map(\.name)
    if moment == .entry, !opened.isEmpty {
      list.append(
        "not open yet at the fill: \(opened.joined(separator: ", ")); --at close or --at open look at what has opened by then"
      )
    }
    if exit.shift != nil { list.append("spreads rolled to a later expiry are not in it") }
    return list
  }
}
