import Foundation
import MarketData
import TestSupport
import Testing

/// Dates that Cboe's notices name as expiries, and dates they rule out.
@Test func publishedSPXWExpiriesAreListed() throws {
  let expiries = try SPXWExpiries(calendar: .newYork())
  // Notices of 2016-02-22, 2016-07-12 and 2016-08-17 (Labor Day moves to Tuesday); the first Tuesdays.
  for text in [
    "2016-03-02", "2016-03-09", "2016-08-22", "2016-08-29", "2016-09-06", "2016-09-07", "2016-09-09",
    "2022-04-26", "2022-05-03",
  ] {
    #expect(expiries.isListed(calendarDay(text)), "\(text)")
  }
  // The weekly of the day of mourning on Wednesday 2018-12-05 settled on Tuesday (notice C2018120300).
  #expect(expiries.isListed(calendarDay("2018-12-04")) && !expiries.isListed(calendarDay("2018-12-06")))
  // Before the weekday was listed, after it was but in the week of its listing, and on a closed day.
  for text in [
    "2016-02-24", "2016-08-15", "2016-09-05", "2019-04-19", "2022-04-19", "2022-05-12", "2018-12-05",
  ] {
    #expect(!expiries.isListed(calendarDay(text)), "\(text)")
  }
  // Good Friday: both the weekly and the PM-settled third Friday move to Thursday.
  #expect(expiries.isListed(calendarDay("2019-04-18")) && expiries.isListed(calendarDay("2021-04-01")))
  #expect(expiries.firstAfter(calendarDay("2019-05-24")) == calendarDay("2019-05-28"))
  #expect(expiries.oneDayExpiry(enteredOn: calendarDay("2019-05-24")) == calendarDay("2019-05-28"))
  #expect(expiries.oneDayExpiry(enteredOn: calendarDay("2019-05-25")) == nil)
}

/// Every listed date is a session; from Thursday series on, every session is listed.
@Test func listedDatesAreSessions() throws {
  let calendar = try TradingCalendar.newYork()
  let expiries = try SPXWExpiries(calendar: calendar)
  let listed = expiries.expiries(in: expiries.coverage)
  #expect(listed.allSatisfy(calendar.isSession))
  let daily = calendarDay("2022-05-19")...calendar.coverage.upperBound
  #expect(expiries.expiries(in: daily) == calendar.sessions(in: daily))
  var walked: [SessionDate] = []
  var date = expiries.coverage.lowerBound.adding(days: -1)
  while let next = expiries.firstAfter(date) {
    walked.append(next)
    date = next
  }
  #expect(walked == listed)
  #expect(expiries.coverage.lowerBound == calendarDay("2010-12-10"))
}

/// How many sessions of a year can enter a condor that expires on the next one; counted a second time by a script
/// (`Tests/Golden/calendar/one_day_entries.py`) that rolls nominal dates instead of asking each day.
@Test func oneDayEntriesAYear() throws {
  let expiries = try SPXWExpiries(calendar: .newYork())
  let lines = try calendarGoldenLines("one-day-entries.txt")
  #expect(lines.count == 17)
  for line in lines {
    let year = try #require(Int(line[0]))
    #expect("\(expiries.oneDayEntries(year: year))" == line[1], "\(year)")
  }
}

