import ConfigFormats
import Strategies

/// Reads and writes what follows a side's stop.
enum ShiftReader {
  /// The rule under `exit.shift`; `nil` for none.
  ///
  /// - Parameter exit: what was read of the exit besides.
  static func rule(_ node: ConfigReader, of exit: ExitRule) throws(ConfigError) -> ShiftRule? {
    if case .string(let name)? = node.node("shift")?.value {
      guard name == "none" else { throw node.refused("shift", allowed: "none, or {sessions: 3}") }
      return nil
    }
    guard let map = try node.map("shift") else { return nil }
    guard let sessions = try map.int("sessions", in: 1...7, unit: "sessions after the condor's expiry") else {
      throw map.missing("sessions")
    }
    var rule = ShiftRule(sessions: sessions)
    rule.strikes = try map.choice("strikes", as: ShiftRule.Strikes.self) ?? .same
    if map.node("back_points")?.value != .string("none") {
      rule.backPoints = try map.int("back_points", in: 0...500, unit: "index points")
    }
    rule.reopens = try map.bool("reopen") ?? false
    if let n = try map.int("at_most", in: 1...20, unit: "rolls a trade") { rule.atMost = n }
    guard exit.basis == .side, exit.stop != .none, exit.fill == .next, exit.reentry == nil else {
      throw node.refused(
        "shift", allowed: "none, or beside a stop, with basis: side, fill: next and reentry: none")
    }
    return rule
  }

  /// The rule written out.
  static func node(_ rule: ShiftRule) -> ConfigNode {
    StrategyWriter.map([
      ("sessions", StrategyWriter.int(rule.sessions)),
      ("strikes", StrategyWriter.text(rule.strikes.rawValue)),
      ("back_points", rule.backPoints.map(StrategyWriter.int) ?? StrategyWriter.text("none")),
      ("reopen", ConfigNode(.bool(rule.reopens))), ("at_most", StrategyWriter.int(rule.atMost)),
    ])
  }
}

extension FileSchema {
  /// Keys of ``ShiftRule``.
  static let shift = SchemaKey(
    "shift",
    .anyOf([
      .words(["none"]),
      .map([
        SchemaKey(
          "sessions", .whole(1...7, "sessions after the condor's expiry"),
          "How much later what is sold expires, at least.", required: true),
        SchemaKey(
          "strikes", .words(ShiftRule.Strikes.allCases.map(\.rawValue)), "Which short strike is sold."),
        SchemaKey(
          "back_points", .anyOf([.words(["none"]), .whole(0...500, "index points")]),
          "Bought back with the index so far on the safe side of the strike that was tested."),
        SchemaKey("reopen", .flag, "Whether the side is then sold again at the condor's expiry."),
        SchemaKey("at_most", .whole(1...20, "rolls a trade"), "Never more rolls than this."),
      ]),
    ]), "Where a side that was stopped is sold again: at a later expiry.")
}
