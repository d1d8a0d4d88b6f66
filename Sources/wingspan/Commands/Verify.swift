import ArgumentParser
import Governance

struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Verify an approved configuration: content, signatures, history and figures.",
    discussion: """
      Checks keys and values, that nothing has changed since it was signed, every signature against the policy, the record of \
      the approval if there is one, the digest of the history, and works the figures out again, to the cent. The first thing \
      that isn't right is told, with exit status 1. The period is that of the figures.
      """)

  @OptionGroup var signed: SignedOptions
  @OptionGroup var policy: PolicyOption
  @OptionGroup var market: HistoryOptions
  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let configuration = try GovernedConfiguration(path: signed.config)
    let found = try Verification(
      configuration, SignatureFile(path: signed.path(configuration)), policy: policy.load(), at: signed.time,
      market: { try market.open() })
    if json { return try Output.json(found) }
    let until = found.validUntil.map { "valid until \($0), " } ?? ""
    try Output.text(
      """
      checked at     \(found.checkedAt)
      configuration  '\(found.name)' revision \(found.revision), \(until)unchanged
                     \(found.configuration)\(found.parent.map { "\n               after \($0)" } ?? "")
      signatures     \(found.signatures.count), \(found.threshold) needed: \(found.signatures.joined(separator: ", "))
      policy         \(found.policy)
      approval       \(found.approved.map { "of \($0), under this policy" } ?? "no record: `wingspan approve` makes one")
      history        \(found.history ?? "none: it carries no figures")
      figures        \(found.figures ?? "none: there is nothing to work out again")
      evidence       \(found.hasEvidence ? "as the export told it: not worked out again, since that needs its study" : "none")
      settings       \(settings(found))
      live           where a signal is missing: \(found.onMissing == "skip" ? "skip the session" : "halt")
      """)
  }

  private func settings(_ found: Verification) -> String {
    guard let first = found.firstDefault else { return "all written out" }
    return found.defaults == 1
      ? "1 setting is left to this version's defaults, \(first): a later version may read it otherwise"
      : "\(found.defaults) settings are left to this version's defaults, first \(first): a later version may read "
        + "them otherwise"
  }
}
