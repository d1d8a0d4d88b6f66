import ConfigFormats
import Foundation
import Kernels
import RunStore
import Search
import Statistics
import Testing
import Validation

@testable import Studies

/// What goes with a pick, against the parts it is made of.
@Suite struct PickEvidenceTests {
  private static func trials(_ folder: StudyFolder, pick: String = "best", limit: Int = 1_000) throws
    -> StudyMatrix
  {
    try #require(
      try StudyMatrix(folder, pick: pick, limit: limit, threads: 2) { _ in (Fixture.market, Fixture.period) })
  }

  /// Trial 7 is the second delta and the third stop.
  @Test(arguments: [
    ("7", [:]), ("5", ["exit.stop.loss_multiple": "low"]), ("57", ["condor.short_delta": "high"]),
    ("4", ["condor.short_delta": "low", "exit.stop.loss_multiple": "high"]),
  ])
  func edgesAreThoseOfThePick(pick: String, edges: [String: String]) throws {
    let scratch = try ScratchFolder()
    let folder = try StoredStudy.grid(scratch)
    let evidence = try PickEvidence(Self.trials(folder, pick: pick), of: folder)
    #expect(evidence.edges == edges)
    #expect(edges.keys.allSatisfy { path in evidence.warnings.contains { $0.hasPrefix("\(path) lies at") } })
  }

  /// Choices that differ by one number have ends, where there are three of them.
  @Test(
    arguments: [
      ("none", nil), (#"{"loss_multiple": 0.50}"#, "low"), (#"{"loss_multiple": 1.00}"#, nil),
      (#"{"loss_multiple": 3.00}"#, "high"), (#"{"cost_multiple": 2.00}"#, nil),
    ] as [(String, String?)])
  func choicesHaveEnds(choice: String, edge: String?) throws {
    let texts = ["none", "0.50", "3.00", "1.00"].map { $0 == "none" ? $0 : "{\"loss_multiple\": \($0)}" }
    let all = texts + ["1.00", "2.00"].map { "{\"cost_multiple\": \($0)}" }
    let place = try #require(all.firstIndex(of: choice))
    #expect(SearchSpace.choiceEdge(all, at: Double(place)) == edge)
    for odd in [-1.0, 6, 0.5, .nan] { #expect(SearchSpace.choiceEdge(all, at: odd) == nil) }
  }

  /// A grid's stops at several multiples are a choice with ends.
  @Test func stopsOfAGridHaveEnds() throws {
    let scratch = try ScratchFolder()
    let stops = "[none, {loss_multiple: 1}, {loss_multiple: 2}, {loss_multiple: 3}]"
    let folder = try StoredStudy.grid(
      scratch, "version: 1\nname: s\ncondor: {short_delta: [0.1]}\nexit: {stop: \(stops)}\n")
    let found = try (0..<4).map { try PickEvidence(Self.trials(folder, pick: "\($0)"), of: folder).edges }
    #expect(found == [[:], ["exit.stop": "low"], [:], ["exit.stop": "high"]])
  }

  /// The study's objective picks where days tell it: the net is the mean of the sessions.
  @Test(arguments: [
    ("", ColumnScore.sharpe), ("search: {objective: net_dollars}\n", .mean),
    ("search: {objective: mean_dollars}\n", .mean), ("search: {objective: cvar95_dollars}\n", .sharpe),
  ])
  func figuresAreThoseOfTheTableAndOfThePickItself(objective: String, score: ColumnScore) throws {
    let scratch = try ScratchFolder()
    let folder = try StoredStudy.grid(scratch, StoredStudy.grid + objective)
    let matrix = try Self.trials(folder, pick: "7")
    let evidence = try PickEvidence(matrix, of: folder)
    let report = try OverfittingReport(matrix.outcomes(source: "s"), score: score)
    #expect(matrix.score == score && evidence.pickedBy == score)
    #expect(evidence.notes.contains { $0.contains("without the study's") } == objective.contains("cvar"))
    #expect(evidence.pbo == report.pbo && evidence.pbo != nil)
    let cents = try #require(matrix.pickedCents)
    #expect(cents == matrix.cents[7])
    let own = try #require(SharpeEstimate(cents.map { Double($0) / 100 }))
    let deflated = try #require(report.dsr)
    let expected = DeflatedSharpe(own, trials: 60, trialVariance: deflated.trialVariance).probability
    #expect(deflated.trials == 60 && evidence.deflatedSharpe == expected)
    #expect(evidence.deflatedSharpe != report.dsr?.probability, "of trial 7, not of the best")
    #expect(evidence.probabilisticSharpe == own.probability(above: 0))
    var question = PickingQuestion()
    question.score = score
    let walk = try #require(try PickingReport(matrix.outcomes(source: "s"), question).walk)
    let out = try #require(evidence.outOfSample)
    #expect(out.method == "trials" && out.windows == walk.windows.count && out.inSampleSessions == 30)
    #expect(abs(out.netDollars - walk.outOfSample.reduce(0, +)) < 1e-9 && out.efficiency == walk.efficiency)
  }

  /// A draw that leaves the pick out changes what is known of the others, not the pick's own.
  @Test(arguments: [nil, 3] as [Int?]) func thePickComesAlong(keep: Int?) throws {
    let scratch = try ScratchFolder()
    let folder = try StoredStudy.grid(scratch, keep: keep)
    let whole = try Self.trials(folder)
    let part = try Self.trials(folder, limit: 5)
    try #require(!part.trials.contains(part.picked))
    #expect(part.picked == whole.picked && part.pickedCents == whole.pickedCents)
    #expect(whole.pickedCents == whole.cents[whole.picked])
    let evidence = try PickEvidence(part, of: folder)
    #expect(evidence.isSample && evidence.trials == 5 && evidence.tried == 60)
    #expect(evidence.notes.contains { $0.hasPrefix("5 trials drawn at random stand for 60") })
  }

  @Test func theBestOfAnUnfinishedGridAreNoTable() throws {
    let scratch = try ScratchFolder()
    let folder = try StoredStudy.grid(scratch, keep: 3, isFinished: false)
    let error = #expect(throws: StudyError.self) { try Self.trials(folder) }
    #expect(error.map { "\($0)".contains("wingspan resume") } ?? false, "\(error as Any)")
  }

  private static func walked(_ folder: StudyFolder) throws -> WalkForwardReport {
    let rule = try WalkWindows(inSample: 20, outOfSample: 10, embargo: 0, isAnchored: false)
    return try WalkForward(
      [folder.question().space], market: Fixture.market, period: Fixture.period, rule: rule
    ).run(threads: 2)
  }
  private struct Kept: Encodable {
    struct Head: Encodable { let storeDigest: String }
    let study: Head
    let report: WalkForwardReport
    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(study, forKey: .study)
      try report.encode(to: encoder)
    }
    enum Key: CodingKey { case study }
  }

  @Test func aKeptWalkIsWhatCountsWhileItIsOfThisStudy() throws {
    let scratch = try ScratchFolder()
    let folder = try StoredStudy.grid(scratch)
    let report = try Self.walked(folder)
    func keep(_ digest: String) throws {
      let json = try JSONEncoder().encode(Kept(study: .init(storeDigest: digest), report: report))
      try folder.keep(.walkforward, String(decoding: json, as: UTF8.self))
    }
    try keep(folder.storeDigest())
    let out = try #require(try PickEvidence(Self.trials(folder), of: folder).outOfSample)
    let row = try #require(report.families.last)
    #expect(row.name == "s" && out.method == "search" && out.windows == report.windows.count)
    #expect(
      out.netDollars == Double(row.curveCents.reduce(0, +)) / 100 && out.sessions == row.curveCents.count)
    // a figure that an earlier version didn't write is none; what is no walk is told and not used
    let kept = try String(contentsOfFile: folder.path(of: .walkforward), encoding: .utf8)
    try #require(kept.contains("\"widening\":"))
    try folder.keep(.walkforward, kept.replacing(/"widening":[^,}]*,?/, with: "").replacing(",}", with: "}"))
    #expect(try PickEvidence(Self.trials(folder), of: folder).outOfSample == out)
    for broken in ["", "{}", kept.replacing("\"curveCents\"", with: "\"curve\"")] {
      try folder.keep(.walkforward, broken)
      let told = try PickEvidence(Self.trials(folder), of: folder)
      #expect(
        told.outOfSample?.method == "trials"
          && told.notes.contains { $0.hasPrefix("walkforward.json can't be read and isn't used") })
    }
    try keep(String(repeating: "0", count: 64))
    let stale = try PickEvidence(Self.trials(folder), of: folder)
    #expect(
      stale.outOfSample?.method == "trials"
        && stale.notes.contains { $0.hasPrefix("walkforward.json is of another") })
    // a study made anew loses the reports on the old one
    _ = try StoredStudy.grid(scratch)
    #expect(!FileManager.default.fileExists(atPath: folder.path(of: .walkforward)))
  }

  @Test func warningsAreThoseOfTheFigures() throws {
    let scratch = try ScratchFolder()
    let folder = try StoredStudy.grid(scratch)
    var evidence = try PickEvidence(Self.trials(folder, pick: "7"), of: folder)
    evidence.pbo = 0.5
    evidence.deflatedSharpe = 0.95
    evidence.edges = [:]
    evidence.outOfSample = nil
    #expect(evidence.warnings.isEmpty)
    evidence.pbo = 0.5006
    #expect(evidence.warnings.count == 1 && evidence.warnings[0].hasPrefix("PBO is 50.1 %"))
    evidence.pbo = nil
    evidence.deflatedSharpe = 0.9496
    #expect(evidence.warnings.count == 1 && evidence.warnings[0].contains("95.0 %"))
  }

  /// Of the best alone nobody knows the spread that luck has; what a study wants and the walk doesn't is told.
  @Test func whatTheFiguresLeaveOutIsTold() throws {
    let scratch = try ScratchFolder()
    let folder = StudyFolder(scratch.path("s"))
    let text = """
      version: 1
      name: s
      condor: {short_delta: {from: 0.08, to: 0.30}}
      search: {method: random, objectives: [net_dollars], constraints: ["trades >= 1000"], budget: {evaluations: 12}, seed: 3}

      """
    func made(keep: Int?) throws -> PickEvidence {
      let (folder, _, _) = try StoredStudy.search(scratch, text, keep: keep)
      let trial = try #require(try folder.open().store.trialRanges().first?.lowerBound)
      return try PickEvidence(Self.trials(folder, pick: "\(trial)"), of: folder)
    }
    let whole = try made(keep: nil)
    #expect(whole.broken == ["trades >= 1000.0"] && whole.deflatedSharpe != nil)
    #expect(whole.warnings.contains("the pick breaks trades >= 1000.0"), "\(whole.warnings)")
    #expect(
      whole.notes.contains {
        $0.hasPrefix("PBO and the walk pick the highest mean alone, without the study's trades >= 1000.0: ")
      },
      "\(whole.notes)")
    let best = try made(keep: 4)
    #expect(best.deflatedSharpe == nil && best.trials == 4)
    #expect(best.notes.contains { $0.hasPrefix("the study kept its best trials alone") })
    let first = try #require(try folder.open().store.trialRanges().first?.lowerBound)
    let note = try folder.export(pick: "\(first)").root["exported"]?["note"]?.value
    #expect(note.map { "\($0)".contains("picked by hand") } ?? false, "\(note as Any)")
  }

  /// The section reads back in every format, and the configuration stays one.
  @Test func itIsWrittenIntoTheExport() throws {
    let scratch = try ScratchFolder()
    let folder = try StoredStudy.grid(scratch)
    let evidence = try PickEvidence(Self.trials(folder, pick: "5"), of: folder)
    let document = try folder.export(pick: "5", evidence: evidence)
    for format in ConfigFormat.allCases {
      let path = scratch.path("e.\(format)")
      try OutputFile.write(document.render(format), to: path)
      let read = try ConfigDocument.load(path: path)
      let section = try #require(read.root["exported"]?["evidence"])
      #expect(section["trials"]?.value == .int(60))
      #expect(section["edges"]?["exit.stop.loss_multiple"]?.value == .string("low"))
      guard case .decimal(let pbo, _) = section["pbo"]?.value,
        case .list(let warnings) = section["warnings"]?.value
      else {
        Issue.record("\(format): \(section)")
        continue
      }
      #expect(abs(pbo - (evidence.pbo ?? -1)) <= 0.000051 && warnings.count == evidence.warnings.count)
      #expect(try ExportedStudy(read) != nil && SweepSpace(path: path).count == 1)
    }
    #expect(
      try folder.export(pick: "5").root["exported"]?["evidence"]?.value == .string("not asked for"))
  }
}
