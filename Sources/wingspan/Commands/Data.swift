import ArgumentParser
import Foundation
import HistoryStore

/// The group of commands about market data.
struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Import market files into a history and check what it holds.",
    subcommands: [DataImport.self, DataCheck.self])
}
