import Backtesting
import Foundation
import MarketData
import RunStore
import Strategies
import Testing

@testable import Studies

/// The product of condors and hedges gives what the reference engine gives for each configuration, byte for byte.
@Suite struct ProductSweepTests {
  /// Hedges of every kind: none, one base, several, whole-period layers, and events that the calendar may not cover.
  static let wide = """
    version: 1
    name: wide
    entry: {minute: ["11:30", "15:45"]}
    condor:
      width_points: [5, 10]
      short_delta: 0.15
    exit:
      stop: [none, {loss_multiple: 1.0}]
      basis: [condor, side]
      profit_target: [none, 0.5]
    hedge:
      layers: {choices: [LAYERS]}
    costs: {vx_slippage_points: [0.025, 0.05]}
    account_dollars: [1200, 10000]
    """
  static let layers = [
    "[]",
    "[{name: a, trigger: {move: {side: down, at_least_sd: 0.3}}, size: {gross_risk: 0.5}}]",
    "[{name: a, trigger: {move: {side: down, at_least_sd: 0.3}}, size: {gross_risk: 0.7}}]",
    "[{name: a, trigger: always, size: {credit: 1.5}, monetise: [{gain: 0.01, sell: 0.5}]}]",
    "[{name: a, trigger: always, size: {notional: 0.001}}, {name: b, trigger: {rsi: {at_most: 45}}, "
      + "size: {credit: 1.0}}]",
    "[{name: s, horizon: standing, size: {contracts: 0.002}}]",
    "[{name: s, horizon: standing, size: {contracts: 0.002}}, {name: e, trigger: {event: {kinds: [CPI, NFP], "
      + "within_sessions: 9}}, vx_tenor_days: 180, size: {gross_risk: 1}}]",
    "[{name: far, trigger: always, vx_tenor_days: 150, size: {gross_risk: 0.3}}]",
    "[{name: c, horizon: standing, instrument: {vix_call: {days: 60, roll: {held_days: 20}}}, size: {contracts: 2}, "
      + "monetise: [{gain: 0.2, sell: 0.5}]}, {name: a, trigger: always, size: {credit: 1.5}}]",
  ]
  static func text(_ layers: [String]) -> String {
    wide.replacing("LAYERS", with: layers.joined(separator: ", "))
  }

  /// A market with holes in index marks, official closes, volatility and VX.
  static let holey: Market = {
    do {
      guard let start = SessionDate(iso: "2023-02-01") else { preconditionFailure("date") }
      var history = try SyntheticMarket.history(sessions: 70, seed: 11, start: start)
      for i in stride(from: 6, to: 70, by: 13) { history.futures[i] = [] }
      for i in stride(from: 9, to: 70, by: 17) { history.futures[i].removeLast(4) }
      for k in 100..<140 { history.sessions[20].spot[k] = .nan }
      for k in 40..<46 { history.sessions[31].spot[k] = .nan }
      history.sessions[44].official.close = .nan
      history.volatility[.vix9d]?[50] = .nan
      history.volatility[.vvix] = history.sessions.indices.map { $0 == 25 ? .nan : 90 + Double($0 % 11) }
      return try Market(history: history, parameters: .builtIn)
    } catch {
      preconditionFailure("\(error)")
    }
  }()

  private func sweep(_ text: String, market: Market) throws -> Sweep {
    try Sweep(
      space: SweepSpace(Fixture.document(text, "wide.yaml")), market: market,
      period: 2...(market.history.sessions.count - 1))
  }

  private func dump(_ sweep: Sweep, threads: Int) throws -> [Substring] {
    let scratch = try ScratchFolder()
    let store = try StudyFolder(scratch.path("s")).create(
      sweep, source: StudySource(history: nil, marks: nil, seed: 5))
    let summary = try sweep.run(threads: threads, store: store)
    try store.close()
    #expect(summary.completed == sweep.space.count)
    return try RunStore.canonicalDump(path: scratch.path("s/study.sqlite")).split(separator: "\n")
  }

  @Test func everyTrialHasTheBytesOfTheReference() throws {
    var sweep = try sweep(Self.text(Self.layers), market: Self.holey)
    let product = try dump(sweep, threads: 2)
    sweep.engine = .reference
    let reference = try dump(sweep, threads: 2)
    #expect(product.count == 1 + 2 * 2 * 2 * 2 * 2 * 9 * 2 * 2 && product.count == reference.count)
    for (a, b) in zip(product, reference) where a != b {
      Issue.record("\(a)\nis not\n\(b)")
      return
    }
    let outcomes = try #require(product.last)
    #expect(outcomes.contains("data_hole"), "a market whose holes are met")
  }

  @Test(arguments: [1, 3, 7]) func threadsAndMemoryChangeNothing(threads: Int) throws {
    var sweep = try sweep(Self.text(Self.layers), market: Self.holey)
    let whole = try dump(sweep, threads: 2)
    sweep.memoryBytes = 200_000
    sweep.blockSize = 40
    #expect(try dump(sweep, threads: threads) == whole, "in pieces")
  }

