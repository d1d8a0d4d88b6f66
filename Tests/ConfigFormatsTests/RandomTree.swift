@testable import ConfigFormats

/// A small seeded generator (SplitMix64), so that a failing case can be made again from its seed.
struct TreeRandom: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}

/// Trees that hold everything a configuration may, traps included.
enum RandomTree {
  static func map(_ random: inout TreeRandom, depth: Int = 0) -> ConfigNode {
    var entries: [ConfigEntry] = []
    for _ in 0..<random.below(6) + (depth == 0 ? 1 : 0) {
      let key = word(&random)
      guard !key.isEmpty, !entries.contains(where: { $0.key == key }) else { continue }
      entries.append(ConfigEntry(key: key, node: node(&random, depth: depth + 1, inMap: true)))
    }
    if depth == 0 && entries.isEmpty { entries = [ConfigEntry(key: "k", node: ConfigNode(.int(1)))] }
    return ConfigNode(.map(entries))
  }

  private static func node(_ random: inout TreeRandom, depth: Int, inMap: Bool) -> ConfigNode {
    switch random.below(depth > 4 ? 6 : 9) {
    case 0: ConfigNode(.bool(random.below(2) == 0))
    case 1:
      ConfigNode(.int(random.below(4) == 0 ? Int(truncatingIfNeeded: random.next()) : random.below(2000)))
    case 2, 3: ConfigNode(decimal(&random))
    case 4, 5: ConfigNode(.string(word(&random)))
    case 6: map(&random, depth: depth)
    default:
      ConfigNode(.list((0..<random.below(5)).map { _ in node(&random, depth: depth + 1, inMap: false) }))
    }
  }

  private static func decimal(_ random: inout TreeRandom) -> ConfigValue {
    if random.below(2) == 0 { return DecimalText.decimal(Double(random.below(100_000)) / 1000 - 20) }
    while true {
      let value = Double(bitPattern: random.next())
      if value.isFinite { return DecimalText.decimal(value) }
    }
  }

  /// But no byte order mark: Foundation drops it from the start of a text.
  private static let traps = [
    "", "yes", "no", "on", "off", "Y", "n", "null", "Null", "~", "true", "True", "FALSE", "15:45", "1:30:00",
    "0x1F", "0o17", "007", "1_000", ".5", "5.", "1e3", "-0", "+1", ".inf", "-.INF", ".nan", "2018-02-05",
    "2018-02-05 15:45:00", "<<", "=", "&a", "*a", "!tag", "- x", "a: b", "a #b", "#", "{", "[a]", "%", "@",
    "`",
    "|", ">", "?", ": ", " lead", "trail ", "two\nlines", "tab\there", "quote\"s", "apo'strophe",
    "back\\slash",
    "\\u0041", "é", "日本", "🦋", "\u{2028}", "\u{85}", "\u{7F}", "\u{1B}", "\r\n", "a.b", "a]b", "x=y", "---",
    "...",
    "S&P 500",
  ]

  private static func word(_ random: inout TreeRandom) -> String {
    if random.below(3) == 0 { return traps[random.below(traps.count)] }
    let letters = Array("abcdefgh_-. 0123456789")
    return String((0..<1 + random.below(12)).map { _ in letters[random.below(letters.count)] })
  }
}
