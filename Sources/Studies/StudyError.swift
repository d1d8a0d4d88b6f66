/// What can be wrong with a study that a user asks for.
public enum StudyError: Error, Equatable, Sendable, CustomStringConvertible {
  case cannotWrite(path: String, reason: String)
  case notAStudy(path: String, reason: String)
  case noSuchTrial(path: String, asked: String, count: Int)
  case noneFeasible(path: String, objective: String)
  case noTrades(name: String)
  case noSuchSession(date: String, first: String, last: String)
  case unknownMarks(path: String, reason: String)
  case noPresets(searched: [String])
  case notReproduced(file: String, field: String, stored: String, now: String)

  public var description: String {
    switch self {
    case .cannotWrite(let path, let reason): "\(path): can't be written (\(reason)); free space or choose another place"
    case .notAStudy(let path, let reason): "\(path): not a folder that `wingspan sweep --out` made (\(reason))"
    case .noSuchTrial(let path, let asked, let count):
      "\(path): no trial \(asked); it holds trials 0 to \(count - 1); say --pick best or --pick N"
    case .noneFeasible(let path, let objective):
      "\(path): no trial has a value for \(objective): none of them traded; widen the space or the period"
    case .noTrades(let name):
      "\(name): not one trade in the period; `wingspan backtest` prints why, session by session"
    case .noSuchSession(let date, let first, let last):
      "--date \(date): no session of the history, which holds \(first) to \(last)"
    case .unknownMarks(let path, let reason): "\(path): not a marks file (\(reason)); `wingspan calibrate` makes one"
    case .noPresets(let searched):
      "no presets in \(searched.joined(separator: ", ")); run in the checkout, name configurations, or give --presets DIR"
    case .notReproduced(let file, let field, let stored, let now):
      "\(file): \(field) was \(stored) when it was exported and is \(now) now; the history, marks or version differ"
    }
  }
}
