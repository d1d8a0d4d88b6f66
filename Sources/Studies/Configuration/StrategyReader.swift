import ConfigFormats
import MarketData
import Pricing
import Strategies

/// Reads a strategy from a configuration file. Unknown keys, wrong types and values out of range are errors that
/// name file and line.
public enum StrategyReader {
  /// The version of the file format.
  public static let version = 1
  /// Keys whose value is a list by nature, so that a list there is not something to search over.
  public static let listKeys: Set<String> = [
    "layers", "monetise", "delta_band", "put_delta_band", "call_delta_band", "credit_band", "gates",
    "weekdays",
    "skip_events", "fees", "steps", "all", "any", "kinds", "inputs",
  ]

  /// What a configuration carries beside its settings.
  static let sections = ["governance", "exported"]

  /// The strategy of a whole file.
  public static func strategy(_ document: ConfigDocument) throws(ConfigError) -> Strategy {
    try strategy(reading: ConfigReader(document))
  }

  /// The strategy under a root.
  static func strategy(reading root: ConfigReader) throws(ConfigError) -> Strategy {
    guard let version = try root.int("version", in: version...version) else { throw root.missing("version") }
    _ = version
    // What `export` and `sweep` add; read by them, and no part of the strategy.
    _ = root.node("exported")
    _ = root.node("search")
    _ = try Lineage(root)
    let name = try root.string("name") ?? fileName(root.file)
    let source = try root.string("source") ?? ""
    guard let condorNode = try root.map("condor") else { throw root.missing("condor") }
    var strategy = Strategy(name: name, source: source, condor: try condor(condorNode))
    if let node = try root.map("entry") { strategy.entry = try entry(node) }
    if let node = try root.map("exit") { strategy.exit = try exit(node) }
    if let node = try root.map("hedge") {
      strategy.vxPathSeed = UInt64(try node.int("vx_path_seed", in: 0...Int.max) ?? 1)
      strategy.ties.unwinds = try node.bool("unwind_with_condor") ?? false
      if node.node("break_even_limit_points")?.value != .string("none") {
        strategy.ties.breakEvenLimitThousandths =
          try node.decimalThousandths("break_even_limit_points", in: 0...1_000_000).map(Int32.init)
      }
      let rules = try NamedRules(node)
      for layer in try node.maps("layers") ?? [] {
        strategy.hedge.append(try HedgeReader.layer(layer, rules))
      }
    }
    if let node = try root.map("costs") { strategy.costs = try costs(node) }
    if let node = try root.map("marks") { strategy.marks = try marks(node) }
    if let dollars = try root.double("account_dollars", in: 1...1e9, unit: "dollars") {
      strategy.accountCents = Int64((dollars * 100).rounded())
    }
    strategy.sizing = try sizing(root)
    let width = strategy.condor.width
    guard strategy.exit.reentry == nil || Int64(width) * 10_000 <= strategy.accountCents else {
      throw root.refused(
        "account_dollars",
        allowed: "\(100 * width) or more, the margin that re-entry reserves for a condor \(width) points wide"
      )
    }
    try root.finish()
    return strategy
  }

  private static func fileName(_ path: String) -> String {
    let last = path.split(separator: "/").last ?? ""
    guard ConfigFormat(path: path) != nil, let dot = last.lastIndex(of: ".") else { return String(last) }
    return String(last[..<dot])
  }

  // MARK: Entry

  private static func entry(_ node: ConfigReader) throws(ConfigError) -> EntryRule {
    var rule = EntryRule()
    if let minute = try node.minute("minute") {
      guard (MinuteOfDay.open...MinuteOfDay.afterClose).contains(minute) else {
        throw node.refused("minute", allowed: "09:30 to 16:15 (the fill is one minute later)")
      }
      rule.minute = minute
    }
    rule.expirations = try node.choice("expirations", as: EntryRule.Expirations.self) ?? .listed
    for day in try node.strings("weekdays") ?? [] {
      guard let index = ["mon", "tue", "wed", "thu", "fri"].firstIndex(of: day.lowercased()) else {
        throw node.refused("weekdays", allowed: "mon, tue, wed, thu, fri")
      }
      rule.weekdays.append(index + 1)
    }
    rule.skipEvents = try events(node, "skip_events") ?? []
    for gate in try node.maps("gates") ?? [] {
      guard let index = try gate.choice("index", as: VolatilityIndex.self) else {
        throw gate.missing("index")
      }
      let made = Gate(
        index: index, over: try gate.choice("over", as: VolatilityIndex.self),
        atLeast: try gate.double("at_least"), atMost: try gate.double("at_most"))
      guard made.atLeast != nil || made.atMost != nil else { throw gate.missing("at_most") }
      rule.gates.append(made)
    }
    rule.condition = try condition(node, as: .market)
    return rule
  }

