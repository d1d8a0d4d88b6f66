import ConfigFormats
import Foundation
import Studies

/// What was checked of an approved configuration, everything in it found good.
public struct Verification: Sendable, Encodable {
  /// The configuration's name.
  public let name: String
  /// Its hash.
  public let configuration: String
  /// The time that it was checked at.
  public let checkedAt: String
  /// Settings that aren't written out in the canonical way: a later version may read them otherwise.
  public let defaults: Int
  /// The first of them; `nil` if there is none.
  @Nullable public var firstDefault: String?
  /// Its place among its revisions.
  public let revision: Int
  /// Hash of the revision before; `nil` for the first.
  @Nullable public var parent: String?
  /// Its last day; `nil` without end.
  @Nullable public var validUntil: String?
  /// What is done live where a signal is missing.
  public let onMissing: String
  /// Signer and time of each signature.
  public let signatures: [String]
  /// Signatures that the policy asks for.
  public let threshold: Int
  /// The policy's hash.
  public let policy: String
  /// When the record of the approval was made; `nil` without one.
  @Nullable public var approved: String?
  /// Name and digest of the history; `nil` for a configuration that carries no figures.
  @Nullable public var history: String?
  /// Whether a backtest gives the figures that it carries; `nil` likewise.
  @Nullable public var figures: String?
  /// Whether it carries evidence of its study, which isn't worked out again: only the study could tell.
  public var hasEvidence: Bool

  /// Checks a configuration: its keys and values, its hash, its signatures against the policy, the record of its approval
  /// if there is one, the digest of the history that its figures stand on, and the figures themselves, by a backtest.
  ///
  /// - Parameters:
  ///   - time: that of the check.
  ///   - market: opened only where there are figures, and after everything else is good.
  /// - Throws: ``GovernanceError``, `ConfigError`, `StudyError/notReproduced(file:field:stored:now:)`, and what `market`
  ///   throws.
  public init(
    _ configuration: GovernedConfiguration, _ signatures: SignatureFile, policy: SignerPolicy,
    at time: UTCTime,
    market: () throws -> Market
  ) throws {
    try configuration.checkValid(at: time)
    try signatures.check(configuration)
    try policy.check(signatures, at: time)
    let unwritten = try configuration.unwrittenSettings()
    checkedAt = "\(time)"
    defaults = unwritten.count
    firstDefault = unwritten.first
    revision = configuration.lineage.revision
    parent = configuration.lineage.parent
    validUntil = configuration.lineage.validUntil?.description
    onMissing = configuration.lineage.onMissing.rawValue
    hasEvidence = configuration.document.root["exported"]?["evidence"]?["trials"] != nil
    name = configuration.strategy.name
    self.configuration = "\(configuration.hash)"
    self.signatures = signatures.signatures.map { "\($0.signer) \($0.time)" }
    threshold = policy.threshold
    self.policy = "\(policy.hash)"
    if FileManager.default.fileExists(atPath: configuration.approvalPath) {
      let approval = try Approval(path: configuration.approvalPath)
      try approval.check(
        configuration, signatures, policy: policy, file: configuration.approvalPath, at: time)
      approved = "\(approval.time)"
    }
    guard let exported = try ExportedStudy(configuration.document) else { return }
    let opened = try market()
    guard opened.history.digest == exported.historyDigest else {
      throw GovernanceError.otherHistory(
        file: configuration.file, history: opened.history.name, digest: opened.history.digest,
        exported: exported.historyDigest, seed: exported.seed)
    }
    history = "\(opened.history.name) \(opened.history.digest)"
    let result = try exported.reproduction(of: configuration.strategy, on: opened)
    switch result {
    case .reproduced: figures = "\(result)"
    case .notComparable(let reason):
      throw GovernanceError.notComparable(file: configuration.file, reason: reason)
    case .differs(let error): throw error
    }
  }
}
