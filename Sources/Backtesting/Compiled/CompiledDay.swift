import MarketData
import Pricing
import Strategies

/// Evaluates a plan session by session: the compiled twin of ``ReferenceEngine``, equal to it in every field of
/// ``SessionRecord``. Belongs to one thread; sessions given in order share what they have in common.
public final class CompiledDay {
  /// The market that everything runs on.
  public let context: MarketContext
  let plan: CompiledPlan
  let models: [MarkModel]
  private let gates: [ReferenceEngine]
  private let clock: VarianceClock
  private let bench: Workbench
  let setting: HedgeSetting

  /// Time spent on pricing: surfaces, chains and legs.
  public let pricing = Stopwatch()
  /// Position of the entry session.
  public private(set) var entry = -1
  private var knownDesk: SessionDesk?
  private var profiles: [(session: Int, profile: SessionProfile)] = []
  private var session: SessionTables
  /// By table of fees, in both sessions.
  private var dayFees: [(entry: FeeRow, expiry: FeeRow)]

  /// A worker's engine for the plan.
  public init(_ context: MarketContext, plan: CompiledPlan) {
    self.context = context
    self.plan = plan
    let history = context.history
    models = plan.surfaces.map {
      MarkModel(
        parameters: context.parameters, settings: $0.marks, calendar: history.calendar, events: history.events
      )
    }
    gates = plan.entries.map { entry in
      var marks = MarkSettings()
      marks.assumeCloseKnown = entry.assumeCloseKnown
      let rule = CondorRule(strikes: StrikeRule(target: .credit(units: 1)))
      return ReferenceEngine(
        Strategy(name: "", entry: entry.rule, condor: rule, marks: marks), context: context)
    }
    bench = Workbench(
      spreads: HalfSpreadTable(HalfSpread(context.parameters.halfSpread)), pricing: pricing,
      vx: VXTables(context), indicators: IndicatorTables(context))
    session = SessionTables(bench: bench)
    setting = HedgeSetting(plan: plan.hedges, context: context)
    clock = VarianceClock(
      parameters: context.parameters.clock, calendar: history.calendar, events: history.events)
    dayFees = plan.fees.map { ($0[0], $0[0]) }
  }

  deinit { session.settle() }

  /// Goes to an entry session.
  ///
  /// - Precondition: the history has a session after it.
  public func move(to entry: Int) {
    guard entry != self.entry else { return }
    move(to: entry, with: SessionTables(bench: bench))
  }

  /// Goes to an entry session with what was worked out of it before, for an earlier state of the same plan.
  ///
  /// - Returns: what to give when it is gone to the next time.
  public func move(to entry: Int, resuming known: SessionTables?) -> SessionTables {
    let tables = known ?? SessionTables(bench: bench)
    move(to: entry, with: tables)
    return tables
  }

  private func move(to entry: Int, with tables: SessionTables) {
    precondition(
      context.history.sessions.indices.contains(entry + 1), "CompiledDay: no session after the entry")
    self.entry = entry
    session.settle()
    session = tables
    session.take(plan, bench: bench)
    for i in plan.fees.indices {
      dayFees[i] = (feeRow(i, session: entry), feeRow(i, session: entry + 1))
    }
    profiles.removeAll { $0.session != entry && $0.session != entry + 1 }
    bench.vx.keep(from: entry)
    bench.indicators.keep(from: entry)
  }

  /// Whether anything can be sold in the session, as far as is known without a price.
  public func outcomeBeforePrices(entryOf row: Int) -> OutcomeCode? {
    gates[plan.sales[plan.rows[row].sale].entry].codeBeforePrices(SessionDesk(context, entry: entry))
  }

  /// One record a row of the plan, without hedges and margin: what ``SessionRecord`` says of each row's condor.
  ///
  /// - Parameter records: as many as the plan has rows; all are overwritten.
  /// - Complexity: O(surfaces × strikes + condors × minutes + rows × log steps).
  public func records(into records: inout [SessionRecord]) {
    precondition(records.count == plan.rows.count, "CompiledDay.records: a record a row")
    let rows = plan.rows
    for surface in plan.surfaces.indices {
      for sale in plan.salesOfSurface[surface] {
        let mine = plan.rowsOfSale[sale]
        switch sold(sale) {
        case .failure(.code(let code)):
          let record = SessionRecord(code: code)
          for row in mine { records[row] = record }
        case .success(let sold):
          for row in mine { records[row] = close(sold, rows[row]) }
        }
      }
    }
  }

