import ArgumentParser
import Backtesting
import ConfigFormats
import Foundation
import Studies

struct Plan: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Say what a sweep would do: configurations or evaluations, memory, store, how long, from a short pilot.",
    discussion: """
      Runs every setting of a grid over up to 48 sessions spread over the period: configurations that never differ there \
      picked the same strikes and closed at the same fills. Runs the first generation of a search. Nothing is stored.
      """)

  @Argument(
    help: "Parameter space (YAML, JSON or TOML).", completion: .file(extensions: ["yaml", "json", "toml"]))
  var space: String
  @OptionGroup var market: MarketOptions
  @OptionGroup var workers: ThreadOptions
  @OptionGroup var matrices: MemoryOption
  @Option(help: "Plan for `sweep --keep N`, which stores the best N trials only.")
  var keep: Int?
  @Option(
    help: "Say so on standard error if there are more configurations, or evaluations of a search, than this.")
  var warnAbove = 2_000_000
  @Option(help: "Say so on standard error if it would take longer than this, seconds.")
  var warnSeconds = 3_600.0
  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if let keep, keep < 1 { throw ValidationError("--keep must be 1 or more, was \(keep)") }
    guard warnAbove >= 0 else { throw ValidationError("--warn-above must be 0 or more, was \(warnAbove)") }
    guard warnSeconds >= 0 else {
      throw ValidationError("--warn-seconds must be 0 or more, was \(warnSeconds)")
    }
  }

  func run() throws {
    let space = try SweepSpace(path: space)
    let opened = try market.open()
    let period = try Backtester.period(of: opened.history, from: market.from, to: market.to)
    try space.requireSignals(of: opened)
    guard space.isPlainGrid else {
      var study = try SearchStudy(space, market: opened, period: period)
      study.memoryBytes = matrices.bytes
      let plan = try SearchPlan(study, space: space, threads: workers.count)
      try json ? Output.json(plan) : Output.text(Self.text(plan))
      return warn(
        plan.evaluations, "evaluations", seconds: plan.estimatedSeconds,
        remedy: "lower search.budget.evaluations, or set search.budget.seconds or stagnation_generations")
    }
    var sweep = try Sweep(space: space, market: opened, period: period)
    sweep.memoryBytes = matrices.bytes
    sweep.keep = keep
    try sweep.checkKeep()
    let plan = SweepPlan(sweep, threads: workers.count)
    if json { try Output.json(plan) } else { try Output.text(Self.text(plan)) }
    warn(
      keep == nil ? plan.configurations : 0, "configurations", seconds: plan.estimatedSeconds,
      remedy: "search fewer values"
        + (keep == nil ? ", or keep only the best with `wingspan sweep --keep N`" : ""))
  }

  /// A note for each limit that a plan is above.
  private func warn(_ count: Int, _ what: String, seconds: Double, remedy: String) {
    if count > warnAbove { Output.note("warning: \(count) \(what) are more than \(warnAbove); \(remedy)") }
    if seconds > warnSeconds {
      Output.note(
        "warning: about \(Self.seconds(seconds)) are more than \(Self.seconds(warnSeconds)); \(remedy)")
    }
  }

  private static func text(_ p: SearchPlan) -> String {
    var table = TextTable(["search", p.method], wordsLast: true)
    table.add(["objectives", p.objectives.joined(separator: ", ")])
    if !p.constraints.isEmpty { table.add(["constraints", p.constraints.joined(separator: ", ")]) }
    table.add(["points", p.points.map { String(format: "%.0f", $0) } ?? "without end: some values are real"])
    table.add([
      "of them valid", String(format: "%.1f %%", 100 * p.validShare) + (p.isCounted ? "" : ", of a sample"),
    ])
    table.add(["evaluations", "\(p.evaluations) at most"])
    table.add([
      "first generation",
      "\(p.pilot) points: \(p.distinctCondors) condors, \(p.distinctHedges) hedges by entry, "
        + "\(p.generalPath) one by one",
    ])
    if !p.onDemand.isEmpty || p.onDemandMicroseconds > 0 {
      table.add([
        "worked out on demand",
        (p.onDemand.isEmpty ? "goals by parts" : p.onDemand.joined(separator: ", "))
          + String(format: ": %.0f µs a point and thread", p.onDemandMicroseconds),
      ])
    }
    table.add(["sessions", "\(p.sessions), \(p.from) to \(p.to), \(p.history)"])
    table.add(["time", "about \(seconds(p.estimatedSeconds)) with \(p.threads) threads, or less"])
    return "\(p.space)\n\n" + table.text
  }

  private static func text(_ p: SweepPlan) -> String {
    var axes = TextTable(["searched", "values"])
    for axis in p.axes { axes.add([axis.path, "\(axis.values)"]) }
    var table = TextTable(
      [
        "configurations",
        "\(p.configurations) = \(p.condorSettings) condor settings x \(p.hedgeSettings) hedges",
      ], wordsLast: true)
    table.add(["with different rules", "\(p.distinct)"])
    table.add([
      "different in the pilot",
      p.pilotSessions == 0 ? "-" : "\(p.distinctInPilot) over \(p.pilotSessions) sessions",
    ])
    table.add(["condors a session", "\(p.distinctCondors) different at most"])
    table.add([
      "through the general path",
      p.generalPath == 0
        ? "0"
        : "\(p.generalPath), so all go through one by one: a hedge looks at its condor or unwinds with it, equity sizes, or a "
          + "side is rolled on",
    ])
    table.add(["sessions", "\(p.sessions), \(p.from) to \(p.to), \(p.history)"])
    table.add([
      "memory for the matrices", "\(bytes(p.memoryBytes)) in \(p.pieces) piece\(p.pieces == 1 ? "" : "s")",
    ])
    table.add(["store", "about \(bytes(p.storeBytes))"])
    table.add(["time", "about \(seconds(p.estimatedSeconds)) with \(p.threads) threads"])
    return "\(p.space)\n\n" + (p.axes.isEmpty ? "" : axes.text + "\n\n") + table.text
  }

  private static func bytes(_ count: Int) -> String {
    count < 1 << 30
      ? String(format: "%.0f MiB", Double(count) / Double(1 << 20))
      : String(format: "%.1f GiB", Double(count) / Double(1 << 30))
  }
  private static func seconds(_ s: Double) -> String {
    s < 120 ? String(format: "%.1f s", s) : String(format: "%.0f minutes", s / 60)
  }
}

