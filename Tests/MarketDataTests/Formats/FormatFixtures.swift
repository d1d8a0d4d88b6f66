import Testing

@testable import MarketData

/// A few self-made rows in each format, and what they must be read as.
struct FormatFixture: Sendable, CustomTestStringConvertible {
  let file: String
  let text: String
  let format: String
  /// A short summary of what was read, from ``FormatFixture/summary(_:)``.
  let expected: [String]
  var testDescription: String { "\(format): \(file)" }

  private static let context = Result { () throws(MarketDataError) in
    FormatContext(calendar: try TradingCalendar.newYork())
  }

  static func parse(_ text: String, file: String = "file.csv") throws(MarketDataError) -> ParsedFile {
    try parse(Array(text.utf8), file: file)
  }
  static func parse(_ bytes: [UInt8], file: String) throws(MarketDataError) -> ParsedFile {
    try MarketFile.parse(bytes: bytes, file: file, context: context.get())
  }

  /// Everything kept, one line a value.
  static func summary(_ parsed: ParsedFile) -> [String] {
    var lines: [String] = []
    for bar in parsed.bars?.bars ?? [] {
      let p = bar.prices
      lines.append(
        "bar \(bar.date) \(MinuteOfDay.text(bar.startMinute))+\(parsed.bars?.barMinutes ?? 0) \(p.open) \(p.high) \(p.low) \(p.close)"
      )
    }
    for row in parsed.daily {
      lines.append("SPX \(row.date) \(row.bar.open) \(row.bar.high) \(row.bar.low) \(row.bar.close)")
    }
    for row in parsed.volatility { lines.append("\(row.index.rawValue) \(row.date) \(row.bar.close)") }
    for row in parsed.settles { lines.append("VX \(row.date) \(row.settle.expiry) \(row.settle.settle)") }
    for series in parsed.series {
      for v in series.values { lines.append("\(series.name) \(v.observed) known \(v.known) \(v.value)") }
    }
    for event in parsed.events {
      lines.append("\(event.kind.rawValue) \(event.date) \(MinuteOfDay.text(event.minute))")
    }
    return lines
  }

  static let bars: [FormatFixture] = [
    FormatFixture(
      file: "DAT_ASCII_SPXUSD_M1.csv",
      text:
        "20180201 093000;2816.500000;2817.250000;2816.000000;2817.000000;0\n20180201 093100;2817.000000;2817.500000;2816.750000;2817.250000;0\n",
      format: "HistData one-minute bars",
      expected: [
        "bar 2018-02-01 09:30+1 2816.5 2817.25 2816.0 2817.0",
        "bar 2018-02-01 09:31+1 2817.0 2817.5 2816.75 2817.25",
      ]),
    FormatFixture(
      file: "SPX.txt",
      text:
        "2023-03-16 09:30:00,3878.93,3879.93,3870.17,3871.17\r\n2023-03-16 09:31:00,3869.57,3870.07,3866.56,3866.57\r\n",
      format: "FirstRate bars",
      expected: [
        "bar 2023-03-16 09:30+1 3878.93 3879.93 3870.17 3871.17",
        "bar 2023-03-16 09:31+1 3869.57 3870.07 3866.56 3866.57",
      ]),
    FormatFixture(
      file: "spy.csv",
      text:
        "datetime_ny,open,high,low,close,volume\n2018-01-02 09:30:00,267.84,267.89,267.46,267.47,25179.0\n2018-01-02 09:35:00,267.48,267.81,267.4,267.79,17197.0\n",
      format: "bars stamped at their start",
      expected: [
        "bar 2018-01-02 09:30+5 267.84 267.89 267.46 267.47",
        "bar 2018-01-02 09:35+5 267.48 267.81 267.4 267.79",
      ]),
    // The stamp is the end of the bar: 09:31 covers (09:30, 09:31].
    FormatFixture(
      file: "intraday.csv",
      text:
        "time,open,high,low,close,volume\n2021-03-10 09:31:00,376.24543268887214,376.42990955969066,375.9153161831969,376.3910723237289,8935\n2021-03-10 09:32:00,376.4,376.5,376.3,376.35,100\n",
      format: "Alpha Vantage bars, stamped at their end",
      expected: [
        "bar 2021-03-10 09:30+1 376.24543268887214 376.42990955969066 375.9153161831969 376.3910723237289",
        "bar 2021-03-10 09:31+1 376.4 376.5 376.3 376.35",
      ]),
    // 1771425000 is 2026-02-18 09:30 in New York (winter), 1785331800 is 2026-07-29 09:30 (summer).
    FormatFixture(
      file: "export.csv",
      text:
        "time,open,high,low,close,Volume,VIX · TVC: close\n1771425000,6794.29,6799.39,6788.09,6796.95,32865060,22.22\n1771425300,6796.95,6797.5,6790.0,6791.0,1,22.3\n1785331800,6900.0,6901.0,6899.5,6900.25,1,\n1785332100,6900.25,6901.0,6899.5,6900.5,1,\n",
      format: "TradingView bars",
      expected: [
        "bar 2026-02-18 09:30+5 6794.29 6799.39 6788.09 6796.95",
        "bar 2026-02-18 09:35+5 6796.95 6797.5 6790.0 6791.0",
        "bar 2026-07-29 09:30+5 6900.0 6901.0 6899.5 6900.25",
        "bar 2026-07-29 09:35+5 6900.25 6901.0 6899.5 6900.5",
      ]),
    FormatFixture(
      file: "archive/2026-02-17.csv",
      text:
        "time,open,high,low,close\n09:30,7763.18,7777.28,7763.18,7776.42\n09:31,7776.42,7778,7770,7771.5\n",
      format: "one-day bars, date in the file's name",
      expected: [
        "bar 2026-02-17 09:30+1 7763.18 7777.28 7763.18 7776.42",
        "bar 2026-02-17 09:31+1 7776.42 7778.0 7770.0 7771.5",
      ]),
  ]

