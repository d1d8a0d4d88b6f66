/// What can be wrong with a question of luck. Every case says the value met and what to do.
public enum LuckError: Error, Equatable, Sendable {
  /// No setting has any spread.
  case noSpread(source: String, settings: Int)
  /// Too few days to resample.
  case tooFewDays(source: String, days: Int, least: Int)
  /// Blocks as long as the period, or longer.
  case blockTooLong(source: String, block: Double, days: Int)
}

extension LuckError: CustomStringConvertible {
  /// One line with the remedy.
  public var description: String {
    switch self {
    case .noSpread(let source, let settings):
      "\(source): each of the \(settings) settings earns the same every day; check that they trade at all"
    case .tooFewDays(let source, let days, let least):
      "\(source): \(days) days are too few to tell luck by, however they are resampled; give \(least) or more"
    case .blockTooLong(let source, let block, let days):
      "\(source): blocks of \(block) days in \(days) days; give a --block of at most half of the days"
    }
  }
}
