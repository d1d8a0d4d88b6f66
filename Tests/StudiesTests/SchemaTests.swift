import ConfigFormats
import Foundation
import TestSupport
import Testing

@testable import Studies

@Suite struct SchemaTests {
  /// Files in which every key is asked for.
  static let everything = [
    """
    version: 1
    name: n
    source: s
    entry:
      minute: "15:45"
      expirations: listed
      weekdays: [mon, fri]
      skip_events: [FOMC]
      gates: [{index: VIX, over: VIX9D, at_least: 1, at_most: 2}]
    condor:
      width_points: 5
      put_width_points: 10
      call_width_points: 15
      short_delta: {put: 0.1, call: 0.2}
      short_delta_rule: not_above
      delta_band: [0.1, 0.2]
      put_delta_band: [0.1, 0.2]
      call_delta_band: [0.1, 0.2]
      credit_band: [0.4, 0.6]
    exit:
      stop: {cost_points: 1.5}
      basis: condor
      of: total
      mark: mid
      fill: next
      confirm_minutes: 2
      profit_target: 0.5
      time_stop: "12:00"
      when: loss >= credit
      reentry: {after: stop, wait_minutes: 5, at_most: 2, until: "14:00"}
    hedge:
      vx_path_seed: 2
      unwind_with_condor: true
      layers:
        - name: a
          horizon: condor
          trigger: {any: [{move: {side: down, at_least_sd: 1}}, {all: [{rsi: {length: 14, bar_minutes: 5, at_least: 1, at_most: 30}}]}, {event: {kinds: [CPI], within_sessions: 1}}]}
          vx_tenor_days: 30
          size: {gross_risk: 0.2}
          monetise: [{gain: 0.1, sell: 0.5}]
        - name: b
          horizon: standing
          instrument:
            vix_call:
              days: 30
              delta: 0.5
              roll: {held_days: 25}
              budget: {account_dollars: 100000, steps: [{above_vx: 15, share: 0.01}]}
              pricing: {at_the_money_share: 0.97, mean_reversion: 6.4, far_share: 0.29, skew: 0.25, cap: 2.5, volatility_scale: 1.2}
              half_spread: {points: 0.05, share: 0.05}
          size: {contracts: 4}
    costs:
      entry_half_spreads: 1
      entry_ticks: 1
      exit_half_spreads: 1
      exit_ticks: 1
      vx_slippage_points: 0.01
      fees: [{from: "2014-01-01", spxw_dollars: 1.5, vx_dollars: 2, vix_option_dollars: 1.2}]
    marks: {level_scale: 1, reanchor: none, half_spread: stress, assume_close_known: false}
    account_dollars: 10000
    sizing: {equity_fraction: 0.25, at_most: 10}
    governance: {revision: 2, parent: "sha256:\(String(repeating: "0", count: 64))", note: n, valid_until: 2027-12-31, on_missing: halt}
    search:
      method: cmaes
      seed: 3
      population: 20
      folds: 4
      budget: {evaluations: 100, seconds: 10, stagnation_generations: 5}
      objective: {maximise: sharpe worst fold}
      constraints: [trades >= 10]
    """,
    "version: 1\\ncondor: {edr_multiple: {put: 1, call: 1.5}}\\nsearch: {objectives: [net, {minimise: trades}]}",
    "version: 1\\ncondor: {short_delta: 0.1}\\nsizing: {hedge_gains: 0.5, at_most: 4}\\nentry: {parameters: {}, rules: {}, when: vix > 1}\\nhedge: {parameters: {}, rules: {}, break_even_limit_points: 1, layers: [{name: a, trigger: always, size: {credit: 1}, scale: vix / 20 vols, tilt: {inputs: [{signal: pe, weight: 1}], over_sessions: 9, at_least: 0.5, at_most: 2, most_valuation: 1}, close_when: vix > 2}]}",
    "version: 1\\ncondor: {credit_target: 0.5}\\nexit: {stop: short_strike_touched, basis: side, shift: {sessions: 3, strikes: cost, back_points: 10, reopen: true, at_most: 2}}\\nsearch: {objective: mean, racing: {risk: 0.1, looks: 5, audit: 3}}",
  ].map { $0.replacingOccurrences(of: "\\n", with: "\n") }

