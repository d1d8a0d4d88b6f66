/// What can be wrong with a study that a user asks for.
public enum StudyError: Error, Equatable, Sendable, CustomStringConvertible {
  case cannotWrite(path: String, reason: String)
  case notAStudy(path: String, reason: String)
  /// The best of a grid alone are stored, and it wasn't gone through.
  case unfinished(path: String)
  /// What speaks for or against a pick can't be worked out.
  case noEvidence(reason: String)
  case noSuchTrial(path: String, asked: String, count: Int, first: Int = 0, last: Int? = nil)
  case noneFeasible(path: String, objective: String, constraints: [String])
  case noSuchSession(date: String, first: String, last: String)
  /// A session of a period in which no entry can be made.
  case noSuchEntry(date: String, from: String, to: String)
  /// A move, or a moment, of a stress that can't be.
  case badStress(option: String, value: String, problem: String)
  case noPresets(searched: [String])
  /// More cost paths than one call writes.
  case tooManyPaths(file: String, condors: Int, sessions: Int, limit: Int)
  /// Configurations whose paths have no common minutes.
  case entryMinutesDiffer(file: String)
  /// A hedge beyond 32 bits of cents in a grid that is worked out piece by piece.
  case tooLargeForMatrices(file: String)
  /// An objective that needs whole series, where only the best by it are to be kept.
  case notScreenable(file: String, objective: String)
  /// More trials to keep than memory holds.
  case keepsTooMany(file: String, keep: Int, limit: Int)
  /// A study that was begun on something else than what is there now.
  case anotherMarket(path: String, what: String)
  /// A journal of a search that isn't one of it.
  case badJournal(path: String, reason: String)
  /// A metric that is worked out on demand, of a study that never asked for it.
  case notKept(path: String, metric: String)
  /// Spaces that can't be compared as families.
  case families(files: [String], problem: String)
  /// A family of which nothing can be chosen.
  case nothingToChoose(file: String, from: String, to: String)
  /// A period that can't be cut in two.
  case noHalves(boundary: String, from: String, to: String)
  /// A part of walk-forward windows that can't be.
  case badWindow(option: String, value: Int, allowed: String)
  /// A period that holds no whole window.
  case noWindow(needs: Int, has: Int, from: String, to: String)
  /// A choice that can't be repeated on other draws of its market.
  case notRepeatable(path: String, reason: String)
  case notReproduced(file: String, field: String, stored: String, now: String)

  /// What is wrong and what to do.
  public var description: String {
    switch self {
    case .cannotWrite(let path, let reason):
      "\(path): can't be written (\(reason)); free space or choose another place"
    case .notAStudy(let path, let reason):
      "\(path): not a folder that `wingspan sweep --out` made (\(reason))"
    case .unfinished(let path):
      "\(path): the study was interrupted and keeps its best trials alone, so what was tried can't be told; go on with it by `wingspan resume \(path)`"
    case .noEvidence(let reason): "\(reason); --no-evidence exports the pick's figures alone"
    case .noSuchTrial(let path, let asked, let count, let first, let last):
      "\(path): no trial \(asked); "
        + (count == 0
          ? "it holds none: the sweep was interrupted before its first block; run it again"
          : (last ?? count - 1) - first + 1 == count
            ? "it holds trials \(first) to \(last ?? count - 1); say --pick best or --pick N"
            : "it keeps \(count) trials between \(first) and \(last ?? count - 1); say --pick best or --pick N")
    case .noneFeasible(let path, let objective, let constraints):
      constraints.isEmpty
        ? "\(path): no trial has a value for \(objective): none of them traded; widen the space or the period"
        : "\(path): no trial has a value for \(objective) and keeps \(constraints.joined(separator: ", ")); loosen them, widen "
          + "the space or the period, or name a trial"
    case .noSuchSession(let date, let first, let last):
      "--date \(date) is no session of the history, which holds the trading days from \(first) to \(last)"
    case .noSuchEntry(let date, let from, let to):
      "--date \(date) is no entry session of \(from) to \(to); choose a trading day in it but the last one, whose entry would "
        + "expire beyond it"
    case .badStress(let option, let value, let problem): "\(option): \(value) \(problem)"
    case .noPresets(let searched):
      "no presets in \(searched.joined(separator: ", ")); run in the checkout, name configurations, or give --presets DIR"
    case .tooManyPaths(let file, let condors, let sessions, let limit):
      "\(file): \(condors) condors over \(sessions) sessions are more than \(limit) paths, some 2 GB; shorten the period "
        + "with --from and --to, or search fewer values"
    case .entryMinutesDiffer(let file):
      "\(file): the configurations enter at different minutes, and one axis of minutes serves all; fix entry.minute"
    case .tooLargeForMatrices(let file):
      "\(file): a hedge gains or loses more than 21 million dollars a size unit in one session; size the layers smaller, "
        + "or give more --memory"
    case .notScreenable(let file, let objective):
      "\(file): --keep can't rank by \(objective), which no matrix product gives; choose "
        + Metric.allCases.filter(\.isScreenable).map(\.rawValue).joined(separator: ", ")
        + " as objective, or store all trials"
    case .keepsTooMany(let file, let keep, let limit):
      "\(file): --keep \(keep) trials don't fit the memory given, which holds \(limit); keep fewer, give more --memory, or "
        + "store all trials"
    case .anotherMarket(let path, let what):
      "\(path): its \(what) changed since the study was begun, so its trials and new ones would not compare; "
        + "give the history it was made on with --history, or begin it anew with `wingspan resume --rebase`"
    case .badJournal(let path, let reason):
      "\(path): no journal of this search (\(reason)); give the one that was begun with this file, or a new name"
    case .notKept(let path, let metric):
      "\(path): it doesn't keep \(metric), which is worked out on demand: name it in search.objectives or "
        + "search.constraints of the space, or keep the best of a grid only, with `wingspan sweep --keep N`"
    case .families(let files, let problem): "\(files.joined(separator: ", ")): \(problem)"
    case .nothingToChoose(let file, let from, let to):
      "\(file): no setting that was tried trades and keeps its constraints from \(from) to \(to); widen the space, "
        + "raise --budget, or lengthen the period"
    case .noHalves(let boundary, let from, let to):
      "--train-until \(boundary) leaves a half of \(from) to \(to) with fewer than 20 sessions: settings are chosen on each "
        + "half and judged on the other; choose a date near the middle, or a longer period"
    case .badWindow(let option, let value, let allowed): "\(option) must be \(allowed), was \(value)"
    case .noWindow(let needs, let has, let from, let to):
      "a window needs \(needs) sessions (in sample, embargo, out of sample, and one in which the last entry expires), but "
        + "\(from) to \(to) has \(has): give a longer period, or smaller --in-sample, --embargo or --out-of-sample"
    case .notRepeatable(let path, let reason): "\(path): its choice can't be repeated: \(reason)"
    case .notReproduced(let file, let field, let stored, let now):
      "\(file): \(field) was \(stored) when it was exported and is \(now) now on the same "
        + "history: the file was edited, or the program or the marks have changed; export it again"
    }
  }
}
