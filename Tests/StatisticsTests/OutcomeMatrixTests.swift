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
    ("2,1\n3,1e999\n", "'1e999'"),
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
}
