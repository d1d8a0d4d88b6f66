import ArgumentParser
import Governance

struct KeyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "key", abstract: "Keys to sign configurations with: make one, show its public half.",
    discussion: """
      Ed25519 (RFC 8032) in PEM, which OpenSSL reads too. The private key's file is its owner's alone, mode 0600, and is \
      never replaced. Its loss or theft is for the policy to tell: `revoked: DATE` takes back all that the key has signed.
      """,
    subcommands: [KeyNew.self, KeyShow.self])
}

struct KeyNew: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new", abstract: "Make a key pair: alice.key to sign with, and alice.pub for everybody.",
    discussion: """
      The key is made of the system's random numbers. Keep the private file to yourself and give the line that is printed \
      to whoever keeps the list of signers: it is what `signers` of a policy holds. Set the days to what you mean.
      """)

  @Option(help: "The signer's name, as the policy will list it.")
  var name: String
  @Option(help: "The private key's file; the public one is beside it, with .pub for .key.")
  var out: String
  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let publicPath = try KeyFile.create(PrivateKey(), name: name, path: out)
    Output.note("wrote \(out), for you alone, and \(publicPath)")
    try ShownKey(path: publicPath).print(json: json)
  }
}

struct KeyShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Print the name and the public half of a key, as a policy lists them.",
    discussion: """
      Takes the file of either half and never prints the private one. What is printed is the beginning of an entry of \
      `signers` in a policy: add the days, for example `valid_from: 2026-01-01, valid_until: 2027-12-31`.
      """)

  @Argument(help: "File of a private or public key.")
  var key: String
  @Flag(help: "Print JSON.")
  var json = false

  func run() throws { try ShownKey(path: key).print(json: json) }
}

private struct ShownKey: Encodable {
  let name: String
  let key: String

  init(path: String) throws {
    let file = try KeyFile(path: path)
    name = file.name
    key = "\(file.publicKey)"
  }

  func print(json: Bool) throws {
    try json ? Output.json(self) : Output.text("name: \(name)\nkey: \(key)")
  }
}
