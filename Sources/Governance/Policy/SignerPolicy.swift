import ConfigFormats
import MarketData

/// Who may sign, and how many of them must: a file such as
///
///     version: 1
///     threshold: 2
///     signers:
///       - {name: alice, key: 11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=, valid_from: 2026-01-01, valid_until: 2027-12-31}
public struct SignerPolicy: Sendable {
  /// One who may sign.
  public struct Signer: Sendable, Hashable {
    /// As in the key's file.
    public let name: String
    /// The public key.
    public let key: PublicKey
    /// First and last day of the key, UTC.
    public let valid: ClosedRange<SessionDate>
    /// The day from which on nothing it ever signed counts.
    public let revoked: SessionDate?
  }
  /// The version of the file format.
  public static let version = 1

  /// The file.
  public let file: String
  /// Of its content.
  public let hash: ContentHash
  /// Signatures that are needed, 1 to the number of signers.
  public let threshold: Int
  /// In the order of the file; no name and no key twice.
  public let signers: [Signer]

  /// Reads a policy.
  ///
  /// - Throws: `ConfigError` for what can't be read; ``GovernanceError``: `sameSigner`, `thresholdAbove`.
  public init(_ document: ConfigDocument) throws {
    file = document.file
    hash = ContentHash(document)
    let root = try ConfigReader(document)
    guard try root.int("version", in: Self.version...Self.version) != nil else {
      throw root.missing("version")
    }
    guard let threshold = try root.int("threshold", in: 1...1000, unit: "signatures") else {
      throw root.missing("threshold")
    }
    self.threshold = threshold
    guard let rows = try root.maps("signers") else { throw root.missing("signers") }
    var signers: [Signer] = []
    for row in rows {
      let signer = try Self.signer(row)
      for first in signers where first.name == signer.name || first.key == signer.key {
        throw GovernanceError.sameSigner(
          file: file, line: row.line, signer: signer.name, first: first.name,
          what: first.key == signer.key ? "key" : "name")
      }
      signers.append(signer)
    }
    self.signers = signers
    try root.finish()
    guard threshold <= signers.count else {
      throw GovernanceError.thresholdAbove(
        file: file, line: root.line(of: "threshold"), threshold: threshold, signers: signers.count)
    }
  }

  private static func signer(_ row: ConfigReader) throws(ConfigError) -> Signer {
    let name = try row.text("name")
    guard KeyFile.isName(name) else { throw row.refused("name", allowed: "one line of 1 to 64 characters") }
    guard let from = try row.date("valid_from") else { throw row.missing("valid_from") }
    guard let until = try row.date("valid_until") else { throw row.missing("valid_until") }
    guard from <= until else { throw row.refused("valid_until", allowed: "valid_from, \(from), or later") }
    return Signer(
      name: name, key: try row.publicKey("key"), valid: from...until, revoked: try row.date("revoked"))
  }
}
