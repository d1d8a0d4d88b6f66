import Kernels
import MarketData

/// One entry in every cell, whole cents.
struct StressedEntry: Sendable {
  /// Its session.
  let date: SessionDate
  /// √w of the index to the expiry.
  let stdDev: Double
  /// By full revaluation; shape `[parts][cells]`.
  let full: [[Int128]]
  /// Derivatives by part.
  let greeks: [StressGreeks]
  /// Risk-based margin.
  let requirementCents: Int64

  /// The ten moves of margin and the cells are priced in one batch.
  init(_ book: StressBook, date: SessionDate, grid: StressGrid) {
    let ten = StressScenario.margin.count
    let gains = book.gains(StressScenario.margin + grid.scenarios)
    self.date = date
    stdDev = book.stdDev
    full = gains.map { $0.dropFirst(ten).map(Self.wholeCents) }
    greeks = book.greeks
    requirementCents = book.requirementCents(gains.map { Array($0.prefix(ten)) })
  }

  /// To the nearest: then sums are exact, and no last bit decides what is largest. Greeks in the last minute of thousands of
  /// condors make more than 64 bits of them.
  static func wholeCents(_ cents: Double) -> Int128 { Int128(cents.rounded(.toNearestOrAwayFromZero)) }
}

/// Entries of one configuration put together.
struct StressTables {
  private let entries: [StressedEntry]
  private let grid: StressGrid
  private let parts: [StressBook.Part]
  /// By greeks, whole cents; shape `[entries][parts][cells]`.
  private let byGreeks: [[[Int128]]]

  /// `nil` without entries. O(entries × cells).
  init?(_ entries: [StressedEntry], grid: StressGrid, parts: [StressBook.Part]) {
    guard !entries.isEmpty else { return nil }
    self.entries = entries
    self.grid = grid
    self.parts = parts
    let scenarios = grid.scenarios
    let product = StressGreeks.gains(entries.flatMap(\.greeks), scenarios)
    let count = StressBook.Part.allCases.count
    byGreeks = entries.indices.map { e in
      (0..<count).map { p in
        let row = (e * count + p) * scenarios.count
        return product[row..<row + scenarios.count].map(StressedEntry.wholeCents)
      }
    }
  }

  /// Mean over the entries.
  var mean: StressReport.Matrix { matrix(Array(entries.indices), date: nil) }

  /// The entry that loses most in some cell; the earliest of equals.
  var worst: StressReport.Matrix {
    var worst = (entry: 0, cents: Int128.max)
    for (e, entry) in entries.enumerated() {
      let least = Self.sum(entry.full).min() ?? 0
      if least < worst.cents { worst = (e, least) }
    }
    return matrix([worst.entry], date: entries[worst.entry].date)
  }

  /// Risk-based margin.
  var requirement: StressReport.Requirement {
    var largest = entries[0]
    for entry in entries where entry.requirementCents > largest.requirementCents { largest = entry }
    return StressReport.Requirement(
      meanDollars: requirement(Array(entries.indices)),
      largestDollars: dollars(Int128(largest.requirementCents)),
      largestDate: largest.date.description)
  }

  /// Full revaluation against greeks, over the cells in which something moves.
  var disagreement: StressReport.Disagreement {
    let scenarios = grid.scenarios
    let moved = scenarios.indices.filter { scenarios[$0] != .none }
    var differences = Array(repeating: Int128(0), count: scenarios.count)
    var largest = (entry: 0, cell: 0, cents: Int128(-1))
    var (lost, missed, wrong) = (Int128(0), Int128(0), 0)
    for e in entries.indices {
      let (full, greeks) = (Self.sum(entries[e].full), Self.sum(byGreeks[e]))
      for k in moved {
        let apart = abs(full[k] - greeks[k])
        differences[k] += apart
        if apart > largest.cents { largest = (e, k, apart) }
        if full[k] < 0 { (lost, missed) = (lost - full[k], missed + apart) }
        if full[k].signum() * greeks[k].signum() < 0 { wrong += 1 }
      }
    }
    let all = Double(entries.count * moved.count)
    let cell = cell(largest.entry, largest.cell)
    return StressReport.Disagreement(
      largest: cell, largestDollars: dollars(max(largest.cents, 0)),
      largestShareOfLoss: cell.full < 0 ? dollars(largest.cents) / -cell.full : nil,
      meanDollars: all > 0 ? dollars(differences.reduce(0, +)) / all : nil,
      shareOfLosses: lost > 0 ? dollars(missed) / dollars(lost) : nil,
      wrongSign: all > 0 ? Double(wrong) / all : nil,
      cells: grid.rows(differences.map { dollars($0) / Double(entries.count) }))
  }

  private func cell(_ e: Int, _ k: Int) -> StressReport.Cell {
    let scenario = grid.scenarios[k]
    return StressReport.Cell(
      date: entries[e].date.description, move: scenario.move, volatility: scenario.volatility,
      full: dollars(Self.sum(entries[e].full)[k]), byGreeks: dollars(Self.sum(byGreeks[e])[k]),
      parts: parts.map { part in
        StressReport.Share(
          part: part.rawValue, full: dollars(entries[e].full[part.index][k]),
          byGreeks: dollars(byGreeks[e][part.index][k]))
      })
  }

  private func matrix(_ chosen: [Int], date: SessionDate?) -> StressReport.Matrix {
    func rows(_ cents: [[Int128]]) -> [[Double]] {
      grid.rows(Self.sum(cents).map { dollars($0) / Double(chosen.count) })
    }
    return StressReport.Matrix(
      date: date?.description,
      stdDev: chosen.reduce(0) { $0 + entries[$1].stdDev } / Double(chosen.count),
      requirementDollars: requirement(chosen),
      full: rows(chosen.flatMap { entries[$0].full }), byGreeks: rows(chosen.flatMap { byGreeks[$0] }),
      parts: parts.map { part in
        let greeks = chosen.reduce(StressGreeks()) { $0 + entries[$1].greeks[part.index] }
        return StressReport.PartMatrix(
          part: part.rawValue, greeks: StressReport.Greeks(greeks.scaled(1 / Double(chosen.count))),
          full: rows(chosen.map { entries[$0].full[part.index] }),
          byGreeks: rows(chosen.map { byGreeks[$0][part.index] }))
      })
  }

  /// Σ over rows, by cell.
  private static func sum(_ rows: [[Int128]]) -> [Int128] {
    var total = Array(repeating: Int128(0), count: rows.first?.count ?? 0)
    for row in rows {
      for k in total.indices { total[k] += row[k] }
    }
    return total
  }
  /// Mean of the margin of some entries, dollars.
  private func requirement(_ chosen: [Int]) -> Double {
    dollars(chosen.reduce(0) { $0 + Int128(entries[$1].requirementCents) }) / Double(chosen.count)
  }
  private func dollars(_ cents: Int128) -> Double { Double(cents) / 100 }
}

extension StressBook.Part {
  /// Its place among the parts.
  fileprivate var index: Int {
    switch self {
    case .putSpread: 0
    case .callSpread: 1
    case .futures: 2
    case .calls: 3
    }
  }
}
