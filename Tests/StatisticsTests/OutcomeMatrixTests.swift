import Foundation
import Kernels
import Statistics
import Testing

/// A folder of its own for a file or two, removed afterwards.
private final class Folder {
  let url: URL
  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "outcomes-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(at: url) }
  func path(_ name: String) -> String { url.appending(path: name).path }
}

@Suite struct OutcomeMatrixTests {
  private func read(_ text: String, header: Bool? = nil) throws -> OutcomeMatrix {
    let folder = try Folder()
    try Data(text.utf8).write(to: URL(filePath: folder.path("m.csv")))
    return try OutcomeMatrix(path: folder.path("m.csv"), header: header)
  }

  /// Every way that programs write the same table.
  @Test(arguments: [
    "1,2.5\n-3,0\n5,1e2\n", "1, 2.5\r\n-3, 0\r\n5, 1e2\r\n\r\n", "\u{FEFF}1,2.5\n-3,0\n5,1e2",
    "\"1\",\"2.5\"\n-3,0\n5,1e2",
  ])
  func textsAreRead(text: String) throws {
    let m = try read(text)
    #expect(m.values == [1, 2.5, -3, 0, 5, 100] && m.days == 3 && m.settings == 2)
    #expect(m.names == nil && m.dates == nil && m.name(1) == "column 2" && m.column(1) == [2.5, 0, 100])
  }

  @Test(arguments: [
    "date,a,\"b, c\"\n2018-01-02,1,2\n2018-01-03,3,4\n", "a,\"b, c\"\n1,2\n3,4\n",
    "Session,a,\"b, c\"\n0,1,2\n1,3,4\n",
    ",a,\"b, c\"\n0,1,2\n1,3,4\n",
  ])
  func namesAndDatesAreToldFromNumbers(text: String) throws {
    let m = try read(text)
    #expect(m.names == ["a", "b, c"] && m.values == [1, 2, 3, 4])
    #expect(m.dates?.count == (text.hasPrefix("a") ? nil : 2))
    #expect(try read("2018-01-02,1\n2018-01-03,2\n").dates == ["2018-01-02", "2018-01-03"])
    #expect(try read(",0,1\n0,5,6\n1,7,8\n").names == ["0", "1"])
  }

  @Test(arguments: [
    ("", "no numbers"), ("a,b\n", "no numbers"), ("2,1\n", "1 day; at least 2"),
    ("2,1\n3,nan\n", "m.csv:2: column 2 is 'nan'"), ("2,1\n-inf,4\n", "m.csv:2: column 1 is '-inf'"),
    ("2,1\n3,\n", "m.csv:2: column 2 is ''"), ("1,x\n3,4\n", "m.csv:1: column 2 is 'x'"),
    ("a,b\n1,2\n3\n", "m.csv:3: 1 columns, the first row has 2"), ("a,b\n1\n3\n", "m.csv:2: 1 columns"),
    ("2,1\n\n3,4\n", "m.csv:2: 0 columns"), ("date,a\n2018-01-02,1\n2018-01-03\n", "m.csv:3: 1 columns"),
    ("2,1\n3,1e999\n", "'1e999'"), ("2,1\n3,0x10\n", "column 2 is '0x10'"),
    ("2,1\n3,5\u{0}000\n", "column 2 is '5"), ("2,1\n3,１\n", "column 2 is '１'"),
    ("0,1,2\n5,6,7\n8,9,10\n", "m.csv:1: the first row counts 3 columns from 0, so it may be names or a day"),
    ("1,2\n5,6\n8,9\n", "m.csv:1: the first row counts 2 columns from 1"),
    ("0,5,6\n1,7,8\n2,9,1\n", "m.csv: column 1 counts the rows"),
    ("i,a\n1,5\n2,7\n3,9\n", "m.csv: column 1 counts the rows"),
    (",i,a\n1,0,5\n2,1,7\n3,2,9\n", "m.csv: column 2 counts the rows"),
  ])
  func whatIsNoTableIsRefusedWithItsPlace(text: String, told: String) throws {
    let error = try #require(throws: OutcomeMatrixError.self) { try read(text) }
    #expect("\(error)".contains(told), "\(error)")
  }

