import Pricing
import Strategies

/// What rules that look at the condors of one row come to beside them, worked out once for all layers that accompany them.
/// Belongs to one thread and one session.
final class CondorRules {
  let sight: CondorSight
  private var columns: [StrategyRule: RuleBatch.Column] = [:]

  init(_ sight: CondorSight) { self.sight = sight }

  /// The value of a rule at every point. O(steps × minutes) the first time.
  func column(
    _ rule: StrategyRule, _ setting: HedgeSetting, _ surface: MarkSurface, _ indicators: IndicatorTables
  ) -> RuleBatch.Column {
    if let known = columns[rule] { return known }
    let made = setting.rule(rule).columns(surface, indicators, setting.context, condor: sight)[0]
    columns[rule] = made
    return made
  }
}
