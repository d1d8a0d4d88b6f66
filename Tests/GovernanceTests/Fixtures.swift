import ConfigFormats
import Foundation
import Governance
import Studies
import TestSupport

/// A folder of its own for a test, gone afterwards.
final class Scratch {
  let url = FileManager.default.temporaryDirectory.appending(path: "governance-\(UUID().uuidString)")
  init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
  deinit { try? FileManager.default.removeItem(at: url) }
  func path(_ name: String) -> String { url.appending(path: name).path }
  func write(_ name: String, _ text: String) throws -> String {
    try Data(text.utf8).write(to: URL(filePath: path(name)))
    return path(name)
  }
}

enum Fixture {
  /// A key of its own for each number; no secret.
  static func key(_ n: UInt8) -> PrivateKey {
    guard let key = PrivateKey(seed: Data(repeating: n, count: 32)) else { preconditionFailure("32 bytes") }
    return key
  }
  static let (alice, bob, carol, mallory) = (key(1), key(2), key(3), key(66))

  static func time(_ text: String) -> UTCTime {
    guard let time = UTCTime(text) else { preconditionFailure("a time: \(text)") }
    return time
  }
  static let now = time("2026-06-01T12:00:00Z")

  static func document(_ text: String, _ format: ConfigFormat = .yaml, file: String = "c.yaml") throws
    -> ConfigDocument
  {
    try ConfigDocument.parse(text, format: format, file: file)
  }

  /// A small configuration with every setting written out.
  static func configuration(
    _ delta: String = "0.15", name: String = "small", governance: String = "{}"
  ) throws -> GovernedConfiguration {
    let short =
      "version: 1\nname: \(name)\ncondor: {short_delta: \(delta)}\nexit: {stop: {loss_multiple: 1.5}}\n"
      + "governance: \(governance)\n"
    return try GovernedConfiguration(StrategyWriter.document(document(short)))
  }

  static func policyText(threshold: Int = 2, carol: String = "") -> String {
    """
    version: 1
    threshold: \(threshold)
    signers:
      - {name: alice, key: \(alice.publicKey), valid_from: 2026-01-01, valid_until: 2026-12-31}
      - {name: bob, key: \(bob.publicKey), valid_from: 2026-01-01, valid_until: 2026-12-31}
      - {name: carol, key: \(Fixture.carol.publicKey), valid_from: 2026-03-01, valid_until: 2026-09-30\(carol)}

    """
  }
  static func policy(_ text: String = policyText()) throws -> SignerPolicy {
    try SignerPolicy(document(text, file: "signers.yaml"))
  }

  /// A file with signatures, as it is read from a disk.
  static func signed(
    _ configuration: GovernedConfiguration, _ signers: [(String, PrivateKey, UTCTime)], in folder: Scratch
  ) throws -> SignatureFile {
    var made = SignatureFile(path: folder.path("c.yaml.sig"), of: configuration)
    for (name, key, time) in signers { try made.sign(as: name, with: key, at: time) }
    return try SignatureFile(path: folder.write("c.yaml.sig", made.text))
  }
}
