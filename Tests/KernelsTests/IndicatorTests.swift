import Kernels
import Testing

private func batchStrength(_ price: [Double], _ length: [Int]) -> [Double] {
  var index = Array(repeating: -1.0, count: price.count * length.count)
  var out = index.mutableSpan
  relativeStrengths(price: price.span, length: length.span, into: &out)
  return index
}

private func referenceStrength(_ price: [Double], _ length: Int) -> [Double] {
  var state = RelativeStrengthReference(length: length)
  return price.map {
    state.add(price: $0)
    return state.value
  }
}

private struct Setting {
  var fast, slow, signal: Int
}

private func batchConvergence(
  _ price: [Double], _ settings: [Setting]
) -> (line: [Double], signal: [Double]) {
  var line = Array(repeating: -1.0, count: price.count * settings.count)
  var signalLine = line
  let (fast, slow, signal) = (settings.map(\.fast), settings.map(\.slow), settings.map(\.signal))
  var first = line.mutableSpan
  var second = signalLine.mutableSpan
  movingAverageConvergences(
    price: price.span, fast: fast.span, slow: slow.span, signal: signal.span, into: &first, &second)
  return (line, signalLine)
}

private func referenceConvergence(_ price: [Double], _ s: Setting) -> (line: [Double], signal: [Double]) {
  var state = MovingAverageConvergenceReference(fast: s.fast, slow: s.slow, signal: s.signal)
  var (line, signal): ([Double], [Double]) = ([], [])
  for p in price {
    state.add(price: p)
    line.append(state.line)
    signal.append(state.signalLine)
  }
  return (line, signal)
}

/// A walk with gaps and pauses, and now and then something odd.
private func samplePrices(_ count: Int, using g: inout Philox) -> [Double] {
  var last = 2_500.0
  return (0..<count).map { _ in
    switch g.integer(below: 60) {
    case 0: return .nan
    case 1: return last
    case 2: return -last
    default:
      last *= Elementary.exp(0.01 * g.normal())
      return last
    }
  }
}

private func sampleSetting(using g: inout Philox) -> Setting {
  let fast = 1 + Int(g.integer(below: 20))
  let slow = fast + 1 + Int(g.integer(below: 30))
  return Setting(fast: fast, slow: slow, signal: 1 + Int(g.integer(below: 15)))
}

/// The bits, NaN counted as one value.
private func bits(_ x: [Double]) -> [UInt64] { x.map { $0.isNaN ? 1 : $0.bitPattern } }

@Test(arguments: [0, 1, 7, 8, 9, 16, 17, 1_000], UInt64(0)..<20)
func strengthLanesAreTheReferenceBitForBit(count: Int, seed: UInt64) {
  var g = Philox(seed: seed, stream: UInt64(count))
  let price = samplePrices(count, using: &g)
  let lengths = (0..<Int(g.integer(below: 20))).map { _ in 1 + Int(g.integer(below: 30)) }
  let batch = batchStrength(price, lengths)
  for (j, length) in lengths.enumerated() {
    #expect(bits(Array(batch[(j * count)..<((j + 1) * count)])) == bits(referenceStrength(price, length)))
  }
}

@Test(arguments: [0, 1, 7, 8, 9, 16, 17, 1_000], UInt64(0)..<20)
func convergenceLanesAreTheReferenceBitForBit(count: Int, seed: UInt64) {
  var g = Philox(seed: seed, stream: UInt64(count))
  let price = samplePrices(count, using: &g)
  let settings = (0..<Int(g.integer(below: 20))).map { _ in sampleSetting(using: &g) }
  let batch = batchConvergence(price, settings)
  for (j, setting) in settings.enumerated() {
    let reference = referenceConvergence(price, setting)
    let row = (j * count)..<((j + 1) * count)
    #expect(bits(Array(batch.line[row])) == bits(reference.line), "\(setting)")
    #expect(bits(Array(batch.signal[row])) == bits(reference.signal), "\(setting)")
  }
}

@Test func indicatorsMatchTALib() throws {
  let rows = try goldenRows("indicators.csv").map { $0.map { Double($0) ?? .nan } }
  let price = rows.map { $0[0] }
  #expect(price.count == 160)
  func agrees(_ value: Double, _ expected: Double, _ tolerance: Double) -> Bool {
    expected.isNaN ? value.isNaN : abs(value - expected) <= tolerance
  }
  for (j, length) in [2, 14, 30].enumerated() {
    let value = referenceStrength(price, length)
    #expect(rows.indices.allSatisfy { agrees(value[$0], rows[$0][1 + j], 2e-13) }, "RSI \(length)")
  }
  let settings = [
    Setting(fast: 12, slow: 26, signal: 9), Setting(fast: 5, slow: 35, signal: 5),
    Setting(fast: 3, slow: 10, signal: 16),
  ]
  for (j, setting) in settings.enumerated() {
    let value = referenceConvergence(price, setting)
    #expect(rows.indices.allSatisfy { agrees(value.line[$0], rows[$0][4 + 2 * j], 2e-12) }, "\(setting)")
    #expect(rows.indices.allSatisfy { agrees(value.signal[$0], rows[$0][5 + 2 * j], 2e-12) }, "\(setting)")
  }
}

