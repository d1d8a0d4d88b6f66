import Backtesting
import ConfigFormats
import Foundation
import MarketData
import RunStore
import Strategies

/// The folder that a sweep leaves: `study.sqlite` with every trial, `summary.json` with what was printed.
public struct StudyFolder: Sendable {
  /// Path of the folder.
  public let path: String
  var storePath: String { path + "/study.sqlite" }

  /// Of its parts.
  public init(_ path: String) { self.path = path }

  /// Makes the folder and an empty store for a sweep; an older study in it is replaced.
  ///
  /// - Parameter source: what it is to be gone on with from.
  public func create(_ sweep: Sweep, source: StudySource) throws -> RunStore {
    try create(
      record(
        sweep.space, sweep.market, sweep.period, source, configurations: sweep.space.count,
        axes: sweep.space.axes, keep: sweep.keep, shard: sweep.shard), layout: sweep.layout.store)
  }

  /// The same for a search.
  public func create(_ study: SearchStudy, space: SweepSpace, source: StudySource) throws -> RunStore {
    let axes = zip(study.subject.space.parameters, study.subject.texts).map {
      AxisRecord(path: $0.name, values: $1)
    }
    return try create(
      record(
        space, study.market, study.period, source, configurations: study.budget.evaluations, axes: axes,
        keep: study.keep),
      layout: SearchLayout(study, PeriodAxis(study.market.history, period: study.period)).store)
  }

  private func record(
    _ space: SweepSpace, _ market: Market, _ period: ClosedRange<Int>, _ source: StudySource,
    configurations: Int, axes: [AxisRecord], keep: Int? = nil, shard: ShardRecord? = nil
  ) throws -> StudyRecord {
    let history = market.history
    return StudyRecord(
      name: URL(filePath: path).lastPathComponent, spaceText: space.document.render(.yaml),
      spaceFormat: ConfigFormat.yaml.rawValue, historyName: history.name, historyDigest: history.digest,
      provenance: market.disclosure, codeVersion: Market.version, seed: source.seed,
      from: history.sessions[period.lowerBound].date.description,
      to: history.sessions[period.upperBound].date.description, configurations: configurations,
      marksName: market.marksLabel, method: space.section.method.rawValue, settings: try source.text(),
      kept: keep, shard: shard, axes: axes)
  }

  private func create(_ record: StudyRecord, layout: StoreLayout) throws -> RunStore {
    try OutputFile.makeFolder(path)
    // Replacing and making are one step to other processes; then the new store's own lock keeps them out. The system
    // frees both if the process dies.
    let folder = FileHandle(forReadingAtPath: path)
    defer { try? folder?.close() }
    if let folder, flock(folder.fileDescriptor, LOCK_EX | LOCK_NB) != 0 {
      throw RunStoreError.locked(path: storePath)
    }
    if FileManager.default.fileExists(atPath: storePath) {
      // Refuses to replace what is no study, or being written.
      try RunStore.remove(path: storePath)
    }
    removeReports()
    return try RunStore.create(path: storePath, study: record, layout: layout)
  }

  /// Opens the folder's store to go on with its study.
  ///
  /// - Returns: the store, the study and its space.
  /// - Throws: ``RunStoreError``, ``StudyError``, ``ConfigError``.
  public func resume() throws -> (store: RunStore, study: StudyRecord, space: SweepSpace) {
    guard FileManager.default.fileExists(atPath: storePath) else {
      throw StudyError.notAStudy(path: path, reason: "no study.sqlite in it")
    }
    let store = try RunStore.resume(path: storePath)
    do {
      let study = try store.study()
      let format = ConfigFormat(rawValue: study.spaceFormat) ?? .yaml
      let space = try SweepSpace(ConfigDocument.parse(study.spaceText, format: format, file: storePath))
      return (store, study, space)
    } catch {
      try? store.close()
      throw error
    }
  }

  /// Opens the folder's store for reading, with the metric that its study ranks by.
  public func reader() throws -> (store: RunStore, objective: Metric) {
    let (store, _, space) = try open()
    return (store, space.objective)
  }

  /// Checks that a study keeps a metric that may have been worked out for it.
  ///
  /// - Throws: ``StudyError/notKept(path:metric:)`` for one on demand that it doesn't keep.
  public func checkKeeps(_ metric: String, _ store: RunStore) throws(StudyError) {
    guard let known = Metric(rawValue: metric), !known.isStreamed, !store.metricNames().contains(metric)
    else { return }
    throw .notKept(path: path, metric: metric)
  }

