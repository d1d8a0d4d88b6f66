import Foundation
import Studies

/// A key with its signer's name in a file: a line `signer: NAME`, then the key in PEM (RFC 7468), private keys as PKCS #8
/// and public keys as SubjectPublicKeyInfo (RFC 8410). OpenSSL reads both, and a key that it made needs but that line.
public struct KeyFile: Sendable {
  /// The file.
  public let path: String
  /// The signer.
  public let name: String
  /// The public key, of a private key's file too.
  public let publicKey: PublicKey
  private let secret: PrivateKey?

  /// Reads a file of either half.
  ///
  /// - Throws: ``GovernanceError``: `exposedKey` if others than its owner may read a private key, `badKeyFile` with the line.
  public init(path: String) throws(GovernanceError) {
    self.path = path
    guard let data = FileManager.default.contents(atPath: path), data.count < 4096,
      let text = String(validating: data, as: UTF8.self)
    else {
      throw .badKeyFile(
        file: path, line: 1, reason: "it can't be read as one; give a file that `wingspan key new` made")
    }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    func refused(_ line: Int, _ reason: String) -> GovernanceError {
      .badKeyFile(file: path, line: line, reason: reason)
    }
    guard let first = lines.first, first.hasPrefix(Self.nameKey) else {
      throw refused(
        1, "'\(lines.first ?? "")' doesn't begin with '\(Self.nameKey)'; add that line with a name")
    }
    name = String(first.dropFirst(Self.nameKey.count))
    guard Self.isName(name) else { throw .badName(name) }
    guard lines.count == 4, let half = Half.allCases.first(where: { lines[1] == $0.begin }) else {
      throw refused(2, "a key in PEM must follow: a BEGIN line, one line of base64, an END line")
    }
    guard lines[3] == half.end else { throw refused(4, "'\(lines[3])' is to be '\(half.end)'") }
    guard let bytes = Base64.bytes(lines[2]), bytes.prefix(half.header.count) == half.header else {
      throw refused(3, "no Ed25519 key (RFC 8410) in base64")
    }
    let raw = Data(bytes.dropFirst(half.header.count))
    switch half {
    case .private:
      // of a link the file it leads to counts
      let real = URL(filePath: path).resolvingSymlinksInPath().path
      let mode = (try? FileManager.default.attributesOfItem(atPath: real))?[.posixPermissions] as? NSNumber
      guard let mode, mode.intValue & 0o077 == 0 else { throw .exposedKey(file: path) }
      guard let key = PrivateKey(seed: raw) else { throw refused(3, "it has \(raw.count) bytes, not 32") }
      secret = key
      publicKey = key.publicKey
    case .public:
      secret = nil
      do throws(PublicKey.Fault) {
        publicKey = try PublicKey(raw)
      } catch {
        throw refused(3, "\(error)")
      }
    }
  }

  /// The private key, to sign with.
  ///
  /// - Throws: ``GovernanceError/badKeyFile(file:line:reason:)`` for a public key's file.
  public func privateKey() throws(GovernanceError) -> PrivateKey {
    guard let secret else {
      throw .badKeyFile(file: path, line: 2, reason: "a public key can't sign; give the private key's file")
    }
    return secret
  }

  /// Makes a key pair: `path`, which its owner alone may read, and the public half beside it, `alice.pub` to `alice.key`.
  ///
  /// - Returns: the path of the public half.
  /// - Throws: ``GovernanceError``: `keyExists` where there is a file already, `badName`; `StudyError`.
  public static func create(_ key: PrivateKey, name: String, path: String) throws -> String {
    guard isName(name) else { throw GovernanceError.badName(name) }
    let publicPath = (path.hasSuffix(".key") ? String(path.dropLast(4)) : path) + ".pub"
    try writeNew(Half.private.text(name, key.seed), to: path, permissions: 0o600)
    do {
      try writeNew(Half.public.text(name, key.publicKey.bytes), to: publicPath, permissions: 0o644)
    } catch {
      try? FileManager.default.removeItem(atPath: path)
      throw error
    }
    return publicPath
  }

  // MARK: Pieces

  private static let nameKey = "signer: "

  /// A signer's name is a line of 1 to 64 characters.
  static func isName(_ name: String) -> Bool {
    (1...64).contains(name.count) && name.first != " " && name.last != " "
      && name.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
  }

  private enum Half: String, CaseIterable {
    case `private` = "PRIVATE KEY"
    case `public` = "PUBLIC KEY"

    var begin: String { "-----BEGIN \(rawValue)-----" }
    var end: String { "-----END \(rawValue)-----" }
    /// What stands before the 32 bytes in DER (RFC 8410, 4 and 7).
    var header: Data {
      switch self {
      case .private:
        Data([
          0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
        ])
      case .public: Data([0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00])
      }
    }
    func text(_ name: String, _ bytes: Data) -> String {
      "\(KeyFile.nameKey)\(name)\n\(begin)\n\((header + bytes).base64EncodedString())\n\(end)\n"
    }
  }

  /// Writes a file that isn't there yet, whole or not at all: it gets its name by a hard link, which never replaces one.
  private static func writeNew(_ text: String, to path: String, permissions: Int) throws {
    let files = FileManager.default
    try OutputFile.makeFolder(URL(filePath: path).deletingLastPathComponent().path)
    let part = "\(path).partial-\(ProcessInfo.processInfo.processIdentifier)"
    // its mode is set before there is anything to read
    guard
      files.createFile(
        atPath: part, contents: nil, attributes: [.posixPermissions: NSNumber(value: permissions)]),
      let handle = FileHandle(forWritingAtPath: part)
    else { throw StudyError.cannotWrite(path: path, reason: "its folder can't be written to") }
    defer { try? files.removeItem(atPath: part) }
    do {
      try handle.write(contentsOf: Data(text.utf8))
      try handle.close()
      try files.linkItem(atPath: part, toPath: path)
    } catch {
      if files.fileExists(atPath: path) { throw GovernanceError.keyExists(path: path) }
      throw StudyError.cannotWrite(path: path, reason: OutputFile.reason(error))
    }
  }
}
