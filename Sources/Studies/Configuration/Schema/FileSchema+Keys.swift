import MarketData
import Pricing
import Strategies

extension FileSchema {
  private static func names<E: CaseIterable & RawRepresentable>(_ type: E.Type) -> SchemaShape
  where E.RawValue == String {
    .words(E.allCases.map(\.rawValue))
  }
  private static let share = SchemaShape.number(0.001...1, "share", decimals: 3)
  private static let halfSpreads = SchemaShape.number(0...10, "modelled half-spreads", decimals: 3)
  private static let ticks = SchemaShape.whole(0...100, "steps of 0.05 points")
  private static let width = SchemaShape.whole(5...500, "index points", multipleOf: 5)
  private static let session = SchemaShape.time(MinuteOfDay.open...(MinuteOfDay.close - 1))
  private static func perSide(_ range: ClosedRange<Double>, _ unit: String) -> SchemaShape {
    .anyOf([
      .number(range, unit),
      .map([
        SchemaKey("put", .number(range, unit), "The put side.", required: true),
        SchemaKey("call", .number(range, unit), "The call side.", required: true),
      ]),
    ])
  }
  private static let deltas = SchemaShape.list(.number(0...0.5, "|delta|"), 2...2)
  private static let events = SchemaShape.list(names(EconomicEvent.Kind.self))

  /// The root.
  static let keys: [SchemaKey] = [
    SchemaKey(
      "version", .whole(1...1, "the file format"), "Version of the file format.", required: true,
      searched: false),
    SchemaKey("name", .text, "What outputs call it; the file's name without.", searched: false),
    SchemaKey("source", .text, "Where the rules are from.", searched: false),
    SchemaKey("search", .map(search), "What is sought, and how.", searched: false),
    SchemaKey(
      "governance", .map(governance), "Its place among its revisions, and what it wants live.",
      searched: false),
    SchemaKey(
      "exported", .anything, "Written by `wingspan export`: what an exported configuration stands on.",
      searched: false),
    SchemaKey("entry", .map(entry), "When a condor is sold."),
    SchemaKey("condor", .map(condor), "Which condor is sold.", required: true),
    SchemaKey("exit", .map(exit), "What ends it before its expiry."),
    SchemaKey("hedge", .map(hedge), "VIX futures held against it."),
    SchemaKey("costs", .map(costs), "What trading costs beyond the mid."),
    SchemaKey("marks", .map(marks), "How option prices are modelled."),
    SchemaKey("account_dollars", .number(1...1e9, "dollars", decimals: 2), "Equity at the start."),
    SchemaKey(
      "sizing",
      .anyOf([
        .words(["one"]),
        .map([
          SchemaKey(
            "equity_fraction", share, "Share of equity that condors with their layers may bind as margin.",
            required: true),
          SchemaKey("at_most", .whole(1...10_000, "condors"), "Never more condors than this."),
        ]),
        .map([
          SchemaKey(
            "hedge_gains", share,
            "Share of hedge gains, realised or marked in the standing book, that condors beyond the first bind, each "
              + "with its layers.",
            required: true),
          SchemaKey("at_most", .whole(1...10_000, "condors"), "Never more condors than this."),
        ]),
      ]), "How many condors a trade sells."),
  ]

  private static let parameters = SchemaKey(
    "parameters", .table(.number(nil, "as in the rule that takes it")),
    "Numbers that the section's rules take as ${name}.")
  private static let rules = SchemaKey(
    "rules", .table(.text), "Rules by name, for use in the section's rules.")

  private static let governance: [SchemaKey] = [
    SchemaKey(
      "revision", .whole(1...Int.max, "revisions"), "Counts the versions of a configuration; 1 without."),
    SchemaKey("parent", .text, "Hash of the revision before, sha256:…, as `wingspan sign` prints it."),
    SchemaKey("note", .text, "What is new, and why."),
    SchemaKey("valid_until", .text, "Last day on which it may be approved or verified, YYYY-MM-DD, UTC."),
    SchemaKey(
      "on_missing", names(Lineage.OnMissing.self),
      "What is done live where a signal is missing: skip the session (default), or halt until somebody has looked."
    ),
  ]

