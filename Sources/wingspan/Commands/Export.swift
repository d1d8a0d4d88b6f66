import ArgumentParser
import ConfigFormats
import Foundation
import Studies

struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Write one configuration of a study, or a file's, in full, for backtest, compare and your own system.",
    discussion: """
      The file is a complete configuration with every setting spelled out, and carries what it stands on: schema, \
      program version, history and its digest, marks, seed, period and the figures of the study. The figures are \
      in-sample: they were the best of many. Beside them stands the evidence: what was chosen so earned on the sessions \
      after, the probability of backtest overfitting, the deflated Sharpe ratio, and what lies at the edge of what was \
      searched. Out of sample is what `wingspan walkforward STUDY` has kept beside the study, and without that the trials' \
      own results, the best of each year traded for a quarter. What speaks against the pick is warned of on standard error.

      Of a configuration file instead of a study's folder it writes the same with every setting spelled out, which is what \
      `wingspan sign` asks for.
      """)

  @Argument(help: "Folder made by `wingspan sweep --out`, or a configuration (YAML, JSON or TOML).")
  var study: String
  @Option(help: "`best` by the study's objective, or the number of a trial.")
  var pick = "best"
  @Option(help: "yaml, json or toml; by default what the name after --to ends in, else yaml.")
  var format: String?
  @Option(help: "Write to this file instead of standard output.")
  var to: String?
  @Option(help: "History file of the study, if it has moved since; `bundled` for the bundled one.")
  var history: String?
  @Flag(
    inversion: .prefixedNo,
    help: "Work out the evidence, of 20000 trials at most; --no-evidence writes the figures alone.")
  var evidence = true
  @OptionGroup var workers: ThreadOptions
  @Flag(help: "Print what was exported as JSON (the same as --format json on standard output).")
  var json = false

  private var asked: ConfigFormat? { format.flatMap { ConfigFormat(rawValue: $0) } }

  func validate() throws {
    try OutputPaths.check(
      [("--to", to)],
      inputs: OutputPaths.configurations([study]) + OutputPaths.study(StudyFolder(study))
        + [("--history", history)])
    guard let format, asked == nil else { return }
    throw ValidationError("--format must be yaml, json or toml, was '\(format)'")
  }

  func run() throws {
    let format = json && to == nil ? .json : asked ?? to.flatMap { ConfigFormat(path: $0) } ?? .yaml
    let document =
      OutputFile.isFile(study)
      ? try StrategyWriter.document(ConfigDocument.load(path: study)) : try exported(StudyFolder(study))
    let text = document.render(format)
    if let to {
      try OutputFile.write(text.hasSuffix("\n") ? text : text + "\n", to: to)
      Output.note("wrote \(to)")
      if json { try Output.text(document.render(.json)) }
    } else {
      try Output.text(text.hasSuffix("\n") ? String(text.dropLast()) : text)
    }
  }

  private func exported(_ folder: StudyFolder) throws -> ConfigDocument {
    let plain = try folder.export(pick: pick)
    guard evidence else { return plain }
    let threads = workers.count
    let found: PickEvidence
    do {
      found = try PickEvidence(
        OutcomeSource.trials(of: folder, pick: pick, history: history, threads: threads), of: folder,
        run: { count, body in _ = Scheduler.map(count: count, threads: threads, body) })
    } catch let error where !(error is ExitCode) {
      throw StudyError.noEvidence(reason: "\(error)")
    }
    for warning in found.warnings { Output.note("warning: \(warning)") }
    return try folder.export(pick: pick, evidence: found)
  }
}
