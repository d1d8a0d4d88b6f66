import Search
import Strategies

/// What lies around a pick.
public struct NeighbourhoodReport: Sendable, Codable, Hashable {
  /// What a pick stands on.
  public enum Ground: String, Sendable, Codable, Hashable {
    /// One step along any ordered parameter keeps at least half of what the pick is better than the middle of all trials.
    case plateau
    /// So it is along some of them, but not along others.
    case ridge
    /// Along none.
    case spike
    /// The pick is no better than the middle of all trials: there is nothing to keep.
    case noBetterThanTheMiddle = "no better than the middle"
    /// The pick itself breaks a limit, or has no objective.
    case noResult = "no result"
    /// No neighbour in an ordered parameter has a result, or the middle isn't known.
    case unknown
  }
  /// A setting one move away.
  public struct Cell: Sendable, Codable, Hashable {
    /// Value of the parameter.
    public var value: String
    /// Parameters within it that don't matter at the pick: they stand in the middle of their range, choices without order
    /// at the first.
    public var middles: [String]
    /// Its figures.
    public var figures: StabilityFigures
    /// Whether it trades and keeps every limit.
    public var isFeasible: Bool
    /// The value as texts show it.
    public var text: String { value + AroundPick.note(middles) }
  }
  /// One searched parameter.
  public struct Parameter: Sendable, Codable, Hashable {
    /// Where it is.
    public var path: String
    /// The pick's value.
    public var value: String
    /// `low` or `high` where the pick lies at that end of what was searched.
    @Nullable public var edge: String?
    /// Its next lower value; null at the low end, and for choices without order.
    @Nullable public var below: Cell?
    /// Its next higher value.
    @Nullable public var above: Cell?
    /// Every other choice.
    public var others: [Cell]
    /// ``Plateau/score`` of its own steps alone; null for choices without order, or where it isn't defined.
    @Nullable public var plateau: Double?
  }
  /// In the order of the space, those that don't matter at the pick left out.
  public var parameters: [Parameter]
  /// Neighbours as ``Plateau`` counts them that trade and keep every limit, and those that don't.
  public var neighbours: Int
  /// Neighbours that don't trade, break a limit, or are no strategy.
  public var withoutResult: Int
  /// Parameters that the farthest of them differ in, and whether all that differ by one step in each are in.
  public var moves: Int
  /// Whether the neighbourhood is whole.
  public var isWhole: Bool
  /// How the first objective spreads over the neighbours.
  public var objective: FigureSpread
  /// How the net does.
  public var netDollars: FigureSpread
  /// How the mean a session does.
  public var meanDollars: FigureSpread
  /// How the Sharpe ratio does.
  public var sharpe: FigureSpread
  /// Of the neighbours, whose net has the pick's sign; null without any, as the others.
  @Nullable public var keepSign: Double?
  /// Of them, whose objective is behind the pick's by a fifth of its magnitude at most.
  @Nullable public var keepMost: Double?
  /// Of them, which are better than the pick.
  @Nullable public var better: Double?
  /// The median of all trials; null where the store holds the best alone.
  @Nullable public var middle: Double?
  /// ``Plateau/score`` over all neighbours.
  @Nullable public var plateau: Double?
  /// The worst neighbour: what is otherwise.
  @Nullable public var worst: String?
  /// Its objective.
  @Nullable public var worstObjective: Double?
  /// What the pick stands on.
  public var ground: Ground
}

/// The settings around a pick and what became of them.
struct AroundPick: Sendable {
  /// Those that are strategies, with their places in the neighbourhood.
  let neighbours: [Neighbour]
  let strategies: [Strategy]
  /// As reports name them.
  let names: [String]
  let moves: Int
  let isWhole: Bool
  /// Neighbours that are no strategies.
  let invalid: Int
  private let searched: StabilityPick.Searched

  /// Share of its lead over the middle of all trials that a step must keep on a plateau.
  static let kept = 0.5
  /// Share of the pick's objective that a neighbour may be behind.
  static let fall = 0.2

  /// The settings one move away, then neighbours by more moves, at most `limit`.
  init(_ searched: StabilityPick.Searched, limit: Int) {
    let around = searched.subject.space.neighbourhood(of: searched.point, limit: limit)
    var kept: [(Neighbour, Strategy)] = []
    var invalid = 0
    for neighbour in around.neighbours {
      if let strategy = try? searched.subject.strategy(neighbour.point) {
        kept.append((neighbour, strategy))
      } else if neighbour.isStep {
        invalid += 1
      }
    }
    neighbours = kept.map(\.0)
    strategies = kept.map(\.1)
    moves = around.moves
    isWhole = around.isWhole
    self.invalid = invalid
    self.searched = searched
    names = kept.map { neighbour, _ in
      let values = searched.subject.assignments(neighbour.point)
      return neighbour.moves.map { move in
        let path = searched.subject.space.parameters[move.parameter].name
        return "\(path) = \(values[path] ?? "-")"
      }.joined(separator: ", ") + Self.note(Self.middles(neighbour, searched))
    }
  }

