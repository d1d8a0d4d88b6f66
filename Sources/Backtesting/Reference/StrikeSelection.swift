import Pricing
import Strategies

/// Strikes picked by a rule at the decision minute.
public struct StrikeChoice: Sendable, Hashable {
  /// The strikes.
  public let strikes: CondorStrikes
  /// Mid credit at the decision, units.
  public let midCredit: Int32
  /// |delta| of the short put.
  public let putDelta: Double
  /// |delta| of the short call.
  public let callDelta: Double
}

extension PricedSurface {
  /// The strikes that a rule picks here, or `nil` where it finds none: for explanations, which ask what the rule
  /// would have taken without one of its bands. O(strikes).
  public func choice(_ rule: CondorRule) -> StrikeChoice? {
    try? StrikeSelection.choose(rule, chain: chain, surface: surface).get()
  }
}

/// Picks a condor's strikes from the chain at the point of a decision.
enum StrikeSelection {
  /// The strikes, or the outcome that says why there are none. O(strikes), credit walks O(strikes in band).
  ///
  /// Ties go to the strike farther from the money. A credit walk goes through the put band in 5-point steps,
  /// takes for each the call in its band whose |delta| is most like the put's, and keeps the pair whose mid
  /// credit is nearest to the target.
  static func choose(
    _ rule: CondorRule, chain: DecisionChain, surface: MarkSurface, at point: Int = 0
  ) -> Result<StrikeChoice, OutcomeReason> {
    let forward = surface.forward[point]
    let putBand = rule.strikes.putBand ?? StrikeRule.anyDelta
    let callBand = rule.strikes.callBand ?? StrikeRule.anyDelta
    // from the money outward, so that of two equally near the far one is found last
    let puts = chain.strikes.indices.reversed()
    let calls = chain.strikes.indices

    let pairs: [(put: Int, call: Int)]
    switch rule.strikes.target {
    case .delta(let putTarget, let callTarget, let notAbove):
      guard let put = nearest(puts, chain.putDelta, in: putBand, putTarget, notAbove: notAbove),
        let call = nearest(calls, chain.callDelta, in: callBand, callTarget, notAbove: notAbove)
      else { return .failure(.code(.noStrikeInBand)) }
      pairs = [(put, call)]
    case .credit:
      pairs = puts.filter { putBand.contains(chain.putDelta[$0]) }.compactMap { put in
        nearest(calls, chain.callDelta, in: callBand, abs(chain.putDelta[put]), notAbove: false).map {
          (put, $0)
        }
      }
      guard !pairs.isEmpty else { return .failure(.code(.noStrikeInBand)) }
    case .expectedRange(let putMultiple, let callMultiple):
      let range = surface.stdDev[point] * forward
      let putStrike = Int(((forward - putMultiple * range) / 5).rounded(.down)) * 5
      let callStrike = Int(((forward + callMultiple * range) / 5).rounded(.up)) * 5
      guard let put = chain.index(of: putStrike), let call = chain.index(of: callStrike),
        rule.strikes.putBand?.contains(chain.putDelta[put]) ?? true,
        rule.strikes.callBand?.contains(chain.callDelta[call]) ?? true
      else { return .failure(.code(.noStrikeInBand)) }
      pairs = [(put, call)]
    }

    var best: StrikeChoice?
    for pair in pairs {
      let shortPut = chain.strikes[pair.put]
      let shortCall = chain.strikes[pair.call]
      guard shortPut < shortCall else { continue }
      let strikes = CondorStrikes(
        longPut: shortPut - rule.putWidth, shortPut: shortPut, shortCall: shortCall,
        longCall: shortCall + rule.callWidth)
      guard let credit = chain.midCredit(strikes) else { continue }
      if let best, case .credit(let target) = rule.strikes.target,
        abs(best.midCredit - target) < abs(credit - target)
      {
        continue
      }
      best = StrikeChoice(
        strikes: strikes, midCredit: credit, putDelta: -chain.putDelta[pair.put],
        callDelta: chain.callDelta[pair.call])
    }
    guard let best else { return .failure(.code(.noStrikeInBand)) }
    if let band = rule.strikes.creditBand, !band.contains(best.midCredit) {
      return .failure(.code(.creditUnreachable))
    }
    return .success(best)
  }

  /// The candidate in the band whose |delta| is nearest; the last of equals.
  @inline(__always)
  private static func nearest(
    _ candidates: some Sequence<Int>, _ delta: [Double], in band: DeltaBand, _ target: Double, notAbove: Bool
  ) -> Int? {
    var best: Int?
    var distance = Double.infinity
    for i in candidates where band.contains(delta[i]) && (!notAbove || abs(delta[i]) <= target) {
      let d = abs(abs(delta[i]) - target)
      if d <= distance {
        best = i
        distance = d
      }
    }
    return best
  }
}

/// An outcome other than a trade, as an error of `Result`.
enum OutcomeReason: Error {
  case code(OutcomeCode)
}
