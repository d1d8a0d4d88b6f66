import ConfigFormats
import Foundation
import Studies
import Testing

@testable import Governance

@Suite struct SignatureTests {
  private static let both = [("alice", Fixture.alice, Fixture.now), ("bob", Fixture.bob, Fixture.now)]

  @Test func enoughSignaturesApprove() throws {
    let folder = try Scratch()
    let configuration = try Fixture.configuration()
    let file = try Fixture.signed(configuration, Self.both, in: folder)
    let approval = try Approval(configuration, file, policy: Fixture.policy(), at: Fixture.now)
    #expect(approval.signers == ["alice", "bob"] && approval.threshold == 2)
    #expect(approval.configuration == configuration.hash)
    let path = try folder.write("c.yaml.approval", approval.text)
    #expect(try Approval(path: path) == approval)
    // the same seed, the same bytes
    #expect(try Fixture.signed(configuration, Self.both, in: folder).text == file.text)
  }

  /// Content counts, and nothing else: language, order, layout, comments, the spelling of numbers.
  @Test func signaturesOutliveAChangeOfFormat() throws {
    let folder = try Scratch()
    let configuration = try Fixture.configuration()
    let file = try Fixture.signed(configuration, Self.both, in: folder)
    for format in ConfigFormat.allCases {
      let text = configuration.document.render(format)
      let again = try GovernedConfiguration(Fixture.document(text, format, file: "c.\(format)"))
      #expect(again.hash == configuration.hash, "\(format)")
      _ = try Approval(again, file, policy: Fixture.policy(), at: Fixture.now)
    }
    let yaml = configuration.document.render(.yaml)
    let relaid =
      "# a comment\n" + yaml.replacing("short_delta: 0.15", with: "short_delta:   1.5e-1 # the same")
    #expect(relaid.contains("1.5e-1"))
    #expect(try GovernedConfiguration(Fixture.document(relaid)).hash == configuration.hash)
    #expect(try Fixture.configuration("0.1500000001").hash != configuration.hash)
  }

  @Test func onlyWhatIsWrittenOutIsSigned() throws {
    let short = "version: 1\nname: n\ncondor: {short_delta: 0.15}\n"
    let configuration = try GovernedConfiguration(Fixture.document(short))
    #expect(throws: GovernanceError.notCanonical(file: "c.yaml", path: "account_dollars")) {
      try configuration.checkCanonical()
    }
    try GovernedConfiguration(StrategyWriter.document(configuration.document)).checkCanonical()
    // two spellings of a rule are one rule, and have one canonical text
    func layer(_ trigger: String) -> String {
      short + "hedge: {layers: [{name: a, trigger: '\(trigger)', size: {gross_risk: 0.2}}]}\n"
    }
    let canonical = try ["move(down)>=0.5 sd", "move(down) >=  0.50 sd"].map {
      try StrategyWriter.document(Fixture.document(layer($0)))
    }
    #expect(ContentHash(canonical[0]) == ContentHash(canonical[1]))
    #expect(canonical[0].render(.yaml).contains("move(down) >= 0.5 sd"))
    let loose = canonical[0].render(.yaml).replacing("down) >= 0.5", with: "down)>=0.5")
    #expect(throws: GovernanceError.notCanonical(file: "c.yaml", path: "hedge.layers")) {
      try GovernedConfiguration(Fixture.document(loose)).checkCanonical()
    }
  }

  /// Two flips of every byte of a configuration that is nothing but content, and of its signature file.
  @Test func noByteCanChange() throws {
    let folder = try Scratch()
    let configuration = try Fixture.configuration()
    let policy = try Fixture.policy()
    let file = try Fixture.signed(configuration, Self.both, in: folder)
    let content = Array(configuration.document.root.canonicalJSON.utf8)
    #expect(
      try GovernedConfiguration(
        Fixture.document(String(decoding: content, as: UTF8.self), .json, file: "c.json")
      ).hash == configuration.hash)
    var verified: [String] = []
    for k in content.indices {
      for flip: UInt8 in [0x01, 0x20] {
        var bytes = content
        bytes[k] ^= flip
        let text = String(decoding: bytes, as: UTF8.self)
        if let changed = try? GovernedConfiguration(Fixture.document(text, .json, file: "c.json")),
          (try? file.check(changed)) != nil
        {
          verified.append(text)
        }
      }
    }
    let signatures = Array(file.text.utf8)
    for k in signatures.indices {
      for flip: UInt8 in [0x01, 0x20] {
        var bytes = signatures
        bytes[k] ^= flip
        let text = String(decoding: bytes, as: UTF8.self)
        let path = try folder.write("changed.sig", text)
        if let changed = try? SignatureFile(path: path),
          (try? Approval(configuration, changed, policy: policy, at: Fixture.now)) != nil
        {
          verified.append(text)
        }
      }
    }
    #expect(verified.isEmpty, "\(verified.first ?? "")")
  }

  /// What is signed, byte by byte, so that any other program can check it.
  @Test func theStatementIsAsDocumented() throws {
    let configuration = try Fixture.configuration(name: "a\\\"b")
    let file = SignatureFile(path: "f", of: configuration)
    let expected =
      "wingspan configuration signature v1\n{\"configuration\":\"\(configuration.hash)\",\"name\":\"a\\\\\\\"b\","
      + "\"signer\":\"alice\",\"time\":\"2026-06-01T12:00:00Z\"}"
    #expect(String(decoding: file.message(signer: "alice", time: Fixture.now), as: UTF8.self) == expected)
  }
}
