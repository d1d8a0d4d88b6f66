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
    let canonical = try StrategyWriter.document(document).root
    if let path = Self.firstDifference(document.root, canonical, at: "") {
      throw GovernanceError.notCanonical(file: file, path: path)
    }
  }

  /// Checks that its last day isn't over.
  ///
  /// - Throws: ``GovernanceError/outdated(file:until:at:)``.
  func checkValid(at time: UTCTime) throws(GovernanceError) {
    guard let until = lineage.validUntil, time.date > until else { return }
    throw .outdated(file: file, until: until, at: time)
  }

  /// The dotted path of the first place, in the order of keys, at which two trees differ in content.
  private static func firstDifference(_ a: ConfigNode?, _ b: ConfigNode?, at path: String) -> String? {
    if a?.canonicalJSON == b?.canonicalJSON { return nil }
    guard case .map(let left)? = a?.value, case .map(let right)? = b?.value else { return path }
    for key in Set((left + right).map(\.key)).sorted() {
      let inner = path.isEmpty ? key : path + "." + key
      if let found = firstDifference(a?[key], b?[key], at: inner) { return found }
    }
    return nil
  }
}
