import MarketData
import Strategies

/// What a user may ask for that a history can't give.
public enum BacktestError: Error, Equatable, Sendable, CustomStringConvertible {
  case outsideHistory(from: String, to: String, first: String, last: String)
  case emptyHistory(name: String)
  case beyondAccount(strategy: String, cents: Int64, session: String, accountCents: Int64)

  /// What is wrong and what to do.
  public var description: String {
    switch self {
    case .outsideHistory(let from, let to, let first, let last):
      "no session from \(from) to \(to): the history holds \(first) to \(last); choose --from and --to inside it"
    case .beyondAccount(let strategy, let cents, let session, let account):
      "\(strategy): its hedge binds at least \(Self.dollars(cents)) $ of margin beside the condor, on \(session), and "
        + "account_dollars is \(Self.dollars(account)): no entry could be made; raise account_dollars above "
        + "\(Self.dollars(cents)) and the condor's own margin, or make the layers smaller"
    case .emptyHistory(let name): "history \(name) holds no sessions; import SPX daily bars first"
    }
  }

  private static func dollars(_ cents: Int64) -> String {
    let rest = cents % 100
    return "\(cents / 100)" + (rest == 0 ? "" : rest < 10 ? ".0\(rest)" : ".\(rest)")
  }
}

/// One strategy's result over a period.
public struct BacktestResult: Sendable {
  /// The configuration.
  public let strategy: Strategy
  /// Positions of the period's first and last session in the history.
  public let period: ClosedRange<Int>
  /// One record a session of the period, for the entry made in it.
  public let records: [SessionRecord]
  /// The trades behind the records with code `traded`, ascending.
  public let trades: [Trade]
  /// Result of the standing hedge book a session, cents.
  public let standing: [Int64]

  /// Everything but hedges realised in each session of the period, cents.
  public var condorBySession: [Int64] { Self.options(records) }
  /// Trade-opened hedges, likewise.
  public var hedgeBySession: [Int64] {
    Self.shifted(records) { Int64($0.quantity) * Int64($0.hedgeNet) }
  }
  /// Everything realised in each session, cents: the series behind every figure.
  public var netBySession: [Int64] { Self.net(records: records, standing: standing) }

  /// A trade counts in the session its condor expires in, the one after its entry.
  static func shifted(_ records: [SessionRecord], _ value: (SessionRecord) -> Int64) -> [Int64] {
    var result = Array(repeating: Int64(0), count: records.count)
    for i in records.indices.dropLast() where records[i].code == .traded { result[i + 1] = value(records[i]) }
    return result
  }
  /// Adds each rolled spread that outlives its condor to the session in which it ends.
  private static func addLater(_ records: [SessionRecord], to result: inout [Int64]) {
    for i in records.indices where records[i].laterSessions > 0 {
      result[i + Int(records[i].laterSessions)] += records[i].laterNetOfAll
    }
  }
  /// Σ of condors and rolled spreads a session, cents.
  public static func options(_ records: [SessionRecord]) -> [Int64] {
    var result = shifted(records, \.optionsNetAtExpiry)
    addLater(records, to: &result)
    return result
  }
  /// Σ of condor, rolled spreads, hedge and standing book a session, cents.
  public static func net(records: [SessionRecord], standing: [Int64]) -> [Int64] {
    var result = shifted(records, \.netAtExpiry)
    addLater(records, to: &result)
    for i in result.indices { result[i] += standing[i] }
    return result
  }
}

/// Runs strategies over the sessions of a period.
public struct Backtester: Sendable {
  /// The market that everything runs on.
  public let context: MarketContext

  /// Of its parts.
  public init(_ context: MarketContext) { self.context = context }

