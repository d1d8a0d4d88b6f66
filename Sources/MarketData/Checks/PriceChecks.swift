/// Checks of official daily prices.
public enum DailyCheck {
  /// Frozen, jumping and stale days of the S&P 500. O(rows).
  public static func check(_ rows: [DailyRow], calendar: TradingCalendar) -> SeriesCheck {
    var check = SeriesCheck(
      name: "SPX daily", dates: rows.map(\.date), values: rows.count, calendar: calendar,
      missingCost: "a condor that expires there can't be settled: 'no official close', not traded")
    let pairs = zip(rows, rows.dropFirst())
    check.add(
      "closes equal the close before (frozen?)",
      pairs.filter { $0.bar.close == $1.bar.close }.map { "\($1.date) \($1.bar.close)" },
      cost: "a settlement that may be a copy of the day before")
    check.add(
      "closes more than 8 % from the close before",
      pairs.filter { abs($1.bar.close / $0.bar.close - 1) > 0.08 }.map { "\($1.date) \($1.bar.close)" },
      cost: "true in October 2008 and March 2020; elsewhere look for a wrong row")
    let stale = pairs.filter { $0.bar.close == $1.bar.open }
    check.add(
      "opens equal the close before (last \(stale.last?.1.date.description ?? "never"))",
      stale.map { $1.date.description },
      cost: "these are not the market's opens: overnight moves can't be taken from this file there")
    check.add(
      "days with one price all day", rows.filter { $0.bar.high == $0.bar.low }.map(\.date.description),
      cost: "no range: a simulated path inside such a day is flat")
    return check
  }
}

/// Checks of the volatility family.
public enum VolatilityCheck {
  /// Closes outside these are taken for errors; wide enough for 1990–2025.
  static func plausible(_ index: VolatilityIndex) -> ClosedRange<Double> {
    switch index {
    case .vix1d, .vix9d, .vix: 5...150
    case .vix3m, .vix6m: 7...110
    case .vvix: 50...250
    case .skew: 95...200
    }
  }

  /// Impossible, frozen and jumping closes of one index. O(rows).
  public static func check(
    _ index: VolatilityIndex, _ rows: [VolatilityRow], calendar: TradingCalendar
  ) -> SeriesCheck {
    var check = SeriesCheck(
      name: index.rawValue, dates: rows.map(\.date), values: rows.count, calendar: calendar,
      missingCost: "no level on the session after: priced from the next index in line, or 'signal missing'")
    let range = plausible(index)
    check.add(
      "closes outside \(range.lowerBound)–\(range.upperBound)",
      rows.filter { !range.contains($0.bar.close) }.map { "\($0.date) \($0.bar.close)" },
      cost: "a signal on \(index.rawValue) would take them at face value")
    check.add(
      "closes outside the day's high and low",
      rows.filter { $0.bar.high.isFinite && ($0.bar.close > $0.bar.high || $0.bar.close < $0.bar.low) }
        .map(\.date.description),
      cost: "one of the three is wrong")
    check.add(
      "opens outside the day's high and low",
      rows.filter { $0.bar.high.isFinite && ($0.bar.open > $0.bar.high || $0.bar.open < $0.bar.low) }
        .map(\.date.description),
      cost: "none: only closes are used")
    var frozen: [String] = []
    var run = 1
    for i in rows.indices.dropFirst() {
      run = rows[i].bar.close == rows[i - 1].bar.close ? run + 1 : 1
      if run == 4 { frozen.append(rows[i].date.description) }
    }
    check.add(
      "runs of four and more equal closes", frozen, cost: "a feed that stood still: the level is stale")
    check.add(
      "closes more than doubled or halved in a day",
      zip(rows, rows.dropFirst()).filter {
        $1.bar.close > 2 * $0.bar.close || 2 * $1.bar.close < $0.bar.close
      }
      .map { "\($1.date) \($1.bar.close)" },
      cost: "true for VIX on 2018-02-05; elsewhere look for a wrong row")
    return check
  }
}

