import Foundation
import Kernels
import Testing

@testable import MarketData

struct FormatsTests {
  @Test(arguments: FormatFixture.all)
  func everyFormatIsToldAndReadExactly(fixture: FormatFixture) throws {
    let parsed = try FormatFixture.parse(fixture.text, file: fixture.file)
    #expect(parsed.format == fixture.format)
    #expect(FormatFixture.summary(parsed) == fixture.expected)
  }

  @Test(arguments: FormatFixture.all)
  func onlyOneFormatRecognisesAFile(fixture: FormatFixture) {
    let sample = FileSample(SourceText(file: fixture.file, bytes: Array(fixture.text.utf8)))
    #expect(MarketFile.formats.count { $0.recognises(sample) } == 1)
  }

  @Test(arguments: FormatFixture.all)
  func aFileCutAnywhereIsReadOrRefusedButNeverTraps(fixture: FormatFixture) {
    let bytes = Array(fixture.text.utf8)
    for length in 0..<bytes.count {
      do {
        let parsed = try FormatFixture.parse(Array(bytes.prefix(length)), file: fixture.file)
        #expect(parsed.rows > 0)
      } catch {
        #expect(error.description.hasPrefix(fixture.file), "\(error)")
      }
    }
  }

  @Test(arguments: FormatFixture.all)
  func damagedBytesNeverTrap(fixture: FormatFixture) {
    var random = Philox(seed: 7)
    for _ in 0..<300 {
      var bytes = Array(fixture.text.utf8)
      for _ in 0..<3 {
        bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
      }
      do {
        _ = try FormatFixture.parse(bytes, file: fixture.file)
      } catch {
        #expect(error.description.hasPrefix(fixture.file), "\(error)")
      }
    }
  }

  @Test func formatIsToldByContentWhateverTheName() throws {
    let vix = try FormatFixture.parse(
      ",DATE,VIX9D,VIX,VIX3M,VIX6M,SP500\n0,2008-01-02,,23.17,,24.36,1447.16\n", file: "spy-5min.csv")
    #expect(vix.format == "panel of VIX family closes")
    let spx = try FormatFixture.parse(
      "DATE,OPEN,HIGH,LOW,CLOSE\n01/02/2018,2683.73,2695.89,2682.36,2695.81\n", file: "daily.csv")
    #expect(spx.daily.count == 1)
  }

  @Test func volumesAreReadWhereTheFileHasThem() throws {
    let row = "2018-01-02 09:30:00,267.84,267.89,267.46,267.47"
    let next = "2018-01-02 09:35:00,267.48,267.81,267.4,267.79"
    func volumes(_ text: String) throws -> [Double?]? {
      try FormatFixture.parse(text).bars?.bars.map(\.volume)
    }
    #expect(
      try volumes("datetime_ny,open,high,low,close,volume\n\(row),25179.0\n\(next),\n") == [25_179, nil])
    #expect(try volumes("datetime_ny,open,high,low,close\n\(row)\n\(next)\n") == [nil, nil])
    #expect(try volumes("datetime_ny,open,high,low,close,trades\n\(row),7\n\(next),8\n") == [nil, nil])
    #expect(try volumes("\(row),100\n\(next),200\n") == [100, 200])
    #expect(try volumes("time,open,high,low,close,volume\n\(row),100\n\(next),200\n") == [100, 200])
  }

  @Test func knownVendorDefectsAreAcceptedAndCounted() throws {
    let vix = try FormatFixture.parse(
      "DATE,OPEN,HIGH,LOW,CLOSE\n1992-01-02,20.0,19.5,18.0,19.0\n1992-01-03,19,19.5,18.0,19.0\n1992-01-04,19,19.5,18.0,19.0\n"
    )
    #expect(
      vix.warnings == [
        FileWarning(
          text: "rows whose open is outside high and low (kept, only closes are used)", count: 1, firstLine: 2
        ),
        FileWarning(text: "rows on days without a session left out", count: 1, firstLine: 4),
      ])
    #expect(vix.volatility.count == 2)
    let cfe = try FormatFixture.parse(
      "Trade Date,Futures,Open,High,Low,Close,Settle\n01/17/2014,F (Jan 14),0,0,0,0,0\n01/21/2014,F (Jan 14),0.00,1,2,0.00,13.25\n"
    )
    #expect(cfe.warnings.map(\.count) == [1])
    #expect(cfe.settles.count == 1)
    let months = try FormatFixture.parse(
      "Date,M1,M2,days_to_expiration\n2018-07-18,13.925,14.875,19\n2018-07-19,14.175,15.025,23\n")
    #expect(months.warnings.map(\.count) == [1])
    #expect(months.settles.first?.settle.expiry == SessionDate(iso: "2018-08-22"))
  }

  @Test func endStampedBarAtMidnightBelongsToTheDayBefore() throws {
    let parsed = try FormatFixture.parse(
      "time,open,high,low,close,volume\n2021-03-09 23:58:00,1,1,1,1,0\n2021-03-09 23:59:00,1,1,1,1,0\n2021-03-10 00:00:00,2,2,2,2,0\n"
    )
    #expect(parsed.bars?.bars.map(\.startMinute) == [1_437, 1_438, 1_439])
    #expect(parsed.bars?.bars.last?.date == SessionDate(iso: "2021-03-09"))
  }

  @Test func decimalsAreReadToTheNearestDouble() {
    var random = Philox(seed: 3)
    for _ in 0..<20_000 {
      let digits = Int(random.next() % 19) + 1
      var text = random.next() % 3 == 0 ? "-" : ""
      let point = Int(random.next() % UInt64(digits + 1))
      for i in 0..<digits {
        if i == point { text += "." }
        text += String(random.next() % 10)
      }
      let bytes = Array(text.utf8)
      let value = DecimalScanner.number(bytes.span, 0..<bytes.count)
      #expect(value == Double(text), "\(text)")
    }
    for text in ["", "-", ".", "nan", "inf", "0x10", "1e999", "1,5", "1 2", "--1", "1.2.3"] {
      let bytes = Array(text.utf8)
      #expect(DecimalScanner.number(bytes.span, 0..<bytes.count) == nil, "\(text)")
    }
  }

  @Test func littleEndianBlobsGiveBackTheSameBits() {
    let values = [0.0, -0.0, .nan, .infinity, 2_695.81, -1e-300, Double(bitPattern: 0x7ff8_0000_0000_1234)]
    let back = LittleEndianBlob.values(LittleEndianBlob.encode(values))
    #expect(back?.map(\.bitPattern) == values.map(\.bitPattern))
    let bars = [CoarseBar(startMinute: 570, open: 1.5, high: 2, low: 1, close: 1.25)]
    #expect(LittleEndianBlob.bars(LittleEndianBlob.encode(bars)) == bars)
    #expect(LittleEndianBlob.bars([1, 2, 3]) == nil)
  }
}
