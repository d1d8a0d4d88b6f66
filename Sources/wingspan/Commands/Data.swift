import ArgumentParser
import Foundation
import HistoryStore

/// The group of commands about market data.
struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "Import market files into a history, check what it holds, or simulate one.",
    subcommands: [DataImport.self, DataCheck.self, DataSimulate.self])
}

/// Pretty, sorted JSON of a result on standard output.
func printJSON(_ value: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  print(String(decoding: try encoder.encode(value), as: UTF8.self))
}