  /// Reads a condition on the trials of a study.
  ///
  /// - Throws: ``RunStoreError``; ``StudyError/notKept(path:metric:)`` where it asks for a metric on demand that the study
  ///   doesn't keep.
  public func filter(_ condition: String, _ store: RunStore) throws -> TrialFilter {
    do throws(RunStoreError) {
      return try store.filter(condition)
    } catch {
      if case .unknownColumn(_, _, let name, _) = error { try checkKeeps(name, store) }
      throw error
    }
  }

  /// Joins the parts of a study, each in a folder of its own, into a new one here.
  ///
  /// - Returns: how many trials there are.
  public func merge(_ shards: [String]) throws -> Int {
    try OutputFile.makeFolder(path)
    try RunStore.merge(
      shards.map { StudyFolder($0).storePath }, into: storePath, name: URL(filePath: path).lastPathComponent)
    removeReports()
    let joined = try RunStore.open(path: storePath)
    defer { try? joined.close() }
    return try joined.trialCount()
  }

  /// Writes the summary beside the store.
  public func write(_ summary: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    try OutputFile.write(encoder.encode(summary), to: path + "/summary.json")
  }

  /// What the study searches, and its record.
  public func question() throws -> (space: SweepSpace, study: StudyRecord) {
    let (store, study, space) = try open()
    try store.close()
    return (space, study)
  }

  /// The store for reading, the study, and its space.
  func open() throws -> (store: RunStore, study: StudyRecord, space: SweepSpace) {
    guard FileManager.default.fileExists(atPath: storePath) else {
      throw StudyError.notAStudy(path: path, reason: "no study.sqlite in it")
    }
    let store = try RunStore.open(path: storePath)
    let study = try store.study()
    let format = ConfigFormat(rawValue: study.spaceFormat) ?? .yaml
    let space = try SweepSpace(ConfigDocument.parse(study.spaceText, format: format, file: storePath))
    return (store, study, space)
  }

  /// A trial as a complete configuration with what it stands on.
  ///
  /// - Parameters:
  ///   - pick: `best` by the study's objective, or a trial's number.
  ///   - evidence: what is known of this pick besides its figures.
  public func export(pick: String, evidence: PickEvidence? = nil) throws -> ConfigDocument {
    let (store, study, space) = try open()
    let objective = space.objective
    let count = try store.trialCount()
    guard count > 0 else { throw StudyError.noSuchTrial(path: path, asked: pick, count: 0) }
    // a store of the best alone tells how many were tried at most
    let whole = study.shard?.trials(of: study.configurations).count ?? study.configurations
    let tried = study.kept == nil ? count : whole
    let trial = try picked(pick, store, space)
    let strategy = try self.strategy(of: trial.index, store, space)
    try store.close()
    guard case .map(var entries) = StrategyWriter.node(strategy).value else {
      throw StudyError.notAStudy(path: path, reason: "trial \(trial.index) is no configuration of its space")
    }
    let figures = Metric.allCases.map { metric in
      (metric.rawValue, trial.metric(metric.rawValue).map(StrategyWriter.decimal))
    }
    let w = StrategyWriter.self
    let exported = w.map([
      ("schema", w.int(ExportedStudy.schema)), ("program", w.text("wingspan " + study.codeVersion)),
      ("study", w.text(study.name)), ("trial", w.int(trial.index)), ("picked", w.text(pick)),
      ("objective", w.text(objective.rawValue)), ("configurations_tried", w.int(tried)),
      ("history", w.text(study.historyName)), ("history_digest", w.text(study.historyDigest)),
      ("marks", w.text(study.marksName)),
      ("seed", Int(exactly: study.seed).map(w.int) ?? w.text("\(study.seed)")), ("from", w.text(study.from)),
      ("to", w.text(study.to)), ("provenance", w.text(study.provenance)),
      (
        "note",
        w.text(
          pick == "best"
            ? "in-sample: these figures are the best of \(tried) configurations on the same sessions"
            : "in-sample: trial \(trial.index) of \(tried) configurations tried on the same sessions, picked by hand"
        )
      ),
      ("figures", w.map(figures)), ("evidence", evidence?.node ?? w.text("not asked for")),
    ])
    if let governance = space.document.root["governance"] {
      entries.append(ConfigEntry(key: "governance", node: governance))
    }
    entries.append(ConfigEntry(key: "exported", node: exported))
    return ConfigDocument(file: "\(storePath) trial \(trial.index)", root: ConfigNode(.map(entries)))
  }

