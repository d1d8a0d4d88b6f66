import ArgumentParser
import Backtesting
import Dispatch
import Foundation
import RunStore
import Studies
import Synchronization

struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Search a parameter space on all cores, whole or by a method, and store every trial.",
    discussion: """
      In the space file any value may be a list or a range, and its `search` section says how: method grid (every \
      configuration), random, sobol, nsga2 or cmaes, with objectives, constraints and a budget; `wingspan schema` \
      prints all of it. --out is a folder: study.sqlite holds every trial with its figures, summary.json what is \
      printed. Ctrl-C keeps what is finished; `wingspan resume` goes on with it. Objectives: \(Metric.allCases.map(\.rawValue).joined(separator: ", ")).
      """)

  @Argument(
    help: "Parameter space (YAML, JSON or TOML).", completion: .file(extensions: ["yaml", "json", "toml"]))
  var space: String
  @OptionGroup var market: MarketOptions
  @OptionGroup var workers: ThreadOptions
  @Option(help: "Folder for the store and the summary; an older study in it is replaced.")
  var out: String?
  @Option(
    help:
      "Engine: compiled, or reference, which goes minute by minute and defines the results. They are the same."
  )
  var engine = Engine.compiled
  @OptionGroup var matrices: MemoryOption
  @Option(
    help: """
      Run so many configurations of a grid, or trials of a search, drawn at random, through the reference engine too; \
      anything that differs in any session ends the sweep with status 2.
      """)
  var verify = 0
  @Option(
    help: """
      Store the best so many trials only, each with every figure. Of a grid by the objective: all are screened by matrix \
      products, and those that may be among the best, or the best of their school, are scored exactly. Objectives that \
      can be screened: \(Metric.allCases.filter(\.isScreenable).map(\.rawValue).joined(separator: ", ")). Of a search \
      those that keep its constraints first, by its objective, or by fronts where it has several.
      """)
  var keep: Int?
  @Option(
    help:
      "Work out one part of a grid only, as 3/16 for the third of sixteen; `wingspan merge` joins all parts.")
  var shard: Shard?
  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if shard != nil, keep != nil { throw ValidationError("give either --shard or --keep") }
    if let keep, keep < 1 { throw ValidationError("--keep must be 1 or more, was \(keep)") }
    guard verify >= 0 else { throw ValidationError("--verify must be 0 or more, was \(verify)") }
  }

  func run() throws {
    let interrupt = Interrupt()
    let clock = ContinuousClock()
    let start = clock.now
    let space = try SweepSpace(path: space)
    let opened = try market.open()
    let period = try Backtester.period(of: opened.history, from: market.from, to: market.to)
    try space.requireSignals(of: opened)
    let source = StudySource(history: market.history, marks: market.marks, seed: market.seed)
    guard space.isPlainGrid else {
      guard engine == .compiled, shard == nil else {
        throw ValidationError(
          "--engine and --shard are for plain grids; \(space.document.file) is searched by points")
      }
      var study = try SearchStudy(space, market: opened, period: period)
      study.memoryBytes = matrices.bytes
      study.verify = verify
      study.keep = keep
      try study.checkKeep()
      let store = try out.map { try StudyFolder($0).create(study, space: space, source: source) }
      study.loadSeconds = (clock.now - start) / .seconds(1)
      return try StudyRunner(out: out, json: json).run(
        study, store: store, threads: workers.count, interrupt: interrupt)
    }
    var sweep = try Sweep(space: space, market: opened, period: period)
    sweep.engine = engine
    sweep.memoryBytes = matrices.bytes
    sweep.verify = verify
    sweep.keep = keep
    sweep.shard = shard?.record
    try sweep.checkKeep()
    let store = try out.map { try StudyFolder($0).create(sweep, source: source) }
    sweep.loadSeconds = (clock.now - start) / .seconds(1)
    try StudyRunner(out: out, json: json).run(
      sweep, store: store, threads: workers.count, interrupt: interrupt)
  }
}

/// One part of a grid, as the command line spells it: 3/16.
struct Shard: ExpressibleByArgument {
  let record: ShardRecord

  init?(argument: String) {
    let parts = argument.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let index = Int(parts[0]), let count = Int(parts[1]), count <= 1_000_000,
      (1...max(1, count)).contains(index)
    else { return nil }
    record = ShardRecord(index: index - 1, count: count)
  }
}

/// Runs a study to its end, with a line of progress, and prints what came of it.
struct StudyRunner {
  let out: String?
  let json: Bool

