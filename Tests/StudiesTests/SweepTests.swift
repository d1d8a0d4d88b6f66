import Backtesting
import ConfigFormats
import Foundation
import GRDB
import MarketData
import RunStore
import Strategies
import Synchronization
import Testing

@testable import Studies

/// Raised by one closure, seen by another.
final class Flag: Sendable {
  let isUp = Mutex(false)
}

@Suite struct SweepTests {
  /// Runs the small space into a store and gives its canonical dump.
  static func dump(threads: Int, blockSize: Int = 1024) throws -> String {
    let scratch = try ScratchFolder()
    var sweep = try Fixture.sweep()
    sweep.blockSize = blockSize
    let folder = StudyFolder(scratch.path("study"))
    let store = try folder.create(
      sweep,
      source: StudySource(history: nil, marks: nil, seed: 5))
    let summary = try sweep.run(threads: threads, store: store)
    try store.close()
    #expect(summary.completed == 12 && !summary.interrupted)
    return try RunStore.canonicalDump(path: scratch.path("study/study.sqlite"))
  }

  @Test func anyNumberOfThreadsAndBlocksGivesTheSameBytes() throws {
    let one = try Self.dump(threads: 1)
    #expect(one.split(separator: "\n").count == 13, "a study and its twelve trials")
    for threads in [1, 2, 3] {
      #expect(try Self.dump(threads: threads) == one, "\(threads) threads")
      #expect(try Self.dump(threads: threads, blockSize: 5) == one, "\(threads) threads, blocks of 5")
    }
  }

  /// The shared priced paths of a sweep and the plain loop of a backtest are two ways to the same figures.
  @Test func everyTrialIsTheBacktestOfItsConfiguration() throws {
    let sweep = try Fixture.sweep()
    let scratch = try ScratchFolder()
    let folder = StudyFolder(scratch.path("s"))
    let store = try folder.create(
      sweep,
      source: StudySource(history: nil, marks: nil, seed: 5))
    let summary = try sweep.run(threads: 2, store: store)
    try store.close()
    let trials = try RunStore.open(path: scratch.path("s/study.sqlite")).trials(withDaily: true)
    #expect(trials.map(\.index) == Array(0..<12))
    var trades = 0
    var netsSeen: Set<Int64> = []
    for trial in trials {
      let strategy = try StrategyReader.strategy(folder.export(pick: "\(trial.index)"))
      #expect(try strategy == sweep.space.strategy(at: trial.index))
      #expect(trial.assignments == sweep.space.assignments(at: trial.index).map(\.text))
      let context = Fixture.market.context(for: [strategy])
      let result = Backtester(context).run(strategy, period: Fixture.period)
      let e = Evaluation(result, axis: PeriodAxis(Fixture.market.history, period: Fixture.period))
      for metric in Metric.streamed {
        #expect(trial.metric(metric.rawValue) == metric.value(of: e.figures), "\(trial.index) \(metric)")
      }
      #expect(trial.dailyCents == result.netBySession)
      #expect(trial.netCents == result.netBySession.reduce(0, +))
      #expect(trial.outcomes.reduce(0) { $0 + $1.count } == Fixture.period.count)
      #expect(
        Dictionary(uniqueKeysWithValues: trial.outcomes.map { ($0.code, $0.count) }) == e.figures.outcomes)
      trades += result.trades.count
      netsSeen.insert(try #require(trial.netCents))
    }
    #expect(summary.trades == trades && trades > 500)
    #expect(netsSeen.count == 12, "a space whose configurations all differ")
    #expect(summary.configDays == 12 * Fixture.period.count)
  }