  /// The records of some rows of the plan, in their order.
  ///
  /// - Complexity: O(rows × log steps) where their condors were sold before.
  public func records(ofRows list: [Int]) -> [SessionRecord] {
    let rows = plan.rows
    var made: [SessionRecord] = []
    made.reserveCapacity(list.count)
    var at = 0
    while at < list.count {
      let sale = rows[list[at]].sale
      var end = at + 1
      while end < list.count, rows[list[end]].sale == sale { end += 1 }
      switch sold(sale) {
      case .failure(.code(let code)):
        for _ in at..<end { made.append(SessionRecord(code: code)) }
      case .success(let sold):
        for k in at..<end { made.append(close(sold, rows[list[k]])) }
      }
      at = end
    }
    return made
  }

  /// One record a strategy: ``SessionRecord`` whole, margin not yet applied. This is the general path: whatever hangs on
  /// what becomes of the condor goes through it, over the same tables.
  public func records(ofPairs pairs: [CompiledPlan.Pair]) -> [SessionRecord] {
    var rows = Array(repeating: SessionRecord(code: .periodEnds), count: plan.rows.count)
    records(into: &rows)
    var seen: [Int: CondorRules] = [:]
    return pairs.map { pair in
      let row = pair.row
      var record = rows[row]
      guard let spec = pair.spec, record.code == .traded, let book = hedges(book: plan.book(ofRow: row))
      else {
        return record
      }
      let end = pair.ties.unwinds ? closing(ofRow: row).flatMap(book.end) : nil
      let condor = plan.seesCondor(spec: spec) ? condorRules(ofRow: row, &seen) : nil
      let kept = pair.limited.flatMap { self.kept($0, row: row) }
      switch book.unit(ofSpec: spec, until: end, kept: kept, beside: condor) {
      case .failure(let failure): return SessionRecord(code: failure.code)
      case .success(let unit):
        var net: Int64 = 0
        for (k, base) in plan.bases(ofSpec: spec).enumerated() {
          net += base.units(width: plan.width(ofRow: row), credit: record.credit) * unit[k]
        }
        record.hedgeNet = Int32(clamping: net)
        record.hedgeFills = UInt8(clamping: unit.orders)
        return record
      }
    }
  }

  /// Which trade-opened layers of a strategy keep to its limit of break-evens.
  private func kept(_ strategy: Strategy, row: Int) -> [Bool]? {
    guard case .success(let sold) = sold(plan.rows[row].sale) else { return nil }
    return ExpectedPayoff.keptLayers(
      of: strategy, sold.condor.strikes, credit: sold.credit, surface: sold.table.surface, desk: desk())
  }

  /// The desk of the entry session, made once.
  private func desk() -> SessionDesk {
    if let known = knownDesk, known.entry == entry { return known }
    let made = SessionDesk(context, entry: entry)
    knownDesk = made
    return made
  }

  /// How the condor sold at the entry was closed; `nil` if any part was left to settlement.
  private func closing(ofRow row: Int) -> Closing? {
    let row = plan.rows[row]
    guard case .success(let sold) = sold(row.sale) else { return nil }
    var record = SessionRecord(code: .traded)
    var closing = Closing()
    close(sold, row, &record, &closing)
    return record.settled ? nil : closing
  }

  /// Condors with tables, over all surfaces.
  public var condorCount: Int { session.surfaces.reduce(0) { $0 + ($1?.condorCount ?? 0) } }

  /// What keeps the session from being tried by an entry of the plan, before any price.
  private func code(entry number: Int) -> OutcomeCode? {
    while session.codes.count <= number {
      session.codes.append(gates[session.codes.count].codeBeforePrices(SessionDesk(context, entry: entry)))
    }
    return session.codes[number]
  }

  // MARK: Surfaces

  private func profile(_ session: Int) -> SessionProfile {
    for known in profiles where known.session == session { return known.profile }
    let made = SessionProfile(context.history, session: session, clock: clock)
    profiles.append((session, made))
    return made
  }

