import MarketData

/// Why a configuration isn't approved, or a file of its governance can't be used.
public enum GovernanceError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A signer's name that isn't one line of 1 to 64 characters.
  case badName(String)
  case keyExists(path: String)
  case exposedKey(file: String)
  case badKeyFile(file: String, line: Int, reason: String)
  /// Settings left to defaults, or written in another way than the canonical one.
  case notCanonical(file: String, path: String)
  /// A configuration after its last day.
  case outdated(file: String, until: SessionDate, at: UTCTime)
  /// A signature file of an earlier or later state of the configuration.
  case changed(file: String, name: String, hash: ContentHash, signatures: String, signed: ContentHash)
  /// A signature file of another configuration.
  case otherConfiguration(
    file: String, name: String, hash: ContentHash, signatures: String, otherName: String, signed: ContentHash)
  /// A signature file of this configuration under another name than its own.
  case misnamed(signatures: String, name: String, configuration: String)
  case alreadySigned(signatures: String, signer: String)
  case badSignature(file: String, line: Int, signer: String)
  case unknownSigner(file: String, line: Int, signer: String, key: PublicKey, policy: String)
  /// A key that the policy lists under another name.
  case otherName(file: String, line: Int, signer: String, listed: String, policy: String)
  case duplicateSigner(file: String, line: Int, signer: String, first: String)
  case expired(file: String, line: Int, signer: String, until: SessionDate, at: UTCTime)
  case notYetValid(file: String, line: Int, signer: String, from: SessionDate, signed: UTCTime)
  case revoked(file: String, line: Int, signer: String, on: SessionDate)
  /// A signature of a time after that of the check.
  case signedLater(file: String, line: Int, signer: String, signed: UTCTime, at: UTCTime)
  case tooFew(file: String, have: Int, need: Int, missing: [String])
  case thresholdAbove(file: String, line: Int, threshold: Int, signers: Int)
  /// Two signers of a policy with one name or one key.
  case sameSigner(file: String, line: Int, signer: String, first: String, what: String)
  /// An approval by another policy than the one it is checked against.
  case otherPolicy(file: String, approved: ContentHash, policy: String, hash: ContentHash)
  case otherApproval(file: String, approved: ContentHash, hash: ContentHash)
  /// An approval that says of threshold, signers or time what can't be.
  case badApproval(file: String, reason: String)
  case otherHistory(file: String, history: String, digest: String, exported: String, seed: String)
  case notComparable(file: String, reason: String)

  /// What is wrong and what to do.
  public var description: String {
    switch self {
    case .badName(let name):
      "the signer's name '\(name)' isn't one line of 1 to 64 characters without blanks at its ends; choose such a name"
    case .keyExists(let path): "\(path): is there already and is never replaced; choose another name"
    case .exposedKey(let file):
      "\(file): a private key that others may read; `chmod 600 \(file)`, and make a new one if somebody has seen it"
    case .badKeyFile(let file, let line, let reason): "\(file):\(line): \(reason)"
    case .notCanonical(let file, let path):
      "\(file): \(path) isn't written in full, so that a later default or another reading could change what is signed; "
        + "`wingspan export \(file) --to FILE` writes every setting out: sign that"
    case .outdated(let file, let until, let at):
      "\(file): was valid until the end of \(until), this is \(at); make a revision with a later valid_until and have it signed"
    case .changed(let file, let name, let hash, let signatures, let signed):
      "\(file): '\(name)' has changed since it was signed: it is \(hash), \(signatures) signs \(signed); "
        + "restore what was signed, or remove \(signatures) and have this signed"
    case .otherConfiguration(let file, let name, let hash, let signatures, let otherName, let signed):
      "\(signatures): signs another configuration, '\(otherName)' \(signed); \(file) is '\(name)' \(hash): "
        + "give its own signature file with --signatures"
    case .misnamed(let signatures, let name, let configuration):
      "\(signatures): calls the configuration '\(name)', but it is '\(configuration)'; remove the file and have the "
        + "configuration signed"
    case .alreadySigned(let signatures, let signer):
      "\(signatures): \(signer) has signed already; a second signature of the same key counts for nothing"
    case .badSignature(let file, let line, let signer):
      "\(file):\(line): the signature of \(signer) doesn't hold: it, the time, a name or the hash were changed after "
        + "signing; remove it and have \(signer) sign again"
    case .unknownSigner(let file, let line, let signer, let key, let policy):
      "\(file):\(line): the key \(key) of \(signer) isn't among the signers of \(policy); remove the signature, or list it"
    case .otherName(let file, let line, let signer, let listed, let policy):
      "\(file):\(line): signed as \(signer), but \(policy) lists that key as \(listed); sign under the listed name"
    case .duplicateSigner(let file, let line, let signer, let first):
      "\(file):\(line): \(signer) signs with the key that \(first) has signed with already; one key counts once: remove one"
    case .expired(let file, let line, let signer, let until, let at):
      "\(file):\(line): the key of \(signer) expired at the end of \(until), this is \(at); "
        + "have another signer sign, or extend valid_until"
    case .notYetValid(let file, let line, let signer, let from, let signed):
      "\(file):\(line): \(signer) signed on \(signed), but the key is valid from \(from) only; have \(signer) sign then"
    case .revoked(let file, let line, let signer, let on):
      "\(file):\(line): the key of \(signer) was revoked on \(on), and with it all that it signed; remove the signature"
    case .signedLater(let file, let line, let signer, let signed, let at):
      "\(file):\(line): \(signer) signed at \(signed), later than \(at); set the clock, or give a later --at"
    case .tooFew(let file, let have, let need, let missing):
      "\(file): has \(have) of \(need) approvals"
        + (missing.isEmpty ? "" : "; could still sign: \(missing.joined(separator: ", "))")
    case .thresholdAbove(let file, let line, let threshold, let signers):
      "\(file):\(line): threshold is \(threshold), more than the \(signers) signers; lower it or list more"
    case .sameSigner(let file, let line, let signer, let first, let what):
      "\(file):\(line): \(signer) has the \(what) of \(first); every signer has a name and a key of their own"
    case .otherPolicy(let file, let approved, let policy, let hash):
      "\(file): was approved under another policy, \(approved); \(policy) is \(hash): give that policy with --signers, or "
        + "approve anew"
    case .otherApproval(let file, let approved, let hash):
      "\(file): approves \(approved), not this configuration, \(hash); remove it and approve anew"
    case .badApproval(let file, let reason): "\(file): \(reason); remove it and approve anew"
    case .otherHistory(let file, let history, let digest, let exported, let seed):
      "\(file): its figures stand on the history with digest \(exported), and \(history) has \(digest); "
        + "give the history it was made on with --history, and the seed of its minutes, \(seed), with --seed"
    case .notComparable(let file, let reason):
      "\(file): its figures can't be worked out again: \(reason)"
    }
  }
}
