/// Seconds of one call: the best of many, since whatever else the machine does only ever adds.
struct Stopwatch {
  /// Best seconds of a call.
  let best: Double
  /// Median seconds of a call; far above the best where the machine was busy.
  let median: Double

  /// Calls `body` for about `seconds`, some calls a sample where they are short.
  init(seconds: Double, _ body: () throws -> Void) rethrows {
    let clock = ContinuousClock()
    func time(_ calls: Int) throws -> Double {
      let start = clock.now
      for _ in 0..<calls { try body() }
      return (clock.now - start) / .seconds(1)
    }
    let first = try time(1)
    // shorter than a time slice, so that some samples share the processor with nobody
    let calls = max(1, Int(0.001 / max(first, 1e-9)))
    var samples: [Double] = first > seconds ? [first] : []
    var spent = 0.0
    while spent < seconds {
      let sample = try time(calls)
      spent += sample
      samples.append(sample / Double(calls))
    }
    samples.sort()
    best = samples[0]
    median = samples[samples.count / 2]
  }
}