/// What each chain of the data folder says was listed: the expiries of root SPXW are in the table, and within four
/// weeks after the quote the table has no others.
@Test(.enabled(if: SharedData.isPresent))
func chainsAgreeWithTable() throws {
  let expiries = try SPXWExpiries(calendar: .newYork())
  let folder = SharedData.path("chains")
  let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  var read = 0
  var oneDay = 0
  for file in files where file.hasPrefix("SPX_") || file.hasPrefix("datashop-1545") {
    let chain = try expiriesByQuote(file)
    for (quoted, listed) in chain {
      read += 1
      for date in listed where expiries.coverage.contains(date) {
        #expect(expiries.isListed(date), "\(file) \(date)")
      }
      let near = quoted.adding(days: 1)...quoted.adding(days: 28)
      #expect(expiries.expiries(in: near) == listed.filter(near.contains).sorted(), "\(file)")
      if let next = expiries.oneDayExpiry(enteredOn: quoted), listed.contains(next) { oneDay += 1 }
    }
  }
  #expect(read == 35)
  #expect(oneDay == 21)
  // Files that hold only some expiries: one direction.
  for (file, quotes) in [
    ("historicaloptiondata-spxw-2018-01-02.csv.gz", 40), ("datashop-eod-calcs-2016-01-04.csv", 3),
  ] {
    let chain = try expiriesByQuote(file)
    #expect(chain.count == quotes, "\(file)")
    for date in chain.values.joined() { #expect(expiries.isListed(date), "\(file) \(date)") }
  }
}

/// The expiries of root SPXW (or without a root column) by quote date. Works on bytes: the files hold 400,000 rows.
private func expiriesByQuote(_ file: String) throws -> [SessionDate: Set<SessionDate>] {
  let bytes = try chainBytes(file)
  var quote = -1
  var expiration = -1
  var root = -1
  var pairs: Set<[UInt8]> = []
  var last: [UInt8] = []
  var fields: [Range<Int>] = []
  var start = 0
  for i in bytes.indices {
    guard bytes[i] == UInt8(ascii: ",") || bytes[i] == UInt8(ascii: "\n") else { continue }
    fields.append(start..<i)
    start = i + 1
    guard bytes[i] == UInt8(ascii: "\n") else { continue }
    defer { fields.removeAll(keepingCapacity: true) }
    if quote < 0 {
      let names = fields.map {
        String(decoding: bytes[$0], as: UTF8.self).trimmingCharacters(
          in: .init(charactersIn: "\" \r\u{FEFF}"))
      }
      quote = try #require(names.firstIndex { $0 == "quotedate" || $0 == "quote_date" })
      expiration = try #require(names.firstIndex(of: "expiration"))
      root = names.firstIndex { $0 == "optionroot" || $0 == "root" } ?? -1
      continue
    }
    guard fields.count > max(quote, expiration, root) else { continue }
    if root >= 0, !String(decoding: bytes[fields[root]], as: UTF8.self).contains("SPXW") { continue }
    let pair = Array(bytes[fields[quote]] + [UInt8(ascii: ",")] + bytes[fields[expiration]])
    if pair != last {
      pairs.insert(pair)
      last = pair
    }
  }
  var result: [SessionDate: Set<SessionDate>] = [:]
  for pair in pairs {
    let dates = try String(decoding: pair, as: UTF8.self).split(separator: ",").map(chainDate)
    result[dates[0], default: []].insert(dates[1])
  }
  return result
}

/// `2019-06-26`, `06/26/2019` or `1/4/2016 0:00:00`.
private func chainDate(_ text: Substring) throws -> SessionDate {
  if let date = SessionDate(iso: text) { return date }
  let parts = try #require(text.split(separator: " ").first).split(separator: "/").compactMap { Int($0) }
  try #require(parts.count == 3, "\(text)")
  return try #require(SessionDate(year: parts[2], month: parts[0], day: parts[1]), "\(text)")
}

/// The content of a chain file, unpacked by the system's gunzip where it is packed.
private func chainBytes(_ file: String) throws -> [UInt8] {
  let path = SharedData.path("chains/\(file)")
  guard file.hasSuffix(".gz") else { return [UInt8](try Data(contentsOf: URL(filePath: path))) }
  let process = Process()
  let pipe = Pipe()
  process.executableURL = URL(filePath: "/usr/bin/env")
  process.arguments = ["gunzip", "-c", path]
  process.standardOutput = pipe
  try process.run()
  let data = try #require(try pipe.fileHandleForReading.readToEnd())
  process.waitUntilExit()
  try #require(process.terminationStatus == 0, "gunzip \(file)")
  return [UInt8](data)
}
