import CKernelShims

/// Appel's moving average convergence/divergence (MACD) of one price series for many settings, eight at a time.
///
/// - Parameters:
///   - price: in any unit; shape `[n]`. NaN is skipped: the values before it stand.
///   - fast: prices in the fast average, ≥ 1, one per setting; shape `[m]`.
///   - slow: prices in the slow average, > `fast`; shape `[m]`.
///   - signal: values of the line in the signal's average, ≥ 1; shape `[m]`.
///   - line: the first result, fast less slow average in the unit of the price, the series of a setting in one
///     piece; shape `[m, n]`. At `[j, i]` it is known from prices 0…i; NaN until `slow[j]` prices are in.
///   - signalLine: the second result, the average of the line; shape `[m, n]`. NaN until
///     slow[j] + signal[j] − 1 prices are in. Line less signal is the histogram.
/// - Precondition: both results have m·n elements; 1 ≤ fast < slow, 1 ≤ signal. No price traps.
/// - Accuracy: bit for bit ``MovingAverageConvergenceReference``.
/// - Complexity: O(m·n), no allocation; the same bits whatever the other settings are.
/// - Source: G. Appel, "The Moving Average Convergence-Divergence Trading Method" (1979); the beginning as in
///   TA-Lib's `MACD`.
public func movingAverageConvergences(
  price: Span<Double>, fast: Span<Int>, slow: Span<Int>, signal: Span<Int>,
  into line: inout MutableSpan<Double>, _ signalLine: inout MutableSpan<Double>
) {
  let n = price.count
  let m = fast.count
  precondition(
    slow.count == m && signal.count == m, "movingAverageConvergences: settings of different lengths")
  precondition(
    line.count == m * n && signalLine.count == m * n,
    "movingAverageConvergences: the results must have m·n elements")
  for j in 0..<m {
    precondition(slow[j] > fast[j], "movingAverageConvergences: slow must be above fast")
  }
  var first = 0
  while first < m {
    let lanes = min(8, m - first)
    var state = ConvergenceLanes(
      fast: SettingLanes.of(fast, first), slow: SettingLanes.of(slow, first),
      signal: SettingLanes.of(signal, first))
    for i in 0..<n {
      let p = price[i]
      if p == p { state.add(price: p) }
      for lane in 0..<lanes {
        line[(first + lane) * n + i] = state.line[lane]
        signalLine[(first + lane) * n + i] = state.signalLine[lane]
      }
    }
    first += 8
  }
}

/// Eight settings over the same prices: the operations of ``MovingAverageConvergenceReference`` in its order.
private struct ConvergenceLanes {
  /// One exponential average per lane.
  struct Average {
    let length: ck_d8
    let weight: ck_d8
    var value = ck_d8(repeating: 0)

    init(length: ck_d8) {
      self.length = length
      weight = ck_d8(repeating: 2) / (length + ck_d8(repeating: 1))
    }

    /// Takes the `number`-th value, from 1; below 1 nothing happens.
    @inline(__always)
    mutating func add(_ x: ck_d8, number: ck_d8) {
      let smoothed = value + (x - value) * weight
      let sum = value + x
      let mean = ck_selectEqual(number, length, sum / length, sum)
      let next = ck_selectNegative(length - number, smoothed, mean)
      value = ck_selectNegative(number - ck_d8(repeating: 1), value, next)
    }
  }

  var count = ck_d8(repeating: 0)
  var fast: Average
  var slow: Average
  var signal: Average
  var line = ck_d8(repeating: .nan)
  var signalLine = ck_d8(repeating: .nan)

  init(fast: ck_d8, slow: ck_d8, signal: ck_d8) {
    self.fast = Average(length: fast)
    self.slow = Average(length: slow)
    self.signal = Average(length: signal)
  }

  @inline(__always)
  mutating func add(price: Double) {
    let p = ck_d8(repeating: price)
    count = count + ck_d8(repeating: 1)
    let beyond = count - slow.length
    fast.add(p, number: beyond + fast.length)
    slow.add(p, number: count)
    let difference = fast.value - slow.value
    let number = beyond + ck_d8(repeating: 1)
    signal.add(difference, number: number)
    line = ck_selectNegative(beyond, ck_d8(repeating: .nan), difference)
    signalLine = ck_selectNegative(number - signal.length, ck_d8(repeating: .nan), signal.value)
  }
}
