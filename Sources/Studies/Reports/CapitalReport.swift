import Backtesting
import MarketData
import Pricing
import Statistics
import Strategies

/// What condor, hedge and both earn on the capital they bind, and what of it the index explains.
public struct CapitalReport: Sendable, Codable {
  /// One configuration.
  public struct Row: Sendable, Codable {
    /// Name of the configuration.
    public var name: String
    /// What must be known of its settings.
    public var caveats: [String]
    /// Entries that sold.
    public var trades: Int
    /// The condor; with a hedge also the hedge and both.
    public var parts: [Part]
  }
  /// Which results.
  public enum Book: String, Sendable, Codable {
    case condor
    case hedge
    case both
  }
  /// One book's results.
  public struct Part: Sendable, Codable {
    /// Which.
    public var book: Book
    /// Everything realised in the period.
    public var netDollars: Double
    /// On margin by strategy: 100·(width − credit) a condor, futures by the 99 % two-session move known before, the premium
    /// paid for VIX calls.
    public var regT: OnMargin
    /// On margin by risk, −8 % to +6 %, and the premium paid for VIX calls.
    public var portfolio: OnMargin
    /// The line through results and moves of the index; `nil` for fewer than three sessions or an index that never moved.
    @Nullable public var capm: CAPM?
  }
  /// Results on the margin that was held for them.
  public struct OnMargin: Sendable, Codable {
    /// Σ over sessions of the margin held into them, dollar-sessions.
    public var marginDays: Double
    /// Net ÷ margin-days: a share a session; `nil` without margin, as the mean.
    @Nullable public var netPerMarginDay: Double?
    /// Mean of the sessions with margin.
    @Nullable public var averageDollars: Double?
    /// Most held at once: of a trade, and of the one before where that is not closed yet when it is sold.
    public var peakDollars: Double
    /// Margin in on the entry's day, out with the result on the expiry's, ACT/365, share a year; `nil` where no rate
    /// balances them.
    @Nullable public var irrAnnual: Double?
  }
  /// Results a session on the index's moves, errors Newey–West.
  public struct CAPM: Sendable, Codable, Hashable {
    /// Dollars a session that the index doesn't explain.
    public var alphaDollars: Double
    /// Its standard error.
    public var alphaError: Double
    /// α ÷ error.
    @Nullable public var alphaT: Double?
    /// α × 252.
    public var alphaAnnualDollars: Double
    /// Dollars a session for +1 % of the index.
    public var betaDollars: Double
    /// Its standard error.
    public var betaError: Double
    /// β ÷ error.
    @Nullable public var betaT: Double?
    /// Share of variance that the index explains.
    @Nullable public var rSquared: Double?
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
  /// One a configuration.
  public var rows: [Row]

  /// Runs the configurations over a period. Entries are those that the account admits by its own rule, Reg-T.
  ///
  /// - Complexity: O(strategies × sessions × minutes).
  public init(_ strategies: [Strategy], market: Market, period: ClosedRange<Int>, threads: Int) {
    let axis = PeriodAxis(market.history, period: period)
    history = market.history.name
    disclosure = market.disclosure
    from = axis.dates.first?.description ?? ""
    to = axis.dates.last?.description ?? ""
    sessions = period.count
    let context = market.context(for: strategies)
    let margin = context.vx.margin
    let scan = TradeScan(strategies, context: context, period: period, threads: threads) {
      trade, strategy, priced, desk in
      TradeMargin(trade, of: strategy, priced: priced, desk: desk, margin: margin)
    }
    rows = zip(scan.evaluations, scan.values).map { evaluation, trades in
      let capital = HeldCapital(evaluation, trades, context: context, period: period)
      let books: [Book] = evaluation.strategy.hedge.isEmpty ? [.condor] : [.condor, .hedge, .both]
      return Row(
        name: evaluation.strategy.name, caveats: evaluation.strategy.caveats,
        trades: evaluation.figures.trades, parts: books.map(capital.part))
    }
  }
}

/// What one configuration earned and held, by the session in which it is realised, cents; shapes `[sessions]`.
private struct HeldCapital {
  private let book: SessionBook
  private let regT: [CapitalReport.Book: [Int64]]
  private let portfolio: [CapitalReport.Book: [Int64]]
  /// Whether the trade realised in a session is still open when that session's own entry is filled.
  private let condorOverlaps: [Bool]
  private let hedgeOverlaps: [Bool]
  /// Of the margin, the standing book's: it is rolled, never held twice.
  private let standing: (regT: [Int64], portfolio: [Int64])