/// Four closes worked by hand: changes +2, −1, +3; means over two 1 and ½, then (1 + 3)/2 and ¼.
@Test func strengthOfFourClosesByHand() {
  let value = referenceStrength([10, 12, 11, 14], 2)
  #expect(value[0].isNaN && value[1].isNaN)
  #expect(value[2] == 100 * 1 / 1.5)
  #expect(value[3] == 100 * 2 / 2.25)
}

/// Five closes by hand, lengths 1/3/2: the fast average is the price, the slow one 2, then half-way to 8 and to 5.
@Test func convergenceOfFiveClosesByHand() {
  let value = referenceConvergence([1, 2, 3, 8, 5], Setting(fast: 1, slow: 3, signal: 2))
  #expect(value.line[0].isNaN && value.line[1].isNaN)
  #expect(Array(value.line.dropFirst(2)) == [1, 3, 0])
  #expect(value.signal[2].isNaN)
  #expect(value.signal[3] == 2)
  let weight = 2.0 / 3
  #expect(value.signal[4] == 2 - 2 * weight)
}

@Test(arguments: UInt64(0)..<200)
func aSkippedPriceLeavesNoTrace(seed: UInt64) {
  var g = Philox(seed: seed, stream: 21)
  let price = samplePrices(120, using: &g)
  let kept = price.filter { !$0.isNaN }
  let setting = sampleSetting(using: &g)
  let whole = batchConvergence(price, [setting])
  let short = batchConvergence(kept, [setting])
  let present = price.indices.filter { !price[$0].isNaN }
  #expect(bits(present.map { whole.line[$0] }) == bits(short.line))
  #expect(bits(present.map { whole.signal[$0] }) == bits(short.signal))
  let strength = batchStrength(price, [14])
  #expect(bits(present.map { strength[$0] }) == bits(batchStrength(kept, [14])))
  for i in price.indices.dropFirst() where price[i].isNaN {
    #expect(bits([strength[i], whole.line[i]]) == bits([strength[i - 1], whole.line[i - 1]]))
  }
}

@Test(arguments: UInt64(0)..<200)
func strengthStaysInsideItsBoundsAndMirrors(seed: UInt64) {
  var g = Philox(seed: seed, stream: 22)
  let price = samplePrices(200, using: &g)
  let up = batchStrength(price, [2, 14])
  let down = batchStrength(price.map { -$0 }, [2, 14])
  for (a, b) in zip(up, down) where !a.isNaN {
    #expect(a >= 0 && a <= 100)
    #expect(abs(a + b - 100) <= 2e-13)
  }
}

@Test func flatAndMonotoneSeries() {
  let flat = Array(repeating: 2_500.25, count: 40)
  #expect(batchStrength(flat, [14])[39] == 50)
  let convergence = batchConvergence(flat, [Setting(fast: 12, slow: 26, signal: 9)])
  #expect(convergence.line[39] == 0 && convergence.signal[39] == 0)
  let rising = (0..<40).map { 100 + Double($0) }
  #expect(batchStrength(rising, [14])[39] == 100)
  #expect(batchStrength(rising.reversed(), [14])[39] == 0)
  #expect(batchConvergence(rising, [Setting(fast: 12, slow: 26, signal: 9)]).line[39] > 0)
}

@Test func oddPricesNeverTrap() {
  for odd in [Double.infinity, -.infinity, .greatestFiniteMagnitude, 0, -0.0, .leastNonzeroMagnitude] {
    var price = (0..<60).map { 100 + Double($0 % 7) }
    price[20] = odd
    let lengths = Array(1...9)
    let batch = batchStrength(price, lengths)
    for (j, length) in lengths.enumerated() {
      #expect(bits(Array(batch[(j * 60)..<((j + 1) * 60)])) == bits(referenceStrength(price, length)))
    }
    let setting = Setting(fast: 3, slow: 8, signal: 4)
    let convergence = batchConvergence(price, [setting])
    #expect(bits(convergence.line) == bits(referenceConvergence(price, setting).line))
    #expect(bits(convergence.signal) == bits(referenceConvergence(price, setting).signal))
    if odd.isInfinite { #expect(batch.last?.isNaN == true && convergence.line.last?.isNaN == true) }
  }
  let nothing = batchStrength(Array(repeating: .nan, count: 9), [1])
  #expect(nothing.allSatisfy { $0.isNaN })
}

@Test func indicatorsHaveTheSameBitsEverywhere() {
  var g = Philox(seed: 79)
  let price = samplePrices(1_003, using: &g)
  let settings = (0..<11).map { _ in sampleSetting(using: &g) }
  let strength = batchStrength(price, settings.map(\.slow))
  let convergence = batchConvergence(price, settings)
  #expect(checksum(strength + convergence.line + convergence.signal) == 0x9e4ee9012b7bffa4)
}
