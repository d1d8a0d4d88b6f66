import Backtesting
import Benchmark
import Kernels
import MarketData
import Pricing
import Strategies
import Studies

/// What a sweep spends its time on, from the price of one option to a grid on the bundled five years.
let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = .init(metrics: [.wallClock, .throughput], maxDuration: .seconds(3))

  Benchmark("black76/batch of 512 prices", configuration: .init(scalingFactor: .kilo)) { benchmark in
    let n = 512
    let forward = Array(repeating: 2_900.0, count: n)
    let strike = (0..<n).map { 2_700 + Double($0) }
    let stdDev = (0..<n).map { 0.006 + 0.00002 * Double($0) }
    let sign = (0..<n).map { $0 % 2 == 0 ? 1.0 : -1.0 }
    var price = Array(repeating: 0.0, count: n)
    benchmark.startMeasurement()
    for _ in benchmark.scaledIterations {
      var out = price.mutableSpan
      black76Prices(
        forward: forward.span, strike: strike.span, stdDev: stdDev.span, sign: sign.span, into: &out)
    }
    blackHole(price)
  }

  Benchmark("condor path/one session pair") { benchmark in
    let market = try bundledMarket()
    let context = market.context(for: [Strategy]())
    let model = MarkModel(
      parameters: market.parameters, settings: MarkSettings(), calendar: market.history.calendar,
      events: market.history.events)
    let surface = model.surface(context.history, entry: 1_000, decisionMinute: 945, expiry: 1_001)
    guard let surface else { return benchmark.error("no surface on the benchmark's session") }
    let middle = Int(surface.forward[0] / 5) * 5
    let strikes = CondorStrikes(
      longPut: middle - 25, shortPut: middle - 20, shortCall: middle + 20, longCall: middle + 25)
    benchmark.startMeasurement()
    blackHole(CondorPath(strikes, on: surface))
  }

  Benchmark("backtest/one configuration, five years") { benchmark in
    let market = try bundledMarket()
    let strategy = Strategy(
      name: "benchmark",
      condor: CondorRule(strikes: StrikeRule(target: .delta(put: 0.175, call: 0.175, notAbove: false))),
      exit: ExitRule(stop: .lossMultiple(thousandths: 1000)))
    let backtester = Backtester(market.context(for: [strategy]))
    let period = try Backtester.period(of: market.history, from: nil, to: nil)
    benchmark.startMeasurement()
    blackHole(backtester.run(strategy, period: period))
  }

  Benchmark("evaluator/200 configurations, five years, two threads") { benchmark in
    let market = try bundledMarket()
    let strategies = (0..<200).map { k -> Strategy in
      let delta: Double = 0.05 + 0.0075 * Double(k % 20)
      let stop = Int32(500 + 250 * (k / 20))
      let target = StrikeRule.Target.delta(put: delta, call: delta, notAbove: false)
      return Strategy(
        name: "benchmark", condor: CondorRule(strikes: StrikeRule(target: target)),
        exit: ExitRule(stop: .lossMultiple(thousandths: stop)))
    }
    let context = market.context(for: strategies)
    let period = try Backtester.period(of: market.history, from: nil, to: nil)
    benchmark.startMeasurement()
    blackHole(Evaluator.run(strategies, context: context, period: period, threads: 2))
  }
}

private func bundledMarket() throws -> Market {
  try Market.open(history: nil, marks: nil, seed: 1)
}