  static func document(_ text: String) throws -> ConfigDocument {
    try ConfigDocument.parse(text, format: .yaml, file: "f")
  }

  /// A trigger inside a trigger asks for the same keys; entries of lists are all alike.
  private static func plain(_ path: String) -> String {
    var made = path.replacing(/\[\d+\]/, with: "")
    while let inner = made.firstMatch(of: /trigger\.(all|any)\./) {
      made.replaceSubrange(inner.range, with: "trigger.")
    }
    return made
  }

  @Test func everyKeyThatAReaderAsksForIsInTheSchemaAndTheReverse() throws {
    var asked: Set<String> = []
    for text in Self.everything {
      let document = try Self.document(text)
      let strategy = try ConfigReader(document)
      _ = try StrategyReader.strategy(reading: strategy)
      let search = try ConfigReader(document)
      _ = try SearchReader.section(reading: search, results: [])
      asked.formUnion((strategy.askedPaths + search.askedPaths).map(Self.plain))
    }
    // `objective: {maximise: …}` is read as a value
    let values = Set(
      ["objective", "objectives"].flatMap { ["search.\($0).maximise", "search.\($0).minimise"] })
    #expect(Set(FileSchema.paths).subtracting(values) == asked)
  }

  @Test func decimalsAreThoseOfTheReaders() {
    #expect(FileSchema.decimals(at: "exit.stop.loss_multiple") == 3)
    #expect(FileSchema.decimals(at: "exit.profit_target") == 3)
    #expect(FileSchema.decimals(at: "condor.credit_target") == 4)
    #expect(FileSchema.decimals(at: "exit.confirm_minutes") == 0)
    #expect(FileSchema.decimals(at: "condor.short_delta") == nil)
    #expect(FileSchema.decimals(at: "hedge.layers[].size.gross_risk") == nil)
    #expect(FileSchema.decimals(at: "hedge.layers[].trigger.all[].any[].rsi.length") == 0)
    #expect(FileSchema.decimals(at: "hedge.layers[].monetise[].sell") == 3)
  }

  @Test func boundsAreThoseOfTheReaders() throws {
    for (path, shape) in Self.numbers(.map(FileSchema.keys), "")
    where !path.hasPrefix("search.") && path != "version" {
      let (low, high, step): (Double, Double, Double)
      switch shape {
      case .number(let range?, _, let decimals):
        (low, high, step) = (range.lowerBound, range.upperBound, decimals == nil ? 1e-9 : 0.001)
      case .whole(let range, _, let multiple) where range.upperBound < Int.max:
        (low, high, step) = (Double(range.lowerBound), Double(range.upperBound), Double(multiple))
      default: continue
      }
      let isWhole = if case .whole = shape { true } else { false }
      func reads(_ value: Double) -> Bool {
        let text = isWhole ? "\(Int(value))" : "\(value)"
        do {
          _ = try StrategyReader.strategy(Self.with(path, text))
          return true
        } catch { return false }
      }
      #expect(reads(low) && reads(high), "\(path)")
      #expect(!reads(low - step) && !reads(high + step * max(1, high * 1e-6)), "\(path)")
    }
  }

  /// Every number of the file outside lists and alternatives that exclude each other's siblings.
  private static func numbers(_ shape: SchemaShape, _ path: String) -> [(String, SchemaShape)] {
    FileSchema.fields(shape).flatMap { key -> [(String, SchemaShape)] in
      let inner = path.isEmpty ? key.name : path + "." + key.name
      switch key.shape {
      case .number, .whole: return [(inner, key.shape)]
      case .map(let keys, let takesOne): return numbers(.map(keys, takesOne: takesOne), inner)
      case .anyOf(let shapes):
        return shapes.flatMap { shape -> [(String, SchemaShape)] in
          switch shape {
          case .number: [(inner, shape)]
          case .map: numbers(shape, inner)
          default: []
          }
        }
      default: return []
      }
    }
  }

