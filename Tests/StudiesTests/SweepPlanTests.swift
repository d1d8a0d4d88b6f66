import Backtesting
import Foundation
import Testing

@testable import Studies

/// What a plan tells is what the sweep then has.
@Suite struct SweepPlanTests {
  private func sweep(_ text: String) throws -> Sweep {
    let market = ProductSweepTests.holey
    return try Sweep(
      space: SweepSpace(Fixture.document(text, "wide.yaml")), market: market,
      period: 2...(market.history.sessions.count - 1))
  }

  @Test func countsAreThoseOfTheSweep() throws {
    // two layers of size 0 are no hedge, and so is an empty list
    let layers =
      ProductSweepTests.layers + [
        "[{name: z, trigger: always, size: {gross_risk: 0}}]",
        "[{name: y, trigger: always, size: {credit: 0}}]",
      ]
    let sweep = try sweep(ProductSweepTests.text(layers))
    let plan = SweepPlan(sweep, threads: 2)
    #expect(plan.configurations == sweep.space.count && plan.configurations == 128 * 11)
    #expect(plan.condorSettings == 128 && plan.hedgeSettings == 11)
    #expect(plan.distinct == 128 * 9)
    #expect(plan.axes.map(\.values).reduce(1, *) == plan.configurations)
    #expect(plan.generalPath == 0 && plan.pieces == 1 && plan.sessions == 68 && plan.pilotSessions == 48)
    #expect(plan.distinctInPilot > 100 && plan.distinctInPilot <= plan.distinct)
    #expect(plan.distinctCondors <= (try sweep.run(threads: 2, store: nil)).distinctCondors)
    #expect(plan.estimatedSeconds > 0 && plan.estimatedSeconds < 600)
    #expect(plan.memoryBytes > 0 && plan.storeBytes > 0)
  }

  /// Configurations that are one in every session of the period are one in a pilot of all of them.
  @Test func whatNeverDiffersIsToldByThePilot() throws {
    var sweep = try Sweep(
      space: SweepSpace(
        Fixture.document(
          """
          version: 1
          name: same
          condor: {short_delta: [0.15, 0.150001]}
          exit: {stop: [none, {loss_multiple: 1.0}, {loss_multiple: 100.0}]}
          """, "same.yaml")),
      market: ProductSweepTests.holey, period: 2...40)
    let plan = SweepPlan(sweep, threads: 1)
    #expect(plan.distinct == 6)
    // the deltas pick the same strikes, and a stop far above the width never fires
    sweep.engine = .reference
    let figures = try #require(
      Evaluator.run(
        sweep.strategies, context: sweep.market.context(for: sweep.strategies), period: sweep.period,
        threads: 1))
    let different = Set(figures.map(\.netBySession)).count
    #expect(plan.distinctInPilot == 2 && different == 2)
  }

  @Test func coupledGridsAreCounted() throws {
    let text = ProductSweepTests.text(Array(ProductSweepTests.layers.prefix(5))).replacing(
      "hedge:\n", with: "hedge:\n  unwind_with_condor: [false, true]\n")
    let sweep = try sweep(text)
    let plan = SweepPlan(sweep, threads: 2)
    #expect(plan.generalPath == sweep.space.count / 10 * 4)
    #expect(plan.estimatedSeconds > 0)
  }

  @Test func littleMemoryMakesPieces() throws {
    var sweep = try sweep(ProductSweepTests.text(ProductSweepTests.layers))
    sweep.memoryBytes = 200_000
    #expect(SweepPlan(sweep, threads: 1).pieces > 1)
  }
}
