import Foundation
import TestSupport
import Testing

/// From a study to an approved configuration and back, as those who sign it meet it.
@Suite struct GovernanceCommandTests {
  private static let at = ["--at", "2026-06-01T12:00:00Z"]

  /// A folder with a tuned configuration, keys and a policy of two of two.
  private static func tuned() throws -> Scratch {
    let folder = try Scratch()
    try folder.write(
      "space.yaml",
      """
      version: 1
      name: s
      condor: {short_delta: [0.1, 0.15]}
      exit: {stop: {loss_multiple: 1}}
      governance: {note: first, on_missing: halt}

      """)
    let sweep = try Command.run(
      ["sweep", "space.yaml", "--out", "s", "--from", "2017-01-03", "--to", "2017-06-30"], in: folder)
    #expect(sweep.status == 0, "\(sweep.err)")
    let export = try Command.run(["export", "s", "--to", "tuned.yaml"], in: folder)
    #expect(export.status == 0, "\(export.err)")
    var policy = "version: 1\nthreshold: 2\nsigners:\n"
    for name in ["alice", "bob"] {
      let made = try Command.run(
        ["key", "new", "--name", name, "--out", "\(name).key", "--json"], in: folder)
      let key = try #require(try made.object()["key"] as? String)
      let secret = try Command.run(["key", "show", "\(name).key", "--json"], in: folder).object()
      #expect(secret as? [String: String] == ["name": name, "key": key], "the public half alone")
      let shown = try Command.run(["key", "show", "\(name).pub", "--json"], in: folder).object()
      #expect(shown["key"] as? String == key && shown["name"] as? String == name)
      policy += "  - {name: \(name), key: \(key), valid_from: 2026-01-01, valid_until: 2026-12-31}\n"
    }
    try folder.write("signers.yaml", policy)
    return folder
  }

  private static func sign(_ file: String, _ names: [String], in folder: Scratch) throws {
    for name in names {
      let signed = try Command.run(["sign", file, "--key", "\(name).key"] + at, in: folder)
      #expect(signed.status == 0, "\(signed.err)")
    }
  }

  private static func verify(_ more: [String], in folder: Scratch) throws -> Command {
    try Command.run(["verify"] + more + ["--signers", "signers.yaml"] + at, in: folder)
  }

