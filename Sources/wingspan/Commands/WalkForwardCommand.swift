import ArgumentParser
import Backtesting
import Foundation
import Studies

struct WalkForwardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "walkforward",
    abstract:
      "Would searching have paid? Choose settings window by window, and trade each choice on what follows.",
    discussion: """
      Each space is searched on the sessions of a window by its own method, budget, seed, objectives and constraints, and \
      its choice is sold in the sessions that follow, until the next window's is. The results out of sample, one after the \
      other, are the headline; beside it stand what the choices promised in sample, how settings wander from window to \
      window, and paired differences between the spaces. Without arguments: params/study, stops and alvh beside hold. A \
      configuration without searched values is traded as it is; where no space holds its condors, the first one's condor, \
      held, is the control. With the folder of a study instead: its space, on its history, marks, seed and period; the \
      JSON is kept in the folder too, as walkforward.json, for `wingspan export`.

      The last entry in sample would expire out of sample and isn't made. Standing layers are bought anew at each border, \
      an account begins anew. Ctrl-C prints what the finished windows say, and writes no file.
      """)

  @Argument(
    help: "Parameter spaces or configurations (YAML, JSON or TOML), or the folder of one study.",
    completion: .file(extensions: ["yaml", "json", "toml"]))
  var spaces: [String] = []
  @OptionGroup var market: MarketOptions
  @Option(help: "Sessions that settings are chosen on, 20 or more; default 252, a year.")
  var inSample: Int?
  @Option(help: "Sessions that a choice is then traded on, 1 or more; default 63, a quarter.")
  var outOfSample: Int?
  @Option(help: "Sessions left out between the two; default 0.")
  var embargo: Int?
  @Flag(help: "Choose on all sessions from the first on, rather than on the last --in-sample of them.")
  var anchored = false
  @Option(help: "Folder that holds the presets.")
  var presets: String?
  @OptionGroup var workers: ThreadOptions
  @OptionGroup var matrices: MemoryOption
  @Option(help: "Also write the JSON to this file.")
  var out: String?
  @Option(help: "Write the curves out of sample to this CSV file: session, window, family, cents.")
  var csv: String?
  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let interrupt = Interrupt()
    let folder = try study()
    let paths =
      folder != nil ? [] : spaces.isEmpty ? try Presets.paths(Presets.familyNames, folder: presets) : spaces
    let outputs: [OutputPaths.Named] = [("--out", out), ("--csv", csv)]
    try OutputPaths.check(
      outputs, inputs: OutputPaths.configurations(paths) + market.inputs + OutputPaths.study(folder))
    try OutputPaths.checkWritable(outputs)
    let standard = try WalkWindows()
    let rule = try WalkWindows(
      inSample: inSample ?? standard.inSample, outOfSample: outOfSample ?? standard.outOfSample,
      embargo: embargo ?? standard.embargo, isAnchored: anchored)
    let (spaces, opened, period, seed) = try subject(paths, folder)
    for space in spaces { try space.requireSignals(of: opened) }
    var walk = try WalkForward(spaces, market: opened, period: period, rule: rule)
    walk.seed = seed
    walk.memoryBytes = matrices.bytes
    let head = try folder.map(StudyHead.init)
    let meter = ProgressMeter()
    let report = try walk.run(
      threads: workers.count, isCancelled: { [flag = interrupt.flag] in flag.isRequested },
      progress: { meter.show($0) })
    meter.finish()
    let figures = StudyFigures(study: head, [report])
    if !report.interrupted {
      if let csv { try OutputFile.write(report.csv, to: csv) }
      if let out { try OutputFile.write(Output.jsonText(figures) + "\n", to: out) }
      if let folder { try figures.keep(.walkforward, beside: folder) }
    }
    if json {
      try Output.json(figures)
    } else if !report.windows.isEmpty {
      try Output.text(WalkForwardText.text(report))
    }
    guard !report.interrupted else {
      Output.note(
        "interrupted: \(report.windows.count) of \(report.windowsInAll) windows are finished, and no file is written"
      )
      throw ExitCode(130)
    }
  }

  /// The folder of a study, where one is asked about.
  private func study() throws -> StudyFolder? {
    let folders = spaces.filter { !OutputFile.isFile($0) && FileManager.default.fileExists(atPath: $0) }
    guard let first = folders.first else { return nil }
    guard spaces.count == 1 else {
      throw ValidationError("\(first) is a folder: a study is walked alone; give the files of the spaces")
    }
    guard market.from == nil, market.to == nil, market.marks == nil, !market.isSeeded else {
      throw ValidationError("--from, --to, --marks and --seed are the study's own: leave them out")
    }
    return StudyFolder(first)
  }

  /// What is walked, and on what.
  private func subject(
    _ paths: [String], _ folder: StudyFolder?
  ) throws -> (spaces: [SweepSpace], market: Market, period: ClosedRange<Int>, seed: UInt64) {
    guard let folder else {
      let opened = try market.open()
      return (
        try paths.map { try SweepSpace(path: $0) }, opened,
        try Backtester.period(of: opened.history, from: market.from, to: market.to), market.seed
      )
    }
    let (space, record) = try folder.question()
    let opened = try folder.market(of: record, history: market.history)
    try folder.checkSame(opened.market, record)
    return ([space], opened.market, opened.period, record.seed)
  }
}
