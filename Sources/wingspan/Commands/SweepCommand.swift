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
    abstract: "Backtest every configuration of a parameter space on all cores and store every trial.",
    discussion: """
      In the space file any value may be a list or {from, to, step}; the grid is their product. --out is a folder: \
      study.sqlite holds every trial with its figures, summary.json what is printed. Ctrl-C keeps the trials \
      finished so far. Objectives: \(Metric.allCases.map(\.rawValue).joined(separator: ", ")).
      """)

  @Argument(
    help: "Parameter space (YAML, JSON or TOML).", completion: .file(extensions: ["yaml", "json", "toml"]))
  var space: String
  @OptionGroup var market: MarketOptions
  @OptionGroup var workers: ThreadOptions
  @Option(help: "Folder for the store and the summary; an older study in it is replaced.")
  var out: String?
  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let space = try SweepSpace(path: space)
    let opened = try market.open()
    let period = try Backtester.period(of: opened.history, from: market.from, to: market.to)
    let sweep = try Sweep(space: space, market: opened, period: period)
    let store = try out.map { try StudyFolder($0).create(sweep, seed: market.seed) }
    let interrupt = Interrupt()
    let meter = ProgressMeter(unit: "configurations")
    let summary = try sweep.run(
      threads: workers.count, store: store, isCancelled: { [flag = interrupt.flag] in flag.isRequested },
      progress: { meter.show(done: $0.done, total: $0.total, seconds: $0.seconds) })
    meter.finish()
    try store?.close()
    if let out { try StudyFolder(out).write(summary) }
    if json { try Output.json(summary) } else { try Output.text(SweepText.summary(summary, out: out)) }
    if summary.interrupted {
      Output.note("interrupted: \(summary.completed) of \(summary.configurations) configurations are kept")
      throw ExitCode(130)
    }
  }
}

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
struct ProgressMeter {
  let unit: String
  private let isTerminal = isatty(STDERR_FILENO) == 1

  init(unit: String) { self.unit = unit }

  func show(done: Int, total: Int, seconds: Double) {
    guard isTerminal, seconds > 0 else { return }
    let rate = Double(done) / seconds
    let left = rate > 0 ? Double(total - done) / rate : 0
    let line = "\r\(done) of \(total) \(unit), \(Int(rate)) a second, \(Int(left.rounded(.up))) s left   "
    try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
  }
  func finish() {
    guard isTerminal else { return }
    try? FileHandle.standardError.write(contentsOf: Data("\r\u{1B}[K".utf8))
  }
}
