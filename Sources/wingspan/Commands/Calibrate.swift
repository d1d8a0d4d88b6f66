import ArgumentParser
import Foundation
import HistoryStore
import MarketData
import Pricing

/// `wingspan calibrate`.
struct Calibrate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Fit modelled option marks to real SPXW chains, or measure how well they price them.",
    discussion: """
      Reads the lambdaclass scrape, Cboe DataShop (with calcs, or the 15:45 subset) and HistoricalOptionData, gzip \
      or plain, and uses the expiry of the session after each quote date; chains without one are counted and left \
      out. A time that the file doesn't hold is recovered from the vendor's volatilities, or given with --at.

      Without --evaluate: fits the smile's shape, the level curves (with --history) and half-spreads, prints the \
      errors in sample and on held-out days, and writes the parameters with --out. The exponent by which spreads
      widen in stress stays as it was, and the output says so, unless a chain has a VIX9D (else VIX) of 30 or more.
      With --evaluate: fits nothing; prices the chains with the shipped parameters (or --marks), once for each \
      thing that may be known of the day: its own level, its VIX9D or VIX close, or only the prior close and the \
      index's move since (what an entry before 16:15 has).

      Errors: strikes of 3 to 40 delta; credits are 5-wide condors, model less market mid, points.
      """)

  @Argument(help: "Chain files.", completion: .file())
  var chains: [String]
  @Option(
    help:
      "History made by `wingspan data import`, or `bundled`: VIX-family and index closes of the chains' days."
  )
  var history: String?
  @Option(help: "Time of chains whose file doesn't say it, HH:MM New York.")
  var at: String?
  @Flag(help: "Fit nothing; report how well given parameters price the chains.")
  var evaluate = false
  @Option(help: "Mark parameters to evaluate or to start from (JSON); default: the shipped fit.")
  var marks: String?
  @Option(help: "Write the fitted parameters here (JSON).")
  var out: String?
  @Flag(help: "Print the result as JSON.")
  var json = false

  func validate() throws {
    guard !chains.isEmpty else { throw ValidationError("give at least one chain file") }
    if let at, MinuteOfDay.parse(at) == nil {
      throw ValidationError("--at is '\(at)'; give a time of day as HH:MM, for example 15:45")
    }
    if evaluate, out != nil { throw ValidationError("--evaluate fits nothing; leave out --out") }
    let read: [OutputPaths.Named] = chains.map { ("a chain file", $0) }
    try OutputPaths.check([("--out", out)], inputs: read + [("--history", history), ("--marks", marks)])
  }

  func run() throws {
    try OutputPaths.checkWritable([("--out", out)])
    let parameters = try marks.map { try MarkParameters.load(path: $0) } ?? MarkParameters.shipped()
    let market = try loadHistory()
    let set = try ChainSet(
      paths: chains, at: at.flatMap { MinuteOfDay.parse($0) }, clock: parameters.clock, history: market)
    if evaluate {
      let report = EvaluationReport(set, parameters)
      return try json ? Output.json(report) : Output.text(report.text)
    }
    guard set.days.count >= 5 else {
      throw CalibrationError.tooFewChains(found: set.days.count, needed: 5, skipped: set.skippedText)
    }
    let fit = Calibration(
      set.days, startingFrom: parameters, stress: set.stress(parameters.halfSpread, history: market),
      name: "fitted-\(set.days[0].chain.quoteDate)-\(set.days[set.days.count - 1].chain.quoteDate)")
    if let out { try fit.parameters.save(path: out) }
    let report = FitReport(set, fit)
    try json ? Output.json(report) : Output.text(report.text)
    if let out { Output.note("wrote \(out)") }
  }

  /// The closes around the chains, whatever bars the history has.
  private func loadHistory() throws -> MarketHistory? {
    guard let history, let dates = try ChainSet.dates(paths: chains) else { return nil }
    if history == "bundled" { return try BundledHistory.load(seed: 1) }
    return try HistoryStore.load(
      path: history, from: dates.lowerBound.adding(days: -10), to: dates.upperBound)
  }
}

/// What `--evaluate` reports.
private struct EvaluationReport: Encodable {
  let marks: String
  let snapshots: Int
  let chains: Int
  let skipped: [ChainSet.Skipped]
  let levels: [KnownLevel: LevelErrors]

  init(_ set: ChainSet, _ parameters: MarkParameters) {
    marks = parameters.name
    snapshots = set.snapshots.count
    chains = set.days.count
    skipped = set.skipped
    levels = parameters.evaluation(set.days)
  }

  var text: String {
    var lines = ["\(marks) on \(chains) one-day chains of \(snapshots) snapshots, nothing fitted"]
    if !skipped.isEmpty { lines.append("left out: \(skipped.count), see --json") }
    lines.append(errorTable(KnownLevel.allCases.compactMap { k in levels[k].map { (k.rawValue, $0) } }))
    return lines.joined(separator: "\n")
  }
}

