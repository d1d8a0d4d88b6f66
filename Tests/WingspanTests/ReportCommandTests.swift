import Foundation
import TestSupport
import Testing

/// Reports on configurations, as a user meets them.
@Suite struct ReportCommandTests {
  private static let period = ["--from", "2017-01-03", "--to", "2017-06-30"]

  @Test func thetaTellsTheCurveAsTextJSONAndCSV() throws {
    let folder = try Scratch()
    let arguments = ["theta", Checkout.params("promoter-stop-1x"), "--when", "vix > 12"] + Self.period
    let json = try Command.run(arguments + ["--json", "--csv", "curve.csv"], in: folder).object()
    let row = try #require((json["rows"] as? [[String: Any]])?.first)
    let curve = try #require(row["curve"] as? [[String: Any]])
    #expect(curve.count == 16 && curve.last?["phase"] as? String == "settlement")
    #expect(try folder.text("curve.csv").split(separator: "\n").count == 17)
    let text = try Command.run(arguments, in: folder)
    #expect(text.status == 0 && text.err.isEmpty, "\(text.err)")
    for words in ["modelled", "share of credit kept", "expiry 12:30", "vix > 12", "early exits by"] {
      #expect(text.out.contains(words), "\(words)")
    }
    let wrong = try Command.run(["theta", "--when", "vixx > 12"], in: folder)
    #expect(wrong.status == 1 && wrong.err.contains("vixx") && wrong.err.contains("vix"), "\(wrong.err)")
    let lacking = try Command.run(
      ["theta", Checkout.params("hold"), "--when", "pe > 20"] + Self.period, in: folder)
    #expect(lacking.status == 1 && lacking.err.contains("data import"), "\(lacking.err)")
  }

