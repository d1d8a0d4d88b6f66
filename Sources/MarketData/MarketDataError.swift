/// What can be wrong with market data. Every case names the place and says what to do.
public enum MarketDataError: Error, Equatable, Sendable {
  /// The file can't be opened or decompressed.
  case unreadable(file: String, reason: String)
  /// The file has no bytes, or nothing but blank lines.
  case empty(file: String)
  /// The file isn't text.
  case binary(file: String, offset: Int, byte: UInt8)
  /// Neither header nor content is of a known format.
  case unknownFormat(file: String, firstLine: String)
  /// The content is known, but not what it describes.
  case ambiguous(file: String, reason: String, remedy: String)
  /// A row that can't be right.
  case badRow(file: String, line: Int, field: String, value: String, remedy: String)
  /// Two rows for the same moment.
  case duplicateRow(file: String, line: Int, value: String, firstLine: Int)
  /// A row that stands before its time.
  case unsorted(file: String, line: Int, value: String, previous: String)
  /// A file of a known format without a single row.
  case noRows(file: String)
  /// A table that ships with the program is missing or damaged.
  case resource(name: String, reason: String)
  /// A date or range that the data doesn't reach.
  case outsideCoverage(what: String, asked: String, covered: String)
}

extension MarketDataError: CustomStringConvertible {
  /// What is wrong and what to do.
  public var description: String {
    switch self {
    case .unreadable(let file, let reason): "\(file): \(reason)"
    case .empty(let file): "\(file): the file is empty; download it again"
    case .binary(let file, let offset, let byte):
      "\(file): byte \(offset) is \(byte), so this is no text; give the CSV file itself, plain or gzipped"
    case .unknownFormat(let file, let firstLine):
      "\(file): no known format starts with '\(firstLine)'; `wingspan data import --help` lists the formats"
    case .ambiguous(let file, let reason, let remedy): "\(file): \(reason); \(remedy)"
    case .badRow(let file, let line, let field, let value, let remedy):
      "\(file):\(line): \(field) is '\(value)'; \(remedy)"
    case .duplicateRow(let file, let line, let value, let firstLine):
      "\(file):\(line): \(value) was already on line \(firstLine); delete one of the two rows"
    case .unsorted(let file, let line, let value, let previous):
      "\(file):\(line): \(value) comes after \(previous); sort the file by time, oldest first"
    case .noRows(let file): "\(file): a header but no rows; check that the download is complete"
    case .resource(let name, let reason):
      "built-in table \(name): \(reason); reinstall Wingspan (make build)"
    case .outsideCoverage(let what, let asked, let covered):
      "\(what): asked for \(asked), but the data covers \(covered)"
    }
  }
}