  /// Parameters that matter at a neighbour but not at the pick.
  private static func middles(_ neighbour: Neighbour, _ searched: StabilityPick.Searched) -> [String] {
    let space = searched.subject.space
    let (own, other) = (space.activity(searched.point), space.activity(neighbour.point))
    return space.parameters.indices.filter { other[$0] && !own[$0] }.map { space.parameters[$0].name }
  }

  /// Says which parameters stand in the middle; empty for none.
  static func note(_ middles: [String]) -> String {
    middles.isEmpty ? "" : " (\(middles.joined(separator: ", ")) in the middle)"
  }

  /// Settings one move away: they come first.
  var single: Range<Int> { 0..<(neighbours.firstIndex { $0.moves.count > 1 } ?? neighbours.count) }

  /// What became of them.
  ///
  /// - Parameter results: in the order of ``neighbours``.
  func report(of pick: ContenderResult, _ results: [ContenderResult], isMinimised: Bool)
    -> NeighbourhoodReport
  {
    let sign = isMinimised ? 1.0 : -1
    let steps = neighbours.indices.filter { neighbours[$0].isStep }
    let known = steps.filter { results[$0].score.isFinite }
    let values = searched.subject.assignments(searched.point)
    let edges = searched.subject.space.edges(of: searched.point)
    func score(_ own: [Int]) -> Double? {
      guard pick.score.isFinite else { return nil }
      return Plateau(of: pick.score, neighbours: own.map { results[$0].score }, middle: searched.middle)?
        .score
    }
    let parameters = searched.subject.space.parameters.indices.compactMap {
      p -> NeighbourhoodReport.Parameter? in
      let path = searched.subject.space.parameters[p].name
      guard let value = values[path] else { return nil }
      let own = single.filter { neighbours[$0].moves[0].parameter == p }
      func cells(_ direction: Neighbour.Direction) -> [NeighbourhoodReport.Cell] {
        own.filter { neighbours[$0].moves[0].direction == direction }.map { k in
          NeighbourhoodReport.Cell(
            value: searched.subject.assignments(neighbours[k].point)[path] ?? "-",
            middles: Self.middles(neighbours[k], searched),
            figures: results[k].figures,
            isFeasible: results[k].score.isFinite)
        }
      }
      return NeighbourhoodReport.Parameter(
        path: path, value: value,
        edge: edges.first { $0.parameter == p }.map { $0.isUpper ? "high" : "low" }
          ?? (p < searched.subject.texts.count
            ? SearchSpace.choiceEdge(searched.subject.texts[p], at: searched.point.values[p]) : nil),
        below: cells(.below).first, above: cells(.above).first,
        others: cells(.other),
        plateau: score(own.filter { neighbours[$0].isStep && results[$0].score.isFinite }))
    }
    func share(_ holds: (ContenderResult) -> Bool) -> Double? {
      known.isEmpty ? nil : Double(known.count { holds(results[$0]) }) / Double(known.count)
    }
    func spread(_ value: (StabilityFigures) -> Double?) -> FigureSpread {
      FigureSpread(known.map { value(results[$0].figures) })
    }
    let worst = known.max { (results[$0].score, $1) < (results[$1].score, $0) }
    return NeighbourhoodReport(
      parameters: parameters, neighbours: known.count, withoutResult: steps.count - known.count + invalid,
      moves: moves, isWhole: isWhole, objective: spread(\.objective), netDollars: spread(\.netDollars),
      meanDollars: spread(\.meanDollars), sharpe: spread(\.sharpe),
      keepSign: share { ($0.figures.netDollars > 0) == (pick.figures.netDollars > 0) },
      keepMost: share { $0.score <= pick.score + Self.fall * pick.score.magnitude },
      better: share { $0.score < pick.score },
      middle: searched.middle.map { sign * $0 },
      plateau: score(known),
      worst: worst.map { names[$0] },
      worstObjective: worst.flatMap { results[$0].figures.objective },
      ground: ground(pick, parameters.compactMap(\.plateau)))
  }

  private func ground(_ pick: ContenderResult, _ scores: [Double]) -> NeighbourhoodReport.Ground {
    guard pick.score.isFinite else { return .noResult }
    guard let middle = searched.middle else { return .unknown }
    guard pick.score < middle else { return .noBetterThanTheMiddle }
    guard !scores.isEmpty else { return .unknown }
    let flat = scores.count { $0 >= Self.kept }
    return flat == scores.count ? .plateau : flat > 0 ? .ridge : .spike
  }
}