  @Test func bestIsTheFirstOfTheHighestObjectiveAndEachSchoolHasItsOwn() throws {
    let sweep = try Fixture.sweep()
    let evaluations = try #require(
      Evaluator.run(
        sweep.strategies, context: Fixture.market.context(for: sweep.strategies), period: Fixture.period,
        threads: 1))
    let summary = try sweep.run(threads: 1, store: nil)
    let sharpes = evaluations.map { $0.figures.sharpe ?? -.infinity }
    #expect(summary.best?.index == sharpes.firstIndex(of: sharpes.max() ?? 0))
    for family in Family.allCases {
      let own = evaluations.indices.filter { Family(evaluations[$0].strategy) == family }
      let best = own.max { (sharpes[$0], $1) < (sharpes[$1], $0) }
      #expect(summary.bestByFamily[family.rawValue]?.index == best, "\(family)")
    }
    #expect(summary.bestByFamily.count == 4)
  }

  /// One thread takes two blocks before it asks again.
  @Test func interruptedSweepKeepsFinishedBlocksInOrder() throws {
    let scratch = try ScratchFolder()
    var sweep = try Fixture.sweep()
    sweep.blockSize = 4
    let folder = StudyFolder(scratch.path("s"))
    let store = try folder.create(
      sweep,
      source: StudySource(history: nil, marks: nil, seed: 5))
    let flag = Flag()
    let summary = try sweep.run(
      threads: 1, store: store, isCancelled: { flag.isUp.withLock { $0 } },
      progress: { p in if p.done == 4 { flag.isUp.withLock { $0 = true } } })
    try store.close()
    #expect(summary.interrupted && summary.completed == 8 && summary.configurations == 12)
    let kept = try RunStore.canonicalDump(path: scratch.path("s/study.sqlite")).split(separator: "\n")
    let whole = try Self.dump(threads: 1).split(separator: "\n")
    #expect(kept.count == 9 && kept[1...] == whole[1...8], "the first eight trials, as in a whole sweep")
    #expect(try folder.export(pick: "7").root["exported"]?["configurations_tried"]?.value == .int(8))
    #expect(throws: StudyError.noSuchTrial(path: scratch.path("s"), asked: "8", count: 8, last: 7)) {
      try folder.export(pick: "8")
    }
  }

  @Test func aStudyInterruptedBeforeItsFirstBlockSaysSo() throws {
    let scratch = try ScratchFolder()
    let sweep = try Fixture.sweep()
    let folder = StudyFolder(scratch.path("s"))
    let store = try folder.create(
      sweep,
      source: StudySource(history: nil, marks: nil, seed: 5))
    let summary = try sweep.run(threads: 1, store: store, isCancelled: { true })
    try store.close()
    #expect(summary.interrupted && summary.completed == 0 && summary.best == nil)
    let error = #expect(throws: StudyError.self) { try folder.export(pick: "best") }
    #expect(error?.description.contains("interrupted before its first block") == true)
  }
}

/// An exported file stands for its trial: read back in any format it trades the same cents.
@Suite struct ExportTests {
  private static func study(_ scratch: ScratchFolder, seed: UInt64 = 5) throws -> StudyFolder {
    let sweep = try Fixture.sweep()
    let folder = StudyFolder(scratch.path("study"))
    let store = try folder.create(sweep, source: StudySource(history: nil, marks: nil, seed: seed))
    _ = try sweep.run(threads: 2, store: store)
    try store.close()
    return folder
  }
  private static func check(
    _ path: String, period: ClosedRange<Int> = Fixture.period
  ) throws -> ExportedStudy.Reproduction {
    let document = try ConfigDocument.load(path: path)
    let strategy = try StrategyReader.strategy(document)
    let exported = try #require(try ExportedStudy(document))
    let result = Backtester(Fixture.market.context(for: [strategy])).run(strategy, period: period)
    let e = Evaluation(result, axis: PeriodAxis(Fixture.market.history, period: period))
    return exported.check(e, market: Fixture.market, period: period)
  }

  @Test func exportedFileReproducesItsFiguresInEveryFormat() throws {
    let scratch = try ScratchFolder()
    let folder = try Self.study(scratch)
    for pick in ["best", "0", "7", "11"] {
      for format in ConfigFormat.allCases {
        let path = scratch.path("\(pick).\(format)")
        try OutputFile.write(folder.export(pick: pick).render(format), to: path)
        #expect("\(try Self.check(path))" == "reproduced, every one of them", "\(pick) \(format)")
        // It is a space of one configuration too.
        #expect(try SweepSpace(path: path).count == 1)
      }
    }
  }

