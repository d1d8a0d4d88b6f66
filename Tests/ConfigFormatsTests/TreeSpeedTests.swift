import Testing

@testable import ConfigFormats

@Suite struct TreeSpeedTests {
  static let space = """
    version: 1
    entry: {minute: {from: "15:15", to: "15:55", step: 10}, expirations: listed}
    condor: {put_width_points: [5, 10], call_width_points: [5, 10, 15], short_delta: {from: 0.05, to: 0.25}}
    exit:
      stop: [none, {loss_multiple: {from: 0.5, to: 5, log: true, decimals: 2}}, {cost_points: [1.0, 2.0]}]
      confirm_minutes: {from: 1, to: 5, step: 1, when: {exit.stop: [loss_multiple, cost_points]}, else: 1}
      profit_target: [none, {from: 0.3, to: 0.9, decimals: 2}]
    hedge:
      layers:
        - {name: a, trigger: {move: {at_least_sd: [0.5, 1.0]}}, size: {gross_risk: {choices: [0, 1], when: {exit.stop: none}, else: 0}}}
        - {name: b, trigger: {move: {at_least_sd: 1.5}}, size: {same_as: "hedge.layers[0].size"}}
    """

  /// A search asks for 100,000 configurations: no text is read again for one. Far above what it takes, against mistakes.
  @Test func aConfigurationIsMadeInMicroseconds() throws {
    let tree = try Spaces.tree(Self.space)
    let points = (0..<1_000).map(tree.drawnPoint)
    let clock = ContinuousClock()
    var best = Duration.seconds(10)
    for _ in 0..<5 {
      let taken = clock.measure {
        for point in points { #expect(tree.configuration(of: point).file == "f") }
      }
      best = min(best, taken)
    }
    print("configuration(of:): \(best / 1_000)")
    #expect(best / 1_000 < .milliseconds(2))
  }
}
