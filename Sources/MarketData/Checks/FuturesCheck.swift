/// A value that two files give differently.
public struct StoredConflict: Sendable, Hashable {
  /// Of what.
  public var what: String
  /// Date, or date and contract.
  public var key: String
  /// What the store holds.
  public var stored: Double
  /// What the other file says.
  public var other: Double
  /// A contradiction.
  public init(what: String, key: String, stored: Double, other: Double) {
    self.what = what
    self.key = key
    self.stored = stored
    self.other = other
  }
}

/// Checks of VX settlements by contract.
public enum FuturesCheck {
  /// Holes in the curve, breaks of unit, prints that stand out of their curve, and what the second file says.
  ///
  /// - Parameters:
  ///   - days: settlements by session, ascending by date and expiry.
  ///   - conflicts: values that another file gives differently.
  ///   - confirmed: how many settlements two files agree on; `nil` if that isn't known.
  /// - Complexity: O(settlements).
  public static func check(
    _ days: [(date: SessionDate, settles: [FuturesSettle])], conflicts: [StoredConflict],
    expiries: VXExpiries,
    calendar: TradingCalendar
  ) -> SeriesCheck {
    var check = SeriesCheck(
      name: "VX settlements", dates: days.map(\.date), values: days.reduce(0) { $0 + $1.settles.count },
      calendar: calendar, missingCost: "a VX hedge can't be marked there: 'signal missing'")
    var short: [String] = []
    var breaks: [String] = []
    var humps: [String] = []
    var frozen: [String] = []
    var previous: [SessionDate: Double] = [:]
    for (date, settles) in days {
      let next = expiries.next(after: date, count: 2)
      if !next.allSatisfy({ expiry in settles.contains { $0.expiry == expiry } }) {
        short.append(date.description)
      }
      let live = settles.filter { $0.expiry > date }
      for settle in live {
        guard let last = previous[settle.expiry] else { continue }
        if settle.settle > 3 * last || 3 * settle.settle < last {
          breaks.append("\(date) \(settle.expiry) \(last) → \(settle.settle)")
        }
      }
      for i in live.indices.dropFirst().dropLast() {
        let line = (live[i - 1].settle + live[i + 1].settle) / 2
        if abs(live[i].settle - line) > max(1.5, 0.08 * line), i > 1 {
          humps.append("\(date) \(live[i].expiry) \(live[i].settle), neighbours \(hundredths(line))")
        }
      }
      if live.count > 3, live.allSatisfy({ previous[$0.expiry] == $0.settle }) {
        frozen.append(date.description)
      }
      previous = Dictionary(uniqueKeysWithValues: live.map { ($0.expiry, $0.settle) })
    }
    check.add(
      "sessions lack one of the two nearest contracts", short,
      cost: "a 30-day hedge needs both: 'signal missing' on those sessions")
    check.add(
      "changes by a factor of three (a break of unit?)", breaks, cost: "prices before 2007-03-26 are ×10")
    check.add(
      "prints far off the line between their neighbours", humps,
      cost: "a hedge marked there gains or loses on an error")
    check.add(
      "curves equal to the day before", frozen,
      cost: "a copied row: the hedge's P&L is 0 there and doubled the day after")
    let days = Set(conflicts.map { String($0.key.prefix(10)) })
    check.add(
      "settlements on \(days.count) days that another file gives differently",
      conflicts.map { "\($0.key) \($0.stored) or \($0.other)" },
      cost: "the stored value is used; import the other file first, or with --on-conflict replace, to use it")
    return check
  }

  private static func hundredths(_ x: Double) -> Double { (x * 100).rounded() / 100 }
}

/// Checks of slow series and of the events.
public enum SlowCheck {
  /// Range, delay and large steps of one series; missing sessions where it is a daily one.
  public static func check(
    _ name: String, _ values: [KnownSeries.Value], conflicts: [StoredConflict], marketEnd: SessionDate?,
    calendar: TradingCalendar
  ) -> SeriesCheck {
    let dates = values.map(\.observed)
    let gaps = zip(dates.dropFirst(), dates).map { $0 - $1 }.sorted()
    let isDaily = !gaps.isEmpty && gaps[gaps.count / 2] <= 4
    var check =
      isDaily
      ? SeriesCheck(
        name: name, dates: dates.filter(calendar.isSession), values: values.count, calendar: calendar,
        missingCost: "the value of the session before is used there")
      : SeriesCheck(name: name, first: dates.first, last: dates.last, values: values.count)
    if let end = marketEnd, let last = values.last, end - last.observed > (isDaily ? 30 : 200) {
      check.findings.append(
        CheckFinding(
          "day on which it ends, long before the index (\(end))", count: 1,
          examples: [last.observed.description],
          cost:
            "rules on it have no later value: compare settings on its range only, the rest is 'signal missing'"
        ))
    }
    check.add(
      "splits or breaks of unit (more than doubled or halved in a step)",
      name == "VXX"
        ? zip(values, values.dropFirst()).filter { $1.value > 2 * $0.value || 2 * $1.value < $0.value }
          .map { "\($1.observed) \($0.value) → \($1.value)" } : [],
      cost: "a return over that day is an artefact: adjust the file for the split")
    check.add(
      "values that another file gives differently", conflicts.map { "\($0.key) \($0.stored) or \($0.other)" },
      cost: "the stored value is used")
    return check
  }

  /// Whether each year has as many releases as it should: eight FOMC decisions, twelve of the others.
  public static func check(_ events: EventCalendar) -> SeriesCheck {
    var check = SeriesCheck(
      name: "events (FOMC, CPI, PPI, NFP)", first: events.coverage?.lowerBound,
      last: events.coverage?.upperBound,
      values: events.events.count)
    guard let coverage = events.coverage else { return check }
    var odd: [String] = []
    for year in coverage.lowerBound.year...coverage.upperBound.year {
      for kind in EconomicEvent.Kind.allCases {
        let count = events.events.count { $0.kind == kind && $0.date.year == year }
        if count != (kind == .fomc ? 8 : 12) { odd.append("\(year) \(kind.rawValue) \(count)") }
      }
    }
    check.add(
      "years with an unusual number of releases", odd,
      cost:
        "an event gate misses the releases that are not listed (2020 had seven FOMC meetings, 2013 a shutdown)"
    )
    return check
  }
}
