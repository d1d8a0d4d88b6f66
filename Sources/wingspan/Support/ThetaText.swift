import Studies

/// The text of `wingspan theta`.
enum ThetaText {
  static func text(_ r: ThetaReport) -> String {
    var parts = [
      ReportText.head(
        "theta of \(r.rows.count) configurations", history: r.history, from: r.from, to: r.to,
        disclosure: r.disclosure)
    ]
    for row in r.rows {
      parts.append(ReportText.title(row.name, row.caveats) + "\n\n" + curve(row))
      if !row.forfeited.isEmpty { parts.append(forfeited(row)) }
      parts.append(regimes(row))
    }
    parts.append(partings(r))
    return parts.joined(separator: "\n\n")
  }

  private static func curve(_ row: ThetaReport.Row) -> String {
    var table = TextTable([
      "share of credit kept if held", "sessions", "mean", "error", "25 %", "median", "75 %", "pooled",
      "extrinsic left",
    ])
    for p in row.curve {
      table.add([
        [p.phase.rawValue, p.time ?? ""].joined(separator: " ").trimmingTrailingSpaces, "\(p.sessions)",
        Text.percent(p.mean), Text.percent(p.standardError), Text.percent(p.lowerQuartile),
        Text.percent(p.median), Text.percent(p.upperQuartile), Text.percent(p.pooled),
        Text.percent(p.extrinsicShare),
      ])
    }
    return table.text
  }

  private static func forfeited(_ row: ThetaReport.Row) -> String {
    var table = TextTable(["early exits by", "", "exits", "extrinsic given up $", "of their credit"])
    for f in row.forfeited {
      table.add([
        f.group, f.value, "\(f.exits)", Text.dollars(f.dollars), Text.percent(f.shareOfCredit),
      ])
    }
    return table.text
  }

  private static func regimes(_ row: ThetaReport.Row) -> String {
    var table = TextTable([
      "net $ an entry where", "held", "mean", "95 % interval", "didn't", "mean", "95 % interval",
      "difference",
      "p",
    ])
    func side(_ s: ThetaReport.RegimeResult.Side) -> [String] {
      [
        "\(s.entries)", Text.dollars(s.mean),
        s.low == nil ? "-" : "\(Text.dollars(s.low)) to \(Text.dollars(s.high))",
      ]
    }
    for r in row.regimes {
      table.add(
        [r.rule] + side(r.held) + side(r.otherwise)
          + [Text.dollars(r.difference), Text.probability(r.pValue)])
    }
    let unknown = row.regimes.filter { $0.unknown > 0 }.map { "\($0.unknown) for \($0.rule)" }
    return table.text
      + (unknown.isEmpty
        ? "" : "\n" + Text.wrap("entries that can't be told: " + unknown.joined(separator: "; ")))
  }

  private static func partings(_ r: ThetaReport) -> String {
    let lines = r.partings.map { parting in
      "\(parting.rule): \(parting.source)" + (parting.unavailable.map { "; not told here: \($0)" } ?? "")
    }
    return
      ([
        "Entries are looked at under many rules at once: of ten rules without any meaning one has a p below 0.1. "
          + "A difference is where to search, not what to trade."
      ] + lines).map { Text.wrap($0) }.joined(separator: "\n")
  }
}
