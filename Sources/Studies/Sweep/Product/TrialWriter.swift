import Dispatch
import RunStore
import Synchronization

/// Appends to a store behind the back of those who work: one queue, in the order of the calls, a few blocks at most
/// waiting.
final class TrialWriter: Sendable {
  private let store: RunStore
  private let queue = DispatchQueue(label: "TrialWriter")
  private let room = DispatchSemaphore(value: 2)
  private let failure = Mutex<(any Error)?>(nil)

  init(_ store: RunStore) { self.store = store }

  /// Hands over a block; waits while too many are under way.
  ///
  /// - Throws: what an earlier block met.
  func append(_ settings: [SettingRecord], _ block: TrialBlock) throws {
    room.wait()
    try check()
    queue.async { [self] in
      defer { room.signal() }
      guard failure.withLock({ $0 == nil }) else { return }
      do {
        try store.append(block, settings: settings)
      } catch {
        failure.withLock { $0 = error }
      }
    }
  }

  /// Waits until all is stored.
  ///
  /// - Throws: what a block met.
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
