/// What can be wrong with a question of luck. Every case says the value met and what to do.
public enum LuckError: Error, Equatable, Sendable {
  /// No setting has any spread.
  case noSpread(source: String, settings: Int)
  /// Too few days for a block length of their own.
  case noBlockLength(source: String, days: Int)
  /// Blocks as long as the period, or longer.
  case blockTooLong(source: String, block: Double, days: Int)
}

extension LuckError: CustomStringConvertible {
  /// One line with the remedy.
  public var description: String {
    switch self {
    case .noSpread(let source, let settings):
      "\(source): each of the \(settings) settings earns the same every day; check that they trade at all"
    case .noBlockLength(let source, let days):
      "\(source): \(days) days are too few to tell how long dependence lasts; give --block, or 16 days or more"
    case .blockTooLong(let source, let block, let days):
      "\(source): blocks of \(block) days in \(days) days; give a --block of at most half of the days"
    }
  }
}