  private func bytes(_ sweep: Sweep, threads: Int) throws -> Data {
    let scratch = try ScratchFolder()
    let store = try StudyFolder(scratch.path("s")).create(
      sweep, source: StudySource(history: nil, marks: nil, seed: 5))
    _ = try sweep.run(threads: threads, store: store)
    try store.finish()
    return try Data(contentsOf: URL(filePath: scratch.path("s/study.sqlite")))
  }

  /// The file itself: neither the engine nor threads, pieces or the order in which pairs are scored show. The hedges' axis
  /// stands amid the others, so that tiles don't come in the order of their trials.
  @Test func storesAreEqualByteForByte() throws {
    var sweep = try sweep(Self.text(Self.layers), market: Self.holey)
    let whole = try bytes(sweep, threads: 2)
    #expect(try bytes(sweep, threads: 1) == whole)
    sweep.memoryBytes = 200_000
    sweep.blockSize = 40
    #expect(try bytes(sweep, threads: 3) == whole, "in pieces")
    sweep.engine = .reference
    #expect(try bytes(sweep, threads: 2) == whole, "by the reference")
  }

  /// Sizes beyond what the lanes and the products can hold exactly take the general path.
  @Test func hugeHedgesAreExactToo() throws {
    let huge = [
      "[{name: a, trigger: always, size: {gross_risk: 100}}]",
      "[{name: a, trigger: always, size: {notional: 100}, monetise: [{gain: 0.002, sell: 0.3}]}]",
      "[{name: a, trigger: always, size: {contracts: 100}}, {name: b, trigger: always, size: {credit: 100}}]",
      "[{name: s, horizon: standing, size: {contracts: 90}}]",
    ]
    // an account that they don't exhaust
    let text = Self.text(huge).replacing("[1200, 10000]", with: "[9.0e+8, 1.0e+9]")
    var sweep = try sweep(text, market: Self.holey)
    let product = try dump(sweep, threads: 2)
    sweep.engine = .reference
    #expect(try dump(sweep, threads: 2) == product)
  }

  /// A single session, two of them, and a space in which nothing is ever sold.
  @Test(arguments: [0, 1, 5]) func edgesAreThoseOfTheReference(extra: Int) throws {
    let text = Self.text(Array(Self.layers.prefix(6)))
    for closed in [false, true] {
      let gate = "entry: {gates: [{index: VIX, at_least: 500}], minute: "
      var sweep = try Sweep(
        space: SweepSpace(
          Fixture.document(closed ? text.replacing("entry: {minute: ", with: gate) : text, "wide.yaml")),
        market: Self.holey, period: 30...(30 + extra))
      let product = try dump(sweep, threads: 2)
      sweep.engine = .reference
      #expect(try dump(sweep, threads: 2) == product)
      #expect(product.count > 100 && (!closed || product[1].contains("\"status\":\"no_trades\"")))
    }
  }

  /// A hedge that is unwound with its condor is no factor of a product: such a grid goes through one by one.
  @Test func coupledHedgesTakeTheGeneralPath() throws {
    let text = Self.text(Array(Self.layers.prefix(5))).replacing(
      "hedge:\n", with: "hedge:\n  unwind_with_condor: [false, true]\n")
    var sweep = try sweep(text, market: Self.holey)
    let summary = try sweep.run(threads: 2, store: nil)
    #expect(
      summary.generalPath == sweep.space.count / 10 * 4,
      "four of five lists hold layers, half of them unwound")
    let product = try dump(sweep, threads: 2)
    sweep.engine = .reference
    #expect(try dump(sweep, threads: 2) == product)
    let nets = product.dropFirst().map { $0.split(separator: "\"netCents\":").last?.prefix(12) ?? "" }
    #expect(Set(nets).count > 300, "unwinding makes a difference")
  }

  /// Re-entry belongs to the condor: the product takes it. Sizes by equity hang on condor and hedge: one by one.
  @Test func reentryIsAFactorAndSizesAreNot() throws {
    func text(_ more: String) -> String {
      Self.text(Array(Self.layers.prefix(4))).replacing(
        "exit:\n", with: "exit:\n  reentry: [none, {after: any, wait_minutes: 3, at_most: 4}]\n") + more
    }
    var first: [Substring] = []
    for more in ["", "\nsizing: [one, {equity_fraction: 0.6, at_most: 9}]\n"] {
      var sweep = try sweep(text(more), market: Self.holey)
      let summary = try sweep.run(threads: 2, store: nil)
      #expect(summary.generalPath == (more.isEmpty ? 0 : sweep.space.count / 2))
      let compiled = try dump(sweep, threads: 2)
      sweep.engine = .reference
      #expect(try dump(sweep, threads: 2) == compiled)
      if more.isEmpty { first = compiled } else { #expect(compiled.count > first.count) }
    }
    let nets = first.dropFirst().map { $0.split(separator: "\"netCents\":").last?.prefix(12) ?? "" }
    #expect(Set(nets).count > 100)
  }

  @Test func verificationFindsWhatIsWrong() throws {
    var sweep = try sweep(Self.text(Array(Self.layers.prefix(3))), market: Self.holey)
    sweep.verify = 9
    #expect(try sweep.run(threads: 2, store: nil).verified == 9)
  }
}
