import CKernelShims

/// Depth and place of the deepest fall of eight running sums.
///
/// A drawdown needs no running sum: below = max(below − x, 0). Its length needs the last session at the peak before
/// the deepest point and the first one back at it; to follow those from slot to slot costs twice as much as the depth.
/// So the walk notes them by blocks of slots only, and walks three blocks again at the end, lane by lane.
struct DrawdownWalk {
  /// Slots in a block.
  static let block = 16
  private(set) var below = ck_i8(repeating: 0)
  private(set) var depth = ck_i8(repeating: 0)
  /// The smallest `below` of the present block: 0 if the sum was at its peak in it.
  private var least = ck_i8(repeating: Int32.max)
  private var depthBefore = ck_i8(repeating: 0)
  // Blocks count from 1, so that 0 is none and a maximum picks the later of two: a select takes three steps.
  /// The last block before the present one with a slot at the peak.
  private var lastAtPeak = ck_i8(repeating: 0)
  /// The block where the depth was reached.
  private var deepBlock = ck_i8(repeating: 0)
  /// The last block before that one with a slot at the peak.
  private var peakBlock = ck_i8(repeating: 0)
  /// The first block after the deepest one with a slot at the peak, counted from the end.
  private var backBlock = ck_i8(repeating: 0)

  /// - Parameter loss: −x.
  @inline(__always)
  mutating func add(loss: ck_i8) {
    below = ck_maxI(below &+ loss, ck_i8(repeating: 0))
    depth = ck_maxI(depth, below)
    least = ck_minI(least, below)
  }

  /// - Parameters:
  ///   - number: of the block, from 0.
  ///   - blocks: in all.
  @inline(__always)
  mutating func endBlock(_ number: Int, of blocks: Int) {
    let b = ck_i8(repeating: Int32(truncatingIfNeeded: number + 1))
    let fromEnd = ck_i8(repeating: Int32(truncatingIfNeeded: blocks - number))
    let deeper = ck_greater(depth, depthBefore)
    let touched = ck_equal(least, ck_i8(repeating: 0))
    deepBlock = ck_maxI(deepBlock, deeper & b)
    peakBlock = ck_maxI(peakBlock, deeper & lastAtPeak)
    backBlock = ck_maxI(backBlock, touched & fromEnd) & ~deeper
    lastAtPeak = ck_maxI(lastAtPeak, touched & b)
    depthBefore = depth
    least = ck_i8(repeating: Int32.max)
  }

  /// Drawdown, its sessions and whether it lasts, into `score`.
  ///
  /// - Parameters:
  ///   - starts: `below` at the start of each block.
  ///   - value: x of a slot and a lane.
  @inline(__always)
  func finish(
    _ score: inout ScoreLanes, axis: ScoreAxis, starts: UnsafeMutablePointer<ck_i8>,
    value: (Int, Int) -> Int32
  ) {
    score.drawdown = depth
    let slots = axis.days.count
    let blocks = (slots + Self.block - 1) / Self.block
    let lastSession = Int32(truncatingIfNeeded: axis.sessions - 1)
    // plain reads: lanes of a vector in memory
    unsafe axis.days.withUnsafeBufferPointer { days in
      unsafe axis.through.withUnsafeBufferPointer { through in
        for lane in 0..<8 where depth[lane] > 0 {
          let most = depth[lane]
          var peak: Int32 = -1  // slot
          var back: Int32 = -1
          let deep = Int(deepBlock[lane]) - 1
          var under = unsafe starts[deep][lane]
          var isDeep = false
          for d in deep * Self.block..<min(slots, (deep + 1) * Self.block) {
            under = max(under &- value(d, lane), 0)
            if under == most { isDeep = true }
            guard under == 0 else { continue }
            if isDeep {
              back = Int32(truncatingIfNeeded: d)
              break
            }
            peak = Int32(truncatingIfNeeded: d)
          }
          if peak < 0, peakBlock[lane] > 0 {
            let block = Int(peakBlock[lane]) - 1
            under = unsafe starts[block][lane]
            for d in block * Self.block..<min(slots, (block + 1) * Self.block) {
              under = max(under &- value(d, lane), 0)
              if under == 0 { peak = Int32(truncatingIfNeeded: d) }
            }
          }
          if back < 0, backBlock[lane] > 0 {
            let block = blocks - Int(backBlock[lane])
            under = unsafe starts[block][lane]
            for d in block * Self.block..<min(slots, (block + 1) * Self.block) {
              under = max(under &- value(d, lane), 0)
              if under == 0 {
                back = Int32(truncatingIfNeeded: d)
                break
              }
            }
          }
          let from = unsafe peak < 0 ? days[0] &- 1 : through[Int(peak)]
          score.drawdownSessions[lane] = unsafe (back < 0 ? lastSession : days[Int(back)]) &- from
          score.isOpen[lane] = back < 0 ? -1 : 0
        }
      }
    }
  }
}
