import ConfigFormats
import Strategies
import Studies

/// A configuration that is signed, approved or verified.
public struct GovernedConfiguration: Sendable {
  /// The whole file.
  public let document: ConfigDocument
  /// What it means.
  public let strategy: Strategy
  /// Its place among its revisions.
  public let lineage: Lineage
  /// Of all that the file says, layout and comments aside.
  public let hash: ContentHash
  /// The file.
  public var file: String { document.file }

  /// Reads and checks a configuration.
  ///
  /// - Throws: `ConfigError`.
  public init(path: String) throws { try self.init(ConfigDocument.load(path: path)) }

  /// Checks a configuration.
  ///
  /// - Throws: `ConfigError`.
  public init(_ document: ConfigDocument) throws {
    self.document = document
    strategy = try StrategyReader.strategy(document)
    lineage = try Lineage(document)
    hash = ContentHash(document)
  }

  /// Where its signatures are by default.
  public var signaturesPath: String { file + ".sig" }
  /// Where its approval is.
  public var approvalPath: String { file + ".approval" }

  /// Checks that every setting is written out, and every rule in its canonical words: what is signed must not change its
  /// meaning with a later default.
  ///
  /// - Throws: ``GovernanceError/notCanonical(file:path:)`` with the first setting that isn't; `ConfigError`.
  public func checkCanonical() throws {
    if let path = try unwrittenSettings().first {
      throw GovernanceError.notCanonical(file: file, path: path)
    }
  }

  /// Dotted paths of the settings that are left to defaults or written in other than canonical words, in the order of keys;
  /// a section that is left out whole is one.
  ///
  /// - Throws: `ConfigError`.
  func unwrittenSettings() throws -> [String] {
    Self.differences(document.root, try StrategyWriter.document(document).root, at: "")
  }

  /// Checks that its last day isn't over.
  ///
  /// - Throws: ``GovernanceError/outdated(file:until:at:)``.
  func checkValid(at time: UTCTime) throws(GovernanceError) {
    guard let until = lineage.validUntil, time.date > until else { return }
    throw .outdated(file: file, until: until, at: time)
  }

  /// The dotted paths at which two trees differ in content, in the order of keys.
  private static func differences(_ a: ConfigNode?, _ b: ConfigNode?, at path: String) -> [String] {
    if a?.canonicalJSON == b?.canonicalJSON { return [] }
    guard case .map(let left)? = a?.value, case .map(let right)? = b?.value else { return [path] }
    return Set((left + right).map(\.key)).sorted().flatMap { key in
      differences(a?[key], b?[key], at: path.isEmpty ? key : path + "." + key)
    }
  }
}
