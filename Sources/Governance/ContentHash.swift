import ConfigFormats
import Crypto
import Foundation

/// SHA-256 of a document's canonical JSON: what a signature is for. The same content in YAML, JSON and TOML has one hash.
public struct ContentHash: Sendable, Hashable, CustomStringConvertible {
  /// `sha256:` and 64 hexadecimal digits in lower case.
  public let description: String

  /// Of a whole document.
  public init(_ document: ConfigDocument) {
    let digest = SHA256.hash(data: Data(document.root.canonicalJSON.utf8))
    description = "sha256:" + digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// Reads what ``description`` writes, nothing else.
  public init?(_ text: String) {
    guard text.hasPrefix("sha256:"), text.utf8.count == 71,
      text.utf8.dropFirst(7).allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
    else { return nil }
    description = text
  }
}

extension ConfigReader {
  /// A hash that must be there.
  func hash(_ key: String) throws(ConfigError) -> ContentHash {
    guard let hash = ContentHash(try text(key)) else {
      throw refused(key, allowed: "sha256: and 64 hexadecimal digits in lower case")
    }
    return hash
  }
}