  @Test func fromStudyToVerified() throws {
    let folder = try Self.tuned()
    try Self.sign("tuned.yaml", ["alice"], in: folder)
    let early = try Command.run(["approve", "tuned.yaml", "--signers", "signers.yaml"] + Self.at, in: folder)
    #expect(
      early.status == 1 && early.err.contains("has 1 of 2 approvals; could still sign: bob"), "\(early.err)")
    #expect(!folder.names.contains("tuned.yaml.approval"))
    try Self.sign("tuned.yaml", ["bob"], in: folder)
    let approved = try Command.run(
      ["approve", "tuned.yaml", "--signers", "signers.yaml"] + Self.at, in: folder)
    #expect(
      approved.status == 0 && approved.out.contains("approved by alice, bob, 2 needed"), "\(approved.err)")
    let good = try Self.verify(["tuned.yaml"], in: folder)
    #expect(good.status == 0, "\(good.err)")
    for text in [
      "'s' revision 1, unchanged", "2, 2 needed: alice 2026-06-01T12:00:00Z, bob", "under this policy",
      "bundled-2014-2018 fnv1a128:", "figures        reproduced, every one",
      "where a signal is missing: halt",
    ] { #expect(good.out.contains(text), "\(text) in \(good.out)") }
    let json = try Self.verify(["tuned.yaml", "--json"], in: folder).object()
    #expect(json["figures"] as? String == "reproduced, every one of them" && json["revision"] as? Int == 1)

    // the same content in the other languages keeps its signatures
    for format in ["json", "toml"] {
      let copy = try Command.run(["export", "tuned.yaml", "--to", "copy.\(format)"], in: folder)
      #expect(copy.status == 0, "\(copy.err)")
      let again = try Self.verify(["copy.\(format)", "--signatures", "tuned.yaml.sig"], in: folder)
      #expect(again.status == 0 && again.out.contains("reproduced"), "\(again.err)")
      #expect(again.out.contains("no record"))
    }
    let twice = try Command.run(["sign", "tuned.yaml", "--key", "bob.key"] + Self.at, in: folder)
    #expect(twice.status == 1 && twice.err.contains("bob has signed already"))
  }

  /// What only a market can show: another history, other marks, figures that were never reached.
  @Test func otherDataAndInventedFigures() throws {
    let folder = try Self.tuned()
    let text = try folder.text("tuned.yaml")
    let net = try #require(text.firstMatch(of: /net_dollars: (-?[0-9]+)/))
    try folder.write(
      "better.yaml", text.replacing("net_dollars: \(net.1)", with: "net_dollars: 1\(net.1.dropFirst())"))
    let marks = try #require(text.firstMatch(of: /marks: "?(tanh[^"\n]*)/))
    try folder.write("marks.yaml", text.replacing(String(marks.1), with: "another sha256:000000000000"))
    try folder.write("period.yaml", text.replacing("2017-06-30", with: "2017-07-01"))
    for name in ["tuned", "better", "marks", "period"] {
      try Self.sign("\(name).yaml", ["alice", "bob"], in: folder)
    }
    let cases: [([String], String)] = [
      (["tuned.yaml", "--seed", "2"], "its figures stand on the history with digest"),
      (["better.yaml"], "better.yaml: net_dollars was 1"),
      (["marks.yaml"], "its figures can't be worked out again: it was made with the marks another"),
      (["period.yaml"], "its figures can't be worked out again: it was made on 2017-01-03 to 2017-07-01"),
      (["tuned.yaml", "--signatures", "better.yaml.sig"], "'s' has changed since it was signed"),
      (["tuned.yaml", "--signatures", "none.sig"], "none.sig: no such file"),
    ]
    for (arguments, message) in cases {
      let refused = try Self.verify(arguments, in: folder)
      #expect(refused.status == 1 && refused.err.contains(message) && refused.out.isEmpty, "\(refused.err)")
    }
    // approved once, then under another policy
    _ = try Command.run(["approve", "tuned.yaml", "--signers", "signers.yaml"] + Self.at, in: folder)
    try folder.write(
      "signers.yaml", folder.text("signers.yaml").replacing("threshold: 2", with: "threshold: 1"))
    let other = try Self.verify(["tuned.yaml"], in: folder)
    #expect(other.status == 1 && other.err.contains("was approved under another policy"), "\(other.err)")
    try folder.write("better.yaml.approval", folder.text("tuned.yaml.approval"))
    let foreign = try Self.verify(["better.yaml"], in: folder)
    #expect(foreign.status == 1 && foreign.err.contains("not this configuration"), "\(foreign.err)")
    try folder.write(
      "tuned.yaml.approval", folder.text("tuned.yaml.approval").replacing("approved", with: "rejected"))
    let status = try Self.verify(["tuned.yaml"], in: folder)
    #expect(
      status.status == 1 && status.err.contains("status is rejected; allowed: approved"), "\(status.err)")
  }

  @Test func shortFilesAreWrittenOutFirst() throws {
    let folder = try Self.tuned()
    let hold = Checkout.params("hold")
    let refused = try Command.run(["sign", hold, "--key", "alice.key", "--signatures", "h.sig"], in: folder)
    #expect(refused.status == 1 && refused.err.contains("isn't written in full"), "\(refused.err)")
    #expect(!folder.names.contains("h.sig"))
    let export = try Command.run(["export", hold, "--to", "hold.yaml"], in: folder)
    #expect(export.status == 0, "\(export.err)")
    try Self.sign("hold.yaml", ["alice", "bob"], in: folder)
    let good = try Self.verify(["hold.yaml"], in: folder)
    #expect(good.status == 0 && good.out.contains("none: it carries no figures"), "\(good.err)")
    let open = folder.path("alice.key")
    try FileManager.default.setAttributes([.posixPermissions: NSNumber(value: 0o644)], ofItemAtPath: open)
    let exposed = try Command.run(["sign", "hold.yaml", "--key", "alice.key"], in: folder)
    #expect(exposed.status == 1 && exposed.err.contains("chmod 600 alice.key"), "\(exposed.err)")
  }

  /// The lines of an audit carry the hash that is signed, and add up to the net that is printed.
  @Test func auditLinesAddUpToTheNet() throws {
    let folder = try Self.tuned()
    try Self.sign("tuned.yaml", ["alice"], in: folder)
    let run = try Command.run(["backtest", "tuned.yaml", "--audit", "a.jsonl", "--json"], in: folder)
    #expect(run.status == 0, "\(run.err)")
    let figures = try #require(try run.object()["figures"] as? [String: Any])
    let net = try #require(figures["netDollars"] as? Double)
    var cents = 0
    var hashes: Set<String> = []
    for row in try folder.text("a.jsonl").split(separator: "\n") {
      let line = try #require(try JSONSerialization.jsonObject(with: Data(row.utf8)) as? [String: Any])
      cents += try #require((line["action"] as? [String: Any])?["cents"] as? Int)
      hashes.insert(try #require(line["configuration"] as? String))
    }
    #expect(cents == Int((net * 100).rounded()) && cents != 0)
    #expect(try folder.text("tuned.yaml.sig").contains(try #require(hashes.first)) && hashes.count == 1)
    let same = try Command.run(["backtest", "tuned.yaml", "--audit", "tuned.yaml"], in: folder)
    #expect(same.status == 1 && same.err.contains("must be different files"), "\(same.err)")
  }

  /// The example that ships, signed with keys that were thrown away.
  @Test func theExampleIsApproved() throws {
    let example = SharedData.root.appending(path: "params/governance").path
    let verify = ["verify", example + "/hold.yaml", "--signers", example + "/signers.yaml"]
    let good = try Command.run(verify + ["--at", "2026-12-01"], in: Scratch())
    #expect(good.status == 0 && good.out.contains("'hold' revision 2, unchanged"), "\(good.err)")
    #expect(good.out.contains("settings       all written out"), "\(good.out)")
    let late = try Command.run(verify + ["--at", "2030-01-01"], in: Scratch())
    #expect(late.status == 1 && late.err.contains("expired at the end of 2029-12-31"), "\(late.err)")
  }
}
