import Dispatch
import RunStore
import Synchronization

/// Writes to a store behind the back of those who work: one queue, in the order of the calls, a few writes at most
/// waiting.
final class TrialWriter: Sendable {
  private let store: RunStore
  private let queue = DispatchQueue(label: "TrialWriter")
  private let room = DispatchSemaphore(value: 2)
  private let failure = Mutex<(any Error)?>(nil)
  private let spent = Mutex(0.0)

  init(_ store: RunStore) { self.store = store }

  /// Hands over a block; waits while too many writes are under way.
  ///
  /// - Throws: what an earlier write met.
  func append(_ settings: [SettingRecord], _ block: TrialBlock) throws {
    try write { try $0.append(block, settings: settings) }
  }

  /// Hands over something to be written; waits while too many writes are under way.
  ///
  /// - Throws: what an earlier write met.
  func write(_ body: @escaping @Sendable (RunStore) throws -> Void) throws {
    room.wait()
    try check()
    queue.async { [self] in
      defer { room.signal() }
      guard failure.withLock({ $0 == nil }) else { return }
      let clock = ContinuousClock()
      let start = clock.now
      do {
        try body(store)
      } catch {
        failure.withLock { $0 = error }
      }
      spent.withLock { $0 += (clock.now - start) / .seconds(1) }
    }
  }

  /// Seconds that writing took, beside the work.
  var seconds: Double { spent.withLock { $0 } }

  /// Waits until all is stored.
  ///
  /// - Throws: what a write met.
  func finish() throws {
    queue.sync {}
    if let error = failure.withLock({ $0 }) { throw error }
  }

  private func check() throws {
    guard let error = failure.withLock({ $0 }) else { return }
    room.signal()
    throw error
  }
}
