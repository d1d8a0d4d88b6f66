import ArgumentParser
import Foundation
import Kernels
import Statistics
import Studies

/// Where a table of what settings earned day by day comes from: the trials of a study, or a file.
struct OutcomeSource: ParsableArguments {
  @Argument(
    help: "Folder of a study, whose trials are the settings, in dollars a session.", completion: .directory)
  var study: String?
  @Option(
    help: "Instead of a study: P&L of every setting by day (.npy or .csv).",
    completion: .file(extensions: ["npy", "csv"]))
  var matrix: String?
  @Flag(
    inversion: .prefixedNo,
    help:
      "Whether a text's first row of numbers alone is names; default: no, and one that counts 0, 1, 2 is refused."
  )
  var header: Bool?
  @Option(help: "With a study: history file, if it has moved since; `bundled` for the bundled one.")
  var history: String?
  @Option(
    help: "With a study: trials at most, 2 to 100000; of more, so many are drawn at random."
  )
  var trials = StudyMatrix.defaultLimit
  @OptionGroup var workers: ThreadOptions

  func validate() throws {
    guard (study == nil) != (matrix == nil) else {
      throw ValidationError("give either the folder of a study or --matrix FILE")
    }
    guard (2...100_000).contains(trials) else {
      throw ValidationError("--trials must be 2 to 100000, was \(trials)")
    }
    if matrix != nil, history != nil {
      throw ValidationError("--history goes with a study, not with --matrix")
    }
  }

  /// What is to be known of the trials that a table holds.
  struct Facts: Encodable {
    let study: String
    let storeDigest: String
    let trials: Int
    let tried: Int
    let withoutResult: Int
    let isSample: Bool
    let isRecomputed: Bool
    let isBestOnly: Bool
    let best: Int
    let from: String
    let to: String
    let objectiveScore: ColumnScore
    let unheeded: [String]
    let prices: String

    /// The same in sentences.
    var text: String {
      var text =
        "\(study): \(trials) trials of \(tried) tried, dollars a session of one condor, \(from) to \(to); the study's best is trial "
        + "\(best)."
      if isSample {
        text +=
          " These are drawn at random, and verdicts are of them: the best of all that were tried owes more to luck than "
          + "the best of a part."
      }
      if withoutResult > 0 {
        text +=
          " \(withoutResult) have no result and are left out: losers that were given up would lower every verdict."
      }
      if isBestOnly {
        text +=
          " The study kept its best trials alone: what was tried and isn't here would lower every verdict."
      }
      if isRecomputed { text += " Results a session were worked out again." }
      if !unheeded.isEmpty {
        text += " The study's \(unheeded.joined(separator: ", ")) is in no verdict here."
      }
      return Text.wrap(text) + "\n" + Text.wrap(prices)
    }
  }

  /// The study's folder, where the table is of one.
  var folder: StudyFolder? { study.map { StudyFolder($0) } }

  /// Reads the table; of a study with the facts.
  ///
  /// - Parameter seed: of the draw, where the study has more trials than are looked at.
  func open(seed: UInt64) throws -> (outcomes: OutcomeMatrix, facts: Facts?) {
    if let matrix { return (try OutcomeMatrix(path: matrix, header: header), nil) }
    let folder = StudyFolder(study ?? "")
    let made = try Self.trials(
      of: folder, limit: trials, seed: seed, history: history, threads: workers.count)
    let facts = Facts(
      study: folder.path, storeDigest: try folder.storeDigest(), trials: made.trials.count,
      tried: made.tried, withoutResult: made.withoutResult, isSample: made.isSample,
      isRecomputed: made.isRecomputed, isBestOnly: made.isBestOnly, best: made.picked,
      from: made.period.from, to: made.period.to, objectiveScore: made.score, unheeded: made.unheeded,
      prices: made.disclosure)
    return (try made.outcomes(source: folder.path), facts)
  }

  /// Dates of a study's sessions; `nil` where the table is of a file.
  func sessionDates() throws -> [String]? {
    guard let folder else { return nil }
    let study = try folder.question().study
    let (market, period, _) = try folder.market(of: study, history: history)
    try folder.checkSame(market, study)
    return market.history.sessions[period].map(\.date.description)
  }

  /// The results of a study's trials, with progress; Ctrl-C ends the command.
  static func trials(
    of folder: StudyFolder, pick: String = "best", limit: Int = StudyMatrix.defaultLimit, seed: UInt64 = 1,
    history: String?, threads: Int
  ) throws -> StudyMatrix {
    let (interrupt, meter) = (Interrupt(), ProgressMeter())
    let made = try StudyMatrix(
      folder, pick: pick, limit: limit, seed: seed, threads: threads,
      market: {
        let opened = try folder.market(of: $0, history: history)
        return (opened.market, opened.period)
      }, isCancelled: { [flag = interrupt.flag] in flag.isRequested },
      progress: { meter.show(done: $0, of: $1) })
    meter.finish()
    guard let made else {
      Output.note("interrupted: nothing is told before every trial has its results")
      throw ExitCode(130)
    }
    return made
  }
}
