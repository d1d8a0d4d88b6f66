import ConfigFormats
import MarketData

/// Where a configuration stands among its revisions, and what it wants of who trades it: the section `governance`. It is no
/// part of the strategy, but of what is signed.
public struct Lineage: Sendable, Hashable {
  /// What is done live in a session in which a signal that a rule asks for is missing. A backtest skips such a session, with
  /// the outcome `signal_missing`.
  public enum OnMissing: String, Sendable, CaseIterable {
    /// No entry in that session.
    case skip
    /// No entry until somebody has looked.
    case halt
  }
  /// From 1.
  public let revision: Int
  /// Hash of the configuration that this one takes the place of, as `wingspan sign` prints it; `nil` in the first revision.
  public let parent: String?
  /// What is new, and why.
  public let note: String
  /// The last day, UTC, on which it may be approved or verified; `nil` for one without end.
  public let validUntil: SessionDate?
  /// `skip` where the file doesn't say.
  public let onMissing: OnMissing

  /// The section of a configuration; one without it is a first revision.
  ///
  /// - Throws: `ConfigError`.
  public init(_ document: ConfigDocument) throws(ConfigError) { try self.init(ConfigReader(document)) }

  /// The section under a root.
  init(_ root: ConfigReader) throws(ConfigError) {
    let node = try root.map("governance")
    revision = try node?.int("revision", in: 1...Int.max) ?? 1
    parent = try node?.string("parent")
    note = try node?.string("note") ?? ""
    onMissing = try node?.choice("on_missing", as: OnMissing.self) ?? .skip
    let until = try node?.string("valid_until")
    validUntil = until.flatMap { SessionDate(iso: $0) }
    guard let node else { return }
    try node.finish()
    if until != nil, validUntil == nil { throw node.refused("valid_until", allowed: "a date, YYYY-MM-DD") }
    let digits = parent?.dropFirst(7).utf8
    if let parent, let digits,
      !parent.hasPrefix("sha256:") || digits.count != 64
        || !digits.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
    {
      throw node.refused("parent", allowed: "sha256: and 64 hexadecimal digits in lower case")
    }
    if revision > 1, parent == nil { throw node.missing("parent") }
    if revision == 1, parent != nil {
      throw node.refused("revision", allowed: "2 or more with a parent, or none")
    }
  }
}
