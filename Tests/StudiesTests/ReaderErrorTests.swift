import ConfigFormats
import Strategies
import Testing

@testable import Studies

/// A file that must be refused, and the whole text of what must be said.
struct BadStrategy: Sendable, CustomTestStringConvertible {
  let text: String
  let told: String
  var testDescription: String { told }

  /// A file as it is.
  init(whole text: String, _ told: String) { (self.text, self.told) = (text, told) }
  /// Lines after `version` (line 1) and a good condor (line 2); the first of them is line 3.
  init(_ lines: String, _ told: String) {
    self.init(whole: "version: 1\ncondor: {short_delta: 0.1}\n" + lines + "\n", told)
  }
  /// The inside of the condor's braces, on line 2.
  init(condor: String, _ told: String) { self.init(whole: "version: 1\ncondor: {\(condor)}\n", told) }
  /// The inside of the exit's braces, on line 3.
  init(exit: String, _ told: String) { self.init("exit: {\(exit)}", told) }
  /// The inside of one layer's braces, on line 5.
  init(layer: String, _ told: String) { self.init("hedge:\n  layers:\n    - {\(layer)}", told) }
}

@Suite struct ReaderErrorTests {
  static let frame = [
    BadStrategy(whole: "condor: {short_delta: 0.1}\n", "f:1: the file lacks the key 'version'; add it"),
    BadStrategy(whole: "version: 2\ncondor: {}\n", "f:1: version is 2; allowed: 1 to 1"),
    BadStrategy(whole: "version: one\n", "f:1: version takes a whole number, but is the text 'one'"),
    BadStrategy(whole: "version: 1\n", "f:1: the file lacks the key 'condor'; add it"),
    BadStrategy(
      whole: "version: 1\nname: x\nCondor: {short_delta: 0.1}\n",
      "f:3: unknown key 'Condor'; did you mean 'condor'?"),
    BadStrategy(whole: "version: 1\ncondor:\n", "f:1: the file lacks the key 'condor'; add it"),
    BadStrategy(
      whole: "version: 1\ncondor: 5\n", "f:2: condor takes a map of keys and values, but is the number 5"),
    BadStrategy("condors: {}", "f:3: unknown key 'condors'; did you mean 'condor'?"),
    BadStrategy("xyzzy: 1", "f:3: unknown key 'xyzzy'; remove it"),
    BadStrategy(
      "name: 7", "f:3: name takes a text (in quotes if it looks like a number), but is the number 7"),
    BadStrategy(
      "account_dollars: 0", "f:3: account_dollars is 0; allowed: 1.0 to 1000000000.0 dollars"),
    BadStrategy(
      "sizing: all",
      "f:3: sizing is all; allowed: one, {equity_fraction: 0.25, at_most: 100} or {hedge_gains: 0.5, at_most: 10}"
    ),
    BadStrategy(
      "sizing: {equity_fraction: 1.5}", "f:3: sizing.equity_fraction is 1.5; allowed: 0.001 to 1.000"),
    BadStrategy(
      "account_dollars: ten", "f:3: account_dollars takes a number (dollars), but is the text 'ten'"),
  ]

  static let entry = [
    BadStrategy("entry: {minutes: '15:45'}", "f:3: unknown key 'minutes' in entry; did you mean 'minute'?"),
    BadStrategy("entry: [1]", "f:3: entry takes a map of keys and values, but is a list of 1"),
    BadStrategy(
      "entry: {minute: '09:29'}",
      "f:3: entry.minute is 09:29; allowed: 09:30 to 16:15 (the fill is one minute later)"),
    BadStrategy(
      "entry: {minute: 976}",
      "f:3: entry.minute is 976; allowed: 09:30 to 16:15 (the fill is one minute later)"),
    BadStrategy(
      "entry: {minute: '25:00'}",
      "f:3: entry.minute is the text '25:00'; allowed: a time of day from 00:00 to 23:59, or minutes after midnight "
        + "from 0 to 1439"),
    BadStrategy("entry: {minute: true}", "f:3: entry.minute takes a time such as 15:45, but is true"),
    BadStrategy(
      "entry: {expirations: every_session}",
      "f:3: entry.expirations is 'every_session'; allowed: listed, every-session (did you mean 'every-session'?)"
    ),
    BadStrategy(
      "entry: {weekdays: [mon, sat]}",
      "f:3: entry.weekdays is [\"mon\", \"sat\"]; allowed: mon, tue, wed, thu, fri"),
    BadStrategy("entry: {weekdays: mon}", "f:3: entry.weekdays takes a list of texts, but is the text 'mon'"),
    BadStrategy(
      "entry: {skip_events: [FED]}", "f:3: entry.skip_events is [\"FED\"]; allowed: FOMC, CPI, PPI, NFP"),
    BadStrategy(
      "entry: {gates: [{index: VIXX, at_most: 20}]}",
      "f:3: entry.gates[0].index is 'VIXX'; allowed: VIX1D, VIX9D, VIX, VIX3M, VIX6M, VVIX, SKEW (did you mean 'VIX'?)"
    ),
    BadStrategy("entry: {gates: [{at_most: 20}]}", "f:3: entry.gates[0] lacks the key 'index'; add it"),
    BadStrategy("entry: {gates: [{index: VIX}]}", "f:3: entry.gates[0] lacks the key 'at_most'; add it"),
    BadStrategy(
      "entry: {gates: [{index: VIX, at_mots: 20, at_most: 1}]}",
      "f:3: unknown key 'at_mots' in entry.gates[0]; did you mean 'at_most'?"),
    BadStrategy(
      "entry: {gates: [VIX]}", "f:3: entry.gates[0] takes a map of keys and values, but is the text 'VIX'"),
  ]

