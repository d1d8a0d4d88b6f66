import ConfigFormats

/// The record of an approval, a JSON file beside the configuration: what was approved, by whom, under which policy, when.
/// It has no authority of its own: the signatures have.
public struct Approval: Sendable, Hashable {
  /// The version of the file format.
  public static let version = 1
  /// What the record says of a configuration.
  public static let status = "approved"
  /// What was approved.
  public let configuration: ContentHash
  /// The policy it was approved under.
  public let policy: ContentHash
  /// Signatures that the policy asked for.
  public let threshold: Int
  /// Those who signed.
  public let signers: [String]
  /// When it was checked.
  public let time: UTCTime

  /// Approves a configuration if its signatures stand and are enough.
  ///
  /// - Throws: ``GovernanceError``, `ConfigError`.
  public init(
    _ configuration: GovernedConfiguration, _ signatures: SignatureFile, policy: SignerPolicy,
    at time: UTCTime
  ) throws {
    try configuration.checkCanonical()
    try configuration.checkValid(at: time)
    try signatures.check(configuration)
    try policy.check(signatures, at: time)
    self.configuration = configuration.hash
    self.policy = policy.hash
    threshold = policy.threshold
    signers = signatures.signatures.map(\.signer)
    self.time = time
  }

  /// Reads a record.
  ///
  /// - Throws: `ConfigError`.
  public init(path: String) throws(ConfigError) {
    let root = try ConfigReader(ConfigDocument.load(path: path))
    guard try root.int("version", in: Self.version...Self.version) != nil else {
      throw root.missing("version")
    }
    guard try root.text("status") == Self.status else { throw root.refused("status", allowed: Self.status) }
    configuration = try root.hash("configuration")
    policy = try root.hash("policy")
    guard let threshold = try root.int("threshold", in: 1...1000) else { throw root.missing("threshold") }
    self.threshold = threshold
    guard let signers = try root.strings("signers") else { throw root.missing("signers") }
    self.signers = signers
    time = try root.time("time")
    try root.finish()
  }

  /// Checks that it is of this configuration and under this policy, and that it says what could be approved: the policy's
  /// threshold, as many signers at least, each with a signature of no later time, and a time that has come.
  ///
  /// - Parameters:
  ///   - signatures: every one of them found good.
  ///   - file: the record's.
  ///   - now: the time of the check.
  /// - Throws: ``GovernanceError``: `otherApproval`, `otherPolicy`, `badApproval`.
  func check(
    _ configuration: GovernedConfiguration, _ signatures: SignatureFile, policy: SignerPolicy, file: String,
    at now: UTCTime
  ) throws(GovernanceError) {
    guard self.configuration == configuration.hash else {
      throw .otherApproval(file: file, approved: self.configuration, hash: configuration.hash)
    }
    guard self.policy == policy.hash else {
      throw .otherPolicy(file: file, approved: self.policy, policy: policy.file, hash: policy.hash)
    }
    func refused(_ reason: String) -> GovernanceError { .badApproval(file: file, reason: reason) }
    guard threshold == policy.threshold else {
      throw refused("threshold is \(threshold), that of \(policy.file) is \(policy.threshold)")
    }
    for signer in signers {
      guard let own = signatures.signatures.first(where: { $0.signer == signer }) else {
        throw refused("names \(signer) as a signer, of whom \(signatures.file) has no signature")
      }
      guard own.time <= time else {
        throw refused("was made at \(time), before \(signer) signed at \(own.time)")
      }
    }
    guard Set(signers).count >= threshold else {
      throw refused("names \(Set(signers).count) signers, but the threshold is \(threshold)")
    }
    guard time <= now else { throw refused("was made at \(time), later than \(now)") }
  }

  /// The file's text.
  public var text: String {
    let root = ConfigNode(
      .map([
        ConfigEntry(key: "version", node: ConfigNode(.int(Self.version))),
        SignatureFile.entry("status", Self.status),
        SignatureFile.entry("configuration", "\(configuration)"),
        SignatureFile.entry("policy", "\(policy)"),
        ConfigEntry(key: "threshold", node: ConfigNode(.int(threshold))),
        ConfigEntry(key: "signers", node: ConfigNode(.list(signers.map { ConfigNode(.string($0)) }))),
        SignatureFile.entry("time", "\(time)"),
      ]))
    return ConfigDocument(file: "approval", root: root).render(.json)
  }
}
