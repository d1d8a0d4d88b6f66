import Backtesting
import ConfigFormats
import Foundation
import Testing

@testable import Studies

/// Settings in, figures out: the same as a backtest's, in the order asked.
@Suite struct EvaluationLinesTests {
  private func lines(threads: Int = 2, also: [Metric] = []) throws -> EvaluationLines {
    let base = try Fixture.document(
      """
      version: 1
      condor: {short_delta: [0.1, 0.2]}
      exit: {stop: none}
      hedge: {layers: [{name: a, trigger: always, size: {gross_risk: 0}}]}
      search: {objective: sharpe}
      """, "base.yaml")
    return EvaluationLines(
      base: base, market: Fixture.market, period: Fixture.period, threads: threads, memoryBytes: 1 << 28,
      also: also)
  }

  /// JSONSerialization may be off in the last digit of a number.
  private struct Answer: Decodable {
    var status: String?
    var error: String?
    var metrics: [String: Double?]?
  }
  private func object(_ line: String) throws -> Answer {
    try JSONDecoder().decode(Answer.self, from: Data(line.utf8))
  }

  @Test func figuresAreThoseOfABacktest() throws {
    let also = [Metric.turnover, .calmar]
    var evaluator = try lines(also: also)
    let asked = [0.1, 0.15, 0.2, 0.1].map {
      #"{"condor.short_delta": \#($0), "exit.stop.loss_multiple": 1.5}"#
    }
    let answers = evaluator.answer(asked)
    for (k, delta) in [0.1, 0.15, 0.2, 0.1].enumerated() {
      let strategy = try Fixture.strategy(
        "version: 1\ncondor: {short_delta: \(delta)}\nexit: {stop: {loss_multiple: 1.5}}\n")
      let context = Fixture.market.context(for: [strategy])
      let e = Evaluation(
        Backtester(context).run(strategy, period: Fixture.period),
        axis: PeriodAxis(Fixture.market.history, period: Fixture.period))
      let answer = try object(answers[k])
      #expect(answers[k].hasPrefix("{\"id\": \(k + 1), ") && answer.status == "done")
      let metrics = try #require(answer.metrics)
      #expect(metrics.count == Metric.streamed.count + also.count)
      for metric in Metric.streamed + also {
        #expect(metrics[metric.rawValue] == e.value(metric), "\(metric)")
      }
    }
    // a hedge that the line sizes
    let hedged = evaluator.answer([
      #"{"condor.short_delta": 0.1, "hedge.layers[0].size.gross_risk": 2}"#, #"{"condor.short_delta": 0.1}"#,
    ])
    #expect(hedged[0].dropFirst(8) != hedged[1].dropFirst(8))
    #expect(hedged[1].hasPrefix("{\"id\": 6, "))
  }

  /// A bad line is answered in its place, and the others are as if it weren't there.
  @Test func badLinesAreAnsweredInPlace() throws {
    var evaluator = try lines()
    let good = #"{"id": "good", "x": {"condor.short_delta": 0.1}}"#
    let bad = [
      ("{", "not JSON"), ("[1]", "map"), (#"{"id": 4, "x": 5}"#, "a map of paths"),
      (#"{"id": 4, "x": {}}"#, "takes a number"), (#"{"condor.short_delta": 0.9}"#, "allowed: 0.005 to 0.5"),
      (#"{"condor..short_delta": 0.1}"#, "keys joined by points"),
      (#"{"hedge.layers[7].name": "b"}"#, "[n] for an entry"),
      (#"{"id": 4, "x": {}, "y": 1}"#, "unknown key 'y'"),
      (#"{"condor.short_delta": 0.1, "condor.short_delt": 0.1}"#, "did you mean"),
    ]
    var texts: [String] = []
    for (text, _) in bad { texts += [good, text] }
    let answers = evaluator.answer(texts)
    #expect(answers.count == texts.count)
    for (k, (_, told)) in bad.enumerated() {
      #expect(answers[2 * k] == answers[0] && answers[0].hasPrefix(#"{"id": "good""#))
      let answer = try object(answers[2 * k + 1])
      let message = answer.error ?? ""
      #expect(message.contains(told), "\(message)")
    }
    #expect(answers[5].hasPrefix("{\"id\": 4, "))
  }

  @Test func answersDoNotDependOnThreadsOrOnHowLinesArrive() throws {
    let texts = (0..<40).map { k in
      let target = k % 4 == 0 ? "\"none\"" : "0.\(1 + k % 7)"
      return #"{"condor.short_delta": 0.\#(10 + k % 9), "exit.profit_target": \#(target)}"#
    }
    var whole = try lines(threads: 1)
    var pieces = try lines(threads: 3)
    let expected = whole.answer(texts)
    #expect(texts.flatMap { pieces.answer([$0]) } == expected)
    #expect(Set(expected.map { $0.drop { $0 != "," } }).count > 20)
  }
}
