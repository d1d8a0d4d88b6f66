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
