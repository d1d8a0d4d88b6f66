import ConfigFormats
import Crypto
import Foundation

/// A signer's Ed25519 public key (RFC 8032).
public struct PublicKey: Sendable, Hashable, CustomStringConvertible {
  /// 32 bytes.
  public let bytes: Data

  /// Why bytes are no key that may sign.
  public enum Fault: Error, Sendable, CustomStringConvertible {
    case length(Int)
    case smallOrder

    /// What is wrong, to follow "is refused: ".
    public var description: String {
      switch self {
      case .length(let count): "it has \(count) bytes, an Ed25519 public key has 32"
      case .smallOrder: "it is a point of small order, for which anyone can make signatures"
      }
    }
  }

  /// Of 32 bytes. The 14 encodings of points of small order are refused: a signature of all zeros but one byte would hold
  /// for them, whatever is signed.
  public init(_ bytes: Data) throws(Fault) {
    guard bytes.count == 32 else { throw .length(bytes.count) }
    var unsigned = [UInt8](bytes)
    unsigned[31] &= 0x7F  // the sign of x
    guard !Self.smallOrders.contains(unsigned) else { throw .smallOrder }
    self.bytes = Data(bytes)
  }

  /// Of a private key: a multiple of the base point, never of small order.
  init(_ key: Curve25519.Signing.PublicKey) { bytes = key.rawRepresentation }

  /// Whether `signature` holds for `message`. Signatures of another length than 64 bytes or whose scalar isn't below the
  /// group's order, which would make a second signature of a first, don't (RFC 8032, 5.1.7).
  public func isSignature(_ signature: Data, of message: Data) -> Bool {
    guard signature.count == 64, let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes) else {
      return false
    }
    return key.isValidSignature(signature, for: message)
  }

  /// Base64, 44 characters: what a policy lists.
  public var description: String { bytes.base64EncodedString() }

  /// y of the points whose eightfold is the neutral element, little-endian, also those written as y + p: 0, 1, p − 1 and
  /// the two y of order 8.
  private static let smallOrders: [[UInt8]] = {
    let ends: [(UInt8, UInt8, UInt8)] = [
      (0x00, 0x00, 0x00), (0x01, 0x00, 0x00), (0xEC, 0xFF, 0x7F), (0xED, 0xFF, 0x7F), (0xEE, 0xFF, 0x7F),
    ]
    let orderEight = [
      "JuiVj8KyJ7BFw/SJ8u+Y8NXfrAXTxjM5sTgCiG1T/AU=", "xxdqcD1N2E+6PAt2DRBnDyogU/osOczGTsf9d5KsA3o=",
    ]
    return ends.map { [$0] + Array(repeating: $1, count: 30) + [$2] }
      + orderEight.map { [UInt8](Data(base64Encoded: $0) ?? Data()) }
  }()
}

/// Base64 (RFC 4648, 4) in its one canonical spelling.
enum Base64 {
  /// The bytes of a text; `nil` for another spelling of them too, so that no byte of a file can change unnoticed.
  static func bytes(_ text: String) -> Data? {
    guard let bytes = Data(base64Encoded: text), bytes.base64EncodedString() == text else { return nil }
    return bytes
  }
}

extension ConfigReader {
  /// Bytes in base64 that must be there.
  func base64(_ key: String, of what: String) throws(ConfigError) -> Data {
    guard let bytes = Base64.bytes(try text(key)) else { throw refused(key, allowed: "\(what) in base64") }
    return bytes
  }

  /// A public key that must be there.
  func publicKey(_ key: String) throws(ConfigError) -> PublicKey {
    let bytes = try base64(key, of: "the 32 bytes of an Ed25519 public key")
    do throws(PublicKey.Fault) {
      return try PublicKey(bytes)
    } catch {
      throw refused(key, allowed: "the public key that `wingspan key show` prints; \(error)")
    }
  }
}