  static let entry: [SchemaKey] = [
    SchemaKey(
      "minute", .time(MinuteOfDay.open...MinuteOfDay.afterClose),
      "When it is decided, New York; the fill is one minute later."),
    SchemaKey("expirations", names(EntryRule.Expirations.self), "Which expiries are traded."),
    SchemaKey("weekdays", .list(.words(["mon", "tue", "wed", "thu", "fri"])), "Entry days; all without."),
    SchemaKey("skip_events", events, "No entry when one of these releases falls before expiry."),
    SchemaKey(
      "gates",
      .list(
        .map([
          SchemaKey("index", names(VolatilityIndex.self), "The index looked at.", required: true),
          SchemaKey("over", names(VolatilityIndex.self), "Divided by this index."),
          SchemaKey("at_least", .number(nil, "index points or ratio"), "Entry only from this level on."),
          SchemaKey("at_most", .number(nil, "index points or ratio"), "Entry only up to this level."),
        ])), "Levels of volatility that must hold at entry."),
    parameters, rules,
    SchemaKey("when", .text, "A rule on the market that must hold at the decision: vix > mean(vix, 200)."),
  ]

  static let condor: [SchemaKey] = [
    SchemaKey("width_points", width, "Distance of short and long strike on both sides."),
    SchemaKey("put_width_points", width, "The put side's, if it differs."),
    SchemaKey("call_width_points", width, "The call side's, if it differs."),
    SchemaKey("short_delta", perSide(0.005...0.5, "|delta|"), "Black-76 delta of the shorts, without sign."),
    SchemaKey("short_delta_rule", .words(["nearest", "not_above"]), "Which strike a delta means."),
    SchemaKey(
      "credit_target", .number(0.001...100, "points", decimals: 4), "The credit sought instead of a delta."),
    SchemaKey(
      "edr_multiple", perSide(0.1...5, "expected daily ranges"),
      "Distance of the shorts from the forward instead of a delta."),
    SchemaKey("delta_band", deltas, "[low, high]: no entry with a short outside."),
    SchemaKey("put_delta_band", deltas, "The put side's, if it differs."),
    SchemaKey("call_delta_band", deltas, "The call side's, if it differs."),
    SchemaKey(
      "credit_band", .list(.number(0...100, "points", decimals: 4), 2...2),
      "[low, high]: no entry at another credit."),
  ]

  static let exit: [SchemaKey] = [
    SchemaKey(
      "stop",
      .anyOf([
        .words(["none", "short_strike_touched"]),
        .map(
          [
            SchemaKey("loss_multiple", .number(0.001...100, "× credit", decimals: 3), "Close at this loss."),
            SchemaKey(
              "cost_multiple", .number(0.001...100, "× credit", decimals: 3),
              "Close at this cost to buy back."),
            SchemaKey("loss_points", .number(0.001...500, "points", decimals: 3), "Close at this loss."),
            SchemaKey(
              "cost_points", .number(0.001...500, "points", decimals: 3), "Close at this cost to buy back."),
          ], takesOne: true),
      ]), "What closes it at a loss."),
    SchemaKey("basis", names(ExitRule.Basis.self), "Whether the whole condor or each side is stopped."),
    SchemaKey("of", names(ExitRule.Reference.self), "The credit that multiples are of."),
    SchemaKey("mark", names(ExitRule.Mark.self), "The price that is compared with the stop."),
    SchemaKey("fill", names(ExitRule.Fill.self), "The price that a stop is filled at."),
    SchemaKey("confirm_minutes", .whole(1...390, "consecutive minutes"), "How long a stop must be reached."),
    SchemaKey(
      "profit_target",
      .anyOf([.words(["none"]), .number(0.001...0.999, "share of the credit", decimals: 3)]),
      "Close when this share of the credit is earned."),
    SchemaKey(
      "time_stop", .anyOf([.words(["none"]), session]), "Close at this time of the expiry session, New York."),
    parameters, rules,
    SchemaKey(
      "when", .text,
      "Close at market once this rule on market, entry and condor holds: loss >= 1 * credit and vx1/vx2 > 1."
    ),
    SchemaKey(
      "reentry",
      .anyOf([
        .words(["none"]),
        .map([
          SchemaKey(
            "after", names(ReentryRule.After.self), "Which early end is followed by another condor.",
            required: true),
          SchemaKey(
            "wait_minutes", .whole(1...390, "trading minutes"), "Time between the end and the next entry."),
          SchemaKey("at_most", .whole(1...20, "condors a trade"), "Never more condors than this."),
          SchemaKey("until", session, "No entry after this time of the expiry session, New York."),
        ]),
      ]), "Whether it is sold again after an early end."),
    shift,
  ]

