import ArgumentParser
import Backtesting
import Foundation
import MarketData
import RunStore
import Studies

struct Resume: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Go on with a study that was interrupted; its result is as if it never had been.",
    discussion: """
      Takes space, history, marks, seed and period from the study, and works out what its store doesn't hold. The history must be the one it was begun on: if its \
      content has changed since, nothing is run, unless --rebase begins the study anew on what the history is now.
      """)

  @Argument(help: "Folder of the study.", completion: .directory)
  var study: String
  @Option(help: "History file, if it has moved since; `bundled` for the bundled one.")
  var history: String?
  @OptionGroup var workers: ThreadOptions
  @OptionGroup var matrices: MemoryOption
  @Flag(help: "If the history is another by now, begin the study anew on it.")
  var rebase = false
  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let interrupt = Interrupt()
    let clock = ContinuousClock()
    let start = clock.now
    let folder = StudyFolder(study)
    let (store, record, space) = try folder.resume()
    do {
      if try store.isFinished() {
        try store.close()
        Output.note("\(study): finished already, nothing to go on with")
        return
      }
      let (market, period, source) = try folder.market(of: record, history: history)
      try space.requireSignals(of: market)
      var isSame = true
      do throws(StudyError) {
        try folder.checkSame(market, record)
      } catch {
        guard rebase else { throw error }
        isSame = false
      }
      // the best of a search are known at its end only, so its store doesn't tell how far it came
      let goesOn = isSame && (space.isPlainGrid || record.kept == nil)
      if !goesOn { try store.close() }
      let runner = StudyRunner(out: study, json: json)
      if space.isPlainGrid {
        var sweep = try Sweep(space: space, market: market, period: period)
        sweep.memoryBytes = matrices.bytes
        sweep.keep = record.kept
        sweep.shard = record.shard
        let own: RunStore
        if goesOn {
          own = store
          sweep.stored = try RangeSet(store.trialRanges())
        } else {
          own = try folder.create(sweep, source: source)
        }
        sweep.loadSeconds = (clock.now - start) / .seconds(1)
        return try runner.run(sweep, store: own, threads: workers.count, interrupt: interrupt)
      }
      var search = try SearchStudy(space, market: market, period: period)
      search.memoryBytes = matrices.bytes
      search.loadSeconds = (clock.now - start) / .seconds(1)
      search.keep = record.kept
      let own = goesOn ? store : try folder.create(search, space: space, source: source)
      try runner.run(search, store: own, threads: workers.count, interrupt: interrupt)
    } catch {
      try? store.close()
      throw error
    }
  }
}

struct Merge: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Join the parts of a grid that `sweep --shard` worked out into the study of the whole.",
    discussion: """
      The store is the same, byte for byte, as that of the undivided sweep, whatever the order. A part that is missing, \
      doubled, unfinished or of another study is named.
      """)

  @Argument(help: "Folders of all parts.", completion: .directory)
  var shards: [String]
  @Option(help: "Folder for the joined study; must hold none yet.")
  var out: String
  @Flag(help: "Print JSON.")
  var json = false

  private struct Joined: Encodable {
    let store: String
    let shards: Int
    let trials: Int
  }

  func run() throws {
    let trials = try StudyFolder(out).merge(shards)
    let joined = Joined(store: out + "/study.sqlite", shards: shards.count, trials: trials)
    if json { return try Output.json(joined) }
    try Output.text("\(joined.trials) trials of \(joined.shards) shards are in \(joined.store)")
  }
}
