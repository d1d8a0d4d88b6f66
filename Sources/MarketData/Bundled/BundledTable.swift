/// A comma-separated table that ships with the package: `#` comments, one header line, then rows.
///
/// It reads only tables of our own making: a field in double quotes may hold commas, but no quotes.
package struct BundledTable {
  /// One row and where it stands.
  package struct Row {
    /// The line in the file, from 1.
    package let line: Int
    /// The fields, as many as the header has.
    package let fields: [Substring]
  }
  /// The file's name.
  package let name: String
  /// The rows below the header.
  package let rows: [Row]

  /// Reads `Resources/<name>` and checks its header. O(size of the file).
  package init(_ name: String, header: String) throws(MarketDataError) {
    try self.init(name: name, text: BundledFiles.text(name), header: header)
  }

  /// Reads `text` as the table `name`.
  package init(name: String, text: String, header: String) throws(MarketDataError) {
    let width = header.utf8.count { $0 == UInt8(ascii: ",") } + 1
    var rows: [Row] = []
    var headed = false
    var number = 0
    // By bytes: splitting by Character costs several times as much.
    for bytes in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      let line = Substring(bytes)
      number += 1
      if line.isEmpty || line.utf8.first == UInt8(ascii: "#") { continue }
      guard headed else {
        guard line == header else {
          throw .resource(name: name, reason: "line \(number) is '\(line)' instead of '\(header)'")
        }
        headed = true
        continue
      }
      let fields = Self.fields(of: line)
      guard fields.count == width else {
        throw .resource(name: name, reason: "line \(number) has \(fields.count) fields instead of \(width)")
      }
      rows.append(Row(line: number, fields: fields))
    }
    guard !rows.isEmpty else { throw .resource(name: name, reason: "it has no rows") }
    self.name = name
    self.rows = rows
  }

  /// The error of a field that can't be read.
  package func damaged(_ row: Row, field: String, value: some StringProtocol) -> MarketDataError {
    .resource(name: name, reason: "line \(row.line), \(field) is '\(value)'")
  }

  /// The date in column `index`.
  package func date(_ row: Row, _ index: Int) throws(MarketDataError) -> SessionDate {
    guard let date = SessionDate(iso: row.fields[index]) else {
      throw damaged(row, field: "date", value: row.fields[index])
    }
    return date
  }

  private static func fields(of line: Substring) -> [Substring] {
    let comma = UInt8(ascii: ",")
    let quote = UInt8(ascii: "\"")
    guard line.utf8.contains(quote) else {
      return line.split(separator: ",", omittingEmptySubsequences: false)
    }
    var result: [Substring] = []
    var start = line.startIndex
    var quoted = false
    var i = start
    while i < line.endIndex {
      if line.utf8[i] == quote { quoted.toggle() }
      if line.utf8[i] == comma && !quoted {
        result.append(unquoted(line[start..<i]))
        start = line.utf8.index(after: i)
      }
      i = line.utf8.index(after: i)
    }
    result.append(unquoted(line[start...]))
    return result
  }

  private static func unquoted(_ field: Substring) -> Substring {
    field.hasPrefix("\"") && field.hasSuffix("\"") && field.utf8.count >= 2
      ? field.dropFirst().dropLast() : field
  }
}
