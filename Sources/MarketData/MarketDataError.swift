/// What can be wrong with market data. Every case names the place and says what to do.
public enum MarketDataError: Error, Equatable, Sendable {
  /// The file can't be opened or decompressed.
  case unreadable(file: String, reason: String)
  /// Neither header nor content is of a known format.
  case unknownFormat(file: String, firstLine: String)
  /// A row that can't be right.
  case badRow(file: String, line: Int, field: String, value: String, remedy: String)
  /// A file of a known format without a single row.
  case noRows(file: String)
  /// A table that ships with the program is missing or damaged.
  case resource(name: String, reason: String)
  /// A date or range that the data doesn't reach.
  case outsideCoverage(what: String, asked: String, covered: String)
}

extension MarketDataError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadable(let file, let reason): "\(file): \(reason)"
    case .unknownFormat(let file, let firstLine):
      "\(file): no known format starts with '\(firstLine)'; `wingspan data import --help` lists the formats"
    case .badRow(let file, let line, let field, let value, let remedy):
      "\(file):\(line): \(field) is '\(value)'; \(remedy)"
    case .noRows(let file): "\(file): a header but no rows; check that the download is complete"
    case .resource(let name, let reason):
      "built-in table \(name): \(reason); reinstall Wingspan (make build)"
    case .outsideCoverage(let what, let asked, let covered):
      "\(what): asked for \(asked), but the data covers \(covered)"
    }
  }
}
