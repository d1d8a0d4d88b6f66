import ConfigFormats
import MarketData
import Strategies

/// Reads hedge layers and their triggers.
enum HedgeReader {
  static func layer(_ node: ConfigReader, _ rules: NamedRules) throws(ConfigError) -> HedgeLayer {
    guard let name = try node.string("name") else { throw node.missing("name") }
    let horizon = try node.choice("horizon", as: HedgeLayer.Horizon.self) ?? .condor
    guard let sizeNode = try node.map("size") else { throw node.missing("size") }
    let size = try size(sizeNode)
    let condition: Trigger
    if horizon == .standing {
      switch node.node("trigger")?.value {
      case nil, .string("always"): condition = .always
      case .string(let text): condition = .rule(try rules.rule(text, as: .market, node, "trigger"))
      default: throw node.refused("trigger", allowed: "always or a rule, for a standing layer")
      }
      guard size.base == .contracts else {
        throw sizeNode.refused(size.base.rawValue, allowed: "contracts, for a standing layer")
      }
    } else {
      guard let value = node.node("trigger") else { throw node.missing("trigger") }
      if case .string(let text) = value.value {
        condition =
          text == "always" ? .always : .rule(try rules.rule(text, as: .trigger, node, "trigger"))
      } else if let map = try node.map("trigger") {
        condition = try trigger(map)
      } else {
        throw node.missing("trigger")
      }
    }
    let instrument: HedgeInstrument
    if let map = try node.map("instrument") {
      instrument = .vixCall(try VIXCallReader.rule(map, horizon))
      guard condition == .always || horizon == .condor else {
        throw node.refused("trigger", allowed: "always, for a standing layer of VIX calls")
      }
      guard !node.has("vx_tenor_days") else {
        throw node.refused("vx_tenor_days", allowed: "layers of VX futures; a layer of VIX calls has days")
      }
      guard size.base != .contracts || size.amount == size.amount.rounded() else {
        throw sizeNode.refused("contracts", allowed: "whole contracts, for a layer of VIX calls")
      }
    } else {
      instrument = .vx(
        tenorDays: try node.int("vx_tenor_days", in: 1...200, unit: "calendar days") ?? 30)
    }
    var layer = HedgeLayer(
      name: name, horizon: horizon, trigger: condition, instrument: instrument, size: size)
    layer.scale = try scale(node, rules)
    layer.release = try rules.rule(node, "close_when", as: .release)
    for key in ["scale", "tilt", "close_when"] where horizon == .standing && node.has(key) {
      throw node.refused(key, allowed: "only layers with horizon: condor")
    }
    var sold: Int32 = 0
    for step in try node.maps("monetise") ?? [] {
      if case .vx = layer.instrument, horizon == .standing {
        throw node.refused("monetise", allowed: "only layers with horizon: condor, or of VIX calls")
      }
      guard let gain = try step.decimalThousandths("gain", in: 1...100_000) else {
        throw step.missing("gain")
      }
      guard let share = try step.decimalThousandths("sell", in: 1...1_000) else { throw step.missing("sell") }
      sold += Int32(share)
      guard sold <= 1000 else { throw step.refused("sell", allowed: "shares that sum to at most 1.0") }
      if let last = layer.monetise.last, last.gainThousandths >= Int32(gain) {
        throw step.refused("gain", allowed: "gains in ascending order")
      }
      layer.monetise.append(MonetiseStep(gainThousandths: Int32(gain), shareThousandths: Int32(share)))
    }
    return layer
  }

  /// The scale of a layer: its `scale`, its `tilt`, or the product of both.
  private static func scale(_ node: ConfigReader, _ rules: NamedRules) throws(ConfigError) -> StrategyRule? {
    let scale = try rules.rule(node, "scale", as: .scale)
    guard let map = try node.map("tilt") else { return scale }
    let tilt = try Tilt(map, rules).text
    let text = scale.map { "(\($0.rule.canonical)) * \(tilt)" } ?? tilt
    return try rules.rule(text, as: .scale, node, "tilt")
  }

  private static func size(_ node: ConfigReader) throws(ConfigError) -> HedgeSize {
    var found: HedgeSize?
    for base in HedgeSize.Base.allCases {
      let unit = base == .contracts ? "contracts" : "share"
      if let amount = try node.double(base.rawValue, in: 0...100, unit: unit) {
        guard found == nil else {
          throw node.refused(base.rawValue, allowed: "one of gross_risk, credit, notional, contracts")
        }
        found = HedgeSize(base: base, amount: amount)
      }
    }
    guard let found else { throw node.missing("gross_risk") }
    return found
  }

  private static func trigger(_ node: ConfigReader) throws(ConfigError) -> Trigger {
    guard node.keys.count == 1 else {
      throw node.refused(
        node.keys.dropFirst().first ?? "move",
        allowed: "one condition: move, rsi, event, or all/any with a list of conditions")
    }
    if let move = try node.map("move") {
      guard let sd = try move.double("at_least_sd", in: 0...20, unit: "standard deviations") else {
        throw move.missing("at_least_sd")
      }
      return .move(side: try move.choice("side", as: Trigger.Side.self) ?? .down, atLeastSd: sd)
    }
    if let rsi = try node.map("rsi") {
      let atLeast = try rsi.double("at_least", in: 0...100)
      let atMost = try rsi.double("at_most", in: 0...100)
      guard atLeast != nil || atMost != nil else { throw rsi.missing("at_most") }
      return .rsi(
        length: try rsi.int("length", in: 2...500, unit: "bars") ?? 14,
        barMinutes: try rsi.int("bar_minutes", in: 0...390, unit: "minutes; 0 for whole sessions") ?? 5,
        atLeast: atLeast, atMost: atMost)
    }
    if let event = try node.map("event") {
      guard let kinds = try StrategyReader.events(event, "kinds"), !kinds.isEmpty else {
        throw event.missing("kinds")
      }
      return .event(
        kinds: kinds, withinSessions: try event.int("within_sessions", in: 0...20, unit: "sessions") ?? 1)
    }
    for (key, make) in [("all", Trigger.all), ("any", Trigger.any)] {
      guard let parts = try node.maps(key) else { continue }
      guard !parts.isEmpty else { throw node.refused(key, allowed: "at least one condition") }
      var list: [Trigger] = []
      for part in parts { list.append(try trigger(part)) }
      return make(list)
    }
    throw node.missing("move")
  }
}
