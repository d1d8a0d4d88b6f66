import Crypto
import Foundation

/// A signer's Ed25519 private key (RFC 8032). On Linux its signatures are BoringSSL's and deterministic: the same key and
/// message give the same bytes. Nothing relies on that; on other systems they may be randomised.
public struct PrivateKey: Sendable {
  private let key: Curve25519.Signing.PrivateKey

  /// A new one, from the system's random numbers.
  public init() { key = Curve25519.Signing.PrivateKey() }

  /// Of the 32 bytes that RFC 8032 calls the private key; `nil` for another number of bytes.
  public init?(seed: Data) {
    guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else { return nil }
    self.key = key
  }

  /// The 32 bytes it is made of.
  var seed: Data { key.rawRepresentation }

  /// Its public half.
  public var publicKey: PublicKey { PublicKey(key.publicKey) }

  /// 64 bytes that ``PublicKey/isSignature(_:of:)`` holds for.
  public func signature(of message: Data) throws -> Data { try key.signature(for: message) }
}
