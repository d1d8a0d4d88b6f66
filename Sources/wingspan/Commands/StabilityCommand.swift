import ArgumentParser
import Backtesting
import ConfigFormats
import Foundation
import MarketData
import Studies

struct StabilityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stability",
    abstract: "Does a pick stand on a plateau, and how much of its result is an assumption or a draw?",
    discussion: """
      Of a study's best, or of --pick N: the settings around it, worked out anew whether the study tried them or not; the \
      pick and its contenders (the settings one step away, and the best trials) under other costs, levels and smiles of \
      volatility, and VX inside sessions; and the result by other seeds of what is simulated, beside what the sessions \
      leave uncertain. Of a configuration the last two. Of a study the JSON is kept in its folder too, as stability.json. With --re-choose the study's whole choice is repeated by each seed.

      Example: wingspan stability runs/demo --pick best
      """)

  @Argument(help: "Folder of a study, or a configuration (YAML, JSON or TOML).", completion: .file())
  var subject: String
  @Option(help: "Of a study: best, or a trial's number; default: best.")
  var pick: String?
  @Option(help: "Seeds of what is simulated, the one as given among them, 2 to 1000.")
  var seeds = 20
  @Option(help: "Of a study: neighbours by more than one step, at most, 0 to 100000; default 1000.")
  var neighbours: Int?
  @Option(help: "Of a study: its best trials that the pick is ranked among, 0 to 1000; default 20.")
  var top: Int?
  @Flag(
    help: "Repeat the study's whole choice by each seed; \(RepeatedChoice.limit) settings in all, at most.")
  var reChoose = false
  @Option(
    help: "History file, of a study if it has moved since; `bundled` for the bundled one.",
    completion: .file(extensions: ["sqlite"]))
  var history: String?
  @Option(help: "Of a configuration: mark parameters made by `wingspan calibrate`; default: the shipped fit.")
  var marks: String?
  @Option(help: "Of a configuration: seed of simulated minutes and of bridges inside coarse bars; default 1.")
  var seed: UInt64?
  @Option(help: "Of a configuration: first session, YYYY-MM-DD; default: that of an exported file's figures.")
  var from: SessionDate?
  @Option(help: "Of a configuration: last session, YYYY-MM-DD; default: that of an exported file's figures.")
  var to: SessionDate?
  @OptionGroup var workers: ThreadOptions
  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard (2...1_000).contains(seeds) else {
      throw ValidationError("--seeds must be 2 to 1000, was \(seeds)")
    }
    if let neighbours, !(0...100_000).contains(neighbours) {
      throw ValidationError("--neighbours must be 0 to 100000, was \(neighbours)")
    }
    if let top, !(0...1_000).contains(top) { throw ValidationError("--top must be 0 to 1000, was \(top)") }
    if let from, let to, from > to { throw ValidationError("--from \(from) is after --to \(to)") }
    let ofStudy = [
      ("--pick", pick != nil), ("--neighbours", neighbours != nil), ("--top", top != nil),
      ("--re-choose", reChoose),
    ]
    let ofConfiguration = [
      ("--marks", marks != nil), ("--seed", seed != nil), ("--from", from != nil), ("--to", to != nil),
    ]
    if let option = (isStudy ? ofConfiguration : ofStudy).first(where: \.1) {
      throw ValidationError(
        "\(option.0) goes with \(isStudy ? "a configuration" : "the folder of a study"), and \(subject) is none"
      )
    }
  }

  private var isStudy: Bool {
    let facts = try? URL(filePath: subject).resourceValues(forKeys: [.isDirectoryKey])
    return facts?.isDirectory == true
  }

  func run() throws {
    let (interrupt, meter) = (Interrupt(), ProgressMeter())
    let folder = isStudy ? StudyFolder(subject) : nil
    let (asked, market) = try folder.map(of) ?? ofConfiguration()
    let head = try folder.map(StudyHead.init)
    var stability = Stability(asked, on: market)
    stability.seeds = seeds
    stability.repeatsChoice = reChoose
    if let neighbours { stability.neighbours = neighbours }
    let report = try stability.run(
      threads: workers.count, isCancelled: { [flag = interrupt.flag] in flag.isRequested },
      progress: { meter.show($0) })
    meter.finish()
    guard let report else {
      Output.note("interrupted: nothing is told before everything is worked out")
      throw ExitCode(130)
    }
    let figures = StudyFigures(study: head, [report])
    if let folder { try figures.keep(.stability, beside: folder) }
    if json { try Output.json(figures) } else { try Output.text(StabilityText.text(report)) }
  }

  private func of(_ folder: StudyFolder) throws -> (StabilityPick, StabilityMarket) {
    try StabilityPick.of(folder, pick: pick ?? "best", top: top ?? 20) {
      try StabilityMarket(of: folder, $0, history: history)
    }
  }

  private func ofConfiguration() throws -> (StabilityPick, StabilityMarket) {
    let document = try ConfigDocument.load(path: subject)
    let strategy = try StrategyReader.strategy(document)
    let exported = try ExportedStudy(document)
    @Sendable func open(_ offset: UInt64) throws -> Market {
      try Market.open(history: history, marks: marks, seed: (seed ?? 1) &+ offset)
    }
    let market = try open(0)
    let period = try Backtester.period(
      of: market.history, from: from ?? exported?.from, to: to ?? exported?.to)
    _ = try market.checkedContext(for: [strategy], period: period)
    return (StabilityPick(strategy), StabilityMarket(market, period: period, reseeded: open))
  }
}