  /// The marks of a surface of the plan, priced once a session.
  func table(_ surface: Int) -> SurfaceTable? {
    if session.isPriced[surface] { return session.surfaces[surface] }
    session.isPriced[surface] = true
    let model = models[surface]
    let made = pricing.time {
      model.surface(
        context.history, entry: entry, decisionMinute: plan.surfaces[surface].decisionMinute,
        expiry: entry + 1, profiles: (profile(entry), profile(entry + 1))
      ).flatMap(PricedSurface.init)
    }
    session.surfaces[surface] = made.map {
      SurfaceTable($0, close: context.history.sessions[entry + 1].official.close, bench: session.bench)
    }
    return session.surfaces[surface]
  }

  // MARK: Entry and exit

  /// The condor of a sale of the plan, sold once.
  func sold(_ number: Int) -> Result<Sold, OutcomeReason> {
    if let known = session.sales[number] { return known }
    let made = sell(plan.sales[number])
    session.sales[number] = made
    return made
  }

  private func sell(_ sale: CompiledPlan.Sale) -> Result<Sold, OutcomeReason> {
    if let code = code(entry: sale.entry) { return .failure(.code(code)) }
    guard let table = table(sale.surface) else {
      return .failure(.code(gates[sale.entry].missingCode(entry: entry)))
    }
    if gates[sale.entry].hasHole(table.surface, context.history) { return .failure(.code(.dataHole)) }
    switch table.choice(sale.condor, plan.condors[sale.condor]) {
    case .failure(let reason): return .failure(reason)
    case .success(let choice):
      let condor = table.condor(choice.strikes)
      guard let sold = sell(sale, choice, table, condor, filled: 1) else {
        return .failure(.code(.creditUnreachable))
      }
      return .success(sold)
    }
  }

  /// Fills an order; `nil` if slippage eats the credit.
  func sell(
    _ sale: CompiledPlan.Sale, _ choice: StrikeChoice, _ table: SurfaceTable, _ condor: CondorTable,
    filled: Int
  ) -> Sold? {
    let costs = (put: condor.marks.cost(.put, at: filled), call: condor.marks.cost(.call, at: filled))
    let mid = costs.put + costs.call
    let credit = TickGrid.floorToNickel(
      mid - sale.slippage.units(halfSpread: condor.marks.halfSpread(.condor, at: filled)))
    guard credit > 0, choice.midCredit > 0 else { return nil }
    let margin = max(0, Int64(choice.strikes.width) * 10_000 - Int64(credit))
    return Sold(
      credit: credit, fillCosts: costs, filled: filled, table: table, condor: condor,
      fillOutsideBand: plan.condors[sale.condor].strikes.creditBand.map { !$0.contains(mid) } ?? false,
      margin: Int32(clamping: margin))
  }

  private func close(_ sold: Sold, _ row: CompiledPlan.Row) -> SessionRecord {
    guard ruled(sold, row)?.isTold ?? true else { return SessionRecord(code: .signalMissing) }
    var record = SessionRecord(code: .traded)
    record.quantity = 1
    record.credit = sold.credit
    record.fillMinute = Int16(sold.table.minutes[sold.filled])
    record.exitsInEntry = true
    var closing = Closing()
    record.marginCents = Int32(
      clamping: row.exit.marginCents(sold: Int64(sold.margin), width: sold.condor.strikes.width))
    record.reservesMargin = row.exit.reservesMargin
    if row.exit.reentry == nil {
      close(sold, row, &record, &closing)
    } else {
      closeAll(sold, row, &record, &closing)
    }
    record.condorNet = Int32(clamping: closing.net)
    record.shadowNet = Int32(clamping: closing.shadow)
    record.exitMinute = record.exitsInEntry ? closing.lastInEntry : closing.lastInExpiry
    if let rule = row.exit.shift, let code = shift(rule, sold, row, &record) {
      return SessionRecord(code: code)
    }
    return record
  }