  /// Positions of the sessions from one date to another, both included. Without a first date the period starts
  /// at the first session with index marks: the days before it only feed levels, betas and indicators.
  public static func period(
    of history: MarketHistory, from: SessionDate?, to: SessionDate?
  ) throws(BacktestError) -> ClosedRange<Int> {
    guard let first = history.sessions.first, let last = history.sessions.last else {
      throw .emptyHistory(name: history.name)
    }
    let marked = history.sessions.firstIndex { $0.spot.contains { $0 > 0 } } ?? 0
    let low = from.map { history.firstIndex(onOrAfter: $0) } ?? marked
    let high = to.map { history.firstIndex(onOrAfter: $0.adding(days: 1)) - 1 } ?? history.sessions.count - 1
    guard low <= high else {
      throw .outsideHistory(
        from: (from ?? first.date).description, to: (to ?? last.date).description,
        first: first.date.description, last: last.date.description)
    }
    return low...high
  }

  /// One strategy over a period, trades kept. O(sessions × minutes).
  public func run(_ strategy: Strategy, period: ClosedRange<Int>) -> BacktestResult {
    let engine = ReferenceEngine(strategy, context: context)
    var evaluations: [SessionEvaluation] = []
    evaluations.reserveCapacity(period.count)
    for i in period {
      if i == period.upperBound {
        evaluations.append(.noTrade(.periodEnds))
      } else {
        evaluations.append(engine.evaluate(SessionDesk(context, entry: i)))
      }
    }
    var records = evaluations.map(SessionRecord.init)
    let book = StandingBook(strategy, context: context, range: period)
    Self.applyAccount(
      &records, of: strategy, standing: book.netCents,
      hedge: HedgeMargin(strategy, standing: book, context: context, range: period))
    var trades: [Trade] = []
    for (record, evaluation) in zip(records, evaluations) {
      if record.code == .traded, case .trade(let trade) = evaluation { trades.append(trade) }
    }
    return BacktestResult(
      strategy: strategy, period: period, records: records, trades: trades, standing: book.netCents)
  }

  /// Refuses a strategy whose hedge alone binds more than the account at every entry of a period but the first, before which
  /// nothing is held. O(sessions × layers).
  public func requireMargin(of strategy: Strategy, period: ClosedRange<Int>) throws(BacktestError) {
    guard !strategy.hedge.isEmpty else { return }
    let book = StandingBook(strategy, context: context, range: period)
    let margin = HedgeMargin(strategy, standing: book, context: context, range: period)
    guard let least = margin.least(width: strategy.condor.width), least.cents > strategy.accountCents else {
      return
    }
    throw .beyondAccount(
      strategy: strategy.name, cents: least.cents,
      session: context.history.sessions[period.lowerBound + least.session].date.description,
      accountCents: strategy.accountCents)
  }

  /// What the account makes of a strategy's entries: sizes, and refusals for want of margin. An entry of which something
  /// could end after the period isn't made. O(sessions).
  ///
  /// - Parameters:
  ///   - standing: result of the standing book a session, cents.
  ///   - hedge: what its layers bind.
  public static func applyAccount(
    _ records: inout [SessionRecord], of strategy: Strategy, standing: [Int64], hedge: HedgeMargin
  ) {
    var reach = 1
    for i in records.indices where records[i].code == .traded {
      let last = Int(records[i].lastSession)
      reach = max(reach, last)
      if last > 1, i + last >= records.count { records[i] = SessionRecord(code: .periodEnds) }
    }
    let bound = BoundMargin(width: strategy.condor.width, hedge: hedge, reach: reach)
    switch strategy.sizing {
    case .one: refuse(&records, accountCents: strategy.accountCents, bound)
    case .equityFraction(let thousandths, let most):
      applySizes(&records, of: strategy, standing: standing, bound) { equity, _, margin in
        let share = part(thousandths, of: equity)
        return min(Int64(most), margin > 0 ? share / margin : Int64(most))
      }
    case .hedgeGains(let thousandths, let most):
      applySizes(&records, of: strategy, standing: standing, bound) { _, gains, margin in
        let share = part(thousandths, of: gains)
        return min(Int64(most), margin > 0 ? 1 + share / margin : Int64(most))
      }
    }
  }

