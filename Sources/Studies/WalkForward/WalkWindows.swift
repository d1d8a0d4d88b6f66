/// One step of a walk forward: settings are chosen on some sessions and traded on those that follow.
public struct WalkWindow: Hashable, Sendable {
  /// Sessions that settings are chosen on, positions in the history. Their last entry would expire after them and isn't made:
  /// n sessions have n − 1 results.
  public let inSample: ClosedRange<Int>
  /// Sessions that the choice is traded on: it is sold in all but the last, and realised in all but the first. The last one is
  /// the first of the next window, which sells there.
  public let outOfSample: ClosedRange<Int>
}

/// How a period is cut into windows.
///
/// The entry of a window's last in-sample session would expire out of sample: it is purged from the choice. Out of sample the
/// settings of the window before make it, as whoever trades at that time can know no later ones. So every entry has one
/// window, every session's result is counted once, and no session is left without an entry at a border.
///
/// With 4 sessions in sample, 2 out of sample and no embargo, rolling, over sessions 0 to 8:
/// ```
/// chosen on 0…3, sold in 4 and 5, realised in 5 and 6
/// chosen on 2…5, sold in 6 and 7, realised in 7 and 8
/// ```
///
/// - Source: R. Pardo, "The Evaluation and Optimization of Trading Strategies" (2nd ed., 2008), chapter 11; purge and embargo
///   as in M. López de Prado, "Advances in Financial Machine Learning" (2018), chapter 7.
public struct WalkWindows: Hashable, Sendable {
  /// Sessions that settings are chosen on: of each window, or of the first where ``isAnchored``.
  public let inSample: Int
  /// Entry sessions that a choice is traded on.
  public let outOfSample: Int
  /// Sessions left out between the two.
  public let embargo: Int
  /// Whether all choices begin with the first session, rather than roll.
  public let isAnchored: Bool

  /// Sessions that a choice must see: those of a half in ``FamilyStudy``.
  public static let leastInSample = FamilyStudy.leastSessions
  /// Sessions of any part, at most: four centuries.
  static let most = 100_000

  /// - Parameters:
  ///   - inSample: 20 to 100,000 sessions; a year by default.
  ///   - outOfSample: 1 to 100,000 sessions; a quarter by default.
  ///   - embargo: 0 to 100,000 sessions.
  /// - Throws: ``StudyError/badWindow(option:value:allowed:)``.
  public init(
    inSample: Int = 252, outOfSample: Int = 63, embargo: Int = 0, isAnchored: Bool = false
  ) throws(StudyError) {
    func check(_ option: String, _ value: Int, from least: Int) throws(StudyError) {
      guard (least...Self.most).contains(value) else {
        throw .badWindow(option: option, value: value, allowed: "\(least) to \(Self.most) sessions")
      }
    }
    try check("--in-sample", inSample, from: Self.leastInSample)
    try check("--out-of-sample", outOfSample, from: 1)
    try check("--embargo", embargo, from: 0)
    self.inSample = inSample
    self.outOfSample = outOfSample
    self.embargo = embargo
    self.isAnchored = isAnchored
  }

  /// Sessions that one window takes, the one in which its last entry expires included.
  var sessions: Int { inSample + embargo + outOfSample + 1 }

  /// The windows of a period, in order of time; none where it is shorter than one. The last is cut off at the end of the
  /// period.
  public func windows(of period: ClosedRange<Int>) -> [WalkWindow] {
    guard period.count >= sessions else { return [] }
    return stride(from: period.lowerBound + inSample + embargo, to: period.upperBound, by: outOfSample).map {
      let end = $0 - embargo
      return WalkWindow(
        inSample: (isAnchored ? period.lowerBound : end - inSample)...(end - 1),
        outOfSample: $0...min($0 + outOfSample, period.upperBound))
    }
  }
}
