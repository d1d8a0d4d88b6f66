import ConfigFormats
import Foundation
import MarketData

/// A second in UTC, always spelled `2026-11-27T09:30:00Z`: equal times are equal texts.
public struct UTCTime: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Seconds since 1970-01-01T00:00:00Z, without leap seconds.
  public let seconds: Int

  /// A time by its seconds since 1970.
  ///
  /// - Precondition: in the years 1 to 9999.
  public init(seconds: Int) {
    precondition((-62_135_596_800..<253_402_300_800).contains(seconds), "UTCTime: the year has four digits")
    self.seconds = seconds
  }

  /// The clock's.
  public static var now: UTCTime { UTCTime(seconds: Int(Date().timeIntervalSince1970.rounded(.down))) }

  /// Reads `YYYY-MM-DDTHH:MM:SSZ`, nothing else.
  public init?(_ text: String) {
    let parts = text.split(separator: "T", omittingEmptySubsequences: false)
    guard parts.count == 2, let date = SessionDate(iso: parts[0]), parts[1].last == "Z" else { return nil }
    let clock = parts[1].dropLast().split(separator: ":", omittingEmptySubsequences: false).compactMap {
      Int($0)
    }
    guard clock.count == 3, (0..<24).contains(clock[0]), (0..<60).contains(clock[1]),
      (0..<60).contains(clock[2])
    else { return nil }
    self.init(seconds: Int(date.ordinal) * 86_400 + clock[0] * 3600 + clock[1] * 60 + clock[2])
    guard description == text else { return nil }
  }

  /// The day in UTC.
  public var date: SessionDate {
    let (days, rest) = seconds.quotientAndRemainder(dividingBy: 86_400)
    return SessionDate(ordinal: Int32(rest < 0 ? days - 1 : days))
  }

  /// `YYYY-MM-DDTHH:MM:SSZ`.
  public var description: String {
    let second = seconds - Int(date.ordinal) * 86_400
    func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
    return "\(date)T\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))Z"
  }

  /// Order of time.
  public static func < (a: UTCTime, b: UTCTime) -> Bool { a.seconds < b.seconds }
}

extension ConfigReader {
  /// A time that must be there.
  func time(_ key: String) throws(ConfigError) -> UTCTime {
    guard let text = try string(key) else { throw missing(key) }
    guard let time = UTCTime(text) else { throw refused(key, allowed: "a time in UTC, YYYY-MM-DDTHH:MM:SSZ") }
    return time
  }

  /// A date, `nil` if absent.
  func date(_ key: String) throws(ConfigError) -> SessionDate? {
    guard let text = try string(key) else { return nil }
    guard let date = SessionDate(iso: text) else { throw refused(key, allowed: "a date, YYYY-MM-DD") }
    return date
  }

  /// A text that must be there.
  func text(_ key: String) throws(ConfigError) -> String {
    guard let text = try string(key) else { throw missing(key) }
    return text
  }
}
