import ConfigFormats
import Foundation
import Studies
import Testing

@testable import Governance

/// Everything that keeps a configuration from being approved, each with words of its own.
@Suite struct RefusalTests {
  typealias Signer = (String, PrivateKey, UTCTime)
  private static func at(_ text: String) -> UTCTime { Fixture.time(text) }
  private static let alice: Signer = ("alice", Fixture.alice, Fixture.now)
  private static let bob: Signer = ("bob", Fixture.bob, Fixture.now)
  private static let carol: Signer = ("carol", Fixture.carol, Fixture.now)

  private static func refusal(
    _ signers: [Signer], policy: String = Fixture.policyText(), at time: UTCTime = Fixture.now,
    of changed: GovernedConfiguration? = nil, edit: (String) -> String = { $0 }
  ) throws -> String? {
    let folder = try Scratch()
    let configuration = try Fixture.configuration()
    let file = try Fixture.signed(configuration, signers, in: folder)
    let read = try SignatureFile(path: folder.write("c.yaml.sig", edit(file.text)))
    do {
      _ = try Approval(changed ?? configuration, read, policy: Fixture.policy(policy), at: time)
      return nil
    } catch let error as GovernanceError {
      return "\(error)".replacing(folder.url.path, with: "")
    }
  }

  @Test func eachRefusalHasItsWords() throws {
    let late = Self.at("2027-01-01T00:00:00Z")
    /// A file with the signature of alice once more, under a name.
    func twice(_ name: String) -> (String) -> String {
      { text in
        guard let row = text.split(separator: "    {").last?.split(separator: "}").first else { return text }
        let other = String(row).replacing("\"signer\": \"alice\"", with: "\"signer\": \"\(name)\"")
        return text.replacing("    {\(row)}", with: "    {\(row)},\n    {\(other)}")
      }
    }
    let cases: [(String, () throws -> String?)] = [
      (
        "'small' has changed since it was signed",
        { try Self.refusal([Self.alice, Self.bob], of: Fixture.configuration("0.16")) }
      ),
      (
        "signs another configuration, 'small'",
        { try Self.refusal([Self.alice, Self.bob], of: Fixture.configuration("0.15", name: "other")) }
      ),
      (
        ":6: the signature of alice doesn't hold",
        { try Self.refusal([Self.alice, Self.bob]) { $0.replacing("12:00:00Z", with: "11:00:00Z") } }
      ),
      (
        "of mallory isn't among the signers of signers.yaml",
        { try Self.refusal([Self.alice, ("mallory", Fixture.mallory, Fixture.now)]) }
      ),
      (
        "signed as bob, but signers.yaml lists that key as alice",
        { try Self.refusal([("bob", Fixture.alice, Fixture.now)]) }
      ),
      (
        "alice signs with the key that alice has signed",
        { try Self.refusal([Self.alice], edit: twice("alice")) }
      ),
      (
        "bob signs with the key that alice has signed", { try Self.refusal([Self.alice], edit: twice("bob")) }
      ),
      (
        "the key of alice expired at the end of 2026-12-31",
        { try Self.refusal([Self.alice, Self.bob], at: late) }
      ),
      (
        "carol signed on 2026-02-28T23:59:59Z, but the key is valid from 2026-03-01",
        { try Self.refusal([Self.alice, ("carol", Fixture.carol, Self.at("2026-02-28T23:59:59Z"))]) }
      ),
      (
        "the key of carol was revoked on 2026-06-01",
        {
          try Self.refusal(
            [Self.alice, Self.carol], policy: Fixture.policyText(carol: ", revoked: 2026-06-01"))
        }
      ),
      (
        "alice signed at 2026-06-01T12:00:00Z, later than 2026-06-01T11:59:59Z",
        { try Self.refusal([Self.alice, Self.bob], at: Self.at("2026-06-01T11:59:59Z")) }
      ),
      ("has 1 of 2 approvals; could still sign: bob, carol", { try Self.refusal([Self.alice]) }),
      (
        "signers.yaml:2: threshold is 4, more than the 3 signers",
        { try Self.refusal([Self.alice, Self.bob], policy: Fixture.policyText(threshold: 4)) }
      ),
      (
        "signers.yaml:6: carol has the key of alice",
        {
          let text = Fixture.policyText().replacing(
            "\(Fixture.carol.publicKey)", with: "\(Fixture.alice.publicKey)")
          return try Self.refusal([Self.alice, Self.bob], policy: text)
        }
      ),
      (
        "signers.yaml:6: alice has the name of alice",
        {
          let text = Fixture.policyText().replacing("name: carol", with: "name: alice")
          return try Self.refusal([Self.alice, Self.bob], policy: text)
        }
      ),
    ]
    var all: [String] = []
    for (expected, refusal) in cases {
      let message = try #require(try refusal(), "\(expected)")
      #expect(message.contains(expected), "\(message)")
      all.append(message)
    }
    #expect(Set(all).count == cases.count)
  }

