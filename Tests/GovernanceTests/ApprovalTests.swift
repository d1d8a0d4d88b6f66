import ConfigFormats
import Foundation
import Studies
import Testing

@testable import Governance

/// The record of an approval has no authority of its own: whatever it says that the signatures don't is refused.
@Suite struct ApprovalTests {
  private static let approvedAt = Fixture.time("2026-06-02T09:00:00Z")
  private static let checkedAt = Fixture.time("2026-06-03T00:00:00Z")

  /// What a check says of a configuration with an approval whose text was edited.
  private static func refusal(signatures: String = "", edit: (String) -> String) throws -> String? {
    let folder = try Scratch()
    let document = try Fixture.configuration().document
    let configuration = try GovernedConfiguration(
      ConfigDocument.load(path: folder.write("c.yaml", document.render(.yaml))))
    let policy = try Fixture.policy()
    let signers = [("alice", Fixture.alice, Fixture.now), ("bob", Fixture.bob, Fixture.now)]
    let file = try Fixture.signed(configuration, signers, in: folder)
    let approval = try Approval(configuration, file, policy: policy, at: approvedAt)
    _ = try folder.write("c.yaml.approval", edit(approval.text))
    do {
      let verified = try Verification(configuration, file, policy: policy, at: checkedAt) {
        throw GovernanceError.badName("no market is opened without figures")
      }
      #expect(verified.approved == "\(approvedAt)" && verified.defaults == 0)
      #expect(verified.firstDefault == nil)
      return nil
    } catch let error as GovernanceError {
      return "\(error)".replacing(folder.url.path + "/", with: "")
    }
  }

  @Test func anEditedRecordIsRefused() throws {
    #expect(try Self.refusal { $0 } == nil)
    let cases: [(from: String, to: String, message: String)] = [
      ("\"threshold\": 2", "\"threshold\": 1", "threshold is 1, that of signers.yaml is 2"),
      ("\"alice\"", "\"carol\"", "names carol as a signer, of whom c.yaml.sig has no signature"),
      ("\"alice\"", "\"bob\"", "names 1 signers, but the threshold is 2"),
      (
        "2026-06-02T09", "2026-06-01T11",
        "was made at 2026-06-01T11:00:00Z, before alice signed at 2026-06-01T12:00:00Z"
      ),
      (
        "2026-06-02T09", "2026-06-04T09",
        "was made at 2026-06-04T09:00:00Z, later than 2026-06-03T00:00:00Z"
      ),
    ]
    for (from, to, message) in cases {
      let said = try Self.refusal { text in
        #expect(text.contains(from), "\(from) in \(text)")
        return text.replacing(from, with: to)
      }
      #expect(said == "c.yaml.approval: \(message); remove it and approve anew")
    }
  }

  /// The name is signed, but the check of the name comes first: whoever prepared the file chose it.
  @Test func aSignatureFileUnderAnotherNameIsRefused() throws {
    let folder = try Scratch()
    let configuration = try Fixture.configuration()
    let file = try Fixture.signed(configuration, [("alice", Fixture.alice, Fixture.now)], in: folder)
    let path = try folder.write("c.yaml.sig", file.text.replacing("\"small\"", with: "\"large\""))
    let misnamed = GovernanceError.misnamed(signatures: path, name: "large", configuration: "small")
    #expect(throws: misnamed) { try SignatureFile(path: path).check(configuration) }
    #expect(throws: misnamed) {
      try Verification(configuration, SignatureFile(path: path), policy: Fixture.policy(), at: Fixture.now) {
        throw GovernanceError.badName("no market is opened without figures")
      }
    }
  }

  /// What a file leaves to defaults can be signed by no one, but an old signature file may be of one.
  @Test func settingsLeftToDefaultsAreCounted() throws {
    let folder = try Scratch()
    let text = "version: 1\nname: small\ncondor: {short_delta: 0.15}\nexit: {stop: {loss_multiple: 1.5}}\n"
    let short = try GovernedConfiguration(Fixture.document(text))
    let signers = [("alice", Fixture.alice, Fixture.now), ("bob", Fixture.bob, Fixture.now)]
    let file = try Fixture.signed(short, signers, in: folder)
    let verified = try Verification(short, file, policy: Fixture.policy(), at: Fixture.now) {
      throw GovernanceError.badName("no market is opened without figures")
    }
    let first = try #require(verified.firstDefault)
    #expect(verified.defaults > 10)
    #expect(throws: GovernanceError.notCanonical(file: "c.yaml", path: first)) { try short.checkCanonical() }
  }

  /// A link is as private as the file it leads to.
  @Test func aLinkedKeyIsAsExposedAsItsTarget() throws {
    let folder = try Scratch()
    let (key, link) = (folder.path("alice.key"), folder.path("link.key"))
    _ = try KeyFile.create(Fixture.alice, name: "alice", path: key)
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: key)
    #expect(try KeyFile(path: link).publicKey == Fixture.alice.publicKey)
    try FileManager.default.setAttributes([.posixPermissions: NSNumber(value: 0o644)], ofItemAtPath: key)
    #expect(throws: GovernanceError.exposedKey(file: link)) { try KeyFile(path: link) }
  }
}