  /// The rule `when` of a section, which may use the section's named rules and numbers.
  private static func condition(
    _ node: ConfigReader, as role: StrategyRule.Role
  ) throws(ConfigError) -> StrategyRule? {
    let condition = try NamedRules(node).rule(node, "when", as: role)
    for key in ["rules", "parameters"] where condition == nil && node.has(key) {
      throw node.refused(key, allowed: "what `when` uses, which is missing")
    }
    return condition
  }

  static func events(_ node: ConfigReader, _ key: String) throws(ConfigError) -> [EconomicEvent.Kind]? {
    guard let names = try node.strings(key) else { return nil }
    var kinds: [EconomicEvent.Kind] = []
    for name in names {
      guard let kind = EconomicEvent.Kind(rawValue: name.uppercased()) else {
        throw node.refused(key, allowed: EconomicEvent.Kind.allCases.map(\.rawValue).joined(separator: ", "))
      }
      kinds.append(kind)
    }
    return kinds
  }

  // MARK: Condor

  private static func condor(_ node: ConfigReader) throws(ConfigError) -> CondorRule {
    let both = try width(node, "width_points") ?? 5
    let put = try width(node, "put_width_points") ?? both
    let call = try width(node, "call_width_points") ?? both
    let band = try deltaBand(node, "delta_band")
    let putBand = try deltaBand(node, "put_delta_band") ?? band
    let callBand = try deltaBand(node, "call_delta_band") ?? band
    let creditBand = try creditBand(node)

    let delta = try perSide(node, "short_delta", in: 0.005...0.5, unit: "|delta|")
    let rule = try node.choice("short_delta_rule", as: DeltaRule.self) ?? .nearest
    let credit = try node.double("credit_target", in: 0.001...100, unit: "points")
    let range = try perSide(node, "edr_multiple", in: 0.1...5, unit: "expected daily ranges")
    let given = [delta != nil, credit != nil, range != nil].count { $0 }
    guard given <= 1 else {
      throw node.refused(
        credit != nil ? "credit_target" : "edr_multiple",
        allowed: "one of short_delta, credit_target, edr_multiple")
    }
    let target: StrikeRule.Target
    if let delta {
      target = .delta(put: delta.put, call: delta.call, notAbove: rule == .notAbove)
    } else if let range {
      target = .expectedRange(put: range.put, call: range.call)
    } else if let credit {
      target = .credit(units: Int32((credit * 10_000).rounded()))
    } else if let creditBand {
      target = .credit(units: (creditBand.lowerBound + creditBand.upperBound) / 2)
    } else if let putBand, let callBand {
      target = .delta(
        put: (putBand.low + putBand.high) / 2, call: (callBand.low + callBand.high) / 2, notAbove: false)
    } else {
      throw node.missing("short_delta")
    }
    return CondorRule(
      putWidth: put, callWidth: call,
      strikes: StrikeRule(target: target, putBand: putBand, callBand: callBand, creditBand: creditBand))
  }

  private enum DeltaRule: String, CaseIterable {
    case nearest
    case notAbove = "not_above"
  }

  private static func width(_ node: ConfigReader, _ key: String) throws(ConfigError) -> Int? {
    guard let width = try node.int(key, in: 5...500, unit: "index points") else { return nil }
    guard width % 5 == 0 else { throw node.refused(key, allowed: "a multiple of 5 points, the strike grid") }
    return width
  }

  private static func perSide(
    _ node: ConfigReader, _ key: String, in range: ClosedRange<Double>, unit: String
  ) throws(ConfigError) -> (put: Double, call: Double)? {
    guard let value = node.node(key) else { return nil }
    guard case .map = value.value else {
      guard let both = try node.double(key, in: range, unit: unit) else { return nil }
      return (both, both)
    }
    guard let sides = try node.map(key) else { return nil }
    guard let put = try sides.double("put", in: range, unit: unit) else { throw sides.missing("put") }
    guard let call = try sides.double("call", in: range, unit: unit) else { throw sides.missing("call") }
    return (put, call)
  }