/// Checks of bars inside the day.
public enum BarsCheck {
  /// Holes by where they lie, odd jumps, and how the last bar meets the official close.
  ///
  /// - Parameters:
  ///   - name: of the source, for example `SPY-5min`.
  ///   - sessions: bars by session, ascending.
  ///   - official: official closes by date.
  ///   - isScaled: whether the prices are the fund's: then the ratio of the two closes is judged by its spread only.
  /// - Complexity: O(bars).
  public static func check(
    name: String, barMinutes: Int, sessions: [(date: SessionDate, bars: [CoarseBar])],
    official: [SessionDate: Double], isScaled: Bool, calendar: TradingCalendar
  ) -> SeriesCheck {
    var check = SeriesCheck(
      name: "\(name) bars", dates: sessions.map(\.date), values: sessions.reduce(0) { $0 + $1.bars.count },
      calendar: calendar, missingCost: "'data hole' unless another source has them")
    var holes: [String: [String]] = [:]
    var singles: [String] = []
    var short: [String] = []
    var jumps: [String] = []
    for (date, bars) in sessions {
      let close = calendar.closeMinute(date) ?? MinuteOfDay.close
      for hole in self.holes(bars, barMinutes, close) {
        if hole.count <= barMinutes, barMinutes == 1 {
          singles.append(date.description)
        } else if hole.count < 15 {
          short.append("\(date) \(MinuteOfDay.text(hole.lowerBound))")
        } else {
          let span = "\(MinuteOfDay.text(hole.lowerBound))–\(MinuteOfDay.text(hole.upperBound))"
          holes[span, default: []].append(date.description)
        }
      }
      for (a, b) in zip(bars, bars.dropFirst()) where abs(b.open / a.close - 1) > 0.02 {
        jumps.append("\(date) \(MinuteOfDay.text(b.startMinute))")
      }
    }
    let ordered = holes.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
    for (span, dates) in ordered.prefix(6) {
      check.add(
        "sessions lack \(span)", dates,
        cost: "entries, stops and exits in those minutes become 'data hole'"
          + (isScaled ? " unless another source has them" : ""))
    }
    let rest = ordered.dropFirst(6).flatMap(\.value).sorted()
    check.add("other holes of 15 minutes and more", rest, cost: "'data hole' in those minutes")
    check.add(
      "holes shorter than 15 minutes", short,
      cost: "no mark inside: a decision waits for the next minute, a stop's confirmation starts anew")
    if !singles.isEmpty {
      let days = singles.enumerated().filter { $0.offset == 0 || singles[$0.offset - 1] != $0.element }
      check.findings.append(
        CheckFinding(
          "single minutes without a bar, on \(days.count) sessions", count: singles.count,
          examples: days.map(\.element), cost: "none: the next bar's open is the mark of that minute"))
    }
    check.add(
      "gaps of more than 2 % between bars", jumps, cost: "a bad print would trigger stops: look at them")
    addCloses(&check, sessions, official, isScaled)
    return check
  }

  /// Stretches of the session that no bar covers.
  static func holes(_ bars: [CoarseBar], _ barMinutes: Int, _ close: Int) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var covered = MinuteOfDay.open
    for bar in bars {
      if bar.startMinute > covered { result.append(covered..<bar.startMinute) }
      covered = max(covered, bar.startMinute + barMinutes)
    }
    if covered < close { result.append(covered..<close) }
    return result
  }

  private static func addCloses(
    _ check: inout SeriesCheck, _ sessions: [(date: SessionDate, bars: [CoarseBar])],
    _ official: [SessionDate: Double], _ isScaled: Bool
  ) {
    var ratios: [(date: SessionDate, ratio: Double)] = []
    for (date, bars) in sessions {
      if let close = official[date], let last = bars.last?.close { ratios.append((date, close / last)) }
    }
    guard !ratios.isEmpty else { return }
    let sorted = ratios.map(\.ratio).sorted()
    let middle = isScaled ? sorted[sorted.count / 2] : 1
    let deviations = ratios.map { (date: $0.date, off: abs($0.ratio / middle - 1)) }
    let median = deviations.map(\.off).sorted()[deviations.count / 2]
    let worst = deviations.filter { $0.off > 0.002 }
    check.findings.append(
      CheckFinding(
        "last bars more than 20 bp off the official close (median \(basisPoints(median)) bp over "
          + "\(ratios.count) sessions)", count: worst.count,
        examples: worst.map { "\($0.date) \(basisPoints($0.off)) bp" },
        cost: isScaled
          ? "distance from the median ratio: the day's own factor takes it out, see the flagged ones"
          : "the path ends beside the settlement: an outcome near a strike can differ"))
  }

  private static func basisPoints(_ x: Double) -> String {
    let tenths = Int((x * 100_000).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
