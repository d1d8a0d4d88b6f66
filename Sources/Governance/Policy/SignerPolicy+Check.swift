extension SignerPolicy {
  /// Checks that every signature of a file stands and that there are enough of them.
  ///
  /// Each must be by a listed key under its listed name, hold for its statement, and lie within the key's days; the key must
  /// be neither expired nor revoked at `time`. A signer's own clock says when it was signed, so expiry and revocation hang
  /// on the time of the check: an old date on a signature made with a stolen key doesn't help. One that doesn't stand is
  /// refused, even where the others would be enough.
  ///
  /// - Parameter time: that of the check.
  /// - Throws: ``GovernanceError`` for the first signature that doesn't stand, then `tooFew`.
  /// - Complexity: O(signatures × signers).
  public func check(_ file: SignatureFile, at time: UTCTime) throws(GovernanceError) {
    for (k, signature) in file.signatures.enumerated() {
      let line = signature.line
      let name = signature.signer
      if let first = file.signatures[..<k].first(where: { $0.key == signature.key }) {
        throw .duplicateSigner(file: file.file, line: line, signer: name, first: first.signer)
      }
      guard let signer = signers.first(where: { $0.key == signature.key }) else {
        throw .unknownSigner(
          file: file.file, line: line, signer: name, key: signature.key, policy: self.file)
      }
      guard signer.name == name else {
        throw .otherName(file: file.file, line: line, signer: name, listed: signer.name, policy: self.file)
      }
      guard
        signature.key.isSignature(signature.bytes, of: file.message(signer: name, time: signature.time))
      else { throw .badSignature(file: file.file, line: line, signer: name) }
      if let on = signer.revoked, time.date >= on {
        throw .revoked(file: file.file, line: line, signer: name, on: on)
      }
      guard signature.time <= time else {
        throw .signedLater(file: file.file, line: line, signer: name, signed: signature.time, at: time)
      }
      guard signature.time.date >= signer.valid.lowerBound else {
        throw .notYetValid(
          file: file.file, line: line, signer: name, from: signer.valid.lowerBound, signed: signature.time)
      }
      guard time.date <= signer.valid.upperBound else {
        throw .expired(file: file.file, line: line, signer: name, until: signer.valid.upperBound, at: time)
      }
    }
    guard file.signatures.count >= threshold else {
      let open = signers.filter { signer in
        !file.signatures.contains { $0.key == signer.key } && signer.valid.contains(time.date)
          && signer.revoked.map { time.date < $0 } ?? true
      }
      throw .tooFew(
        file: file.file, have: file.signatures.count, need: threshold, missing: open.map(\.name))
    }
  }
}