  @Test func editedFileIsToldFromItsFigures() throws {
    let scratch = try ScratchFolder()
    let folder = try Self.study(scratch)
    let text = try folder.export(pick: "7").render(.yaml)
    let path = scratch.path("edited.yaml")
    try OutputFile.write(text.replacing("short_delta: 0.2", with: "short_delta: 0.19"), to: path)
    #expect(try "\(Self.check(path))".contains("the file was edited"))
    try OutputFile.write(
      text.replacing("max_drawdown_sessions: ", with: "max_drawdown_sessions: 1"), to: path)
    #expect(try "\(Self.check(path))".contains("edited.yaml: max_drawdown_sessions was 1"))
    #expect(try "\(Self.check(path, period: 1...59))".contains("not compared: it was made on 2022-07-01 to"))
  }

  /// Seeds are 64 bits; a configuration's whole numbers are 63.
  @Test func everySeedCanBeExported() throws {
    let scratch = try ScratchFolder()
    let folder = try Self.study(scratch, seed: .max)
    let document = try folder.export(pick: "best")
    #expect(document.root["exported"]?["seed"]?.value == .string("18446744073709551615"))
    for format in ConfigFormat.allCases {
      let path = scratch.path("s.\(format)")
      try OutputFile.write(document.render(format), to: path)
      #expect(try "\(Self.check(path))".hasPrefix("reproduced"))
    }
  }

  @Test(arguments: ["-1", "12", "worst", "1.0", ""])
  func unknownTrialIsRefused(pick: String) throws {
    let scratch = try ScratchFolder()
    let folder = try Self.study(scratch)
    let error = #expect(throws: StudyError.self) { try folder.export(pick: pick) }
    #expect(error?.description.contains("it holds trials 0 to 11; say --pick best or --pick N") == true)
  }

  /// What is kept is the best of all that were tried.
  @Test func keptTrialsAreTheBestOfAll() throws {
    let scratch = try ScratchFolder()
    var sweep = try Fixture.sweep()
    sweep.keep = 2
    let folder = StudyFolder(scratch.path("study"))
    let store = try folder.create(sweep, source: StudySource(history: nil, marks: nil, seed: 5))
    _ = try sweep.run(threads: 2, store: store)
    try store.finish()
    let exported = try folder.export(pick: "best").root["exported"]
    #expect(exported?["configurations_tried"]?.value == .int(12))
    #expect(
      exported?["note"]?.value
        == .string("in-sample: these figures are the best of 12 configurations on the same sessions"))
  }

  @Test func anOlderStudyIsReplacedButNothingElse() throws {
    let scratch = try ScratchFolder()
    let folder = try Self.study(scratch)
    try OutputFile.write("mine", to: scratch.path("study/notes.txt"))
    _ = try Self.study(scratch)
    #expect(try folder.export(pick: "best").root["exported"]?["configurations_tried"]?.value == .int(12))
    #expect(FileManager.default.fileExists(atPath: scratch.path("study/notes.txt")))
    // A store of an earlier version can't be read, but it is replaced as the message advises.
    let queue = try DatabaseQueue(path: scratch.path("study/study.sqlite"))
    try queue.write { try $0.execute(sql: "PRAGMA user_version = 1") }
    try queue.close()
    #expect(
      throws: RunStoreError.olderSchema(path: scratch.path("study/study.sqlite"), found: 1, known: 3)
    ) { try folder.export(pick: "best") }
    _ = try Self.study(scratch)
    #expect(try folder.export(pick: "best").root["exported"]?["configurations_tried"]?.value == .int(12))
    try OutputFile.write("no database", to: scratch.path("other/study.sqlite"))
    #expect(throws: RunStoreError.notAStore(path: scratch.path("other/study.sqlite"))) {
      try StudyFolder(scratch.path("other")).create(
        Fixture.sweep(), source: StudySource(history: nil, marks: nil, seed: 1))
    }
    #expect(try String(contentsOfFile: scratch.path("other/study.sqlite"), encoding: .utf8) == "no database")
  }
}
