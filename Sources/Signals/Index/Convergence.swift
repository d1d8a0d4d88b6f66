import Kernels

/// One part of Appel's moving average convergence/divergence (MACD) of the index, on completed bars, index points: the line
/// (fast less slow average), its signal, or the histogram (line less signal).
///
/// Source: G. Appel, "The Moving Average Convergence-Divergence Trading Method" (1979); begun as in TA-Lib's `MACD`.
struct Convergence: BarIndicator {
  private enum Part { case line, signal, histogram }
  private var state: MovingAverageConvergenceReference
  private let part: Part

  /// - Precondition: 1 ≤ fast < slow, 1 ≤ signal.
  init(fast: Int, slow: Int, signal: Int, part: String) {
    state = MovingAverageConvergenceReference(fast: fast, slow: slow, signal: signal)
    self.part = part == "signal" ? .signal : part == "histogram" ? .histogram : .line
  }
  mutating func add(price: Double) { state.add(price: price) }
  var value: Double {
    switch part {
    case .line: state.line
    case .signal: state.signalLine
    case .histogram: state.line - state.signalLine
    }
  }
}