  static let condor = [
    BadStrategy(condor: "", "f:2: condor lacks the key 'short_delta'; add it"),
    BadStrategy(
      condor: "short_deltas: 0.1", "f:2: unknown key 'short_deltas' in condor; did you mean 'short_delta'?"),
    BadStrategy(
      condor: "short_delta: 0.1, widht_points: 5",
      "f:2: unknown key 'widht_points' in condor; did you mean 'width_points' or 'put_width_points'?"),
    BadStrategy(condor: "short_delta: 0.6", "f:2: condor.short_delta is 0.6; allowed: 0.005 to 0.5 |delta|"),
    BadStrategy(condor: "short_delta: 15", "f:2: condor.short_delta is 15; allowed: 0.005 to 0.5 |delta|"),
    BadStrategy(condor: "short_delta: {put: 0.1}", "f:2: condor.short_delta lacks the key 'call'; add it"),
    BadStrategy(
      condor: "short_delta: {put: 0.1, call: 0.1, both: 1}",
      "f:2: unknown key 'both' in condor.short_delta; remove it"),
    BadStrategy(
      condor: "short_delta: '0.1'", "f:2: condor.short_delta takes a number (|delta|), but is the text '0.1'"),
    BadStrategy(
      condor: "short_delta: 0.1, credit_target: 0.5",
      "f:2: condor.credit_target is 0.5; allowed: one of short_delta, credit_target, edr_multiple"),
    BadStrategy(
      condor: "short_delta: 0.1, edr_multiple: 1",
      "f:2: condor.edr_multiple is 1; allowed: one of short_delta, credit_target, edr_multiple"),
    BadStrategy(condor: "credit_target: 0", "f:2: condor.credit_target is 0; allowed: 0.001 to 100.0 points"),
    BadStrategy(
      condor: "edr_multiple: 9", "f:2: condor.edr_multiple is 9; allowed: 0.1 to 5.0 expected daily ranges"),
    BadStrategy(
      condor: "width_points: 7, short_delta: 0.1",
      "f:2: condor.width_points is 7; allowed: a multiple of 5 points, the strike grid"),
    BadStrategy(
      condor: "width_points: 0, short_delta: 0.1",
      "f:2: condor.width_points is 0; allowed: 5 to 500 index points"),
    BadStrategy(
      condor: "width_points: 5.5, short_delta: 0.1",
      "f:2: condor.width_points takes a whole number (index points), but is the number 5.5"),
    BadStrategy(
      condor: "delta_band: [0.2, 0.1]",
      "f:2: condor.delta_band is [0.2, 0.1]; allowed: [low, high], low <= high"),
    BadStrategy(
      condor: "delta_band: [0.2]", "f:2: condor.delta_band is [0.2]; allowed: [low, high], low <= high"),
    BadStrategy(
      condor: "delta_band: [0.1, 0.7]", "f:2: condor.delta_band[1] is 0.7; allowed: 0.0 to 0.5 |delta|"),
    BadStrategy(
      condor: "delta_band: 0.1", "f:2: condor.delta_band takes a list of numbers, but is the number 0.1"),
    BadStrategy(
      condor: "credit_band: [0.6, 0.4]",
      "f:2: condor.credit_band is [0.6, 0.4]; allowed: [low, high] in points, low <= high"),
    BadStrategy(
      condor: "credit_band: [-1, 0.4]", "f:2: condor.credit_band[0] is -1; allowed: 0.0 to 100.0 points"),
    BadStrategy(
      condor: "short_delta: 0.1, short_delta_rule: above",
      "f:2: condor.short_delta_rule is 'above'; allowed: nearest, not_above (did you mean 'not_above'?)"),
  ]

