import Testing

@testable import MarketData

/// One damaged file and the message a user gets: file, line, value met, remedy.
struct BadInput: Sendable, CustomTestStringConvertible {
  let what: String
  let text: String
  let message: String
  var file = "f.csv"
  var testDescription: String { what }

  private static let bars = "datetime_ny,open,high,low,close\n2018-01-02 09:30:00,10,12,9,11\n"
  private static let daily = "date,open,high,low,close,volume\n2018-01-02,2683.7,2695.9,2682.4,2695.8,1\n"

  private static let series = "series,observed,known,value\np_cf,2019-03-31,2019-05-15,14.2\n"

  static let table: [BadInput] = [
    BadInput(
      what: "negative user series", text: series + "p_cf,2019-06-30,2019-08-14,-2\n",
      message: "f.csv:3: value is '-2'; p_cf is price to cash flow and above 0; correct or delete the row"),
    BadInput(
      what: "user series that is no number", text: series + "own,2019-06-30,2019-08-14,nan\n",
      message: "f.csv:3: value is 'nan'; it must be a number; correct or delete the row"),
    BadInput(
      what: "user series without a value", text: series + "own,2019-06-30,2019-08-14,\n",
      message: "f.csv:3: value is ''; it must be a number; correct or delete the row"),
    BadInput(
      what: "known before it was observed", text: series + "own,2019-06-30,2019-06-29,1\n",
      message:
        "f.csv:3: known is '2019-06-29'; it is before the observed 2019-06-30; give the date of publication"
    ),
    BadInput(
      what: "known before the value before", text: series + "p_cf,2019-04-30,2019-05-14,1\n",
      message:
        "f.csv:3: known is '2019-05-14'; the value before it is known only on 2019-05-15; give dates that don't fall"
    ),
    BadInput(
      what: "observed twice", text: series + "p_cf,2019-03-31,2019-05-16,1\n",
      message: "f.csv:3: p_cf 2019-03-31 was already on line 2; delete one of the two rows"),
    BadInput(
      what: "name of a series", text: series + "P/CF,2019-06-30,2019-08-14,1\n",
      message:
        "f.csv:3: series is 'P/CF'; name it with small letters, digits and _, a letter first, at most 40"),
    BadInput(
      what: "negative volume",
      text: "datetime_ny,open,high,low,close,volume\n2018-01-02 09:30:00,10,12,9,11,-5\n",
      message: "f.csv:2: volume is '-5'; it can't be negative; correct or delete the row"),
    BadInput(what: "empty", text: "", message: "f.csv: the file is empty; download it again"),
    BadInput(what: "blank", text: " \n\n", message: "f.csv: the file is empty; download it again"),
    BadInput(
      what: "binary", text: "date\u{0}value",
      message:
        "f.csv: byte 4 is 0, so this is no text; give the CSV file itself, plain or gzipped"),
    BadInput(
      what: "wrong header", text: "a,b,c\n1,2,3\n",
      message: "f.csv: no known format starts with 'a,b,c'; `wingspan data import --help` lists the formats"),
    BadInput(
      what: "header only", text: "date,open,high,low,close,volume\n",
      message: "f.csv: a header but no rows; check that the download is complete"),
    BadInput(
      what: "truncated row", text: bars + "2018-01-02 09:31:00,10,12",
      message: "f.csv:3: number of fields is '3'; the row needs 5; check that the download is complete"),
    BadInput(
      what: "NaN", text: bars + "2018-01-02 09:31:00,10,12,nan,11\n",
      message: "f.csv:3: low is 'nan'; it must be a number; correct or delete the row"),
    BadInput(
      what: "negative", text: bars + "2018-01-02 09:31:00,-10,12,9,11\n",
      message: "f.csv:3: open is '-10'; a price must be above 0; correct or delete the row"),
    BadInput(
      what: "zero", text: bars + "2018-01-02 09:31:00,10,12,9,0\n",
      message: "f.csv:3: close is '0'; a price must be above 0; correct or delete the row"),
    BadInput(
      what: "high below low", text: bars + "2018-01-02 09:31:00,10,8,9,10\n",
      message: "f.csv:3: high is '8'; it is below the low 9; correct or delete the row"),
    BadInput(
      what: "high below close", text: bars + "2018-01-02 09:31:00,10,11,9,12\n",
      message: "f.csv:3: high is '11'; it is below the open or the close; correct or delete the row"),
    BadInput(
      what: "unsorted", text: bars + "2018-01-02 09:29:00,10,12,9,11\n",
      message: "f.csv:3: 2018-01-02 09:29 comes after line 2; sort the file by time, oldest first"),
    BadInput(
      what: "duplicate bar", text: bars + "2018-01-02 09:30:00,10,12,9,11\n",
      message: "f.csv:3: 2018-01-02 09:30 was already on line 2; delete one of the two rows"),
    BadInput(
      what: "duplicate day", text: daily + "2018-01-02,2683.7,2695.9,2682.4,2695.8,1\n",
      message: "f.csv:3: 2018-01-02 was already on line 2; delete one of the two rows"),
    BadInput(
      what: "impossible date", text: daily + "2018-02-30,2683.7,2695.9,2682.4,2695.8,1\n",
      message: "f.csv:3: date is '2018-02-30'; write it as YYYY-MM-DD, YYYYMMDD or MM/DD/YYYY"),
    BadInput(
      what: "day's high below low", text: daily + "2018-01-03,2683.7,2600,2682.4,2695.8,1\n",
      message: "f.csv:3: high is '2600'; it is below the low 2682.4; correct or delete the row"),
    BadInput(
      what: "day's close outside", text: daily + "2018-01-03,2683.7,2690,2682.4,2695.8,1\n",
      message: "f.csv:3: close is '2695.8'; it is outside high and low; correct or delete the row"),
    BadInput(
      what: "seconds in a stamp", text: bars + "2018-01-02 09:31:30,10,12,9,11\n",
      message:
        "f.csv:3: time is '2018-01-02 09:31:30'; write it as YYYY-MM-DD HH:MM:SS with whole minutes, New York time"
    ),
    BadInput(
      what: "mixed bar lengths",
      text: bars
        + "2018-01-02 09:35:00,10,12,9,11\n2018-01-02 09:40:00,10,12,9,11\n2018-01-02 09:42:00,10,12,9,11\n",
      message: "f.csv: its bars are 5 minutes apart, but some 2; give a file with bars of one length"),
    BadInput(
      what: "one bar a day", text: bars,
      message: "f.csv: one bar a day doesn't tell how long a bar is; give a file with whole days of bars"),
    BadInput(
      what: "breadth without a name", text: "20190117, 742\n",
      message:
        "f.csv: two columns without a header don't say what is counted; put 'advancers' or 'decliners' into the "
        + "file's name"),
    BadInput(
      what: "archive without a date", text: "time,open,high,low,close\n09:30,1,1,1,1\n09:31,1,1,1,1\n",
      message:
        "f.csv: its rows have a time but no date, and its name has none either; name the file after its day, "
        + "for example 2026-02-17.csv"),
    BadInput(
      what: "unnamed series", text: "date,value\n2020-01-01,1\n",
      message:
        "my-notes.csv: its header doesn't name the series, and neither does its name; name the file after the "
        + "series, for example fred-GDPC1.csv", file: "my-notes.csv"),
    BadInput(
      what: "text in a series", text: "DATE,DGS10\n2020-01-02,n/a\n",
      message: "f.csv:2: DGS10 is 'n/a'; it must be a number; correct or delete the row"),
    BadInput(
      what: "two contracts in a file",
      text:
        "Trade Date,Futures,Open,High,Low,Close,Settle\n01/17/2014,F (Jan 14),1,1,1,1,13\n01/21/2014,G (Feb 14),1,1,1,1,13\n",
      message: "f.csv:3: contract is 'G (Feb 14)'; it must be one contract a file, written like F (Jan 14)"),
    BadInput(
      what: "settlement after expiry",
      text: "Trade Date,Futures,Open,High,Low,Close,Settle\n01/23/2014,F (Jan 14),1,1,1,1,13\n",
      message: "f.csv:2: trade date is '01/23/2014'; the contract settled on 2014-01-22; delete the row"),
    BadInput(
      what: "name contradicts level",
      text: "date,open,high,low,close\n2018-01-02,2683.7,2695.9,2682.4,2695.8\n",
      message:
        "VIX_History.csv: its name says VIX, but its median close is 2695.8; rename the file after what it holds",
      file: "VIX_History.csv"),
    BadInput(
      what: "duplicate event",
      text:
        "date,event,detail,ref_period,time_et,source\n2019-05-10,cpi,,,08:30,b\n2019-05-10,cpi,,,08:30,b\n",
      message: "f.csv:3: 2019-05-10 cpi was already on line 2; delete one of the two rows"),
    BadInput(
      what: "nothing inside the calendar", text: "date,open,high,low,close\n1985-01-02,167,168,166,167\n",
      message:
        "f.csv: none of its 1 rows can be used: 1 rows outside the calendar (1990-01-01…2027-12-31) left out; "
        + "check the dates and the content"),
    BadInput(
      what: "gzipped twice", text: "",
      message:
        "f.csv: the content is gzipped twice; unpack it once with gunzip"),
  ]
}

struct BadInputTests {
  @Test(arguments: BadInput.table)
  func everyDefectGivesOneMessageWithPlaceValueAndRemedy(input: BadInput) {
    let bytes: [UInt8] = input.what == "gzipped twice" ? [0x1F, 0x8B, 8] : Array(input.text.utf8)
    do {
      _ = try MarketFile.parse(bytes: bytes, file: input.file)
      Issue.record("\(input.what) was accepted")
    } catch {
      #expect(error.description == input.message)
    }
  }

  @Test func aPanelWhoseCountsAreWrongIsRefused() {
    var text = "Date,M1,M2,days_to_expiration\n"
    var date = SessionDate(ordinal: 17_532)  // 2018-01-01
    for _ in 0..<120 {
      date = date.adding(days: 1)
      if date.weekday <= 5 { text += "\(date),15,16,40\n" }
    }
    #expect(throws: MarketDataError.self) { try FormatFixture.parse(text) }
  }
}
