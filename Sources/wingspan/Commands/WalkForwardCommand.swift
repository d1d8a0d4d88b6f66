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
      held, is the control.

      The last entry in sample would expire out of sample and isn't made. Standing layers are bought anew at each border, \
      an account begins anew. Ctrl-C prints what the finished windows say, and writes no file.
      """)

  @Argument(
    help: "Parameter spaces or configurations (YAML, JSON or TOML).",
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
    let paths = spaces.isEmpty ? try Presets.paths(Presets.familyNames, folder: presets) : spaces
    let outputs: [OutputPaths.Named] = [("--out", out), ("--csv", csv)]
    try OutputPaths.check(outputs, inputs: OutputPaths.configurations(paths) + market.inputs)
    try OutputPaths.checkWritable(outputs)
    let standard = try WalkWindows()
    let rule = try WalkWindows(
      inSample: inSample ?? standard.inSample, outOfSample: outOfSample ?? standard.outOfSample,
      embargo: embargo ?? standard.embargo, isAnchored: anchored)
    let spaces = try paths.map { try SweepSpace(path: $0) }
    let opened = try market.open()
    let period = try Backtester.period(of: opened.history, from: market.from, to: market.to)
    for space in spaces { try space.requireSignals(of: opened) }
    var walk = try WalkForward(spaces, market: opened, period: period, rule: rule)
    walk.seed = market.seed
    walk.memoryBytes = matrices.bytes
    let meter = ProgressMeter()
    let report = try walk.run(
      threads: workers.count, isCancelled: { [flag = interrupt.flag] in flag.isRequested },
      progress: { meter.show($0) })
    meter.finish()
    if !report.interrupted {
      if let csv { try OutputFile.write(report.csv, to: csv) }
      if let out { try OutputFile.write(Output.jsonText(report) + "\n", to: out) }
    }
    if json {
      try Output.json(report)
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
}
