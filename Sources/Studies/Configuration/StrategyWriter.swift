import ConfigFormats
import MarketData
import Pricing
import Strategies

/// Writes a strategy as a configuration with every setting spelled out, so that later defaults can't change it.
public enum StrategyWriter {
  /// The canonical tree: ``StrategyReader`` reads the same strategy from it.
  public static func node(_ s: Strategy) -> ConfigNode {
    map([
      ("version", int(StrategyReader.version)), ("name", text(s.name)), ("source", text(s.source)),
      ("entry", entry(s.entry)), ("condor", condor(s.condor)), ("exit", exit(s.exit)),
      (
        "hedge",
        map([
          ("vx_path_seed", int(Int(s.vxPathSeed))), ("unwind_with_condor", ConfigNode(.bool(s.ties.unwinds))),
          ("break_even_limit_points", s.ties.breakEvenLimitThousandths.map(thousandths)),
          ("rules", rules(s.hedge.flatMap(\.rules))), ("layers", .init(.list(s.hedge.map(layer)))),
        ])
      ),
      ("costs", costs(s.costs)), ("marks", marks(s.marks)),
      ("account_dollars", decimal(Double(s.accountCents) / 100)), ("sizing", sizing(s.sizing)),
    ])
  }

  /// A configuration with every setting written out and every rule in its canonical words, and with what it carries beside
  /// its settings.
  ///
  /// - Throws: `ConfigError`.
  public static func document(_ document: ConfigDocument) throws(ConfigError) -> ConfigDocument {
    var root = node(try StrategyReader.strategy(document))
    if case .map(var entries) = root.value, case .map(let own) = document.root.value {
      entries += own.filter { StrategyReader.sections.contains($0.key) }
      root.value = .map(entries)
    }
    return ConfigDocument(file: document.file, root: root)
  }

  static func map(_ entries: [(String, ConfigNode?)]) -> ConfigNode {
    ConfigNode(.map(entries.compactMap { key, node in node.map { ConfigEntry(key: key, node: $0) } }))
  }
  static func text(_ s: String) -> ConfigNode { ConfigNode(.string(s)) }
  static func int(_ n: Int) -> ConfigNode { ConfigNode(.int(n)) }
  static func decimal(_ x: Double) -> ConfigNode { ConfigNode(DecimalText.decimal(x)) }
  static func thousandths(_ n: Int32) -> ConfigNode { decimal(Double(n) / 1000) }
  private static func points(_ units: Int32) -> ConfigNode { decimal(Double(units) / 10_000) }
  static func list(_ nodes: [ConfigNode]) -> ConfigNode { ConfigNode(.list(nodes)) }

  private static func entry(_ e: EntryRule) -> ConfigNode {
    let days = ["mon", "tue", "wed", "thu", "fri"]
    return map([
      ("minute", text(MinuteOfDay.text(e.minute))), ("expirations", text(e.expirations.rawValue)),
      ("weekdays", list(e.weekdays.map { text(days[$0 - 1]) })),
      ("skip_events", list(e.skipEvents.map { text($0.rawValue) })),
      (
        "gates",
        list(
          e.gates.map { gate in
            map([
              ("index", text(gate.index.rawValue)), ("over", gate.over.map { text($0.rawValue) }),
              ("at_least", gate.atLeast.map(decimal)), ("at_most", gate.atMost.map(decimal)),
            ])
          })
      ),
      ("rules", e.condition.flatMap { rules([$0]) }), ("when", e.condition.map { text($0.rule.canonical) }),
    ])
  }

  private static func condor(_ c: CondorRule) -> ConfigNode {
    func band(_ b: DeltaBand?) -> ConfigNode? { b.map { list([decimal($0.low), decimal($0.high)]) } }
    func sides(_ put: Double, _ call: Double) -> ConfigNode {
      put == call ? decimal(put) : map([("put", decimal(put)), ("call", decimal(call))])
    }
    var target: [(String, ConfigNode?)]
    switch c.strikes.target {
    case .delta(let put, let call, let notAbove):
      target = [
        ("short_delta", sides(put, call)), ("short_delta_rule", text(notAbove ? "not_above" : "nearest")),
      ]
    case .credit(let units): target = [("credit_target", points(units))]
    case .expectedRange(let put, let call): target = [("edr_multiple", sides(put, call))]
    }
    target += [
      ("put_delta_band", band(c.strikes.putBand)), ("call_delta_band", band(c.strikes.callBand)),
      ("credit_band", c.strikes.creditBand.map { list([points($0.lowerBound), points($0.upperBound)]) }),
    ]
    return map(
      [("put_width_points", int(c.putWidth)), ("call_width_points", int(c.callWidth))] + target)
  }