  /// A date is a date in whole, and a number with a sign and a comma is none.
  @Test(arguments: [
    ("\"-1,063.50\",1\n2,3\n", "m.csv:1: column 1 is '-1,063.50'"),
    ("-0.65%,1\n2,3\n", "m.csv:1: column 1 is '-0.65%'"),
    ("a,b\n-0.65%,1\n", "m.csv:2: column 1 is '-0.65%'"),
    ("2018-01-02;1,50\n2018-01-03;2,50\n", "m.csv:1: fields are separated by semicolons"),
    ("date;a\n2018-01-02;-0.6\n", "m.csv:2: fields are separated by semicolons"),
    ("2018-13-02,1\n2018-13-03,2\n", "m.csv:1: column 1 is '2018-13-02'"),
    ("date,a\n01.02.2018,1\n", "m.csv:2: '01.02.2018' is no day"),
    ("date,a\n13/1/2018,1\n", "'13/1/2018' is no day"),
    ("date,a\n2018-01-02 25:00,1\n", "'2018-01-02 25:00' is no day"),
    ("date,a\n,1\n", "m.csv:2: '' is no day"),
    ("index,a\nnan,1\n", "'nan' is no day"),
  ])
  func whatIsNoDayIsNotTakenForOne(text: String, told: String) throws {
    let error = try #require(throws: OutcomeMatrixError.self) { try read(text) }
    #expect("\(error)".contains(told), "\(error)")
  }

  /// However days are written, they ascend, each once.
  @Test(arguments: [
    ("2018-01-31", "2018-02-01"), ("2018-1-9", "2018-1-10"), ("2018/9/30", "2018/10/1"),
    ("9/30/2018", "10/01/2018"),
    ("12/31/2017", "1/2/2018"), ("20180131", "20180201"), ("2018-01-02 09:30:00", "2018-01-02 15:45:00"),
    ("2018-01-02T15:45:30.25Z", "2018-01-03T09:30Z"),
    ("2018-01-02 00:00:00-05:00", "2018-01-03 00:00:00-05:00"),
    ("9", "10"), ("1514851200", "1514937600"),
  ])
  func daysAscend(first: String, second: String) throws {
    #expect(try read("date,a\n\(first),1\n\(second),-2\n").dates == [first, second])
    for (a, b) in [(second, first), (first, first)] {
      let error = try #require(throws: OutcomeMatrixError.self) { try read("date,a\n\(a),1\n\(b),-2\n") }
      #expect("\(error)".hasSuffix("m.csv: \(b) follows \(a); sort the days, the oldest first, each once"))
    }
  }

  /// A column that never steps back over sixteen days is an index or a running total, wherever it stands and however it is stored.
  @Test(arguments: [1.0, 86_400, -5, 0.25]) func columnsThatRunAreRefused(step: Double) throws {
    func rows(_ days: Int, _ x: (Int) -> Double) -> [Double] {
      (0..<days).flatMap { [Double($0 * 7 % 5), x($0)] }
    }
    let running = rows(16) { 1_514_851_200 + step * Double($0) }
    let pausing = rows(16) { 1_514_851_200 + step * Double(max($0, 1)) }
    let folder = try Folder()
    for (values, isRefused) in [(running, true), (pausing, false), (Array(running.dropLast(2)), false)] {
      try NumPyFile.write(values, shape: [values.count / 2, 2], to: folder.path("m.npy"))
      let text = stride(from: 0, to: values.count, by: 2).map { "\(values[$0]),\(values[$0 + 1])\n" }.joined()
      let tables: [() throws -> OutcomeMatrix] = [
        { try OutcomeMatrix(path: folder.path("m.npy")) }, { try read("a,b\n" + text) },
      ]
      for table in tables {
        if isRefused {
          let error = try #require(throws: OutcomeMatrixError.self) { try table() }
          #expect("\(error)".contains("without a step back"), "\(error)")
        } else {
          #expect(try table().settings == 2)
        }
      }
    }
  }

