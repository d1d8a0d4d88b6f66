import CKernelShims

/// P&L by condor, stop, target and trade in one block that several threads fill together.
///
/// Every number is written by the one call of ``StopTargetBatch`` that its condor and trade belong to; the caller sees
/// to it that no two threads are given the same trades, and that all are done before anything is read.
public final class StopTargetPnL: @unchecked Sendable {
  /// Stops and targets of the rows.
  public let grid: StopTargetGrid
  /// Condors.
  public let condors: Int
  /// Trades of a condor.
  public let trades: Int
  private let numbers: UnsafeMutablePointer<Int32>

  /// All missing. The memory is touched here, and not when it is filled.
  ///
  /// - Precondition: condors × pairs × trades fits a machine word; the caller has checked that it fits the memory too.
  public init(grid: StopTargetGrid, condors: Int, trades: Int) {
    precondition(condors >= 0 && trades >= 0, "StopTargetPnL: counts")
    self.grid = grid
    self.condors = condors
    self.trades = trades
    let count = condors * grid.count * trades
    numbers = UnsafeMutablePointer<Int32>.allocate(capacity: count)
    unsafe numbers.initialize(repeating: StopTargetGrid.missing, count: count)
  }
  deinit { unsafe numbers.deallocate() }

  /// Numbers in all: condors × stops × targets × trades.
  public var count: Int { condors * grid.count * trades }

  /// The first trade of a pair, pair = stop × targets + target.
  @inline(__always)
  func row(_ condor: Int, _ pair: Int) -> UnsafeMutablePointer<Int32> {
    unsafe numbers + (condor * grid.count + pair) * trades
  }

  /// Some neighbouring rows of one condor; shape `[pairs, trades]`.
  ///
  /// - Parameters:
  ///   - condor: 0 ..< condors.
  ///   - pairs: inside 0 ..< stops × targets, pair = stop × targets + target.
  public func withRows<R>(condor: Int, pairs: Range<Int>, _ body: (Span<Int32>) throws -> R) rethrows -> R {
    precondition(
      condor >= 0 && condor < condors && pairs.lowerBound >= 0 && pairs.upperBound <= grid.count,
      "StopTargetPnL.withRows: rows outside the block")
    return try unsafe body(
      Span(_unsafeStart: row(condor, pairs.lowerBound), count: pairs.count * trades))
  }
}

/// Buffers of one thread for ``StopTargetBatch``.
public final class StopTargetWorkspace {
  /// Trades that are joined at once.
  static let columns = 16
  let grid: StopTargetGrid
  let stops: Int
  let targets: Int
  /// A cost x passes a stop where x > its number here, a target where −x > its number. Ascending; filled up to whole
  /// vectors with what nothing passes.
  let stopLevels: UnsafeMutablePointer<Int32>
  let targetLevels: UnsafeMutablePointer<Int32>
  /// Blocks from which on each level is passed, stops then targets.
  let passed: UnsafeMutablePointer<ck_i8>
  /// Minute and P&L of each passage; shape `[levels, columns]`.
  let stopAt: UnsafeMutablePointer<Int32>
  let stopPnL: UnsafeMutablePointer<Int32>
  let targetAt: UnsafeMutablePointer<Int32>
  let targetPnL: UnsafeMutablePointer<Int32>
  /// A path of fewer than 32 minutes.
  let short: UnsafeMutablePointer<Int32>
  /// P&L of columns that went by the definition, shape `[pairs, columns]`, and which they are, by bit.
  let plain: UnsafeMutablePointer<Int32>
  var isPlain: UInt32 = 0

  /// Room for one grid.
  public init(grid: StopTargetGrid) {
    self.grid = grid
    stops = grid.stops.count
    targets = grid.targets.count
    func numbers(_ count: Int) -> UnsafeMutablePointer<Int32> {
      let made = UnsafeMutablePointer<Int32>.allocate(capacity: count)
      unsafe made.initialize(repeating: Int32.max, count: count)
      return unsafe made
    }
    let (stopSlots, targetSlots) = ((stops + 7) / 8 * 8, (targets + 7) / 8 * 8)
    unsafe stopLevels = numbers(stopSlots)
    unsafe targetLevels = numbers(targetSlots)
    passed = UnsafeMutablePointer<ck_i8>.allocate(capacity: (stopSlots + targetSlots) / 8)
    unsafe passed.initialize(repeating: ck_i8(repeating: 0), count: (stopSlots + targetSlots) / 8)
    unsafe stopAt = numbers(stops * Self.columns)
    unsafe stopPnL = numbers(stops * Self.columns)
    unsafe targetAt = numbers(targets * Self.columns)
    unsafe targetPnL = numbers(targets * Self.columns)
    unsafe short = numbers(32)
    unsafe plain = numbers(grid.count * Self.columns)
  }
  deinit {
    for buffer in unsafe [stopLevels, targetLevels, stopAt, stopPnL, targetAt, targetPnL, short, plain] {
      unsafe buffer.deallocate()
    }
    unsafe passed.deallocate()
  }

  /// The levels of a credit ≥ 0: of ⌈credit·(1000 + stop)/1000⌉ − 1 and −⌊credit·(1000 − target)/1000⌋ − 1, which no
  /// cost of 32 bits exceeds where they don't fit.
  @inline(__always)
  func setLevels(_ credit: Int32) {
    let c = UInt64(UInt32(bitPattern: credit))
    unsafe grid.stops.withUnsafeBufferPointer { thousandths in
      for j in 0..<stops {
        let scaled = unsafe c &* UInt64(UInt32(bitPattern: 1000 &+ thousandths[j]))
        let level = Int64(bitPattern: (scaled &+ 999) / 1000) &- 1
        unsafe stopLevels[j] = Int32(truncatingIfNeeded: min(level, Int64(Int32.max)))
      }
    }
    unsafe grid.targets.withUnsafeBufferPointer { thousandths in
      for j in 0..<targets {
        let scaled = unsafe c &* UInt64(UInt32(bitPattern: 1000 &- thousandths[j]))
        unsafe targetLevels[j] = ~Int32(truncatingIfNeeded: Int64(bitPattern: scaled / 1000))
      }
    }
  }

  /// One P&L for every level of a column.
  @inline(__always)
  func fill(_ column: Int, _ pnl: Int32) {
    for j in 0..<stops {
      unsafe stopAt[j &* Self.columns &+ column] = Int32.max
      unsafe stopPnL[j &* Self.columns &+ column] = pnl
    }
    for j in 0..<targets {
      unsafe targetAt[j &* Self.columns &+ column] = Int32.max
      unsafe targetPnL[j &* Self.columns &+ column] = pnl
    }
  }
}