/// What a fit reports.
private struct FitReport: Encodable {
  struct Day: Encodable {
    let date: String
    let time: String
    let inSampleTicks: [KnownLevel: Double?]
    let heldOutTicks: [KnownLevel: Double?]
    let logVolHeldOut: [KnownLevel: Double?]
  }
  let parameters: MarkParameters
  /// Where the exponent in `parameters` comes from.
  let stressPower: StressFit
  let snapshots: Int
  let skipped: [ChainSet.Skipped]
  /// Each chain's own free fit.
  let floor: LevelErrors
  let inSample: [KnownLevel: LevelErrors]
  let heldOut: [KnownLevel: LevelErrors]
  let days: [Day]

  init(_ set: ChainSet, _ fit: Calibration) {
    parameters = fit.parameters
    stressPower = fit.stressFit
    snapshots = set.snapshots.count
    skipped = set.skipped
    floor = LevelErrors(fit.floor)
    inSample = fit.inSample.mapValues { LevelErrors($0) }
    heldOut = fit.heldOut.mapValues { LevelErrors($0) }
    func of(
      _ errors: [KnownLevel: [DayErrors]], _ i: Int, _ value: (DayErrors) -> Double
    ) -> [KnownLevel: Double?] {
      Dictionary(
        uniqueKeysWithValues: KnownLevel.allCases.map { known in
          let day = errors[known]?.first {
            $0.date == fit.floor[i].date && $0.minute == fit.floor[i].minute
          }
          return (known, day.map(value))
        })
    }
    days = fit.floor.indices.map { i in
      Day(
        date: fit.floor[i].date.description, time: MinuteOfDay.text(fit.floor[i].minute),
        inSampleTicks: of(fit.inSample, i, \.meanAbsTicks), heldOutTicks: of(fit.heldOut, i, \.meanAbsTicks),
        logVolHeldOut: of(fit.heldOut, i, \.logVol))
    }
  }

  var text: String {
    var lines = ["\(parameters.name): \(parameters.fittedOn)"]
    let p = parameters.smile.p.map { fixed($0, 4) }.joined(separator: ", ")
    lines.append("smile p = (\(p))")
    lines.append("stressPower: \(stressPower.note)")
    for (name, c) in [("VIX9D", parameters.levels.vix9d), ("VIX", parameters.levels.vix)] {
      lines.append(
        "level by \(name): \(fixed(c.base * 100, 2)) % · (V/\(fixed(c.pivot, 1)))^\(fixed(c.below, 2)) from "
          + "\(fixed(c.lowKnee, 1)) (lowKnee) to \(fixed(c.knee, 1)) (knee), exponent "
          + "\(fixed(c.lowest, 2)) below (lowest), \(fixed(c.above, 2)) beyond (above)")
    }
    if !skipped.isEmpty { lines.append("left out: \(skipped.count) snapshots, see --json") }
    var rows = [("own shape and level", floor)]
    for known in KnownLevel.allCases {
      if let e = inSample[known] { rows.append(("\(known.rawValue), in sample", e)) }
      if let e = heldOut[known] { rows.append(("\(known.rawValue), held out", e)) }
    }
    lines += ["", errorTable(rows), "", "Mean absolute error by delta, ticks"]
    let bands = LevelErrors.bands.map { "\($0.0)-\($0.1)" }
    var byDelta = TextTable([""] + bands)
    for (name, e) in rows { byDelta.add([name] + bands.map { number(e.ticksByDelta[$0], 1) }) }
    lines += [
      byDelta.text, "", "By day, held out: mean absolute error in ticks (log vol error of the level)",
    ]
    var table = TextTable(["date", "time"] + KnownLevel.allCases.map(\.rawValue))
    for day in days {
      table.add(
        [day.date, day.time]
          + KnownLevel.allCases.map {
            "\(number(day.heldOutTicks[$0] ?? nil, 1)) (\(number(day.logVolHeldOut[$0] ?? nil, 2)))"
          })
    }
    lines.append(table.text)
    return lines.joined(separator: "\n")
  }
}

/// One row a state of knowledge.
private func errorTable(_ rows: [(String, LevelErrors)]) -> String {
  let deltas = DayErrors.condorDeltas.map { "\($0)" }
  var table = TextTable(
    ["known of the day", "chains", "strikes", "log vol rmse", "inside", "ticks"]
      + deltas.map { "credit \($0)" } + deltas.map { "bias \($0)" })
  for (name, e) in rows {
    table.add(
      [
        name, "\(e.chains)", "\(e.strikes)", number(e.logVolRmse, 3),
        e.insideSpread.map { "\(fixed($0 * 100, 0)) %" } ?? "-", number(e.meanAbsTicks, 1),
      ] + deltas.map { number(e.creditMeanAbs[$0], 3) } + deltas.map { number(e.creditBias[$0], 3) })
  }
  return table.text
}

private func number(_ value: Double?, _ digits: Int) -> String { value.map { fixed($0, digits) } ?? "-" }

private func fixed(_ value: Double, _ digits: Int) -> String {
  String(format: "%.\(digits)f", value)
}
