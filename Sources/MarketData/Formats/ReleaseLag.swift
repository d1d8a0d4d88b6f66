/// When a slow series' value became public: the rule that turns the date observed into the date `known`.
///
/// Each rule is later than nearly every real release, never earlier; a release delayed beyond it (government
/// shutdowns of October 2013 and December 2018) is the exception, and stays a few days too early.
public enum ReleaseLag: Sendable, Equatable {
  /// A daily value, public by the next session's open.
  case nextSession
  /// A daily value published two sessions later at the latest (rates printed the next afternoon).
  case secondSession
  /// A daily value published once a week, on the Monday after its week, in the afternoon.
  case mondayAfter
  /// A monthly value, public on the given day of the next month at the latest.
  case dayOfNextMonth(Int)
  /// A monthly value, public this many days after the month's end at the latest.
  case daysAfterMonth(Int)
  /// A quarterly value, public this many days after the quarter's end at the latest.
  case daysAfterQuarter(Int)

  /// The first session on whose open a value observed at `date` may be used.
  ///
  /// - Parameter date: the day; the first day of the month or quarter for slower series.
  public func known(observed date: SessionDate, context: FormatContext) -> SessionDate {
    switch self {
    case .nextSession: return context.nextSession(date)
    case .secondSession: return context.nextSession(context.nextSession(date))
    case .mondayAfter: return context.nextSession(date.adding(days: 8 - date.weekday))
    case .dayOfNextMonth(let day): return context.nextSession(Self.monthStart(date, 1).adding(days: day - 1))
    case .daysAfterMonth(let days):
      return context.nextSession(Self.monthStart(date, 1).adding(days: days - 2))
    case .daysAfterQuarter(let days):
      // Quarter end + n days, or the first session after it: the day itself is public before the open.
      return context.nextSession(Self.monthStart(date, 3).adding(days: days - 2))
    }
  }

  /// The first of the month `later` months after the month of `date`.
  static func monthStart(_ date: SessionDate, _ later: Int) -> SessionDate {
    let months = date.year * 12 + date.month - 1 + later
    return SessionDate(year: months / 12, month: months % 12 + 1, day: 1) ?? date
  }

  /// The rule of a FRED series, if it is known here.
  ///
  /// - Source: the publishers' calendars: Treasury par yields (the same evening), H.15 and ICE (the next day), H.10 (Mondays), CPI (10th–20th of the next month),
  ///   GDP advance estimate (quarter end + 30 days), BIS effective exchange rates (third week).
  public static func ofFRED(_ id: String) -> ReleaseLag? {
    switch id {
    case "DGS1MO", "DGS3MO", "DGS6MO", "DGS1", "DGS2", "DGS5", "DGS10", "DGS30", "T10Y2Y", "T10Y3M", "VIXCLS",
      "SOFR":
      .nextSession
    case "DTB3", "DFF", "DAAA", "DBAA", "BAMLC0A0CM", "BAMLH0A0HYM2": .secondSession
    case "DTWEXBGS": .mondayAfter
    case "FEDFUNDS", "AAA", "BAA", "GS10", "GS2", "TB3MS", "UNRATE", "PAYEMS": .dayOfNextMonth(10)
    case "CPIAUCSL", "CPILFESL", "PPIACO", "INDPRO": .dayOfNextMonth(20)
    case "RBUSBIS": .dayOfNextMonth(25)
    case "GDPC1", "GDP": .daysAfterQuarter(30)
    default: nil
    }
  }

  /// A careful rule for a series that nothing is known of, by the usual distance of its dates.
  static func guess(medianGapDays: Int) -> ReleaseLag {
    switch medianGapDays {
    case ...10: .secondSession
    case ...45: .daysAfterMonth(45)
    default: .daysAfterQuarter(90)
    }
  }
}

extension ReleaseLag: CustomStringConvertible {
  /// In words, for notes.
  public var description: String {
    switch self {
    case .nextSession: "known at the next session"
    case .secondSession: "known two sessions later"
    case .mondayAfter: "known the session after the next Monday"
    case .dayOfNextMonth(let day): "known after the \(day)th of the next month"
    case .daysAfterMonth(let days): "known \(days) days after the month's end"
    case .daysAfterQuarter(let days): "known \(days) days after the quarter's end"
    }
  }
}