  /// The same three at the last moment at which they are good.
  @Test func boundsOfDaysAreIncluded() throws {
    #expect(try Self.refusal([Self.alice, Self.bob], at: Self.at("2026-12-31T23:59:59Z")) == nil)
    let early = ("carol", Fixture.carol, Self.at("2026-03-01T00:00:00Z"))
    #expect(try Self.refusal([Self.alice, early]) == nil)
    let revoked = Fixture.policyText(carol: ", revoked: 2026-06-02")
    #expect(try Self.refusal([Self.alice, Self.carol], policy: revoked) == nil)
    #expect(try Self.refusal([Self.bob], policy: Fixture.policyText(threshold: 1)) == nil)
  }

  @Test func configurationsHaveALastDay() throws {
    let folder = try Scratch()
    let configuration = try Fixture.configuration(governance: "{valid_until: 2026-06-30}")
    let file = try Fixture.signed(configuration, [Self.alice, Self.bob], in: folder)
    let policy = try Fixture.policy()
    func verify(_ time: String) throws -> Verification {
      try Verification(configuration, file, policy: policy, at: Self.at(time)) {
        throw GovernanceError.badName("no market is opened without figures")
      }
    }
    #expect(try verify("2026-06-30T23:59:59Z").validUntil == "2026-06-30")
    let late = Self.at("2026-07-01T00:00:00Z")
    let until = try #require(configuration.lineage.validUntil)
    let over = GovernanceError.outdated(file: "c.yaml", until: until, at: late)
    #expect(throws: over) { try verify("2026-07-01T00:00:00Z") }
    #expect(throws: over) { try Approval(configuration, file, policy: policy, at: late) }
  }

  @Test func malformedFilesNameThePlace() throws {
    let folder = try Scratch()
    let configuration = try Fixture.configuration()
    let good = try Fixture.signed(configuration, [Self.alice], in: folder).text
    let key = "\(Fixture.alice.publicKey)"
    let signatures: [(String, String, String)] = [
      ("\"version\": 1", "\"version\": 2", "version is 2; allowed: 1 to 1"),
      ("sha256:", "sha512:", "allowed: sha256: and 64 hexadecimal digits in lower case"),
      ("T12:00", " 12:00", "signatures[0].time is 2026-06-01 12:00:00Z; allowed: a time in UTC"),
      ("\"signer\"", "\"singer\"", "unknown key 'singer' in signatures[0]; did you mean 'signer'?"),
      (key, "AAAA", "has 3 bytes, an Ed25519 public key has 32"),
      (key, key.dropLast(2) + "p=", "allowed: the 32 bytes of an Ed25519 public key in base64"),
      ("\"signatures\": [", "\"signatures\": [1, ", "takes a map of keys and values, but is the number 1"),
    ]
    for (from, to, message) in signatures {
      let path = try folder.write("x.sig", good.replacing(from, with: to))
      let error = #expect(throws: ConfigError.self, "\(message)") { try SignatureFile(path: path) }
      #expect(
        error.map { "\($0)".contains(message) && "\($0)".hasPrefix(path + ":") } ?? false, "\(error as Any)")
    }
    let policies: [(String, String, String)] = [
      ("threshold: 2", "threshold: 0", "signers.yaml:2: threshold is 0; allowed: 1 to 1000 signatures"),
      ("threshold: 2", "", "lacks the key 'threshold'"),
      (
        "2026-01-01", "2026-1-1",
        "signers.yaml:4: signers[0].valid_from is 2026-1-1; allowed: a date, YYYY-MM-DD"
      ),
      ("valid_until: 2026-09-30", "valid_until: 2026-02-28", "allowed: valid_from, 2026-03-01, or later"),
      ("{name: bob", "{nam: bob", "unknown key 'nam' in signers[1]; did you mean 'name'?"),
      (key, "AQEB", "it has 3 bytes"), (key, String(repeating: "A", count: 43) + "=", "of small order"),
    ]
    for (from, to, message) in policies {
      let text = Fixture.policyText().replacing(from, with: to)
      let error = #expect(throws: ConfigError.self, "\(message)") { try Fixture.policy(text) }
      #expect(error.map { "\($0)".contains(message) } ?? false, "\(error as Any)")
    }
  }

  @Test func nobodySignsTwice() throws {
    var file = SignatureFile(path: "c.sig", of: try Fixture.configuration())
    try file.sign(as: "alice", with: Fixture.alice, at: Fixture.now)
    #expect(throws: GovernanceError.alreadySigned(signatures: "c.sig", signer: "alias")) {
      try file.sign(as: "alias", with: Fixture.alice, at: Fixture.now)
    }
  }

  @Test func timesHaveOneSpelling() {
    for text in [
      "2026-02-28T00:00:00Z", "1969-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
    ] {
      #expect(UTCTime(text)?.description == text)
    }
    #expect(UTCTime("1970-01-02T00:00:01Z")?.seconds == 86_401)
    for text in [
      "2026-02-29T00:00:00Z", "2026-02-28T24:00:00Z", "2026-02-28T0:00:00Z", "2026-02-28T00:00:00",
      "2026-02-28",
      "2026-02-28T00:00:00+00:00", "2026-02-28T-1:00:00Z", "2026-02-28T00:00:60Z",
    ] {
      #expect(UTCTime(text) == nil, "\(text)")
    }
  }
}
