/// What can be wrong with a question of overfitting. Every case says the value met and what to do.
public enum OverfittingError: Error, Equatable, Sendable {
  /// Fewer than two settings with a spread: nothing is picked, so nothing can be overfitted.
  case tooFewSettings(source: String, varying: Int, settings: Int)
  /// P&L whose squares leave the range of Double: the largest magnitude.
  case badUnit(source: String, value: Double)
  /// A number of blocks that has no halves, or too many splits.
  case badBlocks(blocks: Int)
  /// Blocks of less than two days.
  case tooFewDays(source: String, days: Int, blocks: Int)
  /// Groups that can't be split so.
  case badGroups(groups: Int, test: Int)
  /// Purge and embargo that leave nothing of a group, or a split with fewer than two days to train on.
  case groupTooShort(source: String, days: Int, groups: Int, purge: Int, embargo: Int)
  /// Windows that don't fit into the days.
  case windowTooLong(source: String, days: Int, train: Int, gap: Int, test: Int)
  /// Lengths of a walk that make no sense.
  case badWindow(train: Int, test: Int, purge: Int, embargo: Int)
}

extension OverfittingError: CustomStringConvertible {
  /// One line with the remedy.
  public var description: String {
    switch self {
    case .tooFewSettings(let source, let varying, let settings):
      "\(source): \(varying) of \(settings) settings earn something else from day to day; at least 2 are needed "
        + "to pick one of them"
    case .badUnit(let source, let value):
      "\(source): P&L of \(value) at most can't be squared; give it in another unit"
    case .badBlocks(let blocks):
      "\(blocks) blocks have no halves to compare; give an even --partitions, 4 to "
        + "\(SymmetricCrossValidation.mostBlocks)"
    case .tooFewDays(let source, let days, let blocks):
      "\(source): \(days) days make no \(blocks) blocks of two days or more; give fewer --partitions or more days"
    case .badGroups(let groups, let test):
      "\(test) of \(groups) groups for the test; give --test-groups from 1, more --groups, and at most "
        + "\(CombinatorialPurged.mostSplits) ways to choose them, "
        + "\(CombinatorialPurged.mostGroupsOfSplits) with each way times the groups"
    case .groupTooShort(let source, let days, let groups, let purge, let embargo):
      "\(source): \(groups) groups of \(days / max(groups, 1)) days leave less than two to pick on between purges of "
        + "\(purge) and an embargo of \(embargo); give fewer --groups or --test-groups, or a shorter --purge or --embargo"
    case .windowTooLong(let source, let days, let train, let gap, let test):
      "\(source): \(days) days don't hold a window of \(train) + \(gap) + \(test) and two days to hold a pick on; give a shorter --in-sample"
    case .badWindow(let train, let test, let purge, let embargo):
      "windows of \(train) days in sample and \(test) out of sample, purge \(purge), embargo \(embargo); give at "
        + "least 2 and 1, and neither purge nor embargo below 0"
    }
  }
}
