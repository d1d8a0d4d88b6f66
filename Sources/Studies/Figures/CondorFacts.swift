import Backtesting

/// Figures of a condor's records that no hedge changes: the same for every configuration with this condor and these
/// outcomes. Whole cents and counts.
struct CondorFacts: Sendable, Hashable {
  /// Entries that sold.
  var trades = 0
  /// Condors sold after the first one of their entry was closed.
  var reentries = 0
  /// Trades of which at least one part was stopped.
  var stopped = 0
  /// Stopped trades that would have won without the stop, and what those would have earned more.
  var whipsaws = 0
  var whipsawCents: Int64 = 0
  /// What all stops together earned or cost against carrying on.
  var stopsNetCents: Int64 = 0
  /// Trades whose stop lay within what the position can cost.
  var reachable = 0
  /// Σ credit received and cost paid, units, a cent of a condor each.
  var credit: Int64 = 0
  var cost: Int64 = 0
  /// Σ extrinsic value paid by early exits, units.
  var extrinsic: Int64 = 0
  /// Entry sessions by outcome, in the order of `OutcomeCode.allCases`.
  private(set) var counts = Array(repeating: 0, count: OutcomeCode.allCases.count)
  private let hasStop: Bool

  /// Counts. O(records).
  init(_ records: some Sequence<SessionRecord>, hasStop: Bool) {
    self.hasStop = hasStop
    for record in records {
      counts[Self.position(record.code)] += 1
      guard record.code == .traded else { continue }
      trades += 1
      reentries += Int(record.reentries)
      let n = Int64(record.quantity)
      credit += n * (Int64(record.credit) + Int64(record.laterCredit))
      cost += n * Int64(record.cost)
      extrinsic += n * Int64(record.extrinsic)
      if record.stopReachable { reachable += 1 }
      guard record.stops > 0 else { continue }
      stopped += 1
      let saved = n * (Int64(record.condorNet) - Int64(record.shadowNet))
      stopsNetCents += saved
      if record.shadowNet > 0 {
        whipsaws += 1
        whipsawCents -= saved
      }
    }
  }

  private static func position(_ code: OutcomeCode) -> Int {
    switch code {
    case .traded: 0
    default: OutcomeCode.allCases.firstIndex(of: code) ?? 0
    }
  }

  /// Entry sessions with one of some outcomes.
  func outcomes(of codes: [OutcomeCode]) -> Int { codes.reduce(0) { $0 + counts[Self.position($1)] } }
  /// Entry sessions with any other outcome.
  func outcomes(except codes: [OutcomeCode]) -> Int { counts.reduce(0, +) - outcomes(of: codes) }

  var stopRate: Double? { trades == 0 ? nil : Double(stopped) / Double(trades) }
  var stopReachable: Double? { trades == 0 || !hasStop ? nil : Double(reachable) / Double(trades) }
  var thetaCapture: Double? { credit > 0 ? Double(credit - cost) / Double(credit) : nil }
  /// Entry sessions by outcome code.
  var outcomes: [String: Int] {
    var made: [String: Int] = [:]
    for (code, count) in zip(OutcomeCode.allCases, counts) where count > 0 { made[code.rawValue] = count }
    return made
  }
}
