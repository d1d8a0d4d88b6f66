/// What can be wrong with the arrays and the grid of `bench from-paths`.
extension BadInputTests {
  /// A .npy file of int32 numbers, or one whose header says something else.
  static func npy(
    _ numbers: [Int32], _ shape: String, type: String = "<i4", order: String = "False"
  ) -> [UInt8] {
    let text = "{'descr': '\(type)', 'fortran_order': \(order), 'shape': \(shape), }\n"
    return [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, UInt8(text.utf8.count), 0] + Array(text.utf8)
      + numbers.flatMap { n in (0..<4).map { UInt8(truncatingIfNeeded: n >> (8 * $0)) } }
  }
  static let path = npy([100, 120, 90, 100, 80, 150], "(1, 2, 3)")
  static let creditArray = npy([100, 100], "(1, 2)")

  static func fromPaths(
    _ options: String = "--stops 500:1000:500 --targets 500", paths: [UInt8]? = path,
    credits: [UInt8]? = creditArray, hedges: [UInt8]? = nil, _ told: String...
  ) -> BadInput {
    var bytes: [String: [UInt8]] = [:]
    bytes["p.npy"] = paths
    bytes["c.npy"] = credits
    bytes["h.npy"] = hedges
    return BadInput(
      "bench from-paths p.npy c.npy \(options) --out pnl.npy" + (hedges == nil ? "" : " --hedges h.npy"),
      told,
      bytes: bytes)
  }

  static let pathArrays = [
    // files
    fromPaths(paths: nil, "p.npy: cannot be read", "check the name"),
    fromPaths(credits: nil, "c.npy: cannot be read", "check the name"),
    fromPaths(
      paths: npy([], "(1, 2, 3)", type: "<f8"), "p.npy: not a NumPy array", "wanted <i4", "<f8",
      "save it as .npy version 1.0"),
    fromPaths(paths: npy([1, 2, 3, 4, 5, 6], "(1, 2, 3)", order: "True"), "p.npy: ", "C order"),
    fromPaths(paths: Array("no array".utf8), "p.npy: not a NumPy array"),
    fromPaths(paths: [], "p.npy: not a NumPy array"),
    fromPaths(paths: npy([1, 2, 3, 4, 5], "(1, 2, 3)"), "p.npy: the shape holds 6 numbers but 5 were given"),
    fromPaths(
      paths: npy([], "(4611686018427387904, 1, 1)"), "p.npy: the shape holds 4611686018427387904 numbers"),
    fromPaths(paths: npy([], "(4611686018427387904, 4, 4)"), "p.npy: not a NumPy array", "its shape is"),
    fromPaths(paths: npy([1, 2], "(1, 2)"), "p.npy: its shape is [1, 2]", "[condors, trades, minutes]"),
    fromPaths(paths: npy([], "(1, 0, 3)"), "p.npy: its shape is [1, 0, 3]", "none of them 0"),
    fromPaths(credits: npy([1, 2], "(2,)"), "c.npy: its shape is [2]", "[condors, trades]"),
    fromPaths(
      credits: npy([1, 2], "(2, 1)"), "c.npy: its shape is [2, 1]", "[1, 2, 3] of p.npy", "the same condors"),
    fromPaths(hedges: npy([1, 2], "(2,)"), "h.npy: its shape is [2]", "[hedges, trades]"),
    fromPaths(hedges: npy([1, 2, 3], "(1, 3)"), "h.npy: its shape is [1, 3]", "[1, 2, 3] of p.npy"),
    fromPaths(hedges: npy([], "(0, 2)"), "h.npy: its shape is [0, 2]", "at least one hedge"),
    // numbers
    fromPaths(
      paths: npy([1, 2, 3, 4, 1 << 30, 6], "(1, 2, 3)"),
      "p.npy: the number at [0, 1, 1] is 1073741824; costs and credits must stay below 1073741824"),
    fromPaths(
      credits: npy([100, Int32.max], "(1, 2)"), "c.npy: the number at [0, 1] is 2147483647", "must stay below"
    ),
    fromPaths(credits: npy([100, -5], "(1, 2)"), "c.npy: the credit at [0, 1] is -5", "at least 0"),
    fromPaths(hedges: npy([1, Int32.min], "(1, 2)"), "h.npy: the number at [0, 1] is -2147483648"),
    // grid
    fromPaths("--stops 500:1000:0 --targets 500", "--stops is '500:1000:0': its step is 0", "500:3000:250"),
    fromPaths("--stops 500:1000:-1 --targets 500", "--stops is '500:1000:-1': its step is -1"),
    fromPaths("--stops 1000:500:100 --targets 500", "--stops is '1000:500:100': it is empty"),
    fromPaths("--stops 500:1000 --targets 500", "--stops is '500:1000': not three whole numbers"),
    fromPaths("--stops 500:x:100 --targets 500", "--stops is '500:x:100': not three whole numbers"),
    fromPaths("--stops 500:99999999999999999999:1 --targets 500", "--stops", "not three whole numbers"),
    fromPaths("--stops 500 --targets 300:1100:100", "--targets is '300:1100:100': beyond 0 to 1000"),
    fromPaths("--stops 0:2000000:100 --targets 500", "--stops is '0:2000000:100': beyond 0 to 1000000"),
    fromPaths("--stops 0:1000000:1 --targets 500", "--stops", "it holds more than 10000 values"),
    fromPaths(
      "--stops 0:9999:1 --targets 0:1000:1",
      "10010000 combinations (condors x stops x targets x hedges) are more than the 5000000",
      "take larger steps"),
    fromPaths("--stops 500", "Missing expected argument '--targets"),
    fromPaths("--stops 500 --targets 500 --repeat 0", "--repeat must be 1 to 1000, was 0"),
    fromPaths("--stops 500 --targets 500 --threads 2000", "--threads must be 0 to 1024, was 2000"),
    // places
    fromPaths(
      "--stops 500 --targets 500 --scorecards pnl.npy", "--out and --scorecards must be different files"),
    BadInput(
      "bench from-paths p.npy c.npy --stops 500 --targets 500 --out ./p.npy",
      ["the paths and --out must be different files"], bytes: ["p.npy": path, "c.npy": creditArray]),
    BadInput(
      "bench from-paths p.npy c.npy --stops 500 --targets 500 --out c.npy/x.npy",
      ["c.npy is a file, no folder"],
      bytes: ["p.npy": path, "c.npy": creditArray]),
    BadInput(
      "bench from-paths p.npy c.npy --stops 500 --targets 500 --out /proc/x.npy",
      ["/proc/x.npy: cannot be written"], bytes: ["p.npy": path, "c.npy": creditArray]),
  ]
}
