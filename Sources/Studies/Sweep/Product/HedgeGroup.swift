import Backtesting
import Kernels
import Strategies

/// Hedges of one book that are worked out together: the same sessions can be told for all of them, and they are sized by
/// the same bases. Columns of the outcome matrices H and S.
struct HedgeGroup: Sendable {
  /// Hedge settings of the job's space, ascending; results of equal ones are shared.
  let members: [Int]
  /// Which distinct column each member is.
  let column: [Int]
  /// Distinct columns.
  let count: Int
  /// Bases of the trade-opened layers; empty for none.
  let bases: [HedgeSize.Base]
  /// Sessions that can't be told, by slot of the period; empty for none.
  let codes: [OutcomeCode?]
  /// What its layers bind of the account, where that may refuse an entry.
  let margin: HedgeMargin?
  /// Slots: entry sessions of the period, one before the session in which a trade is realised.
  let slots: [Int32]
  /// Where standing layers are held, every session is a slot, and the first realises only them.
  let hasStanding: Bool
  let axis: ScoreAxis
  /// Position of the year of each slot, ascending, and the slots of each year.
  let yearOfSlot: [Int]
  let slotsOfYear: [Range<Int>]
  /// Move of the index in the session in which a slot is realised, parts per million.
  let moves: [Int32]
  /// Cents a size unit by base, slot and column; shape `[bases, slots, columns]`.
  let cents: [[Int32]]
  /// Standing result by slot and column, cents; empty without standing layers.
  let standing: [Int32]
  /// Largest magnitude of any of them, by base and of the standing result.
  let largest: [Int64]
  let largestStanding: Int64

  init(
    members: [Int], column: [Int], count: Int, bases: [HedgeSize.Base], codes: [OutcomeCode?],
    margin: HedgeMargin? = nil, slots: [Int32], hasStanding: Bool, axis: ScoreAxis, yearOfSlot: [Int],
    years: Int, moves: [Int32], cents: [[Int32]],
    standing: [Int32]
  ) {
    self.members = members
    self.column = column
    self.count = count
    self.bases = bases
    self.codes = codes
    self.margin = margin
    self.slots = slots
    self.hasStanding = hasStanding
    self.axis = axis
    self.yearOfSlot = yearOfSlot
    self.moves = moves
    self.cents = cents
    self.standing = standing
    largest = cents.map { $0.reduce(Int64(0)) { max($0, Int64($1.magnitude)) } }
    largestStanding = standing.reduce(0) { max($0, Int64($1.magnitude)) }
    var ranges: [Range<Int>] = []
    var start = 0
    for year in 0..<years {
      var end = start
      while end < yearOfSlot.count, yearOfSlot[end] == year { end += 1 }
      ranges.append(start..<end)
      start = end
    }
    slotsOfYear = ranges
  }

  /// Whether there is any layer at all.
  var hasHedge: Bool { !bases.isEmpty || hasStanding }
  /// Whether all a row holds is the same number of size units throughout, so that a hedge's cents can be scaled once.
  var isUniform: Bool { bases.count == 1 && bases[0] != .credit && !hasStanding }
}