  /// A small configuration with one value set.
  private static func with(_ path: String, _ value: String) throws -> ConfigDocument {
    let beside = [
      "reentry": "after: stop, ", "shift": path.hasSuffix("sessions") ? "" : "sessions: 3, ",
      "exit": path.hasPrefix("exit.shift") ? "stop: short_strike_touched, basis: side, " : "",
      "sizing": path.hasSuffix("equity_fraction") || path.hasSuffix("hedge_gains")
        ? "" : "equity_fraction: 0.1, ",
    ]
    var text = value
    let keys = path.split(separator: ".").map(String.init)
    for (depth, key) in keys.enumerated().reversed() {
      let parent = depth > 0 ? keys[depth - 1] : ""
      let sibling = ["put": "call: 0.3, ", "call": "put: 0.3, "][key] ?? beside[parent] ?? ""
      text = "{\(sibling)\(key): \(text)}"
      if depth == 0 { text = "\(key): " + text.dropFirst(key.count + 3).dropLast() }
    }
    let needsDelta = !path.hasPrefix("condor.")
    let condor = needsDelta ? "condor: {short_delta: 0.1}\n" : ""
    if path.hasPrefix("condor."), path.contains("width") { text = text.dropLast() + ", short_delta: 0.1}" }
    return try document("version: 1\n" + condor + text)
  }

  @Test func theTextIsJSONAndAlwaysTheSame() throws {
    let text = try ConfigurationSchema.text()
    #expect(try text == ConfigurationSchema.text() && text.utf8.count < 400_000)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(object["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
  }

  // MARK: Against Python's jsonschema

  static let space = """
    version: 1
    search:
      method: nsga2
      seed: 7
      budget: {evaluations: 20000}
      objectives: [sharpe worst year, {minimise: max_drawdown_dollars}]
      constraints: [trades >= 150, condor.put_width_points <= condor.call_width_points]
    entry: {minute: {from: "15:15", to: "15:55", step: 10}}
    condor:
      put_width_points: [5, 10]
      call_width_points: {choices: [5, 10]}
      short_delta: {from: 0.05, to: 0.25}
    exit:
      stop: [none, {loss_multiple: {from: 0.5, to: 5, log: true, decimals: 2}}, {cost_points: [1.0, 2.0]}]
      confirm_minutes: {from: 1, to: 5, step: 1, when: {exit.stop: [loss_multiple, cost_points]}, else: 1}
      profit_target: [none, {from: 0.3, to: 0.9, decimals: 2}]
    hedge:
      layers:
        - name: first
          trigger: {move: {at_least_sd: [0.5, 1.0]}}
          size: {gross_risk: {choices: [0, 0.2], when: {exit.stop: none}, else: 0}}
        - {name: second, trigger: always, size: {same_as: "hedge.layers[0].size"}}
    """
  /// What the schema alone must refuse.
  static let bad = [
    "version: 2\ncondor: {short_delta: 0.1}", "condor: {short_delta: 0.1}", "version: 1",
    "version: 1\ncondor: {short_detla: 0.1}", "version: 1\ncondor: {short_delta: 0.6}",
    "version: 1\ncondor: {short_delta: [0.1, 0.6]}",
    "version: 1\ncondor: {short_delta: {from: 0.1, too: 0.2}}",
    "version: 1\ncondor: {short_delta: {from: 0.1, to: 0.2, step: 0}}",
    "version: 1\ncondor: {width_points: 7}",
    "version: 1\ncondor: {short_delta: {choices: [0.1], wehn: {a: 1}}}",
    "version: 1\ncondor: {short_delta: {choices: [0.1], else: 0.2}}",
    "version: 1\ncondor: {short_delta: {same_as: 3}}",
    "version: 1\ncondor: {short_delta: 0.1}\nexit: {stop: never}",
    "version: 1\ncondor: {short_delta: 0.1}\nexit: {stop: {loss_multiple: 1, cost_points: 1}}",
    "version: 1\ncondor: {short_delta: 0.1}\nexit: {reentry: {wait_minutes: 3}}",
    "version: 1\ncondor: {short_delta: 0.1}\nexit: {stop: short_strike_touched, basis: side, shift: {sessions: 8}}",
    "version: 1\ncondor: {short_delta: 0.1}\nentry: {minute: \"25:00\"}",
    "version: 1\ncondor: {short_delta: 0.1}\nentry: {weekdays: mon}",
    "version: 1\ncondor: {short_delta: 0.1}\nsearch: {method: nsga3}",
    "version: 1\ncondor: {short_delta: 0.1}\nsearch: {budget: {evaluations: 0}}",
    "version: 1\ncondor: {short_delta: 0.1}\nhedge: {layers: [{name: a, trigger: {moev: {}}, size: {credit: 1}}]}",
    "version: 1\ncondor: {short_delta: 0.1}\nmarks: {assume_close_known: yes}",
    "version: 1\ncondor: {short_delta: 0.1}\nhedge: {layers: [{name: a, horizon: standing, instrument: {vix_call: {days: 30, roll: never}}, size: {contracts: 1}}]}",
  ]

