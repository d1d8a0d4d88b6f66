import ArgumentParser
import ConfigFormats
import Foundation
import Studies

struct SearchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Give the search to another program: ask and tell over any named parameters, line by line.",
    discussion: """
      FILE names parameters as a space file does, and how many numbers an evaluation has: \
      {parameters: {x: {from: 0, to: 1}, n: {from: 1, to: 9, step: 1}, kind: [a, b]}, objectives: 2, constraints: 1, \
      method: nsga2, seed: 1, population: 100, evaluations: 10000}. Prints a line {"ask": [{"id": 0, "x": {…}}, …]} a \
      generation, reads a line {"tell": [{"id": 0, "f": […], "g": […]}, …]} (f minimised, g 0 or less where a constraint \
      is kept, or "failed": true), and ends with {"done": {…}, "front": […]}. A line that can't be read is answered with \
      {"error": "…"} and may be told again.
      """)

  @Argument(help: "Parameters and what is to be searched (YAML, JSON or TOML).")
  var file: String
  @Flag(
    help: "Speak on standard input and output; the only way there is. All lines are JSON, as with --json.")
  var stdio = false

  func validate() throws {
    guard stdio else {
      throw ValidationError("give --stdio; to search over SPX condors use `wingspan sweep`")
    }
  }

  func run() throws {
    var search = try NamedSearch(ConfigDocument.load(path: file))
    var number = 0
    while let ask = search.ask() {
      try Output.text(ask)
      var isTold = false
      while !isTold {
        guard let line = readLine() else {
          Output.note("the input ended before the search did")
          throw ExitCode(1)
        }
        number += 1
        do throws(ConfigError) {
          try search.tell(line, number: number)
          isTold = true
        } catch {
          try Output.json(line: ["error": "\(error)"])
        }
      }
    }
    try Output.text(search.done())
  }
}