  static let stops =
    "allowed: none, short_strike_touched, {loss_multiple: 1.0}, {cost_multiple: 2.0}, {loss_points: 1.5} or "
    + "{cost_points: 1.0}"
  static let exit = [
    BadStrategy(exit: "stop: 2", "f:3: exit.stop is 2; \(stops)"),
    BadStrategy(exit: "stop: touched", "f:3: exit.stop is touched; \(stops)"),
    BadStrategy(exit: "stop: {}", "f:3: exit.stop is {}; \(stops)"),
    BadStrategy(
      exit: "stop: {loss_multiple: 1, cost_points: 1}",
      "f:3: exit.stop is {\"loss_multiple\": 1, \"cost_points\": 1}; \(stops)"),
    BadStrategy(
      exit: "stop: {loss_mutliple: 1}",
      "f:3: unknown key 'loss_mutliple' in exit.stop; did you mean 'loss_multiple' or "
        + "'cost_multiple'?"),
    BadStrategy(
      exit: "stop: {loss_multiple: 0}", "f:3: exit.stop.loss_multiple is 0; allowed: 0.001 to 100.000"),
    BadStrategy(
      exit: "stop: {loss_multiple: -1}", "f:3: exit.stop.loss_multiple is -1; allowed: 0.001 to 100.000"),
    BadStrategy(
      exit: "stop: {cost_multiple: 1.0001}",
      "f:3: exit.stop.cost_multiple is 1.0001; allowed: at most three decimals"),
    BadStrategy(
      exit: "stop: {cost_points: two}", "f:3: exit.stop.cost_points takes a number, but is the text 'two'"),
    BadStrategy(exit: "basis: leg", "f:3: exit.basis is 'leg'; allowed: condor, side"),
    BadStrategy(exit: "of: both", "f:3: exit.of is 'both'; allowed: total, side"),
    BadStrategy(exit: "mark: last", "f:3: exit.mark is 'last'; allowed: mid, natural"),
    BadStrategy(exit: "fill: now", "f:3: exit.fill is 'now'; allowed: next, trigger"),
    BadStrategy(
      exit: "confirm_minutes: 0", "f:3: exit.confirm_minutes is 0; allowed: 1 to 390 consecutive minutes"),
    BadStrategy(
      exit: "profit_target: 1.0",
      "f:3: exit.profit_target is 1.0; allowed: none, or a share of the credit from 0.001 to 0.999"),
    BadStrategy(
      exit: "profit_target: half", "f:3: exit.profit_target takes a number, but is the text 'half'"),
    BadStrategy(
      exit: "reentry: yes", "f:3: exit.reentry is yes; allowed: none, or {after: stop}"),
    BadStrategy(exit: "reentry: {wait_minutes: 5}", "f:3: exit.reentry lacks the key 'after'; add it"),
    BadStrategy(
      exit: "reentry: {after: loss}", "f:3: exit.reentry.after is 'loss'; allowed: stop, target, any"),
    BadStrategy(
      exit: "reentry: {after: stop, at_most: 0}",
      "f:3: exit.reentry.at_most is 0; allowed: 1 to 20 condors a trade"),
    BadStrategy(
      exit: "reentry: {after: stop, wait_minutes: 0}",
      "f:3: exit.reentry.wait_minutes is 0; allowed: 1 to 390 trading minutes"),
    BadStrategy(
      exit: "reentry: {after: stop, until: '16:00'}",
      "f:3: exit.reentry.until is 16:00; allowed: 09:30 to 15:59 of the expiry session"),
    BadStrategy(
      exit: "reentry: {after: stop, untill: '12:00'}",
      "f:3: unknown key 'untill' in exit.reentry; did you mean 'until'?"),
    BadStrategy(
      exit: "time_stop: '16:00'",
      "f:3: exit.time_stop is 16:00; allowed: none, or 09:30 to 15:59 of the expiry session"),
    BadStrategy(exit: "stpo: none", "f:3: unknown key 'stpo' in exit; did you mean 'stop'?"),
  ]

