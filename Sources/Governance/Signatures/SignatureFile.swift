import ConfigFormats
import Foundation
import Studies

/// The signatures of one configuration, in a JSON file beside it.
public struct SignatureFile: Sendable {
  /// One signature.
  public struct Signature: Sendable, Hashable {
    /// As in the key's file.
    public let signer: String
    /// The public key.
    public let key: PublicKey
    /// When it was made, by the signer's clock.
    public let time: UTCTime
    /// 64 bytes.
    public let bytes: Data
    /// Its line in the file; 0 for one just made.
    public let line: Int
  }
  /// The version of the file format and of what is signed.
  public static let version = 1

  /// The file.
  public let file: String
  /// What it signs.
  public let configuration: ContentHash
  /// The configuration's name.
  public let name: String
  /// In order of signing.
  public private(set) var signatures: [Signature]

  /// One without signatures.
  public init(path: String, of configuration: GovernedConfiguration) {
    file = path
    self.configuration = configuration.hash
    name = configuration.strategy.name
    signatures = []
  }

  /// Reads a file.
  ///
  /// - Throws: `ConfigError`.
  public init(path: String) throws(ConfigError) {
    let document = try ConfigDocument.load(path: path)
    let root = try ConfigReader(document)
    guard try root.int("version", in: Self.version...Self.version) != nil else {
      throw root.missing("version")
    }
    file = path
    configuration = try root.hash("configuration")
    name = try root.text("name")
    guard let rows = try root.maps("signatures") else { throw root.missing("signatures") }
    signatures = []
    for row in rows {
      signatures.append(
        Signature(
          signer: try row.text("signer"), key: try row.publicKey("key"), time: try row.time("time"),
          bytes: try row.base64("signature", of: "64 bytes"), line: row.line))
    }
    try root.finish()
  }

  /// The bytes that a signer signs: a line that says what for, then the statement as canonical JSON. A signature holds for
  /// nothing else that the same key may sign, for no other configuration, signer or time.
  public func message(signer: String, time: UTCTime) -> Data {
    let statement = ConfigNode(
      .map([
        Self.entry("configuration", "\(configuration)"), Self.entry("name", name),
        Self.entry("signer", signer), Self.entry("time", "\(time)"),
      ]))
    return Data("wingspan configuration signature v\(Self.version)\n\(statement.canonicalJSON)".utf8)
  }

  /// Adds a signature.
  ///
  /// - Throws: ``GovernanceError/alreadySigned(signatures:signer:)``.
  public mutating func sign(as signer: String, with key: PrivateKey, at time: UTCTime) throws {
    guard !signatures.contains(where: { $0.key == key.publicKey }) else {
      throw GovernanceError.alreadySigned(signatures: file, signer: signer)
    }
    let bytes = try key.signature(of: message(signer: signer, time: time))
    signatures.append(Signature(signer: signer, key: key.publicKey, time: time, bytes: bytes, line: 0))
  }

  /// Checks that it signs this configuration under its name.
  ///
  /// - Throws: ``GovernanceError``: `misnamed` where only the name differs, `changed` where only the hash does, else
  ///   `otherConfiguration`.
  public func check(_ configuration: GovernedConfiguration) throws(GovernanceError) {
    let other = configuration.strategy.name
    guard self.configuration != configuration.hash else {
      guard name == other else { throw .misnamed(signatures: file, name: name, configuration: other) }
      return
    }
    throw name == other
      ? .changed(
        file: configuration.file, name: name, hash: configuration.hash, signatures: file,
        signed: self.configuration)
      : .otherConfiguration(
        file: configuration.file, name: other, hash: configuration.hash, signatures: file, otherName: name,
        signed: self.configuration)
  }

  /// The file's text.
  public var text: String {
    let rows = signatures.map { s in
      ConfigNode(
        .map([
          Self.entry("signer", s.signer), Self.entry("key", "\(s.key)"), Self.entry("time", "\(s.time)"),
          Self.entry("signature", s.bytes.base64EncodedString()),
        ]))
    }
    let root = ConfigNode(
      .map([
        ConfigEntry(key: "version", node: ConfigNode(.int(Self.version))),
        Self.entry("configuration", "\(configuration)"), Self.entry("name", name),
        ConfigEntry(key: "signatures", node: ConfigNode(.list(rows))),
      ]))
    return ConfigDocument(file: file, root: root).render(.json)
  }

  static func entry(_ key: String, _ text: String) -> ConfigEntry {
    ConfigEntry(key: key, node: ConfigNode(.string(text)))
  }
}
