import MarketData
import Testing

/// A quoted field may hold commas; comments and blank lines don't count as rows but do count as lines.
@Test func tableReadsQuotedFields() throws {
  let table = try BundledTable(
    name: "t.csv", text: "# about\n\na,b,c\n1,\"x, y\",3\n4,,\n", header: "a,b,c")
  #expect(table.rows.map(\.fields) == [["1", "x, y", "3"], ["4", "", ""]])
  #expect(table.rows.map(\.line) == [4, 5])
}

/// A damaged table names itself, the line and what was met.
@Test(arguments: [
  ("", "no rows"), ("# only a comment\n", "no rows"), ("a,b\n", "no rows"),
  ("b,a\n1,2\n", "line 1 is 'b,a' instead of 'a,b'"),
  ("a,b\n1,2\n1,2,3\n", "line 3 has 3 fields instead of 2"),
  ("a,b\n1\n", "line 2 has 1 fields instead of 2"),
])
func damagedTableIsRefused(text: String, reason: String) {
  let error = #expect(throws: MarketDataError.self) {
    _ = try BundledTable(name: "t.csv", text: text, header: "a,b")
  }
  #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
  #expect(error?.description.contains("t.csv") == true)
}

/// A date that isn't one is named with its line.
@Test func damagedDateIsRefused() throws {
  let table = try BundledTable(name: "t.csv", text: "date\n2018-02-30\n", header: "date")
  let error = #expect(throws: MarketDataError.self) { _ = try table.date(table.rows[0], 0) }
  #expect(error?.description.contains("line 2, date is '2018-02-30'") == true)
}