  /// What pandas writes by `to_csv()`, with names and dates and without, and by `to_csv(index=False)`.
  @Test func tablesOfPandasAreRead() throws {
    let plain = try read(",0,1\n0,1.5,-2.0\n1,0.0,3.0\n2,4.0,5.0\n")
    #expect(plain.names == ["0", "1"] && plain.dates == ["0", "1", "2"] && plain.settings == 2)
    #expect(plain.values == [1.5, -2, 0, 3, 4, 5])
    let again = try read("Unnamed: 0,a,b\n0,1.5,-2.0\n1,0.0,3.0\n2,4.0,5.0\n")
    #expect(again.names == ["a", "b"] && again.values == plain.values)
    let dated = try read(",0,1\n2018-01-02,1.5,-2.0\n2018-01-03,0.0,3.0\n2018-01-04,4.0,5.0\n")
    #expect(dated.dates?.first == "2018-01-02" && dated.values == plain.values)
    let bare = "0,1\n1.5,-2.0\n0.0,3.0\n4.0,5.0\n"
    let named = try read(bare, header: true)
    #expect(named.names == ["0", "1"] && named.values == plain.values)
    #expect(try read(bare, header: false).values == [0, 1] + plain.values)
  }

  /// The caller's word is about rows of numbers alone: names and days that tell themselves are read as without it.
  @Test(arguments: [true, false]) func aWordOnTheFirstRowIsAboutNumbers(header: Bool) throws {
    #expect(try read("a,b\n5,6\n7,8\n", header: header).days == 2)
    #expect(try read("2018-01-02,0,1\n2018-01-03,7,8\n", header: header).days == 2)
    #expect(try read("5,9\n6,7\n8,1\n", header: header).names == (header ? ["5", "9"] : nil))
  }

  @Test func arraysAreReadWhateverTheirType() throws {
    let folder = try Folder()
    let path = folder.path("m.npy")
    let wanted = [1.0, 2, -3, 4, 5, 6]
    try NumPyFile.write(wanted, shape: [3, 2], to: path)
    #expect(try OutcomeMatrix(path: path).values == wanted)
    try NumPyFile.write(wanted.map(Float.init), shape: [3, 2], to: path)
    #expect(try OutcomeMatrix(path: path).values == wanted)
    try NumPyFile.write(wanted.map { Int64($0) }, shape: [3, 2], to: path)
    #expect(try OutcomeMatrix(path: path).settings == 2)
    try NumPyFile.write(wanted.map { Int32($0) }, shape: [6], to: path)
    #expect(try OutcomeMatrix(path: path).settings == 1)
    // the transpose in C order has the bytes of the matrix in Fortran's
    try NumPyFile.write([1.0, -3, 5, 2, 4, 6], shape: [3, 2], to: path)
    var bytes = Array(try Data(contentsOf: URL(filePath: path)))
    let order = Array("False".utf8)
    let at = try #require((0..<80).first { Array(bytes[$0..<$0 + 5]) == order })
    bytes.replaceSubrange(at..<at + 5, with: Array("True ".utf8))
    try Data(bytes).write(to: URL(filePath: path))
    #expect(try OutcomeMatrix(path: path).values == wanted)
  }

  @Test func arraysThatAreNoTableAreRefused() throws {
    let folder = try Folder()
    let path = folder.path("m.npy")
    func told() throws -> String {
      "\(try #require(throws: OutcomeMatrixError.self) { try OutcomeMatrix(path: path) })"
    }
    try NumPyFile.write([1.0, 2, .nan, 4], shape: [2, 2], to: path)
    #expect(try told().contains("row 2, column 1 is nan"))
    try NumPyFile.write(Array(repeating: 1.0, count: 8), shape: [2, 2, 2], to: path)
    #expect(try told().contains("shape [2, 2, 2]"))
    try NumPyFile.write([1.0, 2], shape: [1, 2], to: path)
    #expect(try told().contains("1 day"))
    try NumPyFile.write([Double](), shape: [2, 0], to: path)
    #expect(try told().contains("no numbers"))
    try NumPyFile.write([Int64.max, 0], shape: [2, 1], to: path)
    #expect(try told().contains("9223372036854775807, which no Double equals"))
  }

