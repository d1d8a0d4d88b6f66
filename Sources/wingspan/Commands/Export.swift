import ArgumentParser
import ConfigFormats
import Foundation
import Studies

struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write one configuration of a study as a file that backtest, compare and your own system can read.",
    discussion: """
      The file is a complete configuration with every setting spelled out, and carries what it stands on: schema, \
      program version, history and its digest, marks, seed, period and the figures of the study. The figures are \
      in-sample: they were the best of many.
      """)

  @Argument(help: "Folder made by `wingspan sweep --out`.", completion: .directory)
  var study: String
  @Option(help: "`best` by the study's objective, or the number of a trial.")
  var pick = "best"
  @Option(help: "yaml, json or toml.")
  var format: String = "yaml"
  @Option(help: "Write to this file instead of standard output.")
  var to: String?
  @Flag(help: "Print what was exported as JSON (the same as --format json on standard output).")
  var json = false

  func run() throws {
    guard let format = ConfigFormat(rawValue: json && to == nil ? "json" : format) else {
      throw ValidationError("--format must be yaml, json or toml, was '\(self.format)'")
    }
    let document = try StudyFolder(study).export(pick: pick)
    let text = document.render(format)
    if let to {
      try OutputFile.write(text.hasSuffix("\n") ? text : text + "\n", to: to)
      Output.note("wrote \(to)")
      if json { print(document.render(.json)) }
    } else {
      print(text)
    }
  }
}
