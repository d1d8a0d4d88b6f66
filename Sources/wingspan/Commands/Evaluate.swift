import ArgumentParser
import Backtesting
import ConfigFormats
import Foundation
import Studies

struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Answer settings with figures, line by line, for a program that searches by itself.",
    discussion: """
      Reads lines of JSON on standard input, each a map of paths to values that CONFIG's are replaced by: \
      {"id": 7, "x": {"condor.short_delta": 0.12, "exit.stop": {"loss_multiple": 1.5}}}, or the map alone. Prints a line \
      each, in order: {"id": 7, "status": "done", "reason": null, "metrics": {"sharpe": …}}, or {"id": 7, "error": "…"} for \
      a line that is no configuration. Lines that arrive together are worked out together; distinct condors and hedges \
      once. Ends with the input.
      """)

  @Argument(
    help: "Configuration that the lines change (YAML, JSON or TOML).",
    completion: .file(extensions: ["yaml", "json", "toml"]))
  var config: String
  @OptionGroup var market: MarketOptions
  @OptionGroup var workers: ThreadOptions
  @Option(
    parsing: .upToNextOption,
    help: """
      Answer these metrics too, which are worked out on demand: \
      \(Metric.onDemand.map(\.rawValue).joined(separator: ", ")).
      """)
  var also: [Metric] = []
  @Flag(help: "Read lines from standard input; the only way there is.")
  var stdin = false
  @Option(
    help: "Memory for what is remembered of distinct condors and hedges, GiB; 0 is half of the machine's.")
  var memory = 0.0

  func validate() throws {
    guard stdin else { throw ValidationError("give --stdin: settings are read from standard input") }
    guard (0...65_536).contains(memory) else {
      throw ValidationError("--memory must be 0 to 65536 GiB, was \(memory)")
    }
  }

  func run() throws {
    let base = try ConfigDocument.load(path: config)
    let opened = try market.open()
    let period = try Backtester.period(of: opened.history, from: market.from, to: market.to)
    let bytes =
      memory > 0 ? Int(memory * 1_073_741_824) : Int(clamping: ProcessInfo.processInfo.physicalMemory / 2)
    var evaluator = EvaluationLines(
      base: base, market: opened, period: period, threads: workers.count, memoryBytes: bytes,
      also: also)
    Output.note(opened.disclosure)
    var input = LineInput()
    while let lines = try input.next() {
      let wanted = lines.filter { !$0.allSatisfy(\.isWhitespace) }
      guard !wanted.isEmpty else { continue }
      try Output.text(evaluator.answer(wanted).joined(separator: "\n"))
    }
  }
}

extension Metric: ExpressibleByArgument {}

/// Lines of standard input, as many as have arrived.
struct LineInput {
  private var rest = Data()
  private var isOver = false

  /// Waits for at least one line; `nil` at the end of the input.
  mutating func next() throws -> [String]? {
    while !isOver {
      let data = FileHandle.standardInput.availableData
      if data.isEmpty {
        isOver = true
        guard !rest.isEmpty else { return nil }
        defer { rest = Data() }
        return [String(decoding: rest, as: UTF8.self)]
      }
      rest.append(data)
      guard let last = rest.lastIndex(of: 0x0A) else { continue }
      let whole = rest[rest.startIndex..<last]
      rest = Data(rest[rest.index(after: last)...])
      return whole.split(separator: 0x0A, omittingEmptySubsequences: true).map {
        String(decoding: $0, as: UTF8.self)
      }
    }
    return nil
  }
}
