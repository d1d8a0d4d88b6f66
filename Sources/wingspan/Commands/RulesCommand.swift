import ArgumentParser
import Rules
import Signals
import Studies

/// The group of commands about the rules language.
struct RulesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rules",
    abstract: "The language of hedge rules: which signals there are, and what a rule means.",
    subcommands: [RulesList.self, RulesCheck.self, RulesExplain.self])
}

/// `wingspan rules list`.
struct RulesList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Every signal: words, unit, source, when it is known, and where a history has it.",
    discussion: """
      Coverage is that of the usual arguments, by session: of a signal by minute a session counts with a value at any of \
      its minutes.
      """)

  @OptionGroup var market: MarketOptions
  @Flag(help: "Print JSON.")
  var json = false

  private struct Line: Encodable {
    let signal: String
    let usage: String
    let words: String
    let unit: String
    let resolution: String
    let dependsOn: String
    let known: String
    let suppliedBy: String
    let formula: String
    let coverage: SignalCoverage?
    let share: Double?
    let reason: String?
  }

  func run() throws {
    let opened = try market.open()
    let table = try SignalTable(opened, from: market.from, to: market.to)
    let entries = table.entries()
    if json {
      return try Output.json(
        entries.map { entry in
          Line(
            signal: entry.signal.text, usage: entry.declaration.usage, words: entry.signal.phrase,
            unit: SignalText.unit(entry.signal.type), resolution: entry.signal.resolution.rawValue,
            dependsOn: entry.signal.dependence.rawValue, known: entry.declaration.asOf,
            suppliedBy: entry.declaration.suppliedBy, formula: entry.declaration.formula,
            coverage: entry.coverage, share: entry.coverage?.share, reason: entry.reason)
        })
    }
    let parts = entries.map { entry in
      let unit = SignalText.unit(entry.signal.type)
      let lines = [
        "\(entry.signal.phrase); \(unit), by \(entry.signal.resolution.rawValue)",
        "known: \(entry.declaration.asOf); from \(entry.declaration.suppliedBy)",
        "formula: \(entry.declaration.formula)",
        entry.coverage.map { "here: " + SignalText.sentence($0) } ?? "here: \(entry.reason ?? "")",
      ]
      return entry.declaration.usage + "\n"
        + lines.map { Text.wrap($0, indent: "  ") }.joined(separator: "\n")
    }
    try Output.text(parts.joined(separator: "\n\n") + "\n\n" + Text.wrap(opened.disclosure))
  }
}

/// `wingspan rules check`.
struct RulesCheck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check rules, and with --history that every signal of them has values there.")

  @OptionGroup var asked: RuleOptions

  func run() throws {
    let explained = try asked.explained()
    if asked.json { return try Output.text(RuleText.json(explained)) }
    try Output.text(explained.map(RuleText.checked).joined(separator: "\n"))
  }
}

/// `wingspan rules explain`.
struct RulesExplain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Say rules in plain English, with their inputs and when these are known.")

  @OptionGroup var asked: RuleOptions

  func run() throws {
    let explained = try asked.explained()
    if asked.json { return try Output.text(RuleText.json(explained)) }
    try Output.text(explained.map(RuleText.explained).joined(separator: "\n\n"))
  }
}

/// A rule or a file of them, and perhaps a history to look its signals up in.
struct RuleOptions: ParsableArguments {
  @Argument(
    help:
      "A rule, a configuration with rules as triggers, or a file (YAML, JSON or TOML) with a map `rules` of names and texts.",
    completion: .file(extensions: ["yaml", "json", "toml"]))
  var rule: String
  @OptionGroup var market: MarketOptions
  @Flag(help: "Print JSON.")
  var json = false

  /// Checks the rules; with --history also that it is long enough for them and can supply their signals.
  func explained() throws -> [RuleText] {
    let rules = try RuleFile(rule).rules
    guard market.history != nil else {
      return rules.map {
        RuleText(name: $0.name, explanation: RuleExplanation($0.rule, catalogue: .standard), entries: [])
      }
    }
    let opened = try market.open()
    let table = try SignalTable(opened, from: market.from, to: market.to)
    return try rules.map { name, rule in
      try rule.requireSessions(opened.history.sessions.count)
      return RuleText(
        name: name, explanation: RuleExplanation(rule, catalogue: .standard),
        entries: table.entries(of: try table.columns(of: rule)))
    }
  }
}
