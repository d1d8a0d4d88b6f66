/// What can be wrong with an option chain file. Every case names the place and says what to do.
public enum ChainError: Error, Equatable, Sendable {
  /// The file can't be opened or decompressed.
  case unreadable(file: String, reason: String)
  /// The header is of no known chain format.
  case unknownFormat(file: String, firstLine: String)
  /// A row that can't be right. `line` counts from 1, the header included.
  case badRow(file: String, line: Int, field: String, value: String, remedy: String)
  /// A header but not one SPXW row.
  case noRows(file: String)
}

extension ChainError: CustomStringConvertible {
  /// File, place, value met and remedy.
  public var description: String {
    switch self {
    case .unreadable(let file, let reason): "\(file): \(reason)"
    case .unknownFormat(let file, let firstLine):
      "\(file): no option chain format starts with '\(firstLine)'; known are the lambdaclass scrape, "
        + "Cboe DataShop (with calcs, or the subset of 15:45) and HistoricalOptionData"
    case .badRow(let file, let line, let field, let value, let remedy):
      "\(file):\(line): \(field) is '\(value)'; \(remedy)"
    case .noRows(let file):
      "\(file): a header but no row of root SPXW; check that the download is complete and of SPX options"
    }
  }
}