  static let daily: [FormatFixture] = [
    FormatFixture(
      file: "spx.csv",
      text:
        "date,open,high,low,close,volume\n2020-12-30,3736.19,3744.63,3730.21,3732.04,3154850000\n2020-12-31,3733.27,3760.2,3726.88,3756.07,3179040000\n",
      format: "daily index prices",
      expected: [
        "SPX 2020-12-30 3736.19 3744.63 3730.21 3732.04", "SPX 2020-12-31 3733.27 3760.2 3726.88 3756.07",
      ]),
    FormatFixture(
      file: "VIX_History.csv",
      text:
        "\u{FEFF}DATE,OPEN,HIGH,LOW,CLOSE\n01/02/1990,17.24,17.24,17.24,17.24\n01/03/1990,18.19,18.19,18.19,18.19\n",
      format: "daily index prices", expected: ["VIX 1990-01-02 17.24", "VIX 1990-01-03 18.19"]),
    FormatFixture(
      file: "VIX9D_History.csv", text: "DATE,OPEN,HIGH,LOW,CLOSE\n2020-12-30,21,22,20,21.31\n",
      format: "daily index prices",
      expected: ["VIX9D 2020-12-30 21.31"]),
    FormatFixture(
      file: "anything.csv", text: "DATE,VVIX\n12/30/2020,112.04\n12/31/2020,111.86\n",
      format: "Cboe index closes",
      expected: ["VVIX 2020-12-30 112.04", "VVIX 2020-12-31 111.86"]),
    FormatFixture(
      file: "panel.csv",
      text:
        ",DATE,VIX9D,VIX,VIX3M,VIX6M,SP500\n0,2008-01-02,,23.17,,24.36,1447.16\n3273,2020-12-31,21.2,22.75,25.28,27.29,3756.07\n",
      format: "panel of VIX family closes",
      expected: [
        "VIX 2008-01-02 23.17", "VIX6M 2008-01-02 24.36", "VIX9D 2020-12-31 21.2", "VIX 2020-12-31 22.75",
        "VIX3M 2020-12-31 25.28", "VIX6M 2020-12-31 27.29",
      ]),
    FormatFixture(
      file: "vxx.csv", text: "Date,VXX\n2020-12-30,1093.12\n2020-12-31,1073.6\n", format: "VXX closes",
      expected: ["VXX 2020-12-30 known 2020-12-31 1093.12", "VXX 2020-12-31 known 2021-01-04 1073.6"]),
  ]

