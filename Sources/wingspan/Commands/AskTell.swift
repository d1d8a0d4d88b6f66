import ArgumentParser
import ConfigFormats
import Foundation
import Studies

/// A search whose state is a file: what it was told, a line a generation.
struct JournalOptions: ParsableArguments {
  @Argument(help: "Parameters and what is to be searched, as for `wingspan search` (YAML, JSON or TOML).")
  var file: String
  @Option(help: "File that keeps what was told, a line of JSON a generation; made when it isn't there.")
  var journal: String

  /// The search after everything that the journal tells, with the next generation asked, and that line.
  func search() throws -> (search: NamedSearch, ask: String?, journal: String) {
    var search = try NamedSearch(ConfigDocument.load(path: file))
    guard FileManager.default.fileExists(atPath: journal) else {
      let ask = search.ask()
      return (search, ask, "")
    }
    guard let text = try? String(contentsOfFile: journal, encoding: .utf8) else {
      throw StudyError.badJournal(path: journal, reason: "it can't be read as UTF-8 text")
    }
    for (k, line) in text.split(separator: "\n", omittingEmptySubsequences: true).enumerated() {
      guard search.ask() != nil else {
        throw StudyError.badJournal(path: journal, reason: "line \(k + 1) tells more than was ever asked")
      }
      do throws(ConfigError) {
        try search.tell(String(line), number: k + 1)
      } catch {
        throw StudyError.badJournal(path: journal, reason: "\(error)")
      }
    }
    let ask = search.ask()
    return (search, ask, text)
  }
}

struct Ask: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Ask a search for its next generation; `wingspan tell` answers it.",
    discussion: """
      Prints the line {"ask": [{"id": 0, "x": {…}}, …]}, the same until it is told, or {"done": {…}, "front": […]} when \
      the search is over. The journal is all the state there is: what is asked follows from it and from FILE. All lines \
      are JSON, as with --json.
      """)
  @OptionGroup var options: JournalOptions

  func run() throws {
    let (search, ask, _) = try options.search()
    try Output.text(ask ?? search.done())
  }
}

struct Tell: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell a search what became of the generation last asked.",
    discussion: """
      Reads the line {"tell": [{"id": 0, "f": […], "g": […]}, …]} from standard input, checks it, and adds it to the \
      journal. A line that isn't what was asked for changes nothing. All lines are JSON, as with --json.
      """)
  @OptionGroup var options: JournalOptions

  func run() throws {
    var (search, ask, journal) = try options.search()
    guard ask != nil else {
      throw StudyError.badJournal(path: options.journal, reason: "the search is over: nothing was asked")
    }
    guard let line = readLine(), !line.isEmpty else {
      throw ValidationError("give the line {\"tell\": […]} on standard input")
    }
    try search.tell(line, number: 1)
    journal += line + "\n"
    try OutputFile.write(journal, to: options.journal)
  }
}
