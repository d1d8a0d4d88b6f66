/// Dated releases and meetings: `date,event,detail,ref_period,time_et,source`.
///
/// FOMC decisions, CPI, PPI and payrolls are taken; other kinds (minutes, option expiries, elections) are left out.
/// Decisions between meetings are left out too: nobody could plan around them.
struct EconomicCalendarFormat: QuoteFormat {
  let title = "economic calendar"
  let example = "date,event,detail,ref_period,time_et,source"

  func recognises(_ sample: FileSample) -> Bool {
    let header = sample.header()
    return header.starts(with: ["date", "event"]) && header.contains("time_et")
  }

  func parse(_ source: SourceText, context: FormatContext) throws(MarketDataError) -> ParsedFile {
    var parsed = ParsedFile(format: title)
    var rows = RowReader(source)
    _ = rows.next()
    let header = (0..<rows.count).map { rows.text($0).lowercased() }
    let timeColumn = header.firstIndex(of: "time_et") ?? 4
    var first: SessionDate?
    var previous: (date: SessionDate, line: Int)?
    var seen: [EconomicEvent: Int] = [:]
    while rows.next() {
      try rows.requireFields(header.count)
      let date = try rows.date(0)
      if let previous, date < previous.date {
        throw .unsorted(
          file: source.file, line: rows.line, value: date.description, previous: previous.date.description)
      }
      previous = (date, rows.line)
      first = first ?? date
      parsed.rows += 1
      let name = rows.text(1).lowercased()
      guard let kind = Self.kind(name) else {
        guard !name.isEmpty else { throw rows.bad(1, "event", "it must name an event, for example cpi") }
        parsed.warn("rows of kind \(name) left out", line: rows.line)
        continue
      }
      let event = EconomicEvent(date: date, kind: kind, minute: try rows.timeOfDay(timeColumn))
      if let line = seen.updateValue(rows.line, forKey: event) {
        throw .duplicateRow(file: source.file, line: rows.line, value: "\(date) \(name)", firstLine: line)
      }
      parsed.events.append(event)
    }
    if let first, let last = previous?.date { parsed.eventCoverage = Self.coverage(first, last) }
    if let coverage = parsed.eventCoverage {
      parsed.notes.append("taken as complete for \(coverage.lowerBound)…\(coverage.upperBound)")
    }
    return parsed
  }

  private static func kind(_ name: String) -> EconomicEvent.Kind? {
    switch name {
    case "fomc_decision", "fomc": .fomc
    case "cpi": .cpi
    case "ppi": .ppi
    case "nfp", "employment": .nfp
    default: nil
    }
  }

  /// Calendars are kept by whole years: one that begins in January (ends in December) covers that whole year.
  private static func coverage(_ first: SessionDate, _ last: SessionDate) -> ClosedRange<SessionDate> {
    let low = first.month == 1 ? SessionDate(year: first.year, month: 1, day: 1) : first
    let high = last.month == 12 ? SessionDate(year: last.year, month: 12, day: 31) : last
    return (low ?? first)...(high ?? last)
  }
}
