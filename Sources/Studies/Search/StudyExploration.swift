import ConfigFormats
import RunStore
import Search

/// What a finished study tells of its space: which parameters matter, how their values do, and whether its best stands on
/// a plateau, on a spike or at the edge of what was searched. The JSON of `wingspan explore`.
public struct StudyExploration: Sendable, Codable {
  /// How much a parameter matters.
  public struct Weight: Sendable, Codable {
    /// Its path.
    public var path: String
    /// PED-ANOVA: what it does for being among the best tenth; all sum to 1.
    public var amongBest: Double
    /// Share of the metric's variance that it explains alone.
    public var ofVariance: Double
  }
  /// Trials with one value of a parameter, or one pair of values.
  public struct Cell: Sendable, Codable {
    /// Value, or value of each parameter, as text.
    public var values: [String]
    /// Trials.
    public var trials: Int
    /// Best, median and mean of the metric.
    public var best: Double
    /// Middle one.
    public var median: Double
    /// Average.
    public var mean: Double
  }
  /// The study's name.
  public var study: String
  /// The metric that everything is by.
  public var metric: String
  /// Trials that have it (of a search: that keep every constraint), and trials looked at.
  public var trials: Int
  /// Trials looked at: all, or a million of them evenly chosen.
  public var lookedAt: Int
  /// By weight among the best.
  public var importance: [Weight]
  /// By path, its values in order.
  public var slices: [String: [Cell]]
  /// Paths of the two parameters that matter most, and the trials by both.
  public var pair: [String]
  /// Cells of the pair, empty ones left out.
  public var heat: [Cell]
  /// The best trial.
  public var best: Int
  /// Its metric.
  public var bestValue: Double
  /// Its parameters that lie at an end of their range: path, and `low` or `high`.
  public var edges: [String: String]
  /// Trials within one step of the best.
  public var neighbours: Int
  /// 1 where those are as good as the best on average, 0 where no better than the middle of all.
  @Nullable public var plateau: Double?

  /// Trials looked at, at most.
  private static let limit = 1_000_000

  /// Explores a stored study.
  ///
  /// - Parameter metric: a metric of the store; nil for the study's first objective.
  /// - Throws: ``RunStoreError``, ``StudyError``.
  public init(_ folder: StudyFolder, metric name: String?) throws {
    let (store, study, space) = try folder.open()
    defer { try? store.close() }
    let metric = name ?? space.objective.rawValue
    try folder.checkKeeps(metric, store)
    let lower = Metric(rawValue: metric)?.lowerIsBetter ?? true
    let isSearch = study.axes.contains { $0.stride == nil }
    let count = try store.trialCount()
    guard count > 0, let ends = try store.trialEnds() else {
      throw StudyError.noSuchTrial(path: folder.path, asked: "to explore", count: 0)
    }
    let all = ends.first..<ends.last + 1
    let (kept, step) = try Self.scores(store, metric, isMinimised: lower, trials: all, count: count)
    let searched = isSearch ? space.tree.searchSpace : SearchSpace(gridAxes: study.axes)
    var points: [SearchPoint]
    if isSearch {
      points = try store.points(of: all).enumerated().filter { $0.offset.isMultiple(of: step) }.map {
        SearchPoint($0.element.point.enumerated().map { $1.isNaN ? searched.resting($0) : $1 })
      }
    } else {
      points = kept.map { SearchSpace.point(ofTrial: $0.trial, study.axes) }
    }
    let table = TrialTable(searched, points: points, scores: kept.map(\.score))
    points = []
    guard let first = table.scores.indices.min(by: { table.scores[$0] < table.scores[$1] }) else {
      throw StudyError.noneFeasible(
        path: folder.path, objective: metric, constraints: space.section.constraints.map(\.text))
    }
    let sign = lower ? 1.0 : -1
    let texts = study.axes.map(\.values)
    let paths = study.axes.map(\.path)
    func text(_ p: Int, _ cell: Int, parts: Int) -> String {
      guard cell < table.cellCount(p, parts: parts) else { return "-" }
      if !texts[p].isEmpty { return texts[p][cell] }
      guard case .real(let from, let to, let isLog) = searched.parameters[p].domain else { return "" }
      func edge(_ k: Int) -> Double { table.edge(k, of: parts, from: from, to: to, isLog: isLog) }
      return "\(Explanation.text(edge(cell), 4)) to \(Explanation.text(edge(cell + 1), 4))"
    }
    func cell(_ slice: Slice, _ values: [String]) -> Cell {
      Cell(
        values: values, trials: slice.count, best: sign * slice.best, median: sign * slice.median,
        mean: sign * slice.mean)
    }
    self.study = study.name
    self.metric = metric
    trials = table.scores.count
    lookedAt = kept.count
    let (top, variance) = (Importance.amongBest(table), Importance.ofVariance(table))
    let order = paths.indices.sorted { (top[$0], variance[$0], $1) > (top[$1], variance[$1], $0) }
    importance = order.map { Weight(path: paths[$0], amongBest: top[$0], ofVariance: variance[$0]) }
    slices = [:]
    for p in paths.indices {
      slices[paths[p]] = table.slices(p).map { cell($0, [text(p, $0.cell, parts: 10)]) }
    }
    pair = order.prefix(2).map { paths[$0] }
    heat = []
    if order.count > 1 {
      let width = table.cellCount(order[1], parts: 10) + 1
      heat = table.heat(order[0], order[1]).map {
        cell($0, [text(order[0], $0.cell / width, parts: 10), text(order[1], $0.cell % width, parts: 10)])
      }
    }
    best = kept[table.trials[first]].trial
    bestValue = sign * table.scores[first]
    edges = searched.namedEdges(of: table.points[first])
    let around = table.plateau(ofPoint: first)
    neighbours = around?.neighbours ?? 0
    plateau = around?.score
  }

