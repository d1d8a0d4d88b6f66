import ConfigFormats
import Search
import Strategies

/// A family of settings: a space whose every point belongs to one school, from which a search chooses.
public struct FamilySpace: Sendable {
  /// The school.
  public let family: Family
  /// What is searched.
  public let space: SweepSpace

  /// Whether some of its settings hold VIX calls.
  let holdsCalls: Bool

  /// Whether its settings have a hedge.
  var hasHedge: Bool { family == .alvh || family == .both }

  /// Points whose school is looked at.
  private static let probed = 200

  /// Reads a space and tells its school.
  ///
  /// - Throws: ``ConfigError`` for a space that can't be read, or that mixes schools.
  public init(_ document: ConfigDocument) throws(ConfigError) {
    space = try SweepSpace(document)
    var found: Family?
    var holdsCalls = false
    for values in space.tree.probes(Self.probed) {
      let strategy = try space.strategy(of: values)
      try strategy.requireEndAtExpiry(document)
      holdsCalls = holdsCalls || strategy.hedge.contains(where: \.instrument.isVIXCall)
      let own = Family(strategy)
      if let found, found != own {
        throw .outOfRange(
          file: document.file, line: 1, path: "the space", value: "\(found.rawValue) and \(own.rawValue)",
          allowed:
            "settings of one school: leave out stop none, or a first layer of size 0, or search for them "
            + "in files of their own")
      }
      found = own
    }
    guard let found else { throw space.tree.noValidPoint(space.tree.validCount()) }
    family = found
    self.holdsCalls = holdsCalls
  }
}

extension Strategy {
  /// Refuses a shift where a period is cut: spreads that outlive their condor would fall out at every cut.
  func requireEndAtExpiry(_ document: ConfigDocument) throws(ConfigError) {
    guard let shift = exit.shift else { return }
    let section = document.root["exit"]
    throw .outOfRange(
      file: document.file, line: section?["shift"]?.line ?? section?.line ?? 1, path: "exit.shift",
      value: "{sessions: \(shift.sessions)}",
      allowed:
        "none, where a period is cut into parts: spreads rolled over a cut would be lost; use backtest, sweep or "
        + "compare")
  }
}

/// The families of a study: one a school, searched alike over the same condors.
public struct FamilySpaces: Sendable {
  /// In the order of ``Family``: hold, stop and alvh, and perhaps both.
  public let members: [FamilySpace]
  /// What all of them seek, and how.
  public let section: SearchSection

  /// Keys that say what is sold, and at what cost: the same in every family.
  private static let condorKeys = ["entry", "condor", "costs", "marks", "account_dollars", "sizing"]

  /// Points evaluated for a family where its file sets no budget.
  public static let defaultEvaluations = 1_000

  /// Checks that the families may be compared.
  ///
  /// - Throws: ``ConfigError`` at the first thing in which one differs from the first, ``StudyError/families(files:problem:)``
  ///   if a school is missing or there twice.
  public init(_ documents: [ConfigDocument]) throws {
    var found: [FamilySpace] = []
    for document in documents {
      let member = try FamilySpace(document)
      if let twin = found.first(where: { $0.family == member.family }) {
        throw StudyError.families(
          files: [twin.space.document.file, document.file],
          problem: "both are \(member.family.rawValue); give one space a family")
      }
      try Self.check(member.space, against: found.first?.space)
      found.append(member)
    }
    let missing = [Family.hold, .stop, .alvh].filter { family in !found.contains { $0.family == family } }
    guard missing.isEmpty, let first = found.first else {
      throw StudyError.families(
        files: documents.map(\.file),
        problem:
          "no space of \(missing.map(\.rawValue).joined(separator: ", ")): a study needs a control without stop and "
          + "hedge, stops without hedge, and a hedge without stops; params/study has one of each")
    }
    section = first.space.section
    members = Family.allCases.compactMap { family in found.first { $0.family == family } }
  }

  /// The same condors, found by the same method with the same budget and goals.
  private static func check(_ space: SweepSpace, against first: SweepSpace?) throws(ConfigError) {
    let document = space.document
    func refuse(_ path: String, _ node: ConfigNode?, _ allowed: String) -> ConfigError {
      .outOfRange(
        file: document.file, line: node?.line ?? 1, path: path, value: node?.brief ?? "nothing",
        allowed: allowed)
    }
    let search = document.root["search"]
    if space.section.racing != nil {
      throw refuse(
        "search.racing", search?["racing"], "none: a study of families gives nothing up on the way")
    }
    if let sizing = document.root["sizing"], sizing.value != .string("one") {
      throw refuse("sizing", sizing, "one: a study compares families by the condor")
    }
    guard space.section.method != .grid else {
      throw refuse(
        "search.method", search?["method"],
        "random, sobol, nsga2 or cmaes: a grid that is cut off at a budget isn't a fair part of it")
    }
    guard let first else { return }
    for key in condorKeys {
      let (own, wanted) = (document.root[key], first.document.root[key])
      guard own?.withoutPlaces() != wanted?.withoutPlaces() else { continue }
      throw refuse(
        key, own, "\(wanted?.brief ?? "nothing"), as in \(first.document.file): families share their condors")
    }
    let (mine, theirs) = (space.section, first.section)
    func same(_ key: String, _ isSame: Bool) throws(ConfigError) {
      guard isSame else {
        throw refuse(
          "search.\(key)", search?[key],
          "what \(first.document.file) has: families are searched alike")
      }
    }
    try same("method", mine.method == theirs.method)
    try same("population", mine.population == theirs.population)
    try same("budget", mine.budget == theirs.budget)
    try same("objectives", mine.objectives == theirs.objectives)
  }
}
