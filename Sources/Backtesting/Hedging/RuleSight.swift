import MarketData
import Pricing
import Rules
import Signals
import Strategies

/// What a rule saw of one entry, for explanations.
public struct RuleSight {
  private let whole: StrategyRule
  private var rule: CheckedRule { whole.rule }
  private var view: RuleView

  /// Of a rule and the surface of an entry.
  public init(_ rule: StrategyRule, _ surface: MarkSurface, desk: SessionDesk) {
    whole = rule
    view = RuleView(desk: desk, surface: surface)
  }

  /// Of the release of a layer that holds something since a point.
  public init(
    _ rule: StrategyRule, _ surface: MarkSurface, desk: SessionDesk, held: HedgePrices, opened: Int
  ) {
    self.init(rule, surface, desk: desk)
    view.layer = LayerSight(surface, held, opened: opened)
  }

  /// The same of a rule that may look at the condors of a trade.
  ///
  /// - Parameters:
  ///   - condors: in order of time.
  ///   - priced: the surface of their entry.
  ///   - mark: what their exits watch.
  public func seeing(_ condors: [SoldCondor], _ priced: PricedSurface, mark: ExitRule.Mark) -> RuleSight {
    var made = self
    made.view.condor = CondorSight(condors, priced, mark: mark)
    return made
  }

  /// What an entry's condition saw at its minute.
  public static func words(
    _ rule: StrategyRule, minute: Int, desk: SessionDesk, view: SessionView
  ) -> String {
    words(
      RuleView.market(rule, minute: minute, desk: desk, view: view),
      seen(rule, minute: minute, desk: desk, view: view))
  }

  /// The signals of an entry's condition in canonical words, with their values at its minute; NaN where there is none.
  public static func seen(
    _ rule: StrategyRule, minute: Int, desk: SessionDesk, view: SessionView
  ) -> [(name: String, value: Double)] {
    let marks = desk.context.history.sessions[desk.entry].spot.count
    let bar = RuleView.bar(ofMinute: minute, marks: marks)
    return rule.rule.signals.map { signal in
      let value =
        signal.resolution == .session
        ? desk.context.sessions(signal, view: view)[desk.entry]
        : desk.minutes(signal, session: desk.entry)[bar]
      return (signal.text, value)
    }
  }

  /// What it came to at a point, and the values of its signals there.
  public func words(at point: Int) -> String {
    Self.words(view.value(rule, at: point), seen(at: point), isCondition: rule.type == .condition)
  }

  private static func words(
    _ value: RuleValue, _ seen: [(name: String, value: Double)], isCondition: Bool = true
  ) -> String {
    let verdict =
      switch value {
      case .value(let value) where isCondition: value != 0 ? "is true" : "is false"
      case .value(let value): "is \((value * 1e4).rounded() / 1e4)"
      case .missing(let reason): "is missing (\(Self.words(reason)))"
      }
    let seen = seen.map { name, value in
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
    guard !view.isToldAtFill(whole) else { return nil }
    guard view.surface.entry + 1 >= rule.lookBackSessions else {
      return "'\(rule.canonical)' looks back over \(rule.lookBackSessions) sessions, of which "
        + "\(view.surface.entry + 1) are known"
    }
    guard case .missing(let reason) = view.value(rule, at: 1) else { return nil }
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
