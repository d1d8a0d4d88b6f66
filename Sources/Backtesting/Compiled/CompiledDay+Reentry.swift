import Strategies

extension CompiledDay {
  /// Closes a condor and those that the row's rule sells after it; the shadow is what all would have made without a
  /// stop.
  ///
  /// - Complexity: O(condors × log steps) once the tables of each point of sale are made.
  func closeAll(
    _ sold: Sold, _ row: CompiledPlan.Row, _ record: inout SessionRecord, _ closing: inout Closing
  ) {
    closeInTurn(sold, row, &record, &closing)
    closing.shadow = closing.net
    guard record.stops > 0 else { return }
    var (calm, unseen, without) = (row, SessionRecord(code: .traded), Closing())
    calm.exit.stop = .none
    closeInTurn(sold, calm, &unseen, &without)
    closing.shadow = without.net
  }

  /// - Parameter visit: called with each condor, its record and what closing it adds up to.
  func closeInTurn(
    _ first: Sold, _ row: CompiledPlan.Row, _ record: inout SessionRecord, _ closing: inout Closing,
    visit: (Sold, SessionRecord, Closing) -> Void = { _, _, _ in }
  ) {
    var sold = first
    while true {
      var (mine, own) = (SessionRecord(code: .traded), Closing())
      mine.exitsInEntry = true
      close(sold, row, &mine, &own)
      record.add(mine)
      visit(sold, mine, own)
      closing.net += own.net
      closing.lastInEntry = max(closing.lastInEntry, own.lastInEntry)
      closing.lastInExpiry = max(closing.lastInExpiry, own.lastInExpiry)
      guard let rule = row.exit.reentry, Int(record.reentries) < rule.atMost, !mine.settled,
        rule.follows(
          stopped: mine.stops > 0, reachedTarget: own.reachedTarget, isOut: own.isOut),
        let next = sell(after: own.lastPoint, rule, row, on: sold.table)
      else { return }
      record.reentries += 1
      record.laterCredit += next.credit
      sold = next
    }
  }

  /// The condor that is sold after one whose last part was closed at a point.
  private func sell(
    after closed: Int, _ rule: ReentryRule, _ row: CompiledPlan.Row, on table: SurfaceTable
  ) -> Sold? {
    let earliest = closed + rule.waitMinutes
    guard earliest <= table.points.count, let decided = table.points.next(after: earliest - 1),
      decided < table.expiryStart || table.minutes[decided] <= rule.until,
      let filled = table.points.next(after: decided), filled < table.points.count - 1
    else { return nil }
    let sale = plan.sales[row.sale]
    guard let choice = table.choice(sale.condor, plan.condors[sale.condor], at: decided) else { return nil }
    return sell(sale, choice, table, table.condor(choice.strikes, filled: filled), filled: filled)
  }
}

extension SessionRecord {
  /// Adds what another condor of the same trade came to, but for its net and its credit.
  fileprivate mutating func add(_ other: SessionRecord) {
    cost += other.cost
    extrinsic += other.extrinsic
    parts += other.parts
    stops += other.stops
    settled = settled || other.settled
    exitsInEntry = exitsInEntry && other.exitsInEntry
    stopReachable = stopReachable || other.stopReachable
    fillOutsideBand = fillOutsideBand || other.fillOutsideBand
  }
}