  /// Reports on an exported file are of the sessions that its figures are of, unless others are asked for.
  @Test func anExportedFileHasItsPeriod() throws {
    let folder = try Scratch()
    try folder.write("s.yaml", "version: 1\nname: s\ncondor: {short_delta: [0.1, 0.2]}\n")
    for (name, months) in [("a", ["--from", "2017-01-03", "--to", "2017-02-28"]), ("b", Self.period)] {
      #expect(try Command.run(["sweep", "s.yaml", "--out", name] + months, in: folder).status == 0)
      let export = try Command.run(["export", name, "--no-evidence", "--to", "\(name).yaml"], in: folder)
      #expect(export.status == 0, "\(export.err)")
    }
    for command in ["capital", "compare", "theta", "stress"] {
      let report = try Command.run([command, "a.yaml", Checkout.params("hold"), "--json"], in: folder)
      let object = try report.object()
      #expect(
        object["from"] as? String == "2017-01-03" && object["to"] as? String == "2017-02-28", "\(command)")
      #expect(report.err == Self.inSample("2017-01-03"))
    }
    let later = try Command.run(["capital", "a.yaml", "--json", "--from", "2017-02-01"], in: folder)
    #expect(try later.object()["to"] as? String == "2017-02-28" && later.err == Self.inSample("2017-02-01"))
    let others = ["--from", "2018-10-01", "--to", "2018-12-31"]
    let after = try Command.run(["capital", "a.yaml", "--json"] + others, in: folder)
    #expect(try after.object()["from"] as? String == "2018-10-01" && after.err.isEmpty)
    let two = try Command.run(["capital", "a.yaml", "b.yaml", "--json"], in: folder)
    #expect(try two.object()["from"] as? String == "2014-01-03" && two.err.contains("on several periods"))
    // another draw of the minutes is of the same sessions
    let other = try Command.run(["capital", "a.yaml", "--json", "--seed", "2"], in: folder)
    #expect(try other.object()["to"] as? String == "2017-02-28" && other.err == Self.inSample("2017-01-03"))
  }
  private static func inSample(_ from: String) -> String {
    "\(from) to 2017-02-28: in sample, the exported file was picked on these sessions (--from, --to for others)\n"
  }

  @Test func capitalTellsMarginsAndTheLine() throws {
    let folder = try Scratch()
    let hedged = Checkout.params("steward-alvh-tranches")
    let json = try Command.run(["capital", hedged, "--json"] + Self.period, in: folder).object()
    let parts = try #require(((json["rows"] as? [[String: Any]])?.first)?["parts"] as? [[String: Any]])
    #expect(parts.compactMap { $0["book"] as? String } == ["condor", "hedge", "both"])
    let text = try Command.run(["capital"] + Self.period, in: folder)
    #expect(text.status == 0 && text.out.contains("steward-alvh-tranches, "), "\(text.err)")
    let told = try Command.run(["capital", hedged] + Self.period, in: folder)
    #expect(told.status == 0 && told.out.contains("net a margin-day") && told.out.contains("CAPM"))
  }

  @Test func factorRiskIsToldAsTextJSONAndArrays() throws {
    let folder = try Scratch()
    let both = ["factors", Checkout.params("hold"), Checkout.params("steward-alvh-tranches")] + Self.period
    let files = ["--out", "changes.csv", "--covariance", "covariance.npy"]
    let json = try Command.run(
      both + ["--json", "--draws", "500", "--level", "0.99"] + files, in: folder
    ).object()
    let rows = try #require(json["rows"] as? [[String: Any]])
    #expect(rows.map { $0["name"] as? String } == ["hold", "steward-alvh-tranches"])
    let law = try #require(json["law"] as? [String: Any])
    #expect((law["factors"] as? [String])?.first == "SPX" && (law["covariance"] as? [[Double]])?.count == 9)
    #expect(try folder.text("changes.csv").hasPrefix("date,SPX,VIX,VX1"))
    #expect(try Data(contentsOf: folder.url.appending(path: "covariance.npy")).count == 128 + 8 * 81)
    let text = try Command.run(both + ["--scenarios", "historical", "--window", "100"], in: folder)
    #expect(text.status == 0 && text.err.isEmpty, "\(text.err)")
    for words in [
      "modelled", "eigenvalue", "adds to mean ES", "p coverage", "p Z", "call side", "events",
    ] {
      #expect(text.out.contains(words), "\(words)")
    }
    for (option, value) in [("--window", "5"), ("--level", "0.2"), ("--draws", "1")] {
      let wrong = try Command.run(both + [option, value], in: folder)
      #expect(wrong.status == 1 && wrong.err.contains("\(option) must be"), "\(wrong.err)")
    }
    let idle = try Command.run(both + ["--scenarios", "filtered", "--draws", "500"], in: folder)
    #expect(idle.status == 1 && idle.err.contains("--draws 500 is of normal scenarios"), "\(idle.err)")
    let same = try Command.run(both + ["--out", "a.npy", "--covariance", "a.npy"], in: folder)
    #expect(same.status == 1 && same.err.contains("must be different files"), "\(same.err)")
  }

  @Test func breakEvensAreToldAndFlagged() throws {
    let folder = try Scratch()
    let hedged = ["breakeven", Checkout.params("steward-alvh-tranches")] + Self.period
    let json = try Command.run(hedged + ["--json", "--limit-points", "0.001"], in: folder).object()
    let row = try #require((json["rows"] as? [[String: Any]])?.first)
    let shifts = try #require(row["shifts"] as? [[String: Any]])
    #expect(
      shifts.compactMap { $0["layer"] as? String } == ["first", "second", "third", "events", "all layers"])
    #expect(shifts.contains { $0["isFlagged"] as? Bool == true })
    let text = try Command.run(hedged, in: folder)
    #expect(text.status == 0 && text.out.contains("lower break-even") && !text.out.contains("FLAGGED"))
    let wrong = try Command.run(hedged + ["--limit-points=-1"], in: folder)
    #expect(wrong.status == 1 && wrong.err.contains("--limit-points is -1.0"), "\(wrong.err)")
  }

  @Test func stressIsToldAsTextAndJSON() throws {
    let folder = try Scratch()
    let hedged = ["stress", Checkout.params("steward-alvh-tranches"), "--at", "close"] + Self.period
    let json = try Command.run(
      hedged + ["--json", "--moves", "-8,0,2.4", "--volatility", "-10,0"], in: folder
    ).object()
    #expect(json["moves"] as? [Double] == [-0.08, 0, 0.024] && json["at"] as? String == "close")
    let row = try #require((json["rows"] as? [[String: Any]])?.first)
    #expect(row["outcome"] is NSNull)
    let mean = try #require(row["mean"] as? [String: Any])
    #expect((mean["parts"] as? [[String: Any]])?.count == 3)
    let full = try #require(mean["full"] as? [[Double]])
    #expect(full.count == 3 && full[1][1] == 0 && full[0][1] < -200 && full[1][0] > 0)
    let text = try Command.run(hedged, in: folder)
    #expect(text.status == 0 && text.err.isEmpty, "\(text.err)")
    for words in [
      "modelled", "priced anew, mean of", "worst entry 2017-", "of it VX and VIX calls", "VX futures",
      "portfolio margin", "+60 %",
    ] {
      #expect(text.out.contains(words), "\(words)")
    }
    let one = try Command.run(
      ["stress", Checkout.params("hold"), "--date", "2017-03-20"] + Self.period, in: folder)
    #expect(one.status == 0 && !one.out.contains("mean of"), "\(one.err)")
    for (arguments, words) in [
      (["--moves", "-80"], "--moves: -80.0 lies outside -50.0 to 50.0 %"),
      (["--at", "17:00"], "--at: 17:00"),
      (["--date", "2017-03-19"], "--date 2017-03-19 is no entry session of 2017-01-03 to 2017-06-30"),
    ] {
      let wrong = try Command.run(hedged + arguments, in: folder)
      #expect(wrong.status == 1 && wrong.err.contains(words), "\(wrong.err)")
    }
  }

  @Test(.enabled(if: SharedData.isPresent)) func parityOfRealChainsIsTold() throws {
    let folder = try Scratch()
    let chain = SharedData.path("chains/SPX_20190523.csv.gz")
    let text = try Command.run(["parity", chain], in: folder)
    #expect(text.status == 0 && text.out.contains("3 chains, 120 strikes"), "\(text.err)")
    #expect(text.out.contains("parity by construction") && text.out.contains("0 conversions and"))
    let json = try Command.run(["parity", chain, "--days", "1", "--json"], in: folder).object()
    #expect((json["chains"] as? [Any])?.count == 1 && json["violations"] as? Int == 0)
    let wrong = try Command.run(["parity", chain, "--days", "0"], in: folder)
    #expect(wrong.status == 1 && wrong.err.contains("--days is 0"), "\(wrong.err)")
    let none = try Command.run(["parity", "nowhere.csv"], in: folder)
    #expect(none.status == 1 && none.err.contains("nowhere.csv"), "\(none.err)")
  }
}
