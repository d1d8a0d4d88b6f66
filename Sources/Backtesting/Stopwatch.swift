/// Sums the wall-clock time of pieces of one thread's work.
public final class Stopwatch {
  /// Seconds so far.
  public private(set) var seconds = 0.0

  /// At 0.
  public init() {}

  /// Runs something and adds its time.
  public func time<T>(_ body: () throws -> T) rethrows -> T {
    let clock = ContinuousClock()
    let start = clock.now
    defer { seconds += (clock.now - start) / .seconds(1) }
    return try body()
  }
}