struct Validate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check configurations and parameter spaces without running anything.",
    discussion: """
      Reads every setting of every file: an unknown key, a value out of range or a space without configurations is told with \
      file and line, and the exit status is 1.
      """)

  @Argument(
    help: "Configurations or spaces (YAML, JSON or TOML).",
    completion: .file(extensions: ["yaml", "json", "toml"]))
  var files: [String]
  @Flag(help: "Print JSON.")
  var json = false

  private struct Checked: Encodable {
    let file: String
    /// Absent where there are reals.
    let configurations: Double?
    let method: String
    let axes: [SweepPlan.Axis]
    let objective: String
    let caveats: [String]
  }

  func run() throws {
    var checked: [Checked] = []
    var errors: [ConfigError] = []
    for file in files {
      do throws(ConfigError) {
        let space = try SweepSpace(path: file)
        checked.append(
          Checked(
            file: file, configurations: space.points.isFinite ? space.points : nil,
            method: space.section.method.rawValue, axes: space.planAxes,
            objective: space.section.objectives[0].text,
            caveats: try space.validate()))
      } catch {
        errors.append(error)
      }
    }
    try report(checked)
    for error in errors { Output.note("error: \(error)") }
    if !errors.isEmpty { throw ExitCode(1) }
  }

  private func report(_ checked: [Checked]) throws {
    if json { return try Output.json(checked) }
    for file in checked {
      let searched = file.axes.map { "\($0.path) (\($0.values == 0 ? "real" : "\($0.values)"))" }
      let count = file.configurations.map { $0 < 1e15 ? "\(Int($0))" : "more than 10^15" }
      try Output.text(
        "\(file.file): fine, "
          + (file.configurations == 1
            ? "one configuration"
            : (count.map { $0 + " configurations" } ?? "real values") + " over "
              + searched.joined(separator: ", ")))
    }
  }
}
