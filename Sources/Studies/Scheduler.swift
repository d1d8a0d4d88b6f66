import Dispatch
import Foundation
import Synchronization

/// The only place that makes threads. Work is cut by item; results come back in item order, whatever the threads.
public enum Scheduler {
  /// Processors that this process may use: the affinity mask, and the CPU quota of a container where there is one.
  public static var defaultThreads: Int {
    let cores = ProcessInfo.processInfo.activeProcessorCount
    guard let text = try? String(contentsOfFile: "/sys/fs/cgroup/cpu.max", encoding: .utf8) else {
      return cores
    }
    let parts = text.split(whereSeparator: \.isWhitespace)
    guard parts.count == 2, let quota = Double(parts[0]), let period = Double(parts[1]), period > 0 else {
      return cores
    }
    return max(1, min(cores, Int((quota / period).rounded(.up))))
  }

  /// `body(i)` for each i in 0..<count, on `threads` threads, each taking the next item that is free.
  ///
  /// - Parameter isCancelled: asked before each item; items not begun by then are `nil`.
  /// - Returns: results in item order.
  public static func map<T: Sendable>(
    count: Int, threads: Int, isCancelled: @Sendable () -> Bool = { false },
    _ body: @Sendable (Int) -> T
  ) -> [T?] {
    map(count: count, threads: threads, isCancelled: isCancelled, worker: {}) { _, i in body(i) }
  }

  /// The same with something that each thread makes for itself and keeps from item to item.
  ///
  /// - Parameters:
  ///   - chunk: neighbouring items that one thread takes together, where neighbours share work.
  ///   - worker: makes what one thread keeps.
  public static func map<T: Sendable, Worker>(
    count: Int, threads: Int, chunk: Int = 1, isCancelled: @Sendable () -> Bool = { false },
    worker: @Sendable () -> Worker, _ body: @Sendable (inout Worker, Int) -> T
  ) -> [T?] {
    let next = Atomic<Int>(0)
    let merged = Mutex<[T?]>(Array(repeating: nil, count: count))
    DispatchQueue.concurrentPerform(iterations: max(1, min(threads, count))) { _ in
      var mine: [(Int, T)] = []
      var own: Worker?
      while !isCancelled() {
        let start = next.wrappingAdd(chunk, ordering: .relaxed).oldValue
        if start >= count { break }
        for i in start..<min(start + chunk, count) {
          if isCancelled() { break }
          var working = own ?? worker()
          mine.append((i, body(&working, i)))
          own = working
        }
      }
      merged.withLock { slots in
        for (i, value) in mine { slots[i] = value }
      }
    }
    return merged.withLock { $0 }
  }
}