  static let futures: [FormatFixture] = [
    FormatFixture(
      file: "CFE_F14_VX.csv",
      text:
        "CFE data is compiled for the convenience of site visitors.\nTrade Date,Futures,Open,High,Low,Close,Settle,Change,Total Volume,EFP,Open Interest\n01/21/2014,F (Jan 14),13.40,13.45,12.83,13.23,13.25,-0.20,65202,32,44850\n01/22/2014,F (Jan 14),0.00,0.00,0.00,0.00,12.36,-0.89,0,0,40642\n",
      format: "CFE VX contract",
      expected: ["VX 2014-01-21 2014-01-22 13.25", "VX 2014-01-22 2014-01-22 12.36"]),
    FormatFixture(
      file: "VX_2026-01-21.csv",
      text:
        "Trade Date,Futures,Open,High,Low,Close,Settle,Change,Total Volume,EFP,Open Interest\n2026-01-16,F (Jan 2026),16.43,16.91,16.20,16.65,16.6389,0.13,64804,0,58018\n",
      format: "CFE VX contract", expected: ["VX 2026-01-16 2026-01-21 16.6389"]),
    // Before 2007-03-26 the contract was ten times the index.
    FormatFixture(
      file: "old.csv",
      text:
        "Trade Date,Futures,Open,High,Low,Close,Settle,Change,Total Volume,EFP,Open Interest\n03/23/2007,K (May 07),140,141,139,140,140.5,0,1,0,1\n03/26/2007,K (May 07),14.0,14.1,13.9,14.0,14.2,0,1,0,1\n",
      format: "CFE VX contract",
      expected: ["VX 2007-03-23 2007-05-16 14.05", "VX 2007-03-26 2007-05-16 14.2"]),
    // On the settlement day itself (2018-02-14) VX1 is already March.
    FormatFixture(
      file: "vx.csv",
      text:
        ",DATE,VIX,VX1,VX2,SP500\n1,2018-02-13,24.97,25.225,19.825,2662.94\n2,2018-02-14,19.26,17.875,17.775,2698.63\n",
      format: "VX settlements by position (VX1…VX8)",
      expected: [
        "VX 2018-02-13 2018-02-14 25.225", "VX 2018-02-13 2018-03-21 19.825",
        "VX 2018-02-14 2018-03-21 17.875",
        "VX 2018-02-14 2018-04-18 17.775",
      ]),
    FormatFixture(
      file: "months.csv",
      text: "Date,M1,M2,days_to_expiration\n2018-02-13,25.225,19.825,0\n2018-02-14,17.875,17.775,23\n",
      format: "VX settlements by month (M1…M7)",
      expected: [
        "VX 2018-02-13 2018-02-14 25.225", "VX 2018-02-13 2018-03-21 19.825",
        "VX 2018-02-14 2018-03-21 17.875",
        "VX 2018-02-14 2018-04-18 17.775",
      ]),
  ]