  /// Refuses entries of one condor whose margin, with that of its hedge and of what is still open from the session before,
  /// exceeds the account. In order of time, since a refused entry leaves room for the next. O(sessions).
  ///
  /// - Parameters:
  ///   - records: of condors that all end by the session after their entry.
  ///   - width: of the condor's wider side, points.
  ///   - hedge: what its layers bind.
  public static func applyMargin(
    _ records: inout [SessionRecord], accountCents: Int64, width: Int, hedge: HedgeMargin
  ) {
    refuse(&records, accountCents: accountCents, BoundMargin(width: width, hedge: hedge, reach: 1))
  }

  private static func refuse(_ records: inout [SessionRecord], accountCents: Int64, _ bound: BoundMargin) {
    for i in records.indices where records[i].code == .traded {
      let needed = bound.ofOne(records[i], at: i) + bound.held(records, before: i)
      if needed > accountCents { records[i] = SessionRecord(code: .margin) }
    }
  }

  /// So many thousandths of an amount above 0, cents.
  private static func part(_ thousandths: Int32, of cents: Int64) -> Int64 {
    Int64((Int128(max(0, cents)) * Int128(thousandths)) / 1000)
  }

  /// Sizes entries in order of time. What expires in the entry session isn't realised yet.
  ///
  /// - Parameter wanted: condors wanted at an entry, by equity, what hedges earned so far, and the margin of one with its
  ///   layers, cents.
  private static func applySizes(
    _ records: inout [SessionRecord], of strategy: Strategy, standing: [Int64], _ bound: BoundMargin,
    wanted: (_ equity: Int64, _ hedgeGains: Int64, _ margin: Int64) -> Int64
  ) {
    var equity = strategy.accountCents
    var hedgeGains: Int64 = 0
    /// Realised in each session by the entries so far.
    var due = standing + [0]
    for i in records.indices {
      if i > 0 {
        equity += due[i - 1]
        hedgeGains += standing[i - 1]
      }
      if i > 1, records[i - 2].code == .traded {
        hedgeGains += Int64(records[i - 2].quantity) * Int64(records[i - 2].hedgeNet)
      }
      guard records[i].code == .traded else { continue }
      let room = equity - bound.held(records, before: i)
      let margin = bound.ofOne(records[i], at: i)
      let most = wanted(equity, hedgeGains, margin)
      let count = min(most, margin > 0 ? room / margin : room >= 0 ? most : 0)
      if count > 0 {
        records[i].quantity = Int32(count)
        due[i + 1] += records[i].netAtExpiry
        due[i + Int(records[i].laterSessions)] += records[i].laterNetOfAll
      } else {
        records[i] = SessionRecord(code: .margin)
      }
    }
  }
}

/// What positions of a period bind of the account.
private struct BoundMargin {
  /// Of the condor's wider side, points.
  let width: Int
  let hedge: HedgeMargin
  /// The largest ``SessionRecord/lastSession``.
  let reach: Int

  /// One condor of an entry with its trade-opened layers, cents.
  func ofOne(_ record: SessionRecord, at i: Int) -> Int64 {
    Int64(record.marginCents) + hedge.openedCents(i, width: width, credit: record.credit)
  }

  /// What is held when the trade of session `i` is filled, cents: standing layers; of the trade of the session before the
  /// condors that are still open and all layers, which are reserved to its settlement; rolled spreads of earlier ones.
  /// O(reach).
  func held(_ records: [SessionRecord], before i: Int) -> Int64 {
    var held = hedge.standingCents(i)
    guard i > 0 else { return held }
    let (last, minute) = (records[i - 1], records[i].fillMinute)
    if last.code == .traded {
      let condor = last.isHeldNextSession(at: minute) ? Int64(last.marginCents) : 0
      held += Int64(last.quantity) * (condor + hedge.openedCents(i - 1, width: width, credit: last.credit))
    }
    for j in max(0, i - reach)..<i { held += records[j].laterMargin(sessions: i - j, at: minute) }
    return held
  }
}