  /// Scores of stored trials, to be minimised, NaN for none (and of a search, where a constraint is broken): of all, or of a
  /// million of them evenly chosen, one in `step`.
  ///
  /// - Parameters:
  ///   - trials: from the first that is stored to the last.
  ///   - count: how many are stored.
  static func scores(
    _ store: RunStore, _ metric: String, isMinimised: Bool, trials: Range<Int>, count: Int
  ) throws(RunStoreError) -> (kept: [(trial: Int, score: Double)], step: Int) {
    let step = max(1, (count + limit - 1) / limit)
    let isSearch = store.hasPoints
    var kept: [(trial: Int, score: Double)] = []
    for (k, row) in try store.values(of: isSearch ? [metric, "feasible"] : [metric], trials: trials)
      .enumerated()
    where k.isMultiple(of: step) {
      let value = !isSearch || row.values[1] == 1 ? row.values[0] ?? .nan : .nan
      kept.append((row.trial, isMinimised ? value : -value))
    }
    return (kept, step)
  }
}

extension SearchSpace {
  /// Parameters that a point has at an end of their range: name, and `low` or `high`.
  func namedEdges(of point: SearchPoint) -> [String: String] {
    Dictionary(
      edges(of: point).map { (parameters[$0.parameter].name, $0.isUpper ? "high" : "low") },
      uniquingKeysWith: { $1 })
  }
}

extension StudyFolder {
  /// The place of a trial in what its study searched.
  func point(
    ofTrial trial: Int, _ store: RunStore, _ study: StudyRecord, in searched: SearchSpace
  ) throws(RunStoreError) -> SearchPoint {
    guard let stored = try store.points(of: trial..<trial + 1).first?.point else {
      return SearchSpace.point(ofTrial: trial, study.axes)
    }
    return SearchPoint(stored.enumerated().map { $1.isNaN ? searched.resting($0) : $1 })
  }

  /// Which constraints of its study a trial breaks.
  func broken(byTrial trial: Int) throws -> [String] {
    let (store, _, space) = try open()
    defer { try? store.close() }
    let limits = space.section.constraints
    let record = try store.trial(index: trial)
    return limits.filter { $0.violation(of: record?.metric($0.metric.rawValue)) > 0 }.map(\.text)
  }

  /// Searched settings that a trial has at an end of their range: path, and `low` or `high`. Of choices that differ by one number,
  /// as stops at several multiples do, the ends are those of their numbers, where there are three or more.
  func edges(ofTrial trial: Int) throws -> [String: String] {
    let (store, study, space) = try open()
    defer { try? store.close() }
    let searched = store.hasPoints ? space.tree.searchSpace : SearchSpace(gridAxes: study.axes)
    let point = try point(ofTrial: trial, store, study, in: searched)
    var edges = searched.namedEdges(of: point)
    for (p, axis) in study.axes.enumerated() where edges[axis.path] == nil {
      edges[axis.path] = SearchSpace.choiceEdge(axis.values, at: point.values[p])
    }
    return edges
  }
}
