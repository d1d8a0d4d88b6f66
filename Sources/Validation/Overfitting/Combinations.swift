/// Ways to choose some of n things.
enum Combinations {
  /// All choices of k out of 0 ..< n, each ascending, in lexicographic order.
  ///
  /// - Complexity: O(C(n, k)·k).
  static func all(of n: Int, choose k: Int) -> [[Int]] {
    guard k > 0 else { return k == 0 ? [[]] : [] }
    guard k <= n else { return [] }
    var choice = Array(0..<k)
    var all: [[Int]] = []
    while true {
      all.append(choice)
      guard let i = choice.indices.last(where: { choice[$0] < n - k + $0 }) else { return all }
      choice[i] += 1
      for j in i + 1..<max(i + 1, k) { choice[j] = choice[j - 1] + 1 }
    }
  }

  /// How many there are: C(n, k); nil beyond Int.
  static func count(of n: Int, choose k: Int) -> Int? {
    var count = 1
    for i in 0..<min(k, n - k) {
      let (product, overflow) = count.multipliedReportingOverflow(by: n - i)
      guard !overflow else { return nil }
      count = product / (i + 1)
    }
    return count
  }
}
