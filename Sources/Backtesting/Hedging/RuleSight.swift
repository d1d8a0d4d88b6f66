import MarketData
import Pricing
import Rules
import Strategies

/// What a trigger's rule saw of one entry, for explanations.
public struct RuleSight {
  private let rule: CheckedRule
  private let view: RuleView

  /// Of a rule and the surface of an entry.
  public init(_ rule: TriggerRule, _ surface: MarkSurface, desk: SessionDesk) {
    self.rule = rule.rule
    view = RuleView(desk: desk, surface: surface)
  }

  /// Whether it held at a point, and the values of its signals there.
  public func words(at point: Int) -> String {
    let verdict =
      switch view.value(rule, at: point) {
      case .value(let value): value != 0 ? "is true" : "is false"
      case .missing(let reason): "is missing (\(Self.words(reason)))"
      }
    let seen = seen(at: point).map { name, value in
      "\(name) " + (value.isFinite ? "\((value * 1e4).rounded() / 1e4)" : "unknown")
    }
    return verdict + (seen.isEmpty ? "" : ": " + seen.joined(separator: ", "))
  }

  /// Its signals in canonical words, with their values at a point; NaN where there is none.
  public func seen(at point: Int) -> [(name: String, value: Double)] {
    rule.signals.map { ($0.text, view.value(of: $0, at: point)) }
  }

  /// Why it can't be told at the fill; nil where it can.
  public var gapAtFill: String? {
    let value = view.value(rule, at: 1)
    guard !RuleView.isTold(rule, entry: view.surface.entry, atFill: value) else { return nil }
    guard view.surface.entry + 1 >= rule.lookBackSessions else {
      return "'\(rule.canonical)' looks back over \(rule.lookBackSessions) sessions, of which "
        + "\(view.surface.entry + 1) are known"
    }
    guard case .missing(let reason) = value else { return nil }
    return Self.words(reason)
  }

  private static func words(_ reason: MissingReason) -> String {
    switch reason {
    case .signal(let signal): "\(signal.text) has no value"
    case .tooFewBars: "too few bars so far"
    case .divisionByZero: "a division by zero"
    case .notFinite: "no finite result"
    }
  }
}