  /// A Python that has jsonschema: `WINGSPAN_PYTHON`, or python3 of the path.
  static let python: String? = {
    let named = ProcessInfo.processInfo.environment["WINGSPAN_PYTHON"]
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return ([named] + folders.map { "\($0)/python3" }).compactMap { $0 }.first {
      FileManager.default.isExecutableFile(atPath: $0)
        && (try? run($0, ["-c", "from jsonschema import Draft202012Validator"])) == 0
    }
  }()

  private static func run(_ path: String, _ arguments: [String]) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }

  @Test(
    .enabled(
      if: python != nil, "no Python with jsonschema; `pip install jsonschema`, or name one in WINGSPAN_PYTHON"
    ))
  func goodFilesAreValidAndBadOnesAreNot() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "schema-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let params = SharedData.root.appending(path: "params")
    var good = (Self.everything + [Self.space]).map { try? Self.document($0) }
    for name in try FileManager.default.subpathsOfDirectory(atPath: params.path)
    where name.hasSuffix(".yaml") && !name.hasSuffix("signers.yaml") {
      good.append(try ConfigDocument.load(path: params.appending(path: name).path))
    }
    #expect(good.count > 15)
    let files = ["good": good.compactMap { $0 }, "bad": try Self.bad.map(Self.document)]
    for (kind, documents) in files {
      let all = documents.map { $0.render(.json) }.joined(separator: ",\n")
      try Data("[\(all)]".utf8).write(to: folder.appending(path: kind))
    }
    for document in files["bad"] ?? [] {
      #expect(throws: ConfigError.self, "\(document.render(.yaml))") { try SweepSpace(document).validate() }
    }
    _ = try SweepSpace(Self.document(Self.space)).validate()
    try Data(ConfigurationSchema.text().utf8).write(to: folder.appending(path: "schema"))
    let program = """
      import json, sys
      from jsonschema import Draft202012Validator as V
      read = lambda name: json.load(open(sys.argv[1] + '/' + name))
      schema = read('schema')
      V.check_schema(schema)
      v = V(schema)
      wrong = [(d, [e.message for e in v.iter_errors(d)]) for d in read('good') if not v.is_valid(d)]
      wrong += [d for d in read('bad') if v.is_valid(d)]
      for w in wrong: print(str(w)[:2000])
      sys.exit(len(wrong))
      """
    #expect(try Self.run(#require(Self.python), ["-c", program, folder.path]) == 0)
  }
}
