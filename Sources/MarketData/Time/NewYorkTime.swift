/// The wall clock in New York at an instant: what a unix timestamp of an export means for a session.
public struct NewYorkTime: Hashable, Sendable {
  /// The date in New York.
  public let date: SessionDate
  /// Whole minutes after midnight, 0…1439.
  public let minute: Int
  /// Seconds past that minute, 0…59.
  public let second: Int

  /// The New York time of an instant, or `nil` before 1987 and after 2099, where these rules don't hold. O(1).
  ///
  /// Standard time is UTC − 5 h. Daylight time, UTC − 4 h, runs from 02:00 standard to 02:00 daylight time,
  /// from the first Sunday of April to the last of October until 2006, since 2007 from the second Sunday of
  /// March to the first of November. A wall time that occurs twice in autumn is thus given for both instants.
  ///
  /// - Parameter unixSeconds: seconds since 1970-01-01 00:00 UTC.
  /// - Source: Uniform Time Act as amended by Public Law 99-359 (1986) and the Energy Policy Act of 2005.
  public init?(unixSeconds: Int64) {
    // 1987-01-01 05:00 UTC to 2100-01-01 05:00 UTC: midnights of New York.
    guard unixSeconds >= 536_475_600, unixSeconds < 4_102_462_800 else { return nil }
    let standard = unixSeconds - 5 * 3600
    let year = SessionDate(ordinal: Int32(standard / 86_400)).year
    let starts: SessionDate?
    let ends: SessionDate?
    if year < 2007 {
      starts = Self.sunday(onOrAfter: SessionDate(year: year, month: 4, day: 1))
      ends = Self.sunday(onOrAfter: SessionDate(year: year, month: 10, day: 25))
    } else {
      starts = Self.sunday(onOrAfter: SessionDate(year: year, month: 3, day: 8))
      ends = Self.sunday(onOrAfter: SessionDate(year: year, month: 11, day: 1))
    }
    guard let starts, let ends else { return nil }
    // 02:00 daylight time, when it ends, is 01:00 standard time.
    let isDaylight =
      standard >= Int64(starts.ordinal) * 86_400 + 2 * 3600 && standard < Int64(ends.ordinal) * 86_400 + 3600
    let local = isDaylight ? standard + 3600 : standard
    self.date = SessionDate(ordinal: Int32(local / 86_400))
    self.minute = Int(local % 86_400) / 60
    self.second = Int(local % 60)
  }

  /// A wall time as ISO 8601 with its offset, `2018-02-02T15:45:00-05:00`; standard time where this doesn't tell.
  public static func text(_ date: SessionDate, minute: Int) -> String {
    let daylight = NewYorkTime(unixSeconds: Int64(date.ordinal) * 86_400 + Int64(minute) * 60 + 4 * 3600)
    let isDaylight = daylight?.date == date && daylight?.minute == minute
    return "\(date)T\(MinuteOfDay.text(minute)):00-0\(isDaylight ? 4 : 5):00"
  }

  private static func sunday(onOrAfter date: SessionDate?) -> SessionDate? {
    date.map { $0.adding(days: 7 - $0.weekday) }
  }
}
