import ArgumentParser
import ConfigFormats
import Foundation
import Governance
import Studies

struct Sign: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Sign a configuration: what it says is what you stand for.",
    discussion: """
      The signature is over the content, every setting, figure and note, and over your name and the time; layout, comments \
      and the language don't count. It goes into CONFIG.sig, after those of others. Only a configuration in which every \
      setting is written out can be signed: `wingspan export` writes such files.
      """)

  @OptionGroup var signed: SignedOptions
  @Option(help: "Your private key, made by `wingspan key new`.", completion: .file(extensions: ["key"]))
  var key: String
  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let configuration = try GovernedConfiguration(path: signed.config)
    try configuration.checkCanonical()
    let file = try KeyFile(path: key)
    let path = signed.path(configuration)
    var signatures =
      FileManager.default.fileExists(atPath: path)
      ? try SignatureFile(path: path) : SignatureFile(path: path, of: configuration)
    try signatures.check(configuration)
    try signatures.sign(as: file.name, with: file.privateKey(), at: signed.time)
    try OutputFile.write(signatures.text, to: path)
    let report = SignReport(
      name: signatures.name, configuration: "\(signatures.configuration)", signer: file.name, file: path,
      signatures: signatures.signatures.count)
    if json { return try Output.json(report) }
    try Output.text(
      "\(report.signer) signs '\(report.name)' \(report.configuration)\n\(path): "
        + "\(report.signatures) signature\(report.signatures == 1 ? "" : "s")")
  }
}

private struct SignReport: Encodable {
  let name: String
  let configuration: String
  let signer: String
  let file: String
  let signatures: Int
}

/// A configuration with its signatures, and the time that counts.
struct SignedOptions: ParsableArguments {
  @Argument(
    help: "Configuration (YAML, JSON or TOML).", completion: .file(extensions: ["yaml", "json", "toml"]))
  var config: String
  @Option(help: "File of the signatures; default: CONFIG.sig.")
  var signatures: String?
  @Option(help: "The time that counts, in UTC, YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ; default: now.")
  var at: UTCTime?

  var time: UTCTime { at ?? .now }
  func path(_ configuration: GovernedConfiguration) -> String { signatures ?? configuration.signaturesPath }
}

extension UTCTime: ExpressibleByArgument {
  /// A time, or a day's first second.
  public init?(argument: String) { self.init(argument.contains("T") ? argument : argument + "T00:00:00Z") }
}
