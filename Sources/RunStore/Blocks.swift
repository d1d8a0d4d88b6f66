/// What several trials share, with how their sessions ended: one row of `settings`.
public struct SettingRecord: Sendable, Hashable {
  /// A label, by which the trials of its block point to it; unique within the block. The store numbers settings
  /// by itself.
  public var id: Int
  /// Why nothing was traded, or why there is no result; nil where there is one.
  public var reason: String?
  /// Values of the layout's integer group columns, in their order.
  public var integers: [Int64]
  /// Values of the layout's real group columns, in their order; NaN for one that can't be had.
  public var reals: [Double]
  /// How many sessions ended in each outcome, each code once.
  public var outcomes: [OutcomeCount]

  /// A setting's facts.
  public init(
    id: Int, reason: String? = nil, integers: [Int64], reals: [Double], outcomes: [OutcomeCount] = []
  ) {
    self.id = id
    self.reason = reason
    self.integers = integers
    self.reals = reals
    self.outcomes = outcomes
  }
}

/// The values of one column of a block, a row each.
public enum TrialColumn: Sendable, Hashable {
  /// Of an integer column.
  case integers([Int64])
  /// Of a real column; NaN for one that can't be had.
  case reals([Double])
  /// Of a blob column: `width` bytes a row, one after the other.
  case blobs([UInt8], width: Int)
  /// Blobs of `count` whole numbers a row, concatenated: 64-bit two's complement, little-endian.
  case words([Int64], count: Int)

  /// What it holds.
  var kind: StoreLayout.Kind {
    switch self {
    case .integers: .integer
    case .reals: .real
    case .blobs, .words: .blob
    }
  }

  /// Whether it has a value for each of so many rows.
  func fits(rows: Int) -> Bool {
    switch self {
    case .integers(let values): values.count == rows
    case .reals(let values): values.count == rows
    case .blobs(let bytes, let width): width >= 0 && bytes.count == rows * width
    case .words(let words, let count): count >= 0 && words.count == rows * count
    }
  }
}

/// Trials by columns: what one transaction appends.
public struct TrialBlock: Sendable {
  /// The configuration's index in the space, strictly ascending.
  public var trials: [Int]
  /// The setting of each trial: the label of one handed over with the block.
  public var settings: [Int]
  /// The layout's trial columns, in their order.
  public var columns: [TrialColumn]
  /// Where each trial has a point: an array an axis, a value each trial. A number of a real axis, a position among the
  /// listed values of another, NaN where the parameter is inactive. Empty for a grid.
  public var points: [[Double]]
  /// Net cents a session, for trials of the block, in their order.
  public var daily: [(trial: Int, cents: [Int64])]

  /// A block of the values given.
  public init(
    trials: [Int], settings: [Int], columns: [TrialColumn], points: [[Double]] = [],
    daily: [(trial: Int, cents: [Int64])] = []
  ) {
    self.trials = trials
    self.settings = settings
    self.columns = columns
    self.points = points
    self.daily = daily
  }

  /// Stops the program where the block isn't of the shape that the store has.
  func checkShape(_ shape: StoreShape, axes: [AxisRecord]) {
    let layout = shape.trialColumns
    let rows = trials.count
    precondition(
      settings.count == rows, "RunStore.append: \(settings.count) settings for \(rows) trials")
    precondition(
      zip(trials, trials.dropFirst()).allSatisfy { $0 < $1 }, "RunStore.append: trials must ascend strictly")
    precondition(
      columns.count == layout.count,
      "RunStore.append: \(columns.count) columns, the store has \(layout.count)")
    for (values, column) in zip(columns, layout) {
      precondition(
        values.kind == column.kind, "RunStore.append: column \(column.name) takes \(column.kind) values")
      precondition(
        values.fits(rows: rows), "RunStore.append: column \(column.name) isn't one value a trial")
    }
    let pointAxes = shape.hasPoints ? axes : []
    precondition(
      points.count == pointAxes.count && points.allSatisfy { $0.count == rows },
      "RunStore.append: points aren't a value an axis and trial, of \(pointAxes.count) axes")
    for (axis, values) in zip(pointAxes, points) where !axis.isReal {
      precondition(
        values.allSatisfy { $0.isNaN || Int(exactly: $0).map(axis.values.indices.contains) == true },
        "RunStore.append: a point has no position among the values of \(axis.path)")
    }
    var next = trials[...]
    for (trial, _) in daily {
      guard let place = next.firstIndex(of: trial) else {
        preconditionFailure(
          "RunStore.append: daily values of trial \(trial): not of the block, or not in order")
      }
      next = next[(place + 1)...]
    }
  }
}