  /// The trial that is asked for.
  ///
  /// - Parameter pick: `best` by the study's objective, or a trial's number.
  func picked(_ pick: String, _ store: RunStore, _ space: SweepSpace) throws -> TrialRecord {
    guard pick != "best" else { return try best(store, space) }
    guard let index = Int(pick), let found = try store.trial(index: index) else {
      let ends = try store.trialEnds()
      throw StudyError.noSuchTrial(
        path: path, asked: pick, count: try store.trialCount(), first: ends?.first ?? 0, last: ends?.last)
    }
    return found
  }

  /// The best trial.
  private func best(_ store: RunStore, _ space: SweepSpace) throws -> TrialRecord {
    guard let first = try best(1, store, space).first else {
      throw StudyError.noneFeasible(
        path: path, objective: space.objective.rawValue, constraints: space.section.constraints.map(\.text))
    }
    return first
  }

  /// The best trials, at most so many: of a search by its first objective among those that keep every constraint.
  func best(_ count: Int, _ store: RunStore, _ space: SweepSpace) throws -> [TrialRecord] {
    let objective = space.objective
    guard store.hasPoints else {
      return try store.trials(
        orderBy: objective.rawValue, descending: !objective.lowerIsBetter, limit: count
      ).filter { $0.metric(objective.rawValue) != nil }
    }
    return try store.trials(
      where: store.filter("feasible == 1"), orderBy: "objective_1", descending: false, limit: count
    ).filter { $0.metric("objective_1") != nil }
  }

  /// The configuration of a trial.
  func strategy(of trial: Int, _ store: RunStore, _ space: SweepSpace) throws -> Strategy {
    if let point = try store.points(of: trial..<trial + 1).first?.point,
      point.count == space.tree.parameters.count
    {
      // an inactive parameter has no value, and needs none
      return try space.strategy(of: point.map { $0.isNaN ? 0 : $0 })
    }
    guard !store.hasPoints, (0..<space.count).contains(trial) else {
      throw StudyError.notAStudy(path: path, reason: "trial \(trial) is no configuration of its space")
    }
    return try space.strategy(at: trial)
  }

  /// The market and period that a study was made on.
  ///
  /// - Parameter history: where the history is by now, if it has moved; `bundled` for the bundled one.
  public func market(
    of study: StudyRecord, history: String?
  ) throws -> (market: Market, period: ClosedRange<Int>, source: StudySource) {
    var source = StudySource(study)
    if let history { source.history = history == "bundled" ? nil : history }
    let market = try Market.open(history: source.history, marks: source.marks, seed: source.seed)
    let period = try Backtester.period(
      of: market.history, from: SessionDate(iso: study.from), to: SessionDate(iso: study.to))
    return (market, period, source)
  }

  /// Checks that a market is what a study was made on.
  ///
  /// - Throws: `StudyError.anotherMarket`.
  public func checkSame(_ market: Market, _ study: StudyRecord) throws(StudyError) {
    let isSameHistory = market.history.digest == study.historyDigest
    guard isSameHistory, market.marksLabel == study.marksName, study.codeVersion == Market.version else {
      throw .anotherMarket(path: path, what: isSameHistory ? "marks or program" : "history")
    }
  }

  /// Correlation of the results a session of the best `count` trials; needs a study that kept them.
  public func correlation(of count: Int) throws -> Comparison.BestCorrelation {
    let (store, study, space) = try open()
    let objective = space.objective
    let best = try store.trials(
      orderBy: objective.rawValue, descending: !objective.lowerIsBetter, limit: count, withDaily: true)
    try store.close()
    let kept = best.filter { $0.dailyCents != nil && $0.metric(objective.rawValue) != nil }
    guard kept.count > 1 else {
      throw StudyError.notAStudy(
        path: path, reason: "it kept no results a session: more than \(Sweep.dailyLimit) trials")
    }
    let (_, matrix) = Comparison.correlate(
      names: kept.map { "\($0.index)" }, series: kept.map { $0.dailyCents ?? [] })
    var off: [Double] = []
    for i in matrix.indices {
      for j in matrix.indices where j > i { if let value = matrix[i][j] { off.append(value) } }
    }
    return Comparison.BestCorrelation(
      study: study.name, objective: objective.rawValue, trials: kept.map(\.index), correlation: matrix,
      meanCorrelation: off.isEmpty ? nil : off.reduce(0, +) / Double(off.count))
  }
}