  static let hedge: [SchemaKey] = [
    SchemaKey("vx_path_seed", .whole(0...Int.max, "seed"), "Seed of the modelled part of VX inside a day."),
    SchemaKey("unwind_with_condor", .flag, "Whether layers close with the condor."),
    SchemaKey(
      "break_even_limit_points",
      .anyOf([.words(["none"]), .number(0...1_000, "index points", decimals: 3)]),
      "A layer that is expected to move a break-even by more than this isn't opened."),
    parameters, rules,
    SchemaKey("layers", .list(.map(layer)), "Holdings in VIX futures and calls, each with its trigger."),
  ]
  private static let layer: [SchemaKey] = [
    SchemaKey("name", .text, "What outputs call it.", required: true),
    SchemaKey("horizon", names(HedgeLayer.Horizon.self), "Held for one condor, or always."),
    SchemaKey(
      "trigger", .anyOf([.words(["always"]), .text, .trigger]),
      "What opens it: a rule, move(down) >= 0.5 sd and rsi(14) <= 30, or a map of conditions."),
    SchemaKey("vx_tenor_days", .whole(1...200, "calendar days"), "Constant maturity between two contracts."),
    SchemaKey(
      "instrument", .map([SchemaKey("vix_call", .map(vixCall), "Calls on VIX.", required: true)]),
      "What it holds instead of VX futures."),
    SchemaKey(
      "size",
      .map(
        [
          SchemaKey(
            "gross_risk", .number(0...100, "share of width × 100"), "Dollars in VX by the condor's width."),
          SchemaKey(
            "credit", .number(0...100, "share of the credit"), "Dollars in VX by the condor's credit."),
          SchemaKey("notional", .number(0...100, "share of index × 100"), "Dollars in VX by the index."),
          SchemaKey("contracts", .number(0...100, "contracts"), "VX contracts, or VIX calls."),
        ], takesOne: true), "How much is held.", required: true),
    SchemaKey(
      "scale", .text,
      "A rule that gives how many times the size is opened, 10 at most; at 0 or below, nothing."),
    SchemaKey("tilt", .map(tilt), "The size times clamp(exp Σ wᵢ zᵢ) of slow signals."),
    SchemaKey(
      "monetise",
      .list(
        .map([
          SchemaKey(
            "gain", .number(0.001...100, "share of the price paid", decimals: 3),
            "VX, or the call, is up by this.",
            required: true),
          SchemaKey("sell", share, "Share of the layer that is sold then.", required: true),
        ])), "What is sold into a spike, by gains in ascending order."),
    SchemaKey(
      "close_when", .text, "A rule at which what is left is sold: vix_giveback >= 30 % or not backwardation."),
  ]
  private static let tilt: [SchemaKey] = [
    SchemaKey(
      "inputs",
      .list(
        .map([
          SchemaKey("signal", .text, "A signal by session.", required: true),
          SchemaKey("weight", .number(-10...10, "on the z-score"), "Its weight.", required: true),
        ])), "What tilts it.", required: true),
    SchemaKey("over_sessions", .whole(2...2_500, "sessions"), "The window of means and deviations."),
    SchemaKey("at_least", .number(0...1, "× size"), "The smallest tilt."),
    SchemaKey("at_most", .number(1...10, "× size"), "The largest tilt."),
    SchemaKey(
      "most_valuation", .number(0...1, "share of all weights"),
      "What a single valuation (p_cf, quick_ratio, pe, ddm_gap, …) may carry at most."),
  ]
  /// One condition.
  static let trigger = SchemaShape.map(
    [
      SchemaKey(
        "move",
        .map([
          SchemaKey(
            "at_least_sd", .number(0...20, "standard deviations"), "Size of the move.", required: true),
          SchemaKey("side", names(Trigger.Side.self), "Its direction."),
        ]), "The index moves."),
      SchemaKey(
        "rsi",
        .map([
          SchemaKey("length", .whole(2...500, "bars"), "Bars it looks back."),
          SchemaKey("bar_minutes", .whole(0...390, "minutes; 0 for whole sessions"), "Length of a bar."),
          SchemaKey("at_least", .number(0...100, "RSI"), "From this level on."),
          SchemaKey("at_most", .number(0...100, "RSI"), "Up to this level."),
        ]), "The relative strength index of the index."),
      SchemaKey(
        "event",
        .map([
          SchemaKey("kinds", events, "Which releases.", required: true),
          SchemaKey("within_sessions", .whole(0...20, "sessions"), "How near."),
        ]), "A scheduled release is near."),
      SchemaKey("all", .list(.trigger, 1...Int.max), "All of these hold."),
      SchemaKey("any", .list(.trigger, 1...Int.max), "One of these holds."),
    ], takesOne: true)