  /// What closing a condor adds up to.
  struct Closing {
    var net: Int64 = 0
    var shadow: Int64 = 0
    var lastInEntry: Int16 = 0
    var lastInExpiry: Int16 = 0
    /// The last point of a closing fill.
    var lastPoint = 0
    /// Whether all that was closed there was certain the minute before.
    var lastIsOrdered = true
    var reachedTarget = false
    var isOut = false
  }

  /// Closes one condor under a row's rules, and adds what that comes to.
  func close(
    _ sold: Sold, _ row: CompiledPlan.Row, _ record: inout SessionRecord, _ closing: inout Closing
  ) {
    record.fillOutsideBand = record.fillOutsideBand || sold.fillOutsideBand
    guard row.exit.basis == .side else {
      return close(.condor, credit: sold.credit, legs: 4, sold, row, &record, &closing)
    }
    let (put, call) = sold.sideCredits
    close(.put, credit: put, legs: 2, sold, row, &record, &closing)
    close(.call, credit: call, legs: 2, sold, row, &record, &closing)
  }

  private func close(
    _ part: ClosingFill.Part, credit: Int32, legs: Int32, _ sold: Sold, _ row: CompiledPlan.Row,
    _ record: inout SessionRecord, _ closing: inout Closing
  ) {
    let table = sold.table
    let (exit, shadow) = sold.condor.exit(
      part, rule: row.exit, credit: credit, totalCredit: sold.credit, slippage: row.slippage,
      order: order(sold, row))
    let fees = (entry: dayFees[row.fees].entry.spxwCents, expiry: dayFees[row.fees].expiry.spxwCents)
    let opening = sold.filled < table.expiryStart ? fees.entry : fees.expiry
    func paid(_ e: PositionExit) -> Int64 {
      let close =
        e.reason == .settlement ? 0 : e.point < table.expiryStart ? fees.entry : fees.expiry
      return Int64(e.cost) + Int64((opening + close) * legs)
    }
    closing.net += Int64(credit) - paid(exit)
    closing.shadow += Int64(credit) - paid(shadow)
    record.cost += exit.cost
    record.parts += 1
    switch exit.reason {
    case .settlement: record.settled = true
    case .stop: record.stops += 1
    case .target: closing.reachedTarget = true
    case .time, .rule: closing.isOut = true
    }
    if exit.reason != .settlement { record.extrinsic += sold.condor.marks.extrinsic(part, at: exit.point) }
    let isOrdered = row.exit.isOrdered(exit.reason)
    if exit.point > closing.lastPoint {
      (closing.lastPoint, closing.lastIsOrdered) = (exit.point, isOrdered)
    } else if exit.point == closing.lastPoint {
      closing.lastIsOrdered = closing.lastIsOrdered && isOrdered
    }
    let minute = Int16(table.minutes[exit.point])
    if exit.point < table.expiryStart {
      closing.lastInEntry = max(closing.lastInEntry, minute)
    } else {
      record.exitsInEntry = false
      closing.lastInExpiry = max(closing.lastInExpiry, minute)
    }
    if row.exit.stop == .shortStrikeTouched {
      record.stopReachable = true
    } else if let level = row.exit.stopLevel(part, credit: credit, totalCredit: sold.credit),
      level <= sold.condor.most(part) || exit.reason == .stop
    {
      record.stopReachable = true
    }
  }

  /// The fees in force on a session.
  private func feeRow(_ fees: Int, session: Int) -> FeeRow {
    let rows = plan.fees[fees]
    guard rows.count > 1 else { return rows[0] }
    let date = context.history.sessions[session].date
    return rows.last { $0.from <= date } ?? rows[0]
  }

  // MARK: Hedges

  /// What the specs of the plan earn a size unit in a book; `nil` where the session has no marks for it.
  public func hedges(book: Int) -> BookHedges? {
    let (surface, fees, slippage) = (
      plan.books[book].surface, dayFees[plan.books[book].fees], plan.books[book].vxSlippage
    )
    guard let table = table(surface) else { return nil }
    let made: SurfaceHedges
    if let known = session.hedges[surface] {
      made = known
      if made.setting !== setting { made.take(setting) }
    } else {
      made = SurfaceHedges(setting, surface: table.surface, bench: session.bench)
      session.hedges[surface] = made
    }
    return BookHedges(made, slippage: slippage, fees: fees)
  }
}
