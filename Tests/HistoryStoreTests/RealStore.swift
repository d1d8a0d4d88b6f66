import Foundation
import MarketData
import TestSupport

@testable import HistoryStore

/// Everything of the data folder in one store.
struct RealStore: Sendable {
  static let files: [String] = {
    var files = [
      "intraday/spx-cfd-1min-2018-2019.csv.gz", "intraday/spy-5min-2018-2020.csv.gz",
      "intraday/histdata-raw-SPXUSD-2018-02.csv.gz", "spx/spx-daily-1999-2020.csv",
      "vix/vix-daily-1990-2020.csv",
      "vix/vix9d-vix-vix3m-vix6m-2008-2020.csv", "vix/vvix-daily-to-2020.csv", "vix/skew-daily-to-2020.csv",
      "futures/vx1-vx8-settle-2007-2020.csv", "futures/vx-m1-m7-settle-2004-2020.csv",
      "futures/vxx-daily-to-2020.csv", "macro/economic-calendar-2009-2020.csv",
      "breadth/nyse-advancers-2017-2020.csv", "breadth/nyse-decliners-2017-2020.csv",
      "breadth/cboe-total-put-call-2006-2019.csv", "breadth/nyse-nasdaq-net-new-highs-1994-2020.csv",
      "fundamentals/shiller-sp500-monthly-1871-2020.csv", "fundamentals/macro-signals-daily-2007-2020.csv",
    ]
    for id in [
      "AAA", "BAA", "BAMLC0A0CM", "CPIAUCSL", "DGS10", "DGS2", "DTB3", "DTWEXBGS", "FEDFUNDS", "GDPC1",
      "RBUSBIS",
    ] { files.append("macro/fred-\(id).csv") }
    for year in ["14", "15"] {
      for letter in "FGHJKMNQUVXZ" { files.append("futures/cfe/CFE_\(letter)\(year)_VX.csv") }
    }
    return files.map { SharedData.path($0) }
  }()

  /// Made once for all tests: the import takes seconds.
  static let shared = Result { try RealStore() }

  let folder: TemporaryFolder
  let path: String
  let summaries: [ImportSummary]

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("history.sqlite")
    summaries = try HistoryStore.importFiles(Self.files, into: path, onConflict: .keep)
  }

  func summary(_ name: String) -> ImportSummary? { summaries.first { $0.file.hasSuffix(name) } }
}