  func run(_ study: SearchStudy, store: RunStore?, threads: Int, interrupt: Interrupt) throws {
    let meter = ProgressMeter()
    let summary = try study.run(
      threads: threads, store: store, isCancelled: { [flag = interrupt.flag] in flag.isRequested },
      progress: { meter.show($0) })
    meter.finish()
    if summary.interrupted { try store?.close() } else { try store?.finish() }
    if let out { try StudyFolder(out).write(summary) }
    if json { try Output.json(summary) } else { try Output.text(SearchText.summary(summary, out: out)) }
    if summary.interrupted {
      Output.note(
        study.keep == nil
          ? "interrupted: \(summary.evaluations) trials are kept" + goOn
          : "interrupted: the \(summary.kept) kept are the best of \(summary.evaluations) trials"
            + (out.map { "; `wingspan resume \($0)` begins again" } ?? ""))
      throw ExitCode(130)
    }
  }

  private var goOn: String { out.map { "; go on with `wingspan resume \($0)`" } ?? "" }

  func run(_ sweep: Sweep, store: RunStore?, threads: Int, interrupt: Interrupt) throws {
    let keep = sweep.keep
    let meter = ProgressMeter()
    let summary = try sweep.run(
      threads: threads, store: store, isCancelled: { [flag = interrupt.flag] in flag.isRequested },
      during: { meter.show($0) })
    meter.finish()
    // An interrupted one stays open to be gone on with.
    if summary.interrupted { try store?.close() } else { try store?.finish() }
    if let out { try StudyFolder(out).write(summary) }
    if json { try Output.json(summary) } else { try Output.text(SweepText.summary(summary, out: out)) }
    if summary.interrupted {
      Output.note(
        keep == nil
          ? "interrupted: \(summary.completed) of \(summary.configurations) configurations are kept" + goOn
          : summary.completed == summary.configurations
            ? "interrupted: \(summary.kept) of the best are stored with all their figures" + goOn
            : "interrupted: the \(summary.kept) kept are the best of those scored so far, not of all "
              + "\(summary.configurations) configurations" + goOn)
      throw ExitCode(130)
    }
  }
}

extension Engine: ExpressibleByArgument {}

/// Notes a Ctrl-C without ending the process; a second one ends it.
final class Interrupt {
  /// What the workers ask.
  final class Flag: Sendable {
    private let requested = Atomic<Bool>(false)
    var isRequested: Bool { requested.load(ordering: .relaxed) }
    /// Whether it was set before.
    func request() -> Bool { requested.exchange(true, ordering: .relaxed) }
  }
  let flag: Flag
  private let source: any DispatchSourceSignal

  init() {
    let flag = Flag()
    self.flag = flag
    signal(SIGINT, SIG_IGN)
    source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
    source.setEventHandler { if flag.request() { exit(130) } }
    source.resume()
  }
}

/// One line on a terminal with rate and time left; nothing where the output is piped.
final class ProgressMeter: Sendable {
  private let isTerminal = isatty(STDERR_FILENO) == 1
  /// When the line was last written, seconds.
  private let last = Mutex(-1.0)

  /// Writes the line anew, at most five times a second. Any thread may call it.
  func show(_ p: Sweep.Progress) {
    guard isTerminal, p.seconds > 0 else { return }
    let isDue = last.withLock { last in
      guard p.seconds - last >= 0.2 else { return false }
      last = p.seconds
      return true
    }
    guard isDue else { return }
    if let kept = p.kept { return show(kept: kept) }
    let rate = Double(p.configDays) / p.seconds
    let left = rate > 0 ? Double(p.allConfigDays - p.configDays) / rate : 0
    let percent = 100 * p.configDays / max(1, p.allConfigDays)
    write(
      "\r\(percent) % of \(p.total) configurations, \(Int(rate)) configuration-days a second, "
        + "\(Int(left.rounded(.up))) s left \u{1B}[K")
  }
  /// The same of a search.
  func show(_ p: SearchStudy.Progress) {
    guard isTerminal, p.seconds > 0 else { return }
    if let kept = p.kept { return show(kept: kept) }
    let rate = Double(p.done) / p.seconds
    write(
      "\r\(p.done) of \(p.total) trials at most, \(Int(rate)) a second"
        + (p.reached.map { String(format: ", reached %.6g", $0) } ?? "") + " \u{1B}[K")
  }
  /// The same of a study of families.
  func show(_ p: FamilyStudy.Progress) {
    if isTerminal { write("\r\(p.done) of \(p.total) searches \u{1B}[K") }
  }
  /// The same of a walk forward.
  func show(_ p: WalkForward.Progress) {
    if isTerminal { write("\r\(p.done) of \(p.total) choices \u{1B}[K") }
  }
  /// The same of a stability.
  func show(_ p: Stability.Progress) {
    if isTerminal { write("\r\(p.done) of \(p.total) settings \u{1B}[K") }
  }
  /// The same of trials whose results are worked out again.
  func show(done: Int, of total: Int) {
    if isTerminal { write("\r\(done) of \(total) trials \u{1B}[K") }
  }
  private func show(kept: (stored: Int, of: Int)) {
    write("\r\(kept.stored) of the \(kept.of) best are stored with their figures on demand \u{1B}[K")
  }
  /// Clears the line.
  func finish() { if isTerminal { write("\r\u{1B}[K") } }

  private func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}