  static let slow: [FormatFixture] = [
    // 2020-07-03 was a holiday: what was observed on the 2nd is known on Monday the 6th.
    FormatFixture(
      file: "fred-DGS10.csv",
      text: "date,value\n2020-07-01,0.69\n2020-07-02,0.68\n2020-07-03,\n2020-07-06,.\n",
      format: "FRED series",
      expected: ["DGS10 2020-07-01 known 2020-07-02 0.69", "DGS10 2020-07-02 known 2020-07-06 0.68"]),
    FormatFixture(
      file: "x.csv", text: "observation_date,CPIAUCSL\n2020-01-01,258.7\n2020-02-01,259.0\n",
      format: "FRED series",
      expected: ["CPIAUCSL 2020-01-01 known 2020-02-21 258.7", "CPIAUCSL 2020-02-01 known 2020-03-23 259.0"]),
    // Third quarter: end + 30 days is Friday 2020-10-30; second: 2020-07-30.
    FormatFixture(
      file: "GDPC1.csv", text: "\"DATE\",\"VALUE\"\n2020-04-01,17258.2\n2020-07-01,18560.8\n",
      format: "FRED series",
      expected: ["GDPC1 2020-04-01 known 2020-07-30 17258.2", "GDPC1 2020-07-01 known 2020-10-30 18560.8"]),
    FormatFixture(
      file: "usd.csv", text: "DATE,DTWEXBGS\n2020-12-21,112.1\n2020-12-24,112.0\n", format: "FRED series",
      expected: ["DTWEXBGS 2020-12-21 known 2020-12-29 112.1", "DTWEXBGS 2020-12-24 known 2020-12-29 112.0"]),
    FormatFixture(
      file: "events.csv",
      text:
        "date,event,detail,ref_period,time_et,source\n2019-05-01,fomc_decision,\"April 30-May 1 Meeting, 2019\",,14:00,fed\n2019-05-10,cpi,Consumer Price Index release,April 2019,08:30,bls:sched2019\n2019-05-22,fomc_minutes,,,14:00,fed\n",
      format: "economic calendar", expected: ["FOMC 2019-05-01 14:00", "CPI 2019-05-10 08:30"]),
    FormatFixture(
      file: "nyse-decliners.csv", text: "20190116, 900\n20190117, 742\n20190118, 0\n20190121, 12\n",
      format: "NYSE advancers or decliners",
      expected: [
        "NYSE decliners 2019-01-16 known 2019-01-17 900.0",
        "NYSE decliners 2019-01-17 known 2019-01-18 742.0",
      ]),
    FormatFixture(
      file: "pc.csv",
      text:
        "Volume and Put/Call Ratio data is compiled, without responsibility.,,,,\n, PRODUCT: TOTAL,,EXCHANGE: Cboe,\nDATE,CALLS,PUTS,TOTAL,P/C Ratio\n11/1/2006,1401036,1271445,2672481,0.91\n10/04/2019, 2175006, 2289715, 4464721, 1.05\n",
      format: "Cboe put/call ratio",
      expected: [
        "Cboe put/call 2006-11-01 known 2006-11-02 0.91", "Cboe put/call 2019-10-04 known 2019-10-07 1.05",
      ]),
    FormatFixture(
      file: "nh.csv",
      text:
        "date,exchange,percent_advancers,net_new_highs,percent_advancing_volume\n2020-12-30,NYSE,,133,\n2020-12-30,NASDAQ,,206,\n",
      format: "net new highs",
      expected: [
        "NYSE net new highs 2020-12-30 known 2020-12-31 133.0",
        "NASDAQ net new highs 2020-12-30 known 2020-12-31 206.0",
      ]),
    FormatFixture(
      file: "shiller.csv",
      text:
        "Date,SP500,Dividend,Earnings,Consumer Price Index,Long Interest Rate,Real Price,Real Dividend,Real Earnings,PE10\n2020-01-01,3278.2,58.5,0,257.9,1.76,1,1,1,30.99\n",
      format: "Shiller S&P 500 monthly",
      expected: [
        "Shiller price 2020-01-01 known 2020-02-11 3278.2",
        "Shiller dividend 2020-01-01 known 2020-06-01 58.5",
        "Shiller long rate 2020-01-01 known 2020-02-11 1.76",
        "Shiller CAPE 2020-01-01 known 2020-06-01 30.99",
      ]),
    FormatFixture(
      file: "mine.csv",
      text:
        "series,observed,known,value\np_cf,2019-03-31,2019-05-15,14.2\nown_index,2019-05-01,2019-05-01,-3\np_cf,2019-06-30,08/14/2019,13.9\n",
      format: "user series with observed and known dates",
      expected: [
        "p_cf 2019-03-31 known 2019-05-15 14.2", "p_cf 2019-06-30 known 2019-08-14 13.9",
        "own_index 2019-05-01 known 2019-05-01 -3.0",
      ]),
    // A quarterly column that steps on the quarter's first day is no news of that day.
    FormatFixture(
      file: "macro.csv",
      text:
        "date,gdp,vix,hy_spread,yield_curve_10y2y,nfc_equity_mv,nfc_net_worth,dollar_index,buffett_indicator,tobin_q\n2020-07-01,21704.4,28.6,6.4,,,,,,\n2020-07-02,21704.4,27.7,,,,,,,\n",
      format: "daily macro signals",
      expected: [
        "nominal GDP 2020-07-01 known 2020-10-30 21704.4", "HY spread 2020-07-01 known 2020-07-06 6.4",
      ]),
  ]

  static let all = bars + daily + futures + slow
}
