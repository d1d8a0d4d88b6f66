/// Numbers for settings: equal settings have one, and a new one gets the next, from 0.
///
/// Settings are numbered as the first trial that has them comes, by what they say and not by who made them: so the
/// numbers follow from the trials alone, however these were cut into blocks or shards.
struct SettingNumbers: Sendable {
  /// What a setting says, as numbers: its columns, its reason, its outcomes by code.
  private typealias Content = [Int64]
  private var numbers: [Content: Int] = [:]
  /// The next number to give.
  private var next = 0
  /// Reasons and codes, each with a number.
  private var texts: [String: Int64] = [:]
  /// Taken since the last commit.
  private var added: [Content] = []

  /// The number of a setting, and whether it has just got it.
  mutating func number(of setting: SettingRecord) -> (number: Int, isNew: Bool) {
    let content = content(of: setting)
    if let known = numbers[content] { return (known, false) }
    let number = next
    next += 1
    numbers[content] = number
    added.append(content)
    return (number, true)
  }

  /// Takes over a setting that is stored already, under the number that it has there.
  mutating func adopt(_ setting: SettingRecord, number: Int) {
    let content = content(of: setting)
    next = max(next, number + 1)
    // Earlier versions stored one more than once.
    if numbers[content] == nil { numbers[content] = number }
  }

  private mutating func content(of setting: SettingRecord) -> Content {
    var content: Content = []
    content.reserveCapacity(setting.integers.count + setting.reals.count + 2 * setting.outcomes.count + 1)
    content += setting.integers
    // As SQLite keeps them: one NaN, one zero.
    for real in setting.reals {
      content.append(Int64(bitPattern: real.isNaN ? Double.nan.bitPattern : (real + 0).bitPattern))
    }
    content.append(setting.reason.map { text($0) } ?? -1)
    for outcome in setting.outcomes.sorted(by: { $0.code < $1.code }) {
      content.append(text(outcome.code))
      content.append(Int64(outcome.count))
    }
    return content
  }

  /// Keeps the numbers given since the last commit.
  mutating func commit() { added.removeAll() }

  /// Takes back the numbers given since the last commit.
  mutating func rollback() {
    for content in added { numbers[content] = nil }
    next -= added.count
    added.removeAll()
  }

  private mutating func text(_ text: String) -> Int64 {
    if let known = texts[text] { return known }
    let number = Int64(texts.count)
    texts[text] = number
    return number
  }
}