  private static func deltaBand(_ node: ConfigReader, _ key: String) throws(ConfigError) -> DeltaBand? {
    guard let pair = try node.doubles(key, in: 0...0.5, unit: "|delta|") else { return nil }
    guard pair.count == 2, pair[0] <= pair[1] else {
      throw node.refused(key, allowed: "[low, high], low <= high")
    }
    return DeltaBand(low: pair[0], high: pair[1])
  }

  private static func creditBand(_ node: ConfigReader) throws(ConfigError) -> ClosedRange<Int32>? {
    guard let pair = try node.doubles("credit_band", in: 0...100, unit: "points") else { return nil }
    guard pair.count == 2, pair[0] <= pair[1] else {
      throw node.refused("credit_band", allowed: "[low, high] in points, low <= high")
    }
    return Int32((pair[0] * 10_000).rounded())...Int32((pair[1] * 10_000).rounded())
  }

  // MARK: Exit

  private static func exit(_ node: ConfigReader) throws(ConfigError) -> ExitRule {
    var rule = ExitRule()
    rule.stop = try stop(node)
    rule.basis = try node.choice("basis", as: ExitRule.Basis.self) ?? .condor
    rule.reference = try node.choice("of", as: ExitRule.Reference.self) ?? .total
    rule.mark = try node.choice("mark", as: ExitRule.Mark.self) ?? .mid
    rule.fill = try node.choice("fill", as: ExitRule.Fill.self) ?? .next
    rule.confirm = try node.int("confirm_minutes", in: 1...390, unit: "consecutive minutes") ?? 1
    if let share = try optionalNumber(node, "profit_target") {
      guard (1...999).contains(share) else {
        throw node.refused("profit_target", allowed: "none, or a share of the credit from 0.001 to 0.999")
      }
      rule.targetThousandths = Int32(share)
    }
    if case .string("none")? = node.node("time_stop")?.value {
      rule.timeStop = nil
    } else if let minute = try node.minute("time_stop") {
      guard (MinuteOfDay.open..<MinuteOfDay.close).contains(minute) else {
        throw node.refused("time_stop", allowed: "none, or 09:30 to 15:59 of the expiry session")
      }
      rule.timeStop = minute
    }
    rule.condition = try condition(node, as: .exit)
    rule.reentry = try reentry(node)
    rule.shift = try ShiftReader.rule(node, of: rule)
    return rule
  }

  private static func reentry(_ node: ConfigReader) throws(ConfigError) -> ReentryRule? {
    if case .string(let name)? = node.node("reentry")?.value {
      guard name == "none" else { throw node.refused("reentry", allowed: "none, or {after: stop}") }
      return nil
    }
    guard let map = try node.map("reentry") else { return nil }
    guard let after = try map.choice("after", as: ReentryRule.After.self) else { throw map.missing("after") }
    var rule = ReentryRule(after: after)
    if let n = try map.int("wait_minutes", in: 1...390, unit: "trading minutes") { rule.waitMinutes = n }
    if let n = try map.int("at_most", in: 1...20, unit: "condors a trade") { rule.atMost = n }
    if let minute = try map.minute("until") {
      guard (MinuteOfDay.open..<MinuteOfDay.close).contains(minute) else {
        throw map.refused("until", allowed: "09:30 to 15:59 of the expiry session")
      }
      rule.until = minute
    }
    return rule
  }

  private static func sizing(_ root: ConfigReader) throws(ConfigError) -> Sizing {
    let allowed = "one, {equity_fraction: 0.25, at_most: 100} or {hedge_gains: 0.5, at_most: 10}"
    if case .string(let name)? = root.node("sizing")?.value {
      guard name == "one" else { throw root.refused("sizing", allowed: allowed) }
      return .one
    }
    guard let map = try root.map("sizing") else { return .one }
    let most = Int32(try map.int("at_most", in: 1...10_000, unit: "condors") ?? 100)
    if let share = try map.decimalThousandths("hedge_gains", in: 1...1000) {
      return .hedgeGains(thousandths: Int32(share), atMost: most)
    }
    guard let share = try map.decimalThousandths("equity_fraction", in: 1...1000) else {
      throw root.refused("sizing", allowed: allowed)
    }
    return .equityFraction(thousandths: Int32(share), atMost: most)
  }

