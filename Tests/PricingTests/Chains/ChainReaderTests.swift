import Testing

@testable import Pricing

@Suite struct ChainReaderTests {
  static let lambdaclass = """
    underlying,underlying_last,exchange,optionroot,type,expiration,quotedate,strike,last,net,bid,ask,volume,\
    openinterest,impliedvol,delta,gamma

    """
  static let row =
    "SPX,2917.47,CBOE,SPXW190628P02850000,put,06/28/2019,06/27/2019,2850.0,0.74,-1.06,0.7,0.8,3,2,"
    + "0.1857,-0.0448,0.0023\n"

  func read(_ text: String) throws(ChainError) -> [ChainSnapshot] {
    try ChainReader.snapshots(bytes: Array(text.utf8), source: "test.csv")
  }

  @Test func lambdaclassScrape() throws {
    let text =
      Self.lambdaclass + Self.row
      + "SPX,2917.47,CBOE,SPXW190628C02850000,call,06/28/2019,06/27/2019,2850.0,0,0,68.1,68.9,0,0,0.19,0.95,0.0\n"
      + "SPX,2917.47,CBOE,SPX190719P02850000,put,07/19/2019,06/27/2019,2850.0,1,1,9.7,9.8,3,2,0.18,-0.04,0.0\n"
    let chain = try #require(try read(text).first)
    #expect(chain.quoteDate.description == "2019-06-27" && chain.minute == nil)
    #expect(chain.underlyingLast == 2917.47)
    #expect(chain.counts.rows == 3 && chain.counts.otherRoots == 1)
    #expect(chain.expiries.count == 1)
    let strike = try #require(chain.expiries.first?.strikes.first)
    #expect(strike.put == OptionQuote(bid: 0.7, ask: 0.8, vendorVolatility: 0.1857))
    #expect(strike.call?.mid == 68.5)
  }

  @Test func historicalOptionDataWithByteOrderMarkAndManyDates() throws {
    let head =
      "\u{FEFF}underlying,underlying_last, exchange,optionroot,optionext,type,expiration,quotedate,strike,"
      + "last,bid,ask,volume,openinterest,impliedvol,delta,gamma,theta,vega,optionalias\r\n"
    let text =
      head
      + "SPXW,2700.5,W,SPXW180228P02650000,,put,02/28/2018,02/02/2018,2650,1,14.1,14.5,0,5,0.12,-1,0,0,0,x\r\n"
      + "SPXW,2695.79,W,SPXW180131P02650000,,put,01/31/2018,01/02/2018,2650,1,4.1,4.5,0,5,0.09,-1,0,0,0,x\r\n"
    let chains = try read(text)
    #expect(chains.map(\.quoteDate.description) == ["2018-01-02", "2018-02-02"])
    #expect(chains.allSatisfy { $0.minute == 975 })
  }

  @Test func dataShopPaddedAndQuoted() throws {
    let head =
      "\"underlying_symbol\",\"quote_date\"    ,\"root\",\"expiration\"    ,\"strike\",\"option_type\","
      + "\"bid_1545\",\"ask_1545\",\"underlying_bid_1545\",\"underlying_ask_1545\",\"implied_volatility_1545\"\n"
    let text =
      head
      + "\"^SPX\"             ,1/5/2016 0:00:00,\"SPXW\",1/8/2016 0:00:00,700.00  ,\"p\"  ,0.00,0.05,2017.0,2017.5,0.00\n"
      + "\"^SPX\"             ,1/5/2016 0:00:00,\"SPX\",1/15/2016 0:00:00,700.00  ,\"p\"  ,0.00,0.05,2017.0,2017.5,0.00\n"
    let chain = try #require(try read(text).first)
    #expect(chain.quoteDate.description == "2016-01-05" && chain.minute == 945)
    #expect(chain.underlyingLast == 2017.25)
    #expect(chain.counts.zeroBids == 1 && chain.counts.otherRoots == 1)
  }

  @Test func dataShopSubset() throws {
    let text =
      "\u{FEFF}quote_date,expiration,strike,option_type,bid_size_1545,bid_1545,ask_size_1545,ask_1545,"
      + "underlying_bid_1545,underlying_ask_1545,trade_volume,open_interest\n"
      + "2019-06-26,2019-06-28,1700,C,78,1209.1,78,1229.2,2917.8,2918.42,0,0\n"
    let chain = try #require(try read(text).first)
    #expect(chain.minute == 945 && chain.expiries.first?.strikes.first?.call?.bid == 1209.1)
  }

  @Test func crossedEmptyAndRepeatedQuotesAreCountedAndLeftOut() throws {
    let crossed = Self.row.replacing("2850.0,0.74,-1.06,0.7,0.8", with: "2855.0,0.74,-1.06,0.9,0.8")
    let empty = Self.row.replacing("2850.0,0.74,-1.06,0.7,0.8", with: "2860.0,0.74,-1.06,0.0,0.0")
    let chain = try #require(try read(Self.lambdaclass + Self.row + Self.row + crossed + empty).first)
    #expect(chain.counts.crossed == 1 && chain.counts.empty == 1 && chain.counts.duplicates == 1)
    #expect(chain.expiries.first?.strikes.count == 1)
  }

  @Test(arguments: [
    ("0.7,0.8", "-0.7,0.8", "bid", "-0.7"), ("0.7,0.8", "x,0.8", "bid", "x"),
    ("0.7,0.8", "0.7,nan", "ask", "nan"),
    ("2850.0", "0", "strike", "0"), ("06/27/2019", "13/27/2019", "quote date", "13/27/2019"),
    ("06/28/2019", "", "expiration", ""), ("put,", "straddle,", "option type", "straddle"),
    (",0.0023", "", "number of fields", "16"),
  ])
  func badRowNamesLineFieldAndValue(change: (from: String, to: String, field: String, value: String)) {
    let text = Self.lambdaclass + Self.row + Self.row.replacing(change.from, with: change.to)
    #expect {
      try read(text)
    } throws: { error in
      guard case ChainError.badRow("test.csv", 3, change.field, change.value, _)? = error as? ChainError
      else {
        return false
      }
      return "\(error)".hasPrefix("test.csv:3: \(change.field) is '\(change.value)'")
    }
  }

  @Test func emptyUnknownAndRowlessFilesAreRefused() {
    #expect(throws: ChainError.unknownFormat(file: "test.csv", firstLine: "")) { try read("") }
    #expect(throws: ChainError.unknownFormat(file: "test.csv", firstLine: "a,b,c")) {
      try read("a,b,c\n1,2,3\n")
    }
    #expect(throws: ChainError.noRows(file: "test.csv")) { try read(Self.lambdaclass) }
    #expect(throws: ChainError.self) { try ChainReader.snapshots(path: "/nowhere/chain.csv.gz") }
  }
}
