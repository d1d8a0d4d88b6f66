import Synchronization

/// Runs body(0), …, body(count − 1), in any order and on any threads, and returns when all are through. This room makes no
/// threads; who calls it may lend some.
public typealias RunPieces = (_ count: Int, _ body: @Sendable (Int) -> Void) -> Void

/// Pieces one after another, on the thread of the caller.
public func runInOrder(_ count: Int, _ body: @Sendable (Int) -> Void) {
  for i in 0..<count { body(i) }
}

/// The results of pieces, in the order of their numbers whatever ran them.
func collect<T: Sendable>(_ count: Int, by run: RunPieces, _ body: @escaping @Sendable (Int) -> T) -> [T] {
  let slots = Mutex<[T?]>(Array(repeating: nil, count: count))
  run(count) { i in
    let value = body(i)
    slots.withLock { $0[i] = value }
  }
  let made = slots.withLock { $0 }.compactMap(\.self)
  precondition(made.count == count, "RunPieces: a piece was left out")
  return made
}
