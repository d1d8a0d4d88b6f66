import ConfigFormats
import Rules
import Strategies

/// A layer's size tilted by slow signals: clamp(exp Σ wᵢ zᵢ), zᵢ the i-th signal over its mean and deviation so far.
///
/// Valuations are estimates of one thing, so none of them may decide alone: with one among the inputs, `most_valuation` says
/// which share of Σ |wᵢ| a single one may carry.
struct Tilt {
  /// As a rule.
  let text: String

  /// Reads `inputs`, `over_sessions`, `at_least`, `at_most` and `most_valuation`.
  init(_ node: ConfigReader, _ rules: NamedRules) throws(ConfigError) {
    let window = try node.int("over_sessions", in: 2...2_500, unit: "sessions") ?? 252
    let least = try node.double("at_least", in: 0...1, unit: "× size") ?? 0.5
    let most = try node.double("at_most", in: 1...10, unit: "× size") ?? 2
    guard let inputs = try node.maps("inputs") else { throw node.missing("inputs") }
    guard !inputs.isEmpty else {
      throw node.refused("inputs", allowed: "one or more, such as {signal: roll_yield, weight: 0.5}")
    }
    var terms: [String] = []
    var valuations: [(reader: ConfigReader, name: String, weight: Double)] = []
    var total = 0.0
    var named: Set<String> = []
    for input in inputs {
      guard let name = try input.string("signal") else { throw input.missing("signal") }
      guard let weight = try input.double("weight", in: -10...10) else { throw input.missing("weight") }
      let signal = try rules.signal(name, input, "signal")
      guard named.insert(signal.text).inserted else {
        throw input.refused("signal", allowed: "each signal once")
      }
      if SignalCatalogue.standard[signal.name]?.isValuation ?? false {
        valuations.append((input, signal.text, abs(weight)))
      }
      total += abs(weight)
      terms.append("\(Self.words(weight)) * zscore(\(signal.text), \(window) sessions)")
    }
    if !valuations.isEmpty {
      guard let share = try node.double("most_valuation", in: 0...1, unit: "share of all weights") else {
        throw node.missing("most_valuation")
      }
      for (reader, name, weight) in valuations where weight > share * total {
        throw reader.refused(
          "weight",
          allowed:
            "at most \(Self.words(share * total)), so that \(name), a single valuation, carries no more "
            + "than most_valuation of all weights")
      }
    }
    text =
      "clamp(exp(\(terms.joined(separator: " + "))), \(Self.words(least)), \(Self.words(most)))"
  }

  /// The shortest decimal that reads back as the same number.
  private static func words(_ value: Double) -> String {
    if case .decimal(_, let text) = DecimalText.decimal(value) { text } else { "\(value)" }
  }
}
