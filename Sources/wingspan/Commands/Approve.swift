import ArgumentParser
import ConfigFormats
import Governance
import Studies

struct Approve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Approve a configuration: enough of the signers have signed it.",
    discussion: """
      Every signature in CONFIG.sig must stand: by a key that the policy lists, under its name, once, within its days, neither \
      expired nor revoked. If there are as many as the policy's threshold, CONFIG.approval says who approved what under which \
      policy and when. `wingspan verify` checks all of it again, and the figures.
      """)

  @OptionGroup var signed: SignedOptions
  @OptionGroup var policy: PolicyOption
  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let configuration = try GovernedConfiguration(path: signed.config)
    let approval = try Approval(
      configuration, SignatureFile(path: signed.path(configuration)), policy: policy.load(), at: signed.time)
    try OutputFile.write(approval.text, to: configuration.approvalPath)
    if json { return try Output.text(String(approval.text.dropLast())) }
    try Output.text(
      "'\(configuration.strategy.name)' \(approval.configuration)\napproved by "
        + "\(approval.signers.joined(separator: ", ")), \(approval.threshold) needed\n"
        + "wrote \(configuration.approvalPath)")
  }
}

/// Who may sign.
struct PolicyOption: ParsableArguments {
  @Option(
    help: "Policy: who may sign, and how many must (YAML, JSON or TOML).",
    completion: .file(extensions: ["yaml", "json", "toml"]))
  var signers: String

  func load() throws -> SignerPolicy { try SignerPolicy(ConfigDocument.load(path: signers)) }
}