  /// A number in thousandths, or `none`.
  private static func optionalNumber(_ node: ConfigReader, _ key: String) throws(ConfigError) -> Int? {
    if case .string("none")? = node.node(key)?.value { return nil }
    return try node.decimalThousandths(key)
  }

  private static func stop(_ node: ConfigReader) throws(ConfigError) -> StopRule {
    guard let value = node.node("stop") else { return .none }
    if case .string(let name) = value.value {
      switch name {
      case "none": return .none
      case "short_strike_touched": return .shortStrikeTouched
      default: throw node.refused("stop", allowed: stopForms)
      }
    }
    guard case .map(let entries) = value.value, entries.count == 1, let rule = try node.map("stop") else {
      throw node.refused("stop", allowed: stopForms)
    }
    if let m = try rule.decimalThousandths("loss_multiple", in: 1...100_000) {
      return .lossMultiple(thousandths: Int32(m))
    }
    if let m = try rule.decimalThousandths("cost_multiple", in: 1...100_000) {
      return .costMultiple(thousandths: Int32(m))
    }
    if let p = try rule.decimalThousandths("loss_points", in: 1...500_000) {
      return .lossPoints(units: Int32(p) * 10)
    }
    if let p = try rule.decimalThousandths("cost_points", in: 1...500_000) {
      return .costPoints(units: Int32(p) * 10)
    }
    return .none
  }
  private static let stopForms =
    "none, short_strike_touched, {loss_multiple: 1.0}, {cost_multiple: 2.0}, {loss_points: 1.5} or "
    + "{cost_points: 1.0}"

  // MARK: Costs and marks

  private static func costs(_ node: ConfigReader) throws(ConfigError) -> CostRule {
    var rule = CostRule()
    if let n = try node.decimalThousandths("entry_half_spreads", in: 0...10_000) {
      rule.entry.halfSpreadThousandths = Int32(n)
    }
    if let n = try node.decimalThousandths("exit_half_spreads", in: 0...10_000) {
      rule.exit.halfSpreadThousandths = Int32(n)
    }
    if let n = try node.int("entry_ticks", in: 0...100, unit: "steps of 0.05 points") {
      rule.entry.ticks = Int32(n)
    }
    if let n = try node.int("exit_ticks", in: 0...100, unit: "steps of 0.05 points") {
      rule.exit.ticks = Int32(n)
    }
    if let n = try node.decimalThousandths("vx_slippage_points", in: 0...5_000) { rule.vxSlippage = Int32(n) }
    if let rows = try node.maps("fees") {
      var fees: [FeeRow] = []
      for row in rows {
        guard let text = try row.string("from") else { throw row.missing("from") }
        guard let date = SessionDate(iso: text) else {
          throw row.refused("from", allowed: "a date, YYYY-MM-DD")
        }
        var fee = FeeRow(
          from: date, spxwCents: try cents(row, "spxw_dollars"), vxCents: try cents(row, "vx_dollars"))
        if row.has("vix_option_dollars") { fee.vixOptionCents = try cents(row, "vix_option_dollars") }
        fees.append(fee)
        if fees.count > 1, fees[fees.count - 2].from >= date {
          throw row.refused("from", allowed: "dates in ascending order")
        }
      }
      guard !fees.isEmpty else { throw node.refused("fees", allowed: "at least one row") }
      rule.fees = fees
    }
    return rule
  }

  private static func cents(_ node: ConfigReader, _ key: String) throws(ConfigError) -> Int32 {
    guard let thousandths = try node.decimalThousandths(key, in: 0...1_000_000) else {
      throw node.missing(key)
    }
    guard thousandths % 10 == 0 else { throw node.refused(key, allowed: "whole cents a contract and side") }
    return Int32(thousandths / 10)
  }

  private enum Spreads: String, CaseIterable {
    case stress
    case quiet
  }

  private static func marks(_ node: ConfigReader) throws(ConfigError) -> MarkSettings {
    var settings = MarkSettings()
    settings.levelScale = try node.double("level_scale", in: 0.2...5, unit: "× the fitted level") ?? 1
    settings.reanchor = try node.choice("reanchor", as: MarkSettings.Reanchor.self) ?? .none
    settings.stressSpreads = (try node.choice("half_spread", as: Spreads.self) ?? .stress) == .stress
    settings.assumeCloseKnown = try node.bool("assume_close_known") ?? false
    return settings
  }
}
