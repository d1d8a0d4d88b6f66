import Foundation

/// The JSON Schema (draft 2020-12) of configuration and space files, for editors and other programs.
public enum ConfigurationSchema {
  /// The schema as text; always the same bytes.
  public static func text() throws -> String {
    let data = try JSONSerialization.data(
      withJSONObject: object, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
    return String(decoding: data, as: UTF8.self)
  }

  private typealias Object = [String: Any]

  /// The schema as a tree of JSON values.
  static var object: [String: Any] {
    var root = map(FileSchema.keys, takesOne: false, isSearched: true)
    root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    root["title"] = "Wingspan configuration or space"
    root["description"] =
      "A strategy; any value may instead be searched: a list of choices, {from, to, step}, {from, to}, or {choices: […]}."
    root["$defs"] =
      [
        "trigger": plain(FileSchema.trigger, isSearched: true),
        "when": [
          "type": "object", "minProperties": 1,
          "description": "Other searched paths, each with the value or list of values it must have.",
        ],
        "same_as": closed(
          ["same_as": ["type": "string", "description": "The path whose value is taken."]],
          required: ["same_as"]),
        "numbers": [
          "oneOf": [
            closed(
              range(["type": "number"], step: ["type": "number", "exclusiveMinimum": 0]),
              required: ["from", "to", "step"]),
            closed(
              range(["type": "number"], step: nil).merging(
                [
                  "log": ["type": "boolean", "description": "Equal ratios are equally likely."],
                  "decimals": [
                    "type": "integer", "minimum": 0, "maximum": 12,
                    "description": "What values are rounded to.",
                  ],
                ]) { a, _ in a }, required: ["from", "to"]),
          ]
        ],
        "times": closed(
          range(["type": "string", "pattern": timePattern], step: ["type": "integer", "minimum": 1]),
          required: ["from", "to", "step"]),
      ] as Object
    return root
  }

  private static let timePattern = "^([01]?[0-9]|2[0-3]):[0-5][0-9](:00)?$"

  private static func range(_ bound: Object, step: Object?) -> Object {
    var made: Object = [
      "from": bound, "to": bound, "when": ["$ref": "#/$defs/when"], "else": [:] as Object,
    ]
    if let step { made["step"] = step }
    return made
  }

  private static func closed(_ properties: Object, required: [String]) -> Object {
    var made: Object = ["type": "object", "properties": properties, "additionalProperties": false]
    if !required.isEmpty { made["required"] = required }
    if properties["else"] != nil { made["dependentRequired"] = ["else": ["when"]] }
    return made
  }

  // MARK: Shapes

  private static func map(_ keys: [SchemaKey], takesOne: Bool, isSearched: Bool) -> Object {
    var properties: Object = [:]
    for key in keys {
      var made = value(key.shape, isSearched: isSearched && key.isSearched)
      made["title"] = key.name.replacing("_", with: " ")
      let unit = unit(key.shape)
      made["description"] = key.about + (unit.isEmpty ? "" : " (\(unit))")
      properties[key.name] = made
    }
    var made = closed(properties, required: keys.filter(\.isRequired).map(\.name))
    if takesOne { (made["minProperties"], made["maxProperties"]) = (1, 1) }
    return made
  }

  /// A value of a key: itself or what a search puts in its place; null is as if absent.
  private static func value(_ shape: SchemaShape, isSearched: Bool) -> Object {
    let itself = plain(shape, isSearched: isSearched)
    guard isSearched else { return ["anyOf": [itself, ["type": "null"]]] }
    let ranges = ranges(shape)
    let entry: Object = ["anyOf": [itself, ["$ref": "#/$defs/same_as"]] + ranges]
    let list: Object = ["type": "array", "minItems": 1, "items": entry]
    let choices = closed(
      ["choices": list, "when": ["$ref": "#/$defs/when"], "else": itself], required: ["choices"])
    var forms: [Object] = [itself, ["type": "null"]]
    // a list by nature is searched by {choices: […]} only
    if case .list = shape {} else { forms.append(list) }
    return ["anyOf": forms + [choices, ["$ref": "#/$defs/same_as"]] + ranges]
  }

  private static func ranges(_ shape: SchemaShape) -> [Object] {
    switch shape {
    case .number, .whole: [["$ref": "#/$defs/numbers"]]
    case .time: [["$ref": "#/$defs/times"], ["$ref": "#/$defs/numbers"]]
    case .anyOf(let shapes): shapes.flatMap(ranges)
    default: []
    }
  }

  private static func plain(_ shape: SchemaShape, isSearched: Bool) -> Object {
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
          ["type": "string", "pattern": timePattern],
          ["type": "integer", "minimum": range.lowerBound, "maximum": range.upperBound],
        ]
      ]
    case .words(let words): return ["enum": words]
    case .map(let keys, let takesOne): return map(keys, takesOne: takesOne, isSearched: isSearched)
    case .list(let element, let count):
      var made: Object = ["type": "array", "items": plain(element, isSearched: isSearched)]
      if count.lowerBound > 0 { made["minItems"] = count.lowerBound }
      if count.upperBound < Int.max { made["maxItems"] = count.upperBound }
      return made
    case .anyOf(let shapes): return ["anyOf": shapes.map { plain($0, isSearched: isSearched) }]
    case .trigger: return ["$ref": "#/$defs/trigger"]
    case .anything: return [:]
    }
  }

  private static func unit(_ shape: SchemaShape) -> String {
    switch shape {
    case .number(_, let unit, _), .whole(_, let unit, _): unit
    case .anyOf(let shapes): shapes.lazy.map(unit).first { !$0.isEmpty } ?? ""
    case .list(let element, _): unit(element)
    default: ""
    }
  }
}