  static let size = "trigger: always, size: {credit: 0.1}"
  /// A layer of VIX calls.
  static func calls(_ more: String) -> String {
    "name: a, horizon: standing, size: {contracts: 1}, instrument: {vix_call: {days: 30, roll: settlement\(more)}}"
  }
  static let hedge = [
    BadStrategy(
      "hedge: {vx_path_seed: -1}", "f:3: hedge.vx_path_seed is -1; allowed: 0 to 9223372036854775807"),
    BadStrategy("hedge: {layer: []}", "f:3: unknown key 'layer' in hedge; did you mean 'layers'?"),
    BadStrategy("hedge: {layers: {}}", "f:3: hedge.layers takes a list of maps, but is a map of 0 keys"),
    BadStrategy(layer: size, "f:5: hedge.layers[0] lacks the key 'name'; add it"),
    BadStrategy(layer: "name: a, trigger: always", "f:5: hedge.layers[0] lacks the key 'size'; add it"),
    BadStrategy(
      layer: "name: a, size: {credit: 0.1}", "f:5: hedge.layers[0] lacks the key 'trigger'; add it"),
    BadStrategy(
      layer: "name: a, trigger: never, size: {credit: 0.1}",
      "f:5: hedge.layers[0].trigger, column 1 of 'never': 'never' is no signal, function or rule; see "
        + "'wingspan rules list'"),
    BadStrategy(
      layer: "name: a, trigger: {}, size: {credit: 0.1}",
      "f:5: hedge.layers[0].trigger.move is absent; allowed: "
        + "one condition: move, rsi, event, or all/any with a list of conditions"),
    BadStrategy(
      layer: "name: a, trigger: {move: {at_least_sd: 1}, rsi: {at_most: 30}}, size: {credit: 0.1}",
      "f:5: hedge.layers[0].trigger.rsi is {\"at_most\": 30}; allowed: one condition: move, rsi, event, or all/any with "
        + "a list of conditions"),
    BadStrategy(
      layer: "name: a, trigger: {mvoe: {at_least_sd: 1}}, size: {credit: 0.1}",
      "f:5: unknown key 'mvoe' in hedge.layers[0].trigger; did you mean 'move'?"),
    BadStrategy(
      layer: "name: a, trigger: {move: {side: down}}, size: {credit: 0.1}",
      "f:5: hedge.layers[0].trigger.move lacks the key 'at_least_sd'; add it"),
    BadStrategy(
      layer: "name: a, trigger: {move: {side: below, at_least_sd: 1}}, size: {credit: 0.1}",
      "f:5: hedge.layers[0].trigger.move.side is 'below'; allowed: down, up, either"),
    BadStrategy(
      layer: "name: a, trigger: {all: [{rsi: {length: 1, at_most: 30}}]}, size: {credit: 0.1}",
      "f:5: hedge.layers[0].trigger.all[0].rsi.length is 1; allowed: 2 to 500 bars"),
    BadStrategy(
      layer: "name: a, trigger: {rsi: {length: 14}}, size: {credit: 0.1}",
      "f:5: hedge.layers[0].trigger.rsi lacks the key 'at_most'; add it"),
    BadStrategy(
      layer: "name: a, trigger: {any: []}, size: {credit: 0.1}",
      "f:5: hedge.layers[0].trigger.any is []; allowed: at least one condition"),
    BadStrategy(
      layer: "name: a, trigger: {event: {kinds: [FOMC, GDP]}}, size: {credit: 0.1}",
      "f:5: hedge.layers[0].trigger.event.kinds is [\"FOMC\", \"GDP\"]; allowed: FOMC, CPI, PPI, NFP"),
    BadStrategy(
      layer: "name: a, trigger: {event: {kinds: []}}, size: {credit: 0.1}",
      "f:5: hedge.layers[0].trigger.event lacks the key 'kinds'; add it"),
    BadStrategy(
      layer: "name: a, trigger: {event: {kinds: [FOMC], within_sessions: 30}}, size: {credit: 0.1}",
      "f:5: hedge.layers[0].trigger.event.within_sessions is 30; allowed: 0 to 20 sessions"),
    BadStrategy(
      layer: "name: a, trigger: always, size: {credit: 0.1, notional: 1}",
      "f:5: hedge.layers[0].size.notional is 1; allowed: one of gross_risk, credit, notional, contracts"),
    BadStrategy(
      layer: "name: a, trigger: always, size: {}",
      "f:5: hedge.layers[0].size lacks the key 'gross_risk'; add it"),
    BadStrategy(
      layer: "name: a, trigger: always, size: {credit: -1}",
      "f:5: hedge.layers[0].size.credit is -1; allowed: 0.0 to 100.0 share"),
    BadStrategy(
      layer: "\(calls("")), vx_tenor_days: 30",
      "f:5: hedge.layers[0].vx_tenor_days is 30; allowed: layers of VX futures; a layer of VIX calls has days"
    ),
    BadStrategy(
      layer:
        "name: a, horizon: standing, size: {contracts: 1.5}, instrument: {vix_call: {days: 30, roll: settlement}}",
      "f:5: hedge.layers[0].size.contracts is 1.5; allowed: whole contracts, for a layer of VIX calls"),
    BadStrategy(
      layer: "name: a, horizon: standing, size: {contracts: 1}, instrument: {vix_call: {days: 30, roll: {}}}",
      "f:5: hedge.layers[0].instrument.vix_call.roll is {}; allowed: settlement, {held_days: 30} or {at_days: 2}"
    ),
    BadStrategy(
      layer: "name: a, horizon: standing, size: {contracts: 1}, instrument: {vix_call: {days: 30}}",
      "f:5: hedge.layers[0].instrument.vix_call lacks the key 'roll'; add it"),
    BadStrategy(
      layer: calls(", pricing: {skew: 0.4}"),
      "f:5: hedge.layers[0].instrument.vix_call.pricing.skew is 0.4; allowed: 0.0…0.35"),
    BadStrategy(
      layer: calls(", pricing: {skew: 0.34, cap: 3}"),
      "f:5: hedge.layers[0].instrument.vix_call.pricing.skew is 0.34; allowed: at most 0.9 ÷ cap, 0.3"),
    BadStrategy(
      layer: calls(
        ", budget: {account_dollars: 9, steps: [{above_vx: 15, share: 1}, {above_vx: 15, share: 0}]}"),
      "f:5: hedge.layers[0].instrument.vix_call.budget.steps[1].above_vx is 15; allowed: steps in ascending order"
    ),
    BadStrategy(
      layer: "name: a, \(size), vx_tenor_days: 0",
      "f:5: hedge.layers[0].vx_tenor_days is 0; allowed: 1 to 200 calendar days"),
    BadStrategy(
      layer: "name: a, \(size), tenor_days: 30",
      "f:5: unknown key 'tenor_days' in hedge.layers[0]; did you mean 'vx_tenor_days'?"),
    BadStrategy(
      layer: "name: a, \(size), monetise: [{gain: 0.1, sell: 0.6}, {gain: 0.2, sell: 0.5}]",
      "f:5: hedge.layers[0].monetise[1].sell is 0.5; allowed: shares that sum to at most 1.0"),
    BadStrategy(
      layer: "name: a, \(size), monetise: [{gain: 0.2, sell: 0.1}, {gain: 0.2, sell: 0.1}]",
      "f:5: hedge.layers[0].monetise[1].gain is 0.2; allowed: gains in ascending order"),
    BadStrategy(
      layer: "name: a, \(size), monetise: [{gain: 0.2}]",
      "f:5: hedge.layers[0].monetise[0] lacks the key 'sell'; add it"),
    BadStrategy(
      layer: "name: a, horizon: standing, size: {credit: 0.1}",
      "f:5: hedge.layers[0].size.credit is 0.1; allowed: contracts, for a standing layer"),
    BadStrategy(
      layer: "name: a, horizon: standing, trigger: {move: {at_least_sd: 1}}, size: {contracts: 0.1}",
      "f:5: hedge.layers[0].trigger is {\"move\": {\"at_least_sd\": 1}}; allowed: always or a rule, for a standing layer"
    ),
    BadStrategy(
      layer: "name: a, horizon: standing, size: {contracts: 1}, monetise: [{gain: 0.2, sell: 0.1}]",
      "f:5: hedge.layers[0].monetise is [{\"gain\": 0.2, \"sell\": 0.1}]; allowed: only layers with horizon: condor, or of VIX calls"
    ),
  ]

