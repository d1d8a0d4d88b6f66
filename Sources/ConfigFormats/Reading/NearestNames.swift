/// Which known names a mistyped one is near to.
public enum NearestNames {
  /// Up to three of the known names, nearest first, ties in the given order: those within a third of the
  /// longer name's length in insertions, deletions, substitutions and swaps of neighbours, or that the typed
  /// name begins or ends.
  ///
  /// The distance is Damerau–Levenshtein's in its "optimal string alignment" form, on Unicode scalars.
  public static func of(_ name: String, in known: [String]) -> [String] {
    var found: [(distance: Int, index: Int)] = []
    let plain = name.lowercased()
    for (index, candidate) in known.enumerated() {
      let other = candidate.lowercased()
      let distance = Self.distance(plain, other)
      let isPart = plain.count >= 3 && (other.hasPrefix(plain) || other.hasSuffix(plain))
      if distance * 3 <= max(plain.count, other.count, 3) {
        found.append((distance, index))
      } else if isPart {
        found.append((max(plain.count, other.count), index))
      }
    }
    found.sort { ($0.distance, $0.index) < ($1.distance, $1.index) }
    return found.prefix(3).map { known[$0.index] }
  }

  /// The least number of insertions, deletions, substitutions and swaps of neighbours between two texts.
  /// O(|a|·|b|).
  static func distance(_ a: String, _ b: String) -> Int {
    let (first, second) = (Array(a.unicodeScalars), Array(b.unicodeScalars))
    var before: [Int] = []
    var above = Array(0...second.count)
    for i in 0..<first.count {
      var row = [i + 1]
      for j in 0..<second.count {
        let substituted = above[j] + (first[i] == second[j] ? 0 : 1)
        var best = min(substituted, above[j + 1] + 1, row[j] + 1)
        if i > 0 && j > 0 && first[i] == second[j - 1] && first[i - 1] == second[j] {
          best = min(best, before[j - 1] + 1)
        }
        row.append(best)
      }
      (before, above) = (above, row)
    }
    return above[second.count]
  }
}
