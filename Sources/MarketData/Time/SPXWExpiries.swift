/// The expiries of PM-settled S&P 500 index options (root SPXW, earlier also SPXPM and SPXQ), by rule and date.
///
/// Weekly series fall on their weekday; where that is no session, Monday's moves to the next session and the
/// others' to the one before. Month-ends fall on the month's last session. The AM-settled monthly is not in it.
///
/// - Source: Cboe rule 4.13(e) for the shifts; `Resources/spxw-expiries.csv` for the dates, each with its source
///   and whether the first expiry itself was published or only the listing date.
public struct SPXWExpiries: Sendable {
  /// Which series a rule lists.
  public enum Kind: String, Sendable {
    /// Every week on one weekday, but the third Friday.
    case weekly
    /// The PM-settled twin of the monthly.
    case thirdFriday = "third_friday"
    /// The last session of the month.
    case monthEnd = "month_end"
    /// The last session of March, June, September and December.
    case quarterEnd = "quarter_end"
  }
  /// One row of the table.
  public struct Rule: Sendable {
    /// Which series.
    public let kind: Kind
    /// ISO weekday of a weekly or third Friday, 0 for a month-end or quarter-end.
    public let weekday: Int
    /// The first date on which such a series expired.
    public let firstExpiry: SessionDate
    /// Whether the first expiry stands in the source; otherwise it follows from the listing date.
    public let isPublished: Bool
  }
  /// The rules, in the order of the table.
  public let rules: [Rule]
  /// Dates for which there is an answer: from the first PM-settled expiry to the end of the calendar.
  public let coverage: ClosedRange<SessionDate>
  private let calendar: TradingCalendar
  /// One flag a day of the coverage.
  private let listed: [Bool]

  /// Lays the rules over `calendar`. O(days covered).
  ///
  /// - Throws: `MarketDataError.resource` if the bundled table is missing or damaged; `.outsideCoverage` if the
  ///   calendar ends before the first rule begins.
  public init(calendar: TradingCalendar) throws(MarketDataError) {
    let rules = try Self.bundledRules()
    guard let first = rules.map(\.firstExpiry).min() else {
      throw .resource(name: Self.file, reason: "it has no rules")
    }
    let start = max(first, calendar.coverage.lowerBound)
    let end = calendar.coverage.upperBound
    guard start <= end else {
      throw .outsideCoverage(
        what: "SPXW expiries", asked: "up to \(end)", covered: "\(first) and later")
    }
    var listed = [Bool](repeating: false, count: end - start + 1)
    for i in listed.indices {
      let nominal = start.adding(days: i)
      guard nominal.weekday <= 5 else { continue }
      for rule in rules where rule.lists(nominal, calendar: calendar) {
        let expiry: SessionDate?
        if calendar.isSession(nominal) {
          expiry = nominal
        } else {
          expiry = nominal.weekday == 1 ? calendar.next(after: nominal) : calendar.previous(before: nominal)
        }
        if let expiry, start <= expiry { listed[expiry - start] = true }
      }
    }
    self.rules = rules
    self.coverage = start...end
    self.calendar = calendar
    self.listed = listed
  }

  /// Whether a PM-settled series expires at the close of `date`; `false` outside the coverage. O(1).
  public func isListed(_ date: SessionDate) -> Bool {
    coverage.contains(date) && listed[date - coverage.lowerBound]
  }

  /// The first expiry after `date`, or `nil` beyond the coverage.
  public func firstAfter(_ date: SessionDate) -> SessionDate? {
    var d = max(date.adding(days: 1), coverage.lowerBound)
    while d <= coverage.upperBound {
      if isListed(d) { return d }
      d = d.adding(days: 1)
    }
    return nil
  }

  /// Every expiry of the range, ascending.
  public func expiries(in range: ClosedRange<SessionDate>) -> [SessionDate] {
    calendar.sessions(in: range).filter(isListed)
  }

  /// The session in which the 1DTE condor entered on `date` expires: the next session, if it is an expiry.
  /// `nil` also where `date` is no session.
  public func oneDayExpiry(enteredOn date: SessionDate) -> SessionDate? {
    guard calendar.isSession(date), let next = calendar.next(after: date), isListed(next) else { return nil }
    return next
  }

  /// How many sessions of `year` have a listed expiry on the very next session: the 1DTE entries of the year.
  public func oneDayEntries(year: Int) -> Int {
    guard let first = SessionDate(year: year, month: 1, day: 1),
      let last = SessionDate(year: year, month: 12, day: 31)
    else { return 0 }
    return calendar.sessions(in: first...last).count { oneDayExpiry(enteredOn: $0) != nil }
  }

  private static let file = "spxw-expiries.csv"

  private static func bundledRules() throws(MarketDataError) -> [Rule] {
    let table = try BundledTable(file, header: "kind,day,first_expiry,certainty,source")
    var rules: [Rule] = []
    for row in table.rows {
      guard let kind = Kind(rawValue: String(row.fields[0])) else {
        throw table.damaged(row, field: "kind", value: row.fields[0])
      }
      guard let weekday = Int(row.fields[1]), (0...5).contains(weekday),
        (weekday == 0) == (kind == .monthEnd || kind == .quarterEnd)
      else { throw table.damaged(row, field: "day", value: row.fields[1]) }
      let certainty = row.fields[3]
      guard certainty == "published" || certainty == "derived" else {
        throw table.damaged(row, field: "certainty", value: certainty)
      }
      rules.append(
        Rule(
          kind: kind, weekday: weekday, firstExpiry: try table.date(row, 2),
          isPublished: certainty == "published"))
    }
    return rules
  }
}

extension SPXWExpiries.Rule {
  /// Whether the rule gives `nominal`, before any holiday shift.
  fileprivate func lists(_ nominal: SessionDate, calendar: TradingCalendar) -> Bool {
    guard firstExpiry <= nominal else { return false }
    let isThirdFriday = nominal.weekday == 5 && (15...21).contains(nominal.day)
    switch kind {
    case .weekly: return nominal.weekday == weekday && !isThirdFriday
    case .thirdFriday: return isThirdFriday
    case .monthEnd, .quarterEnd:
      guard calendar.isSession(nominal), kind == .monthEnd || nominal.month % 3 == 0 else { return false }
      var later = nominal.adding(days: 1)
      while later.month == nominal.month {
        // Beyond the calendar every weekday counts as a session.
        if calendar.coverage.contains(later) ? calendar.isSession(later) : later.weekday <= 5 { return false }
        later = later.adding(days: 1)
      }
      return true
    }
  }
}
