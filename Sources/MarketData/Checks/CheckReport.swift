/// Something to know about a series before money is staked on a study of it.
public struct CheckFinding: Sendable, Hashable, Codable {
  /// What was found.
  public var problem: String
  /// In how many sessions, values or pairs.
  public var count: Int
  /// The first few places.
  public var examples: [String]
  /// What it would cost a study.
  public var cost: String

  /// A finding with at most four examples.
  public init(_ problem: String, count: Int, examples: [String], cost: String) {
    self.problem = problem
    self.count = count
    self.examples = Array(examples.prefix(4))
    self.cost = cost
  }
}

/// One series: how far it reaches, how much of the calendar it covers, and what is odd in it.
public struct SeriesCheck: Sendable, Codable {
  /// `SPX daily`, `VIX`, `SPY-5min bars`, ….
  public var name: String
  /// First date, ISO; empty for an empty series.
  public var first: String
  /// Last date.
  public var last: String
  /// How many values.
  public var values: Int
  /// Sessions between first and last that have a value; `nil` for slower series.
  public var sessionsCovered: Int?
  /// Sessions between first and last.
  public var sessionsExpected: Int?
  /// What is odd, gravest first.
  public var findings: [CheckFinding] = []

  /// A series of one value a session.
  public init(name: String, dates: [SessionDate], values: Int, calendar: TradingCalendar, missingCost: String)
  {
    self.name = name
    first = dates.first?.description ?? ""
    last = dates.last?.description ?? ""
    self.values = values
    guard let low = dates.first, let high = dates.last else { return }
    let present = Set(dates)
    let expected = calendar.sessions(in: low...high)
    let missing = expected.filter { !present.contains($0) }
    sessionsExpected = expected.count
    sessionsCovered = expected.count - missing.count
    if !missing.isEmpty {
      findings.append(
        CheckFinding(
          "sessions without a value", count: missing.count, examples: missing.map(\.description),
          cost: missingCost))
    }
  }

  /// A series that doesn't follow the sessions.
  public init(name: String, first: SessionDate?, last: SessionDate?, values: Int) {
    self.name = name
    self.first = first?.description ?? ""
    self.last = last?.description ?? ""
    self.values = values
  }

  /// Adds a finding if there is anything to it.
  public mutating func add(_ problem: String, _ examples: [String], cost: String) {
    if !examples.isEmpty {
      findings.append(CheckFinding(problem, count: examples.count, examples: examples, cost: cost))
    }
  }
}

/// What `wingspan data check` prints.
public struct CheckReport: Sendable, Codable {
  /// The store.
  public var history: String
  /// Every series.
  public var series: [SeriesCheck]
  /// What can be studied at all with this store.
  public var verdict: [String]
  /// A report of some series.
  public init(history: String, series: [SeriesCheck], verdict: [String]) {
    self.history = history
    self.series = series
    self.verdict = verdict
  }
}

extension CheckReport: CustomStringConvertible {
  /// Aligned plain text, at most 110 columns wide.
  public var description: String {
    var lines = ["\(history)", ""]
    lines.append(Self.columns("series", "from", "to", "values", "sessions"))
    for check in series {
      let covered = check.sessionsCovered.map { "\($0) of \(check.sessionsExpected ?? $0)" } ?? ""
      lines.append(Self.columns(check.name, check.first, check.last, "\(check.values)", covered))
    }
    for check in series where !check.findings.isEmpty {
      lines.append("")
      lines.append(check.name)
      for finding in check.findings {
        let examples =
          finding.examples.joined(separator: ", ") + (finding.count > finding.examples.count ? ", …" : "")
        lines += Self.wrapped(
          "\(finding.count) \(finding.problem): \(examples)", indent: "  ", hanging: "    ")
        lines += Self.wrapped("→ \(finding.cost)", indent: "    ", hanging: "      ")
      }
    }
    lines.append("")
    for line in verdict { lines += Self.wrapped(line, indent: "", hanging: "  ") }
    return lines.joined(separator: "\n")
  }

  private static func columns(_ a: String, _ b: String, _ c: String, _ d: String, _ e: String) -> String {
    func left(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(1, width - text.count))
    }
    func right(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    return left(a, 34) + left(b, 12) + left(c, 12) + right(d, 9) + "  " + right(e, 16)
  }

  private static func wrapped(_ text: String, indent: String, hanging: String) -> [String] {
    var lines: [String] = []
    var line = indent
    var isEmpty = true
    for word in text.split(separator: " ") {
      if !isEmpty, line.count + 1 + word.count > 108 {
        lines.append(line)
        line = hanging
        isEmpty = true
      }
      line += (isEmpty ? "" : " ") + word
      isEmpty = false
    }
    lines.append(line)
    return lines
  }
}
