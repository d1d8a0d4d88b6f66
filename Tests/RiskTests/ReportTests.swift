import Foundation
import Kernels
import Risk
import Statistics
import Testing

@Suite struct ReportTests {
  let golden: GoldenFile.Case
  init() throws { golden = try GoldenFile.load().cases[1] }

  private func matrix(_ change: (_ day: Int, _ setting: Int, _ pnl: Double) -> Double = { $2 }) throws
    -> OutcomeMatrix
  {
    let n = golden.settings
    let values = golden.pnl.indices.map { change($0 / n, $0 % n, golden.pnl[$0]) }
    return try OutcomeMatrix(values: values, settings: n, source: "pnl.csv")
  }
  private func json(_ report: RiskReport) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return try encoder.encode(report)
  }

  @Test func laterDaysChooseNothing() throws {
    var question = RiskQuestion()
    question.top = 5
    question.window = 20
    let report = try RiskReport(matrix(), question: question)
    #expect(report.table.fitDays == 84 && report.table.chosen.count == 5)
    let other = try RiskReport(
      matrix { day, i, x in day < 84 ? x : 2 * x - 300 * Double(i) }, question: question)
    #expect(other.table.chosen == report.table.chosen)
    #expect(other.minCVaR?.weights == report.minCVaR?.weights && report.minCVaR != nil)
    #expect(other.riskParity?.weights == report.riskParity?.weights && report.riskParity != nil)
    #expect(other.valueAtRisk.map(\.fit) == report.valueAtRisk.map(\.fit))
    #expect(other.valueAtRisk.map(\.scenarios) == report.valueAtRisk.map(\.scenarios))
    #expect(other.valueAtRisk.map(\.later) != report.valueAtRisk.map(\.later))
    // chosen are those of the highest sums over the fit
    let sums = (0..<12).map { i in (0..<84).reduce(0) { $0 + golden.pnl[$1 * 12 + i] } }
    #expect(report.table.chosen.allSatisfy { sums[$0] >= sums.sorted(by: >)[4] })
  }

  /// Parity is by the shrunk covariance; what settings add on the days themselves is told beside it.
  @Test(arguments: [LedoitWolf.Target.identity, .constantCorrelation])
  func parityOfTheFitsOwnDaysIsTold(target: LedoitWolf.Target) throws {
    var question = RiskQuestion()
    question.shrinkTarget = target
    let report = try RiskReport(matrix { $1 == 0 ? 10 * $2 : $2 }, question: question)
    let parity = try #require(report.riskParity)
    let days = (0..<84).map { d -> [Double] in
      (0..<12).map { i -> Double in
        let pnl = golden.pnl[d * 12 + i] * (i == 0 ? 10 : 1)
        return parity.weights[i] * pnl
      }
    }
    func covariance(_ a: [Double], _ b: [Double]) -> Double {
      let (x, y) = (a.reduce(0, +) / 84, b.reduce(0, +) / 84)
      return zip(a, b).reduce(0) { $0 + ($1.0 - x) * ($1.1 - y) } / 84
    }
    let mix = days.map { $0.reduce(0, +) }
    let variance = covariance(mix, mix)
    let shares = (0..<12).map { i in covariance(days.map { $0[i] }, mix) / variance }
    #expect(abs(parity.fitStandardDeviation / variance.squareRoot() - 1) < 1e-8)
    let (least, most) = try (#require(parity.smallestFitShare), #require(parity.largestFitShare))
    #expect(try abs(least - #require(shares.min())) < 1e-6 && abs(most - #require(shares.max())) < 1e-6)
    #expect(most > 1.2 / 12 && least < most, "shrinkage tells")
  }

  /// What hardly varies over all days is left out of the mixes too, though it may over the fit; and where all settings cancel
  /// out, the rounding of their sums exceeds no value at risk.
  @Test func whatIsLeftOutIsInNoMix() throws {
    let level = try RiskReport(
      matrix { day, i, x in i == 2 ? (day < 84 ? 1 + 2e-6 * Double(day % 2) : 100) : x })
    #expect(
      level.table.constantSettings == 0 && !level.table.chosen.contains(2), "it hardly varies over the fit")
    let band = try RiskReport(
      matrix { day, i, x in i == 2 ? (day < 84 ? 1 + 3e-6 * Double(day % 2) : 1) : x })
    #expect(band.table.constantSettings == 0 && band.table.chosen.contains(2))
    let rare = try RiskReport(matrix { day, i, x in i == 2 ? 100 + (day == 3 ? 9.5e-4 : 0) : x })
    #expect(
      rare.table.constantSettings == 1 && !rare.table.chosen.contains(2), "over the fit alone it would vary")
    var question = RiskQuestion()
    question.window = 20
    let values = (0..<120).flatMap { d -> [Double] in
      let x = golden.pnl[12 * d] / 700
      return [x + 0.25, 0.25 - x]
    }
    let opposite = try RiskReport(OutcomeMatrix(values: values, settings: 2), question: question)
    let mix = opposite.valueAtRisk[0]
    #expect(mix.fit.mean == 0.25 && mix.fit.tail.valueAtRisk == 0.25 && mix.backtest?.exceptions == 0)
    #expect(
      opposite.riskParity?.largestFitShare == nil && opposite.riskParity?.fitStandardDeviation ?? 1 < 1e-6)
  }

  @Test func roundingIsNoSetting() throws {
    let report = try RiskReport(matrix { day, i, x in i == 2 ? Double(day) / 7 + 0.1 - Double(day) / 7 : x })
    #expect(report.table.constantSettings == 1 && !report.table.chosen.contains(2))
    #expect(report.eigenvalues.count == 11)
  }

  @Test func figuresOfMixesAreThoseOfTheirPnL() throws {
    var question = RiskQuestion()
    question.window = 30
    let report = try RiskReport(matrix(), question: question)
    #expect(report.valueAtRisk.map(\.mix) == ["equal weights", "minimum CVaR", "risk parity"])
    for risk in report.valueAtRisk {
      let sum = risk.contributions.reduce(0) { $0 + $1.contribution }
      #expect(abs(sum - risk.fit.tail.expectedShortfall) <= 1e-7 * abs(sum))
      let normal = try #require(risk.scenarios)
      let normalSum = try risk.contributions.reduce(0) { $0 + (try #require($1.scenarioContribution)) }
      #expect(abs(normalSum - normal.expectedShortfall) <= 1e-7 * abs(normalSum))
      let later = try #require(risk.later)
      let backtest = try #require(risk.backtest)
      #expect(later.days == 36 && backtest.days == 36)
    }
    let equal = report.valueAtRisk[0]
    let mean = golden.pnl[..<(84 * 12)].reduce(0, +) / Double(84 * 12)
    #expect(abs(equal.fit.mean - mean) <= 1e-8 * abs(mean))
    let best = try #require(report.minCVaR)
    #expect(report.valueAtRisk.allSatisfy { $0.fit.tail.expectedShortfall <= best.cvar + 1e-6 })
    #expect(abs(best.weights.reduce(0, +) - 1) < 1e-8)
    #expect(report.clusters.groups.reduce(0) { $0 + $1.size } == 12)
    #expect(report.clusters.groupOfChosen.count { $0 == 0 } == report.clusters.groups[0].size)
  }

  /// Constant, idle and copied settings, one setting alone, and more settings than days: always figures, never a NaN
  /// (the encoder refuses one).
  @Test func oddTablesHaveReports() throws {
    let odd = try RiskReport(matrix { _, i, x in i == 3 ? 0 : (i == 4 ? 250 : x) })
    #expect(odd.table.constantSettings == 2 && odd.table.zeroSettings == 1 && odd.table.chosen.count == 10)
    #expect(odd.valueAtRisk.allSatisfy { $0.backtest == nil })
    _ = try json(odd)
    let copies = try OutcomeMatrix(
      values: (0..<120).flatMap { d in Array(repeating: golden.pnl[d * 12], count: 6) }, settings: 6)
    let same = try RiskReport(copies)
    #expect(same.clusters.count == 1 && same.clusters.groups[0].meanCorrelation == 1)
    #expect(same.marchenkoPastur.participation == 1)
    _ = try json(same)
    let alone = try RiskReport(OutcomeMatrix(values: [5, -3, 2, 8], settings: 1))
    #expect(alone.minCVaR?.weights == [1] && alone.riskParity?.weights == [1])
    #expect(alone.shrinkage == 0 && alone.clusters.count == 1 && alone.eigenvalues == [1])
    _ = try json(alone)
    let opposite = try RiskReport(OutcomeMatrix(values: [5, -5, -3, 3, 2, -2, 8, -8], settings: 2))
    _ = try json(opposite)
    let wide = try GoldenFile.load().cases[2]
    let many = try RiskReport(OutcomeMatrix(values: wide.pnl, settings: wide.settings))
    #expect(many.eigenvalues.count == 25 && many.riskParity != nil && many.minCVaR != nil)
    #expect(many.covariance?.count == 40 && many.covariances.count == 1_600)
    _ = try json(many)
    var random = Philox(seed: 3)
    let crowd = try RiskReport(
      OutcomeMatrix(values: (0..<30 * 201).map { _ in random.normal() }, settings: 201))
    #expect(crowd.table.chosen.count == 201 && crowd.covariance == nil)
    #expect(try String(decoding: json(crowd), as: UTF8.self).contains("\"covarianceIsExact\""))
  }

  @Test func impossibleQuestionsAreRefused() throws {
    func refusal(_ matrix: OutcomeMatrix, _ change: (inout RiskQuestion) -> Void = { _ in }) -> String {
      var question = RiskQuestion()
      change(&question)
      do {
        _ = try RiskReport(matrix, question: question)
        return ""
      } catch {
        return "\(error)"
      }
    }
    let table = try matrix()
    #expect(
      refusal(table) { $0.cap = 0.05 }
        == "pnl.csv: 12 settings of at most 0.05 each don't add up to 1; give a cap of at least 0.08333333333333333"
    )
    #expect(refusal(table) { $0.fitShare = 0.01 }.hasPrefix("pnl.csv: 1 of 120 days to fit on; at least 2"))
    #expect(
      refusal(try matrix { day, _, x in day < 84 ? 7 : x })
        .hasPrefix("pnl.csv: each of the 12 settings earns the same on each of the first 84 days;"))
    #expect(
      refusal(try matrix { day, i, x in day == 3 && i == 1 ? 2e12 : x }).hasPrefix(
        "pnl.csv: column 2 holds 2000000000000.0;"))
  }

  /// The same bytes alone and beside others, of numbers that aren't whole.
  @Test func theSameReportOnAnyNumberOfThreads() async throws {
    let table = try matrix { $2 / 7 }
    let alone = try json(RiskReport(table))
    let together = try await withThrowingTaskGroup(of: Data.self) { group in
      for _ in 0..<6 { group.addTask { try json(RiskReport(table)) } }
      return try await group.reduce(into: [Data]()) { $0.append($1) }
    }
    #expect(together.count == 6 && together.allSatisfy { $0 == alone })
  }
}
