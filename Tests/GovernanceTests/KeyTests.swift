import Foundation
import TestSupport
import Testing

@testable import Governance

extension Data {
  init(hex: String) {
    let digits = Array(hex)
    self.init(
      stride(from: 0, to: digits.count, by: 2).map { UInt8(String(digits[$0...$0 + 1]), radix: 16) ?? 0 })
  }
}

@Suite struct KeyTests {
  private struct Golden: Decodable {
    struct Vector: Decodable {
      let name: String
      let secret: String
      let `public`: String
      let message: [String]
      let signature: String
    }
    let vectors: [Vector]
  }
  private static func vectors() throws -> [Golden.Vector] {
    let url = SharedData.root.appending(path: "Tests/Golden/governance/rfc8032.json")
    return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: url)).vectors
  }

  @Test func vectorsOfTheStandard() throws {
    let vectors = try Self.vectors()
    #expect(vectors.map(\.name) == ["TEST 1", "TEST 2", "TEST 3", "TEST 1024", "TEST SHA(abc)"])
    for vector in vectors {
      let key = try #require(PrivateKey(seed: Data(hex: vector.secret)))
      let message = Data(hex: vector.message.joined())
      #expect(key.publicKey.bytes == Data(hex: vector.public), "\(vector.name)")
      let given = try PublicKey(Data(hex: vector.public))
      #expect(given.isSignature(Data(hex: vector.signature), of: message), "\(vector.name)")
      let own = try key.signature(of: message)
      #expect(given.isSignature(own, of: message), "\(vector.name)")
      // BoringSSL's are deterministic, as the standard has them
      #expect(own == Data(hex: vector.signature), "\(vector.name)")
      for k in 0..<64 {
        var wrong = own
        wrong[k] ^= 1
        #expect(!given.isSignature(wrong, of: message), "\(vector.name), byte \(k)")
      }
      #expect(!given.isSignature(own, of: message + [0]))
    }
  }

  /// Lengths, the second signature with S + L, and keys for which anyone can sign.
  @Test func otherBytesAreRefused() throws {
    let vector = try Self.vectors()[1]
    let key = try PublicKey(Data(hex: vector.public))
    let signature = Data(hex: vector.signature)
    let message = Data(hex: vector.message.joined())
    for length in [0, 1, 32, 63, 65, 128] {
      let bytes = Data((0..<length).map { $0 < 64 ? signature[$0] : 0 })
      #expect(!key.isSignature(bytes, of: message), "\(length) bytes")
    }
    for length in [0, 31, 33, 64] {
      #expect(throws: PublicKey.Fault.self) { try PublicKey(Data(repeating: 7, count: length)) }
      #expect(PrivateKey(seed: Data(repeating: 7, count: length)) == nil)
    }
    let order = Data(hex: "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")
    var second = signature
    var carry = 0
    for k in 0..<32 {
      let sum = Int(signature[32 + k]) + Int(order[k]) + carry
      (second[32 + k], carry) = (UInt8(sum & 255), sum >> 8)
    }
    #expect(carry == 0 && !key.isSignature(second, of: message))
    // y of the points whose eightfold is neutral, worked out with the group law in Python
    let weak = [
      "0000000000000000000000000000000000000000000000000000000000000000",
      "0100000000000000000000000000000000000000000000000000000000000000",
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
      "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ]
    for text in weak {
      for sign: UInt8 in [0, 0x80] {
        var bytes = Data(hex: text)
        bytes[31] |= sign
        #expect(throws: PublicKey.Fault.self, "\(text)") { try PublicKey(bytes) }
      }
    }
  }

  @Test func filesOfKeys() throws {
    let folder = try Scratch()
    let path = folder.path("keys/alice.key")
    #expect(try KeyFile.create(Fixture.alice, name: "alice", path: path) == folder.path("keys/alice.pub"))
    func mode(_ path: String) throws -> Int? {
      (try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber)?.intValue
    }
    #expect(try mode(path) == 0o600)
    #expect(try mode(folder.path("keys/alice.pub")) == 0o644)
    let file = try KeyFile(path: path)
    #expect(file.name == "alice" && file.publicKey == Fixture.alice.publicKey)
    let message = Data("m".utf8)
    #expect(file.publicKey.isSignature(try file.privateKey().signature(of: message), of: message))
    let half = try KeyFile(path: folder.path("keys/alice.pub"))
    #expect(half.name == "alice" && half.publicKey == Fixture.alice.publicKey)
    #expect(throws: GovernanceError.self) { try half.privateKey() }
    let before = try Data(contentsOf: URL(filePath: path))
    #expect(throws: GovernanceError.keyExists(path: path)) {
      try KeyFile.create(Fixture.bob, name: "bob", path: path)
    }
    #expect(try Data(contentsOf: URL(filePath: path)) == before)
    // the public name is taken: no private key is left behind
    try Data().write(to: URL(filePath: folder.path("keys/eve.pub")))
    #expect(throws: GovernanceError.keyExists(path: folder.path("keys/eve.pub"))) {
      try KeyFile.create(Fixture.bob, name: "eve", path: folder.path("keys/eve.key"))
    }
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path("keys")).sorted()
    #expect(left == ["alice.key", "alice.pub", "eve.pub"])
    try FileManager.default.setAttributes([.posixPermissions: NSNumber(value: 0o640)], ofItemAtPath: path)
    #expect(throws: GovernanceError.exposedKey(file: path)) { try KeyFile(path: path) }
  }

  /// The key pair of RFC 8410, 10.1 and 10.3.
  @Test func pemOfTheStandard() throws {
    let folder = try Scratch()
    let pair = (
      "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC",
      "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE="
    )
    func text(_ label: String, _ base64: String) -> String {
      "signer: x\n-----BEGIN \(label) KEY-----\n\(base64)\n-----END \(label) KEY-----\n"
    }
    let secret = try folder.write("x.key", text("PRIVATE", pair.0))
    try FileManager.default.setAttributes([.posixPermissions: NSNumber(value: 0o600)], ofItemAtPath: secret)
    let half = try folder.write("y.pub", text("PUBLIC", pair.1))
    #expect(try KeyFile(path: secret).publicKey == KeyFile(path: half).publicKey)
    _ = try KeyFile.create(KeyFile(path: secret).privateKey(), name: "x", path: folder.path("z.key"))
    #expect(try String(contentsOfFile: folder.path("z.key"), encoding: .utf8) == text("PRIVATE", pair.0))
    #expect(try String(contentsOfFile: folder.path("z.pub"), encoding: .utf8) == text("PUBLIC", pair.1))

    let bad: [(String, String)] = [
      ("", ":1: '' doesn't begin with 'signer: '"),
      ("-----BEGIN PUBLIC KEY-----\n", ":1: '-----BEGIN PUBLIC KEY-----' doesn't begin"),
      ("signer:  x\n", "the signer's name ' x' isn't one line"),
      ("signer: x\n\(pair.1)\n", ":2: a key in PEM must follow"),
      (
        text("PUBLIC", pair.1).replacing("END PUBLIC", with: "END PRIVATE"), ":4: '-----END PRIVATE KEY-----'"
      ),
      (text("PUBLIC", pair.0), ":3: no Ed25519 key"), (text("PUBLIC", "?"), ":3: no Ed25519 key"),
      (text("PUBLIC", "MCowBQYDK2VwAyEA"), ":3: it has 0 bytes, an Ed25519 public key has 32"),
      (text("PUBLIC", "MCowBQYDK2VwAyEA" + String(repeating: "A", count: 43) + "="), "small order"),
    ]
    for (text, message) in bad {
      let path = try folder.write("bad.pub", text)
      let error = #expect(throws: GovernanceError.self) { try KeyFile(path: path) }
      #expect(error.map { "\($0)".contains(message) } ?? false, "\(String(describing: error))")
    }
  }
}
