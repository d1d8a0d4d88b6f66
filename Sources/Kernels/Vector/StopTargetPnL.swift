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
  let grid: StopTargetGrid
  let buffers: StopTargetBuffers

  /// Room for one grid.
  public init(grid: StopTargetGrid) {
    self.grid = grid
    buffers = StopTargetBuffers(grid)
  }
  deinit { buffers.free() }
}

/// The buffers as plain pointers, so that a loop keeps them at hand and doesn't ask the workspace after every store.
struct StopTargetBuffers {
  /// Trades that are joined at once.
  static let columns = 16
  let stops: Int
  let targets: Int
  /// Vectors of levels: of stops, then of targets.
  let stopVectors: Int
  let vectors: Int
  /// 1000 + stop and 1000 − target, as lanes; stops, then targets.
  let factors: UnsafeMutablePointer<ck_d8>
  /// A cost x passes a stop where x > its level, a target where −x > its level. Ascending; stops, then targets.
  let levels: UnsafeMutablePointer<ck_i8>
  /// Blocks from which on each level is passed.
  let passed: UnsafeMutablePointer<ck_i8>
  /// Minute and P&L of each passage; shape `[levels, columns]`.
  let stopAt: UnsafeMutablePointer<Int32>
  let stopPnL: UnsafeMutablePointer<Int32>
  let targetAt: UnsafeMutablePointer<Int32>
  let targetPnL: UnsafeMutablePointer<Int32>
  /// A path of fewer than 32 minutes.
  let short: UnsafeMutablePointer<Int32>

  fileprivate init(_ grid: StopTargetGrid) {
    stops = grid.stops.count
    targets = grid.targets.count
    stopVectors = (stops + 7) / 8
    vectors = stopVectors + (targets + 7) / 8
    func buffer<T: BitwiseCopyable>(_ value: T, _ count: Int) -> UnsafeMutablePointer<T> {
      let made = UnsafeMutablePointer<T>.allocate(capacity: count)
      unsafe made.initialize(repeating: value, count: count)
      return unsafe made
    }
    unsafe factors = buffer(ck_d8(repeating: 1000), vectors)
    unsafe levels = buffer(ck_i8(repeating: 0), vectors)
    unsafe passed = buffer(ck_i8(repeating: 0), vectors)
    unsafe stopAt = buffer(0, stops * Self.columns)
    unsafe stopPnL = buffer(0, stops * Self.columns)
    unsafe targetAt = buffer(0, targets * Self.columns)
    unsafe targetPnL = buffer(0, targets * Self.columns)
    unsafe short = buffer(0, 32)
    for (j, stop) in grid.stops.enumerated() { unsafe factors[j / 8][j % 8] = Double(1000 + stop) }
    for (j, target) in grid.targets.enumerated() {
      unsafe factors[stopVectors + j / 8][j % 8] = Double(1000 - target)
    }
  }
  fileprivate func free() {
    for buffer in unsafe [stopAt, stopPnL, targetAt, targetPnL, short] { unsafe buffer.deallocate() }
    for buffer in unsafe [levels, passed] { unsafe buffer.deallocate() }
    unsafe factors.deallocate()
  }

  /// The levels of a credit ≥ 0: ⌈credit·(1000 + stop)/1000⌉ − 1 = ⌊(credit·(1000 + stop) − 1)/1000⌋, or 2³¹ − 1 where
  /// that is beyond 32 bits, which no cost exceeds; and −⌊credit·(1000 − target)/1000⌋ − 1.
  ///
  /// Exact in Double: a product is a whole number below 2⁵⁰, so its thousandth is at least 0.001 away from the next
  /// whole number if it is none itself, and is rounded by 2⁻¹³ at most.
  @inline(__always)
  func setLevels(_ credit: Int32) {
    let c = ck_d8(repeating: Double(credit))
    let thousand = ck_d8(repeating: 1000)
    let most = ck_d8(repeating: Double(Int32.max))
    for v in 0..<stopVectors {
      let scaled = unsafe c * factors[v] - 1
      unsafe levels[v] = ck_toInt(ck_min(ck_floor(scaled / thousand), most), 0)
    }
    for v in stopVectors..<vectors {
      let scaled = unsafe c * factors[v]
      unsafe levels[v] = ~ck_toInt(ck_floor(scaled / thousand), 0)
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