  static let costs = [
    BadStrategy(
      "costs: {entry_ticks: 1.5}",
      "f:3: costs.entry_ticks takes a whole number (steps of 0.05 points), but is "
        + "the number 1.5"),
    BadStrategy(
      "costs: {exit_ticks: -1}", "f:3: costs.exit_ticks is -1; allowed: 0 to 100 steps of 0.05 points"),
    BadStrategy(
      "costs: {exit_half_spreads: 11}", "f:3: costs.exit_half_spreads is 11; allowed: 0.000 to 10.000"),
    BadStrategy(
      "costs: {entry_half_spread: 1}",
      "f:3: unknown key 'entry_half_spread' in costs; did you mean 'entry_half_spreads' or "
        + "'exit_half_spreads'?"),
    BadStrategy("costs: {fees: []}", "f:3: costs.fees is []; allowed: at least one row"),
    BadStrategy(
      "costs: {fees: [{spxw_dollars: 1, vx_dollars: 1}]}", "f:3: costs.fees[0] lacks the key 'from'; add it"),
    BadStrategy(
      "costs: {fees: [{from: 2019-02-30, spxw_dollars: 1, vx_dollars: 1}]}",
      "f:3: costs.fees[0].from is 2019-02-30; allowed: a date, YYYY-MM-DD"),
    BadStrategy(
      "costs: {fees: [{from: 2019-02-28, vx_dollars: 1}]}",
      "f:3: costs.fees[0] lacks the key 'spxw_dollars'; add it"),
    BadStrategy(
      "costs: {fees: [{from: 2019-02-28, spxw_dollars: 1.355, vx_dollars: 1}]}",
      "f:3: costs.fees[0].spxw_dollars is 1.355; allowed: whole cents a contract and side"),
    BadStrategy(
      "costs:\n  fees:\n    - {from: 2019-02-28, spxw_dollars: 1, vx_dollars: 1}\n"
        + "    - {from: 2019-02-28, spxw_dollars: 1, vx_dollars: 1}",
      "f:6: costs.fees[1].from is 2019-02-28; allowed: dates in ascending order"),
    BadStrategy(
      "marks: {level_scale: 0}", "f:3: marks.level_scale is 0; allowed: 0.2 to 5.0 × the fitted level"),
    BadStrategy("marks: {reanchor: open}", "f:3: marks.reanchor is 'open'; allowed: none, close"),
    BadStrategy("marks: {half_spread: wide}", "f:3: marks.half_spread is 'wide'; allowed: stress, quiet"),
    BadStrategy(
      "marks: {assume_close_known: yes}",
      "f:3: marks.assume_close_known takes true or false, but is the text 'yes'"),
    BadStrategy("marks: {level: 1}", "f:3: unknown key 'level' in marks; did you mean 'level_scale'?"),
  ]

