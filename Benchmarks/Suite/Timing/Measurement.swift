/// One line of a run.
struct Measurement {
  /// Name of the piece.
  let name: String
  /// What is counted, a second: more is better.
  let unit: String
  /// Items a second, by the best call.
  let rate: Double
  /// Seconds of the best call; `nil` where it is no time that was measured.
  let seconds: Double?
  /// Seconds of the median call.
  let median: Double?
  /// Share of the machine's peak, and the peak in a word.
  let share: Double?
  let peak: String
  /// Memory at most, bytes.
  var peakMemory: Int?
}

extension Measurement {
  /// A piece, timed.
  init(_ piece: Piece, seconds: Double, on machine: Machine) throws {
    let body = try piece.make()
    try body()
    let watch = try Stopwatch(seconds: seconds, body)
    let rate = piece.items / watch.best
    self.init(
      name: piece.name, unit: "\(piece.unit)/s", rate: rate, seconds: watch.best, median: watch.median,
      share: machine.share(piece.work, itemsPerSecond: rate), peak: piece.work?.peak ?? "")
  }
}

extension Piece.Work {
  /// The peak's name in the table.
  var peak: String {
    switch self {
    case .flops: "flops"
    case .wholeNumbers: "int32"
    case .bytes: "memory"
    }
  }
}
