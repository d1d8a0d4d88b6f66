import Backtesting
import ConfigFormats
import MarketData
import Strategies

/// Answers lines of JSON with lines of JSON: settings in, figures out, in the same order, so that any program can drive
/// the evaluator.
///
/// A line is a map of paths to values, `{"condor.short_delta": 0.12, "exit.stop": {"loss_multiple": 1.5}}`, or
/// `{"id": 7, "x": {…}}`. The answer is `{"id": 7, "status": "done", "reason": null, "metrics": {"sharpe": 0.3, …}}`, with
/// `status` `done` or `no_trades`, or `{"id": 7, "error": "…"}`. Without an id the line's number stands for it, from 1.
public struct EvaluationLines: Sendable {
  private let base: ConfigDocument
  private let onDemand: [Metric]
  private var evaluator: CandidateEvaluator
  private var lines = 0

  /// - Parameters:
  ///   - base: the configuration that lines change; what they leave out keeps its value.
  ///   - memoryBytes: what may be remembered of distinct condors and hedges.
  ///   - also: metrics answered besides those that are streamed.
  public init(
    base: ConfigDocument, market: Market, period: ClosedRange<Int>, threads: Int, memoryBytes: Int,
    also: [Metric] = []
  ) {
    var body = base
    if case .map(let entries) = base.root.value {
      body.root.value = .map(entries.filter { $0.key != "search" && $0.key != "exported" })
    }
    self.base = body
    onDemand = Metric.onDemand.filter(also.contains)
    evaluator = CandidateEvaluator(
      market: market, period: period, threads: threads, memoryBytes: memoryBytes)
  }

  private enum Asked: Sendable {
    case strategy(Strategy)
    case refused(String)
  }

  /// The answers to some lines, one each.
  ///
  /// - Complexity: O(lines) readings, and new condors, hedges and pairs × sessions.
  public mutating func answer(_ texts: [String]) -> [String] {
    let first = lines + 1
    lines += texts.count
    var asked = Scheduler.map(count: texts.count, threads: evaluator.threads) { [base] k in
      Self.read(texts[k], number: first + k, base: base)
    }.compactMap { $0 }
    for k in asked.indices {
      guard case .strategy(let strategy) = asked[k].asked,
        !strategy.rules.isEmpty
      else { continue }
      do {
        try evaluator.requireSignals(of: strategy)
      } catch { asked[k].asked = .refused("\(error)") }
    }
    var pairs: [(condor: Int, hedge: Int)] = []
    for case .strategy(let strategy) in asked.map(\.asked) { pairs.append(evaluator.numbers(of: strategy)) }
    let scored = evaluator.evaluate(pairs, onDemand: onDemand) ?? []
    var next = 0
    let sessions = evaluator.period.count
    return asked.map { id, asked in
      switch asked {
      case .refused(let message):
        return StrategyWriter.map([("id", id), ("error", StrategyWriter.text(message))]).brief
      case .strategy:
        defer { next += 1 }
        return Self.answer(id, scored[next], Metric.streamed + onDemand, sessions: sessions)
      }
    }
  }

  private static func read(
    _ text: String, number: Int, base: ConfigDocument
  ) -> (id: ConfigNode, asked: Asked) {
    let file = "line \(number)"
    var id = StrategyWriter.int(number)
    do throws(ConfigError) {
      let line = try ConfigDocument.parse(text, format: .json, file: file)
      var settings = line.root
      if let inner = line.root["x"] {
        if let given = line.root["id"] { id = given.withoutPlaces() }
        settings = inner
        if case .map(let entries) = line.root.value,
          let other = entries.first(where: { $0.key != "x" && $0.key != "id" })
        {
          throw .unknownKey(file: file, line: 1, path: "", key: other.key, nearest: ["id", "x"])
        }
      }
      guard case .map(let entries) = settings.value else {
        throw .wrongType(
          file: file, line: 1, path: "x", expected: "a map of paths to values", met: settings.value.kind)
      }
      var root = base.root
      for entry in entries {
        guard let path = ConfigPath(entry.key), let changed = root.setting(path, to: entry.node) else {
          throw .outOfRange(
            file: file, line: 1, path: "a path", value: "'\(entry.key)'",
            allowed: "keys joined by points, with [n] for an entry that the list in \(base.file) has")
        }
        root = changed
      }
      var strategy = try StrategyReader.strategy(ConfigDocument(file: file, root: root))
      strategy.hedge.removeAll { $0.size.amount == 0 }
      return (id, .strategy(strategy))
    } catch {
      return (id, .refused("\(error)"))
    }
  }

  private static func answer(
    _ id: ConfigNode, _ scored: ScoredConfiguration, _ metrics: [Metric], sessions: Int
  ) -> String {
    let w = StrategyWriter.self
    let reason: String? =
      switch scored.setting {
      case .facts(let facts): facts.trades > 0 ? nil : Figures.mainReason(facts.outcomes) ?? "no_sessions"
      case .figures(let figures): figures.trades > 0 ? nil : figures.mainReason ?? "no_sessions"
      }
    let answered = metrics.map { metric in
      (
        metric.rawValue,
        scored.value(metric, sessions: sessions).map(w.decimal) ?? ConfigNode(.null) as ConfigNode?
      )
    }
    return w.map([
      ("id", id), ("status", w.text(reason == nil ? "done" : "no_trades")),
      ("reason", reason.map(w.text) ?? ConfigNode(.null)), ("metrics", w.map(answered)),
    ]).brief
  }
}