  @Test(arguments: frame + entry + condor + exit + hedge + costs)
  func badFileIsRefusedWithLineKeyValueAndRemedy(bad: BadStrategy) throws {
    let document = try Fixture.document(bad.text, "f")
    let error = #expect(throws: ConfigError.self) { try StrategyReader.strategy(document) }
    #expect(error?.description == bad.told)
  }

  @Test(arguments: [
    ("search: {objective: sharp}", "' (did you mean 'sharpe'?)"),
    (
      "search: {method: rando}",
      "space.yaml:3: search.method is 'rando'; allowed: grid, random, sobol, nsga2, cmaes (did you mean 'random'?)"
    ),
    (
      "search: {objective: sharpe, seeds: 1}",
      "space.yaml:3: unknown key 'seeds' in search; did you mean 'seed'?"
    ),
    (
      "exit: {stop: []}",
      "space.yaml:3: exit.stop: an empty list makes an empty space; give it at least one value or "
        + "remove the key"
    ),
    ("exit: {stop: [none, none]}", "space.yaml:3: exit.stop: none stands twice; keep one"),
    (
      "exit: {stop: [none, {loss_multiple: 0}]}",
      "space.yaml:3: exit.stop.loss_multiple is 0; allowed: 0.001 to 100.000"
    ),
    (
      "exit: {confirm_minutes: {from: 1, to: 400, step: 1}}",
      "space.yaml:3: exit.confirm_minutes is 391; allowed: 1 to 390 "
        + "consecutive minutes"
    ),
  ])
  func badSpaceIsRefusedBeforeItRuns(lines: String, told: String) throws {
    let text = "version: 1\ncondor: {short_delta: 0.1}\n" + lines + "\n"
    let error = #expect(throws: ConfigError.self) { try Fixture.sweep(text) }
    let said = error?.description ?? ""
    #expect(told.hasPrefix("space") ? said == told : said.contains("did you mean 'sharpe'?"), "\(said)")
  }
}