  static let costs: [SchemaKey] = [
    SchemaKey("entry_half_spreads", halfSpreads, "Given up below the mid at entry."),
    SchemaKey("entry_ticks", ticks, "Given up at entry besides."),
    SchemaKey("exit_half_spreads", halfSpreads, "Given up above the mid at an early exit."),
    SchemaKey("exit_ticks", ticks, "Given up at an early exit besides."),
    SchemaKey("vx_slippage_points", .number(0...5, "VX points", decimals: 3), "Given up in each VX trade."),
    SchemaKey(
      "fees",
      .list(
        .map([
          SchemaKey("from", .text, "First day, YYYY-MM-DD.", required: true),
          SchemaKey(
            "spxw_dollars", .number(0...1000, "dollars a contract and side", decimals: 2), "SPXW options.",
            required: true),
          SchemaKey(
            "vx_dollars", .number(0...1000, "dollars a contract and side", decimals: 2), "VX futures.",
            required: true),
          SchemaKey(
            "vix_option_dollars", .number(0...1000, "dollars a contract and side", decimals: 2),
            "VIX options; 1.35 without."),
        ]), 1...Int.max), "Fees by date, ascending."),
  ]

  static let marks: [SchemaKey] = [
    SchemaKey("level_scale", .number(0.2...5, "× the fitted level"), "Level of modelled volatility."),
    SchemaKey("reanchor", names(MarkSettings.Reanchor.self), "What the level is set to again at the open."),
    SchemaKey("half_spread", .words(["stress", "quiet"]), "Whether spreads widen under stress."),
    SchemaKey("assume_close_known", .flag, "Whether marks of a session may know its close."),
  ]

  private static let objective = SchemaShape.anyOf([
    .words(Metric.allCases.map(\.rawValue)), .text,
    .map(
      [
        SchemaKey("maximise", .text, "A metric, the more the better."),
        SchemaKey("minimise", .text, "A metric, the less the better."),
      ], takesOne: true),
  ])
  static let search: [SchemaKey] = [
    SchemaKey("method", names(SearchSection.Method.self), "How points are chosen; grid without."),
    SchemaKey("seed", .whole(0...Int.max, "seed"), "Seed of what the method draws; 1 without."),
    SchemaKey(
      "budget",
      .map([
        SchemaKey("evaluations", .whole(SearchReader.evaluations, "points"), "At most so many points."),
        SchemaKey("seconds", .number(0.001...1e8, "seconds"), "At most so long."),
        SchemaKey(
          "stagnation_generations", .whole(1...1_000_000, "generations"),
          "At most so long without a better point."),
      ]), "When the search ends."),
    SchemaKey("population", .whole(SearchReader.population, "points a generation"), "Size of a generation."),
    SchemaKey(
      "racing",
      .map([
        SchemaKey(
          "risk", .number(SearchReader.risk, "probability"),
          "That one as good as the best is given up, as a rank test sees it; 0.05 without."),
        SchemaKey(
          "looks", .whole(SearchReader.looks, "parts of the period"),
          "Parts that the period is gone through in; 10 without."),
        SchemaKey(
          "audit", .whole(SearchReader.audit, "trials"),
          "Given-up trials that are worked out whole at the end; 20 without."),
      ]),
      "Gives up configurations that go through one by one and are clearly worse than the best; never without. For one "
        + "objective, net_dollars or mean_dollars."),
    SchemaKey(
      "folds", .whole(SearchReader.folds, "parts of the period"),
      "What `fold` means in an objective; 5 without."),
    SchemaKey(
      "objective", objective,
      "A metric, or a metric by parts: sharpe worst year. On demand, at a cost that plan tells: "
        + Metric.onDemand.map(\.rawValue).joined(separator: ", ") + "."),
    SchemaKey(
      "objectives", .list(objective, 1...Int.max), "Several; the first is the one that `best` means."),
    SchemaKey(
      "constraints", .anyOf([.text, .list(.text)]),
      "Bounds to results, trades >= 150, or between searched values, condor.put_width_points <= 2 * condor.call_width_points."
    ),
  ]
}