  init(
    _ evaluation: Evaluation, _ trades: [TradeMargin?], context: MarketContext, period: ClosedRange<Int>
  ) {
    book = evaluation.book
    let n = period.count
    let none = Array(repeating: Int64(0), count: n)
    let layers = StandingBook(evaluation.strategy, context: context, range: period)
    let exposures = FuturesExposure.standing(evaluation.strategy, context: context, period: period)
    let premiums = zip(evaluation.strategy.hedge.filter { $0.horizon == .standing }, layers.layers)
      .filter { $0.0.instrument.isVIXCall }.map(\.1.heldCents)
    var futures = none
    var risk: [CapitalReport.Book: [Int64]] = [.condor: none, .hedge: none, .both: none]
    var rolled = (regT: none, portfolio: none)
    var condorOverlaps = Array(repeating: false, count: n)
    var hedgeOverlaps = condorOverlaps
    // where a settlement is missing, layers keep what they had
    var held: [FuturesExposure] = []
    for s in 1..<max(1, n) {
      held = exposures[s - 1] ?? held
      let record = evaluation.records[s - 1]
      let q = Double(record.quantity)
      let standing = PortfolioLosses.losses(held)
      let premium = premiums.reduce(0) { $0 + $1[s] }
      rolled.regT[s] = layers.heldCents[s]
      rolled.portfolio[s] = premium + PortfolioLosses.cents(standing, shorts: 0)
      futures[s] = Int64(record.quantity) * (trades[s - 1]?.futuresCents ?? 0) + rolled.regT[s]
      let marks = trades[s - 1]?.marks ?? []
      func most(_ book: CapitalReport.Book) -> Int64 {
        let alone = book == .condor ? 0 : rolled.portfolio[s]
        return marks.reduce(alone) { worst, mark in
          let losses = PortfolioLosses.moves.indices.map { k in
            (book == .hedge ? 0 : q * mark.options[k])
              + (book == .condor ? 0 : q * mark.futures[k] + standing[k])
          }
          let shorts = book == .hedge ? 0 : mark.shorts * Int(record.quantity)
          let paid = book == .condor ? 0 : premium
          return max(worst, paid + PortfolioLosses.cents(losses, shorts: shorts))
        }
      }
      for book in [CapitalReport.Book.condor, .hedge, .both] { risk[book]?[s] = most(book) }
      condorOverlaps[s] = record.isHeldNextSession(at: evaluation.records[s].fillMinute)
      hedgeOverlaps[s] = trades[s - 1].map { $0.futuresCents > 0 } ?? false
    }
    regT = [.condor: book.margin, .hedge: futures, .both: zip(book.margin, futures).map { $0 + $1 }]
    portfolio = risk
    standing = rolled
    self.condorOverlaps = condorOverlaps
    self.hedgeOverlaps = hedgeOverlaps
  }

  func part(_ which: CapitalReport.Book) -> CapitalReport.Part {
    let net: [Int64] =
      switch which {
      case .condor: book.condor
      case .hedge: zip(book.net, book.condor).map { $0 - $1 }
      case .both: book.net
      }
    let line = LeastSquaresLine(
      y: net.map { Double($0) / 100 }, x: book.moves.map { Double($0) / 10_000 })
    return CapitalReport.Part(
      book: which, netDollars: Double(net.reduce(0, +)) / 100,
      regT: figures(which, net: net, margin: regT[which] ?? [], standing: standing.regT),
      portfolio: figures(which, net: net, margin: portfolio[which] ?? [], standing: standing.portfolio),
      capm: line.map { line in
        CapitalReport.CAPM(
          alphaDollars: line.alpha.value, alphaError: line.alpha.standardError,
          alphaT: line.alpha.tStatistic, alphaAnnualDollars: 252 * line.alpha.value,
          betaDollars: line.beta.value, betaError: line.beta.standardError, betaT: line.beta.tStatistic,
          rSquared: line.rSquared)
      })
  }

  private func figures(
    _ which: CapitalReport.Book, net: [Int64], margin: [Int64], standing: [Int64]
  ) -> CapitalReport.OnMargin {
    let total = margin.reduce(0, +)
    let held = margin.count { $0 > 0 }
    var peak: Int64 = 0
    for s in margin.indices {
      let overlaps =
        switch which {
        case .condor: condorOverlaps[s]
        case .hedge: hedgeOverlaps[s]
        case .both: condorOverlaps[s] || hedgeOverlaps[s]
        }
      let next = s + 1 < margin.count ? margin[s + 1] : 0
      let carried = which == .condor ? margin[s] : margin[s] - standing[s]
      peak = max(peak, margin[s], next + (overlaps ? carried : 0))
    }
    return CapitalReport.OnMargin(
      marginDays: Double(total) / 100,
      netPerMarginDay: total > 0 ? Double(net.reduce(0, +)) / Double(total) : nil,
      averageDollars: held > 0 ? Double(total) / 100 / Double(held) : nil, peakDollars: Double(peak) / 100,
      irrAnnual: book.rateOn(margin: margin, net: net))
  }
}