  private static func exit(_ e: ExitRule) -> ConfigNode {
    let stop: ConfigNode =
      switch e.stop {
      case .none: text("none")
      case .shortStrikeTouched: text("short_strike_touched")
      case .lossMultiple(let m): map([("loss_multiple", thousandths(m))])
      case .costMultiple(let m): map([("cost_multiple", thousandths(m))])
      case .lossPoints(let u): map([("loss_points", points(u))])
      case .costPoints(let u): map([("cost_points", points(u))])
      }
    return map([
      ("stop", stop), ("basis", text(e.basis.rawValue)), ("of", text(e.reference.rawValue)),
      ("mark", text(e.mark.rawValue)), ("fill", text(e.fill.rawValue)), ("confirm_minutes", int(e.confirm)),
      ("profit_target", e.targetThousandths.map(thousandths) ?? text("none")),
      ("time_stop", text(e.timeStop.map(MinuteOfDay.text) ?? "none")),
      ("rules", e.condition.flatMap { rules([$0]) }), ("when", e.condition.map { text($0.rule.canonical) }),
      ("reentry", e.reentry.map(reentry) ?? text("none")), ("shift", e.shift.map(ShiftReader.node)),
    ])
  }

  private static func reentry(_ r: ReentryRule) -> ConfigNode {
    map([
      ("after", text(r.after.rawValue)), ("wait_minutes", int(r.waitMinutes)), ("at_most", int(r.atMost)),
      ("until", text(MinuteOfDay.text(r.until))),
    ])
  }

  private static func sizing(_ s: Sizing) -> ConfigNode {
    switch s {
    case .one: text("one")
    case .hedgeGains(let share, let most):
      map([("hedge_gains", thousandths(share)), ("at_most", int(Int(most)))])
    case .equityFraction(let share, let most):
      map([("equity_fraction", thousandths(share)), ("at_most", int(Int(most)))])
    }
  }

  /// The named rules that rules use, each once.
  private static func rules(_ rules: [StrategyRule]) -> ConfigNode? {
    var entries: [(String, ConfigNode?)] = []
    for rule in rules.flatMap(\.definitions)
    where !entries.contains(where: { $0.0 == rule.name }) {
      entries.append((rule.name, text(rule.text)))
    }
    return entries.isEmpty ? nil : map(entries)
  }

  private static func layer(_ l: HedgeLayer) -> ConfigNode {
    map([
      ("name", text(l.name)), ("horizon", text(l.horizon.rawValue)), ("trigger", trigger(l.trigger)),
      instrument(l.instrument), ("size", map([(l.size.base.rawValue, decimal(l.size.amount))])),
      ("scale", l.scale.map { text($0.rule.canonical) }),
      (
        "monetise",
        l.monetise.isEmpty
          ? nil
          : list(
            l.monetise.map {
              map([("gain", thousandths($0.gainThousandths)), ("sell", thousandths($0.shareThousandths))])
            })
      ),
      ("close_when", l.release.map { text($0.rule.canonical) }),
    ])
  }

  private static func instrument(_ i: HedgeInstrument) -> (String, ConfigNode?) {
    switch i {
    case .vx(let days): ("vx_tenor_days", int(days))
    case .vixCall(let rule): ("instrument", map([("vix_call", VIXCallWriter.node(rule))]))
    }
  }

  private static func trigger(_ t: Trigger) -> ConfigNode {
    switch t {
    case .always: text("always")
    case .rule(let rule): text(rule.rule.canonical)
    case .move(let side, let sd):
      map([("move", map([("side", text(side.rawValue)), ("at_least_sd", decimal(sd))]))])
    case .rsi(let length, let bars, let atLeast, let atMost):
      map([
        (
          "rsi",
          map([
            ("length", int(length)), ("bar_minutes", int(bars)), ("at_least", atLeast.map(decimal)),
            ("at_most", atMost.map(decimal)),
          ])
        )
      ])
    case .event(let kinds, let within):
      map([
        (
          "event",
          map([("kinds", list(kinds.map { text($0.rawValue) })), ("within_sessions", int(within))])
        )
      ])
    case .all(let list): map([("all", self.list(list.map(trigger)))])
    case .any(let list): map([("any", self.list(list.map(trigger)))])
    }
  }

  private static func costs(_ c: CostRule) -> ConfigNode {
    map([
      ("entry_half_spreads", thousandths(c.entry.halfSpreadThousandths)),
      ("entry_ticks", int(Int(c.entry.ticks))),
      ("exit_half_spreads", thousandths(c.exit.halfSpreadThousandths)),
      ("exit_ticks", int(Int(c.exit.ticks))),
      ("vx_slippage_points", thousandths(c.vxSlippage)),
      (
        "fees",
        list(
          c.fees.map { row in
            map([
              ("from", text(row.from.description)), ("spxw_dollars", decimal(Double(row.spxwCents) / 100)),
              ("vx_dollars", decimal(Double(row.vxCents) / 100)),
              ("vix_option_dollars", decimal(Double(row.vixOptionCents) / 100)),
            ])
          })
      ),
    ])
  }

  private static func marks(_ m: MarkSettings) -> ConfigNode {
    map([
      ("level_scale", decimal(m.levelScale)), ("reanchor", text(m.reanchor.rawValue)),
      ("half_spread", text(m.stressSpreads ? "stress" : "quiet")),
      ("assume_close_known", ConfigNode(.bool(m.assumeCloseKnown))),
    ])
  }
}
