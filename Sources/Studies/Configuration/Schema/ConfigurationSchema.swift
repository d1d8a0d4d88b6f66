import Foundation

/// The JSON Schema (draft 2020-12) of configuration and space files, for editors and other programs.
public enum ConfigurationSchema {
  /// The schema as text; always the same bytes.
  public static func text() throws -> String {
    let data = try JSONSerialization.data(
      withJSONObject: object, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
    return String(decoding: data, as: UTF8.self)
  }

  typealias Object = [String: Any]

  /// The schema as a tree of JSON values.
  static var object: [String: Any] {
    var writer = SchemaWriter()
    var root = writer.map(FileSchema.keys, takesOne: false, path: "", isSearched: true)
    root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    root["title"] = "Wingspan configuration or space"
    root["description"] =
      "A strategy; any value may instead be searched: a list of choices, {from, to, step}, {from, to}, or {choices: […]}."
    writer.defs["trigger"] = writer.plain(FileSchema.trigger, path: "trigger", isSearched: true)
    root["$defs"] = writer.defs.merging(forms) { made, _ in made }
    return root
  }

  /// What a search puts in the place of a value.
  private static var forms: Object {
    let number: Object = ["type": "number"]
    let isLog: Object = ["type": "boolean", "description": "Equal ratios are equally likely."]
    let decimals: Object = [
      "type": "integer", "minimum": 0, "maximum": 12, "description": "What values are rounded to.",
    ]
    let steps = range(number, ["step": ["type": "number", "exclusiveMinimum": 0]])
    let real = range(number, ["log": isLog, "decimals": decimals])
    let times = range(
      ["type": "string", "pattern": timePattern],
      ["step": ["type": "integer", "minimum": 1, "description": "Minutes."]])
    return [
      "when": [
        "type": "object", "minProperties": 1,
        "description": "Other searched paths, each with the value or list of values it must have.",
      ],
      "same_as": closed(
        ["same_as": ["type": "string", "description": "The path whose value is taken."]],
        required: ["same_as"]),
      "numbers": [
        "oneOf": [
          closed(steps, required: ["from", "to", "step"]), closed(real, required: ["from", "to"]),
        ]
      ],
      "times": closed(times, required: ["from", "to", "step"]),
    ]
  }

  static let timePattern = "^([01]?[0-9]|2[0-3]):[0-5][0-9](:00)?$"

  private static func range(_ bound: Object, _ more: Object) -> Object {
    ["from": bound, "to": bound, "when": ["$ref": "#/$defs/when"], "else": [:] as Object]
      .merging(more) { made, _ in made }
  }

  static func closed(_ properties: Object, required: [String]) -> Object {
    var made: Object = ["type": "object", "properties": properties, "additionalProperties": false]
    if !required.isEmpty { made["required"] = required }
    if properties["else"] != nil { made["dependentRequired"] = ["else": ["when"]] }
    return made
  }
}

/// Writes shapes, and gathers the definitions that they refer to.
struct SchemaWriter {
  typealias Object = ConfigurationSchema.Object
  /// What stands at each searched path, by it, and ``FileSchema/trigger``.
  var defs: Object = [:]

  mutating func map(_ keys: [SchemaKey], takesOne: Bool, path: String, isSearched: Bool) -> Object {
    var properties: Object = [:]
    for key in keys {
      let inner = path.isEmpty ? key.name : path + "." + key.name
      var made = value(key.shape, path: inner, isSearched: isSearched && key.isSearched)
      made["title"] = key.name.replacing("_", with: " ")
      let unit = unit(key.shape)
      made["description"] = key.about + (unit.isEmpty ? "" : " (\(unit))")
      properties[key.name] = made
    }
    var made = ConfigurationSchema.closed(properties, required: keys.filter(\.isRequired).map(\.name))
    if takesOne { (made["minProperties"], made["maxProperties"]) = (1, 1) }
    return made
  }

  /// A value of a key: itself or what a search puts in its place; null is as if absent.
  private mutating func value(_ shape: SchemaShape, path: String, isSearched: Bool) -> Object {
    let written = plain(shape, path: path, isSearched: isSearched)
    let null: Object = ["type": "null"]
    guard isSearched else { return ["anyOf": [written, null]] }
    defs[path] = written
    let itself: Object = ["$ref": "#/$defs/" + path]
    let tied: Object = ["$ref": "#/$defs/same_as"]
    let ranges = ranges(shape)
    let list: Object = [
      "type": "array", "minItems": 1, "items": ["anyOf": [itself, tied] + ranges] as Object,
    ]
    let choices = ConfigurationSchema.closed(
      ["choices": list, "when": ["$ref": "#/$defs/when"] as Object, "else": itself], required: ["choices"])
    var forms: [Object] = [itself, null, choices, tied] + ranges
    // a list by nature is searched by {choices: […]} only
    if case .list = shape {} else { forms.append(list) }
    return ["anyOf": forms]
  }

  private func ranges(_ shape: SchemaShape) -> [Object] {
    switch shape {
    case .number, .whole: [["$ref": "#/$defs/numbers"]]
    case .time: [["$ref": "#/$defs/times"], ["$ref": "#/$defs/numbers"]]
    case .anyOf(let shapes): shapes.flatMap(ranges)
    default: []
    }
  }

  mutating func plain(_ shape: SchemaShape, path: String, isSearched: Bool) -> Object {
    switch shape {
    case .number(let range, _, _):
      guard let range else { return ["type": "number"] }
      return ["type": "number", "minimum": range.lowerBound, "maximum": range.upperBound]
    case .whole(let range, _, let multiple):
      var made: Object = ["type": "integer", "minimum": range.lowerBound]
      if range.upperBound < Int.max { made["maximum"] = range.upperBound }
      if multiple > 1 { made["multipleOf"] = multiple }
      return made
    case .text: return ["type": "string"]
    case .flag: return ["type": "boolean"]
    case .time(let range):
      return [
        "oneOf": [
          ["type": "string", "pattern": ConfigurationSchema.timePattern],
          ["type": "integer", "minimum": range.lowerBound, "maximum": range.upperBound],
        ]
      ]
    case .words(let words): return ["enum": words]
    case .map(let keys, let takesOne):
      return map(keys, takesOne: takesOne, path: path, isSearched: isSearched)
    case .list(let element, let count):
      var made: Object = ["type": "array", "items": plain(element, path: path, isSearched: isSearched)]
      if count.lowerBound > 0 { made["minItems"] = count.lowerBound }
      if count.upperBound < Int.max { made["maxItems"] = count.upperBound }
      return made
    case .anyOf(let shapes):
      var forms: [Object] = []
      for shape in shapes { forms.append(plain(shape, path: path, isSearched: isSearched)) }
      return ["anyOf": forms]
    case .table(let element):
      return [
        "type": "object",
        "additionalProperties": value(element, path: path + ".*", isSearched: isSearched),
      ]
    case .trigger: return ["$ref": "#/$defs/trigger"]
    case .anything: return [:]
    }
  }

  private func unit(_ shape: SchemaShape) -> String {
    switch shape {
    case .number(_, let unit, _), .whole(_, let unit, _): unit
    case .anyOf(let shapes): shapes.lazy.map(unit).first { !$0.isEmpty } ?? ""
    case .list(let element, _): unit(element)
    default: ""
    }
  }
}