  @Test func aBenchmarkIsSubtractedDayByDay() throws {
    let m = try OutcomeMatrix(values: [1, 2, 3, 4], settings: 2)
    let b = try OutcomeMatrix(values: [1, 5], settings: 1, source: "b")
    #expect(try m.above(b).values == [0, 1, -2, -1])
    #expect(throws: OutcomeMatrixError.notOneSeries(source: "matrix", settings: 2)) { try m.above(m) }
    let three = try OutcomeMatrix(values: [1, 5, 6], settings: 1, source: "b")
    #expect(throws: OutcomeMatrixError.self) { try m.above(three) }
    let huge = try OutcomeMatrix(values: [1e308, 1], settings: 1)
    #expect(throws: OutcomeMatrixError.self) {
      try huge.above(OutcomeMatrix(values: [-1e308, 1], settings: 1))
    }
  }

  /// A tenth above the benchmark, as binary fractions have it, is the same every day; equal sums in another order are nothing.
  @Test(arguments: [1.0, 1e-250, 1e250]) func roundingIsNoSpread(unit: Double) throws {
    let series = (0..<40).map { Double($0 * 37 % 41 - 20) / 7 }
    let values = series.flatMap { x in
      [x + 0.1, (x + 0.3) - 0.3, x * x, x < 0 ? 0.1 : 0.1 * (1 + 1e-5), 5].map { $0 * unit }
    }
    let m = try OutcomeMatrix(values: values, settings: 5)
    let b = try OutcomeMatrix(values: series.map { $0 * unit }, settings: 1)
    let above = try m.above(b)
    #expect(Set(above.column(0)).count > 2, "the test has rounding to pass over")
    #expect(series.contains { ($0 + 0.3) - 0.3 != $0 }, "and in what is nothing")
    #expect(above.constant == [0, 1] && above.zero == [1])
    #expect(m.constant == [4])
    let near = try OutcomeMatrix(
      values: values.indices.map {
        $0 % 5 == 3 && values[$0] > 0.1 * unit ? 0.1 * (1 + 1e-7) * unit : values[$0]
      },
      settings: 5)
    #expect(near.constant == [3, 4])
  }

  /// Dates are days, however they are written; what is no date can't be held against one.
  @Test(arguments: [
    ("2018-01-02", "2018-01-03", true), ("1/2/2018", "1/3/2018", true), ("20180102", "20180103", true),
    ("2018-01-02 09:30", "2018-01-03 16:00", true), ("0", "1", true), ("1", "2", true),
    ("20180102.0", "20180103.0", true), ("20190102.0", "20190103.0", false), ("43102", "43103", false),
    ("1514851200", "1514937600", false), ("1", "3", false),
    ("2018-01-02", "2018-01-04", false), ("2019-01-02", "2019-01-03", false), ("1/1/2018", "1/3/2018", false),
  ])
  func aBenchmarkIsOfTheSameDays(first: String, last: String, isSame: Bool) throws {
    let dated = try read("date,a,b\n2018-01-02,1,2\n2018-01-03,3,4\n")
    let bare = try OutcomeMatrix(values: dated.values, settings: 2)
    let b = try OutcomeMatrix(values: [1, 1], settings: 1, dates: [first, last], source: "b.csv")
    #expect(try bare.above(b).values == [0, 1, 2, 3])
    for above in [{ try dated.above(b) }, { try bare.above(b, dates: dated.dates) }] {
      guard isSame else {
        let error = try #require(throws: OutcomeMatrixError.self) { try above() }
        #expect("\(error)".hasPrefix("b.csv: ") && "\(error)".contains("give both over the same days"))
        continue
      }
      #expect(try above().values == [0, 1, 2, 3])
    }
  }
}
