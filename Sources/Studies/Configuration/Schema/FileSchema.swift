/// What a value of the configuration file may be, as its readers take it.
indirect enum SchemaShape: Sendable {
  /// A number; decimals beyond those given are refused or rounded by its reader.
  case number(ClosedRange<Double>?, _ unit: String, decimals: Int? = nil)
  /// A whole number.
  case whole(ClosedRange<Int>, _ unit: String, multipleOf: Int = 1)
  case text
  case flag
  /// A time of day, or minutes after midnight.
  case time(ClosedRange<Int>)
  /// One of some words.
  case words([String])
  /// A map; with `takesOne` exactly one of its keys.
  case map([SchemaKey], takesOne: Bool = false)
  /// A map with any keys.
  case table(SchemaShape)
  /// What is a list by nature, and no choices.
  case list(SchemaShape, ClosedRange<Int> = 0...Int.max)
  case anyOf([SchemaShape])
  /// ``FileSchema/trigger``, which may hold itself.
  case trigger
  /// Anything: written by the program, for itself.
  case anything
}

/// A key of a map.
struct SchemaKey: Sendable {
  let name: String
  let shape: SchemaShape
  /// For a tooltip.
  let about: String
  var isRequired = false
  /// Whether a search may vary it.
  var isSearched = true

  init(_ name: String, _ shape: SchemaShape, _ about: String, required: Bool = false, searched: Bool = true) {
    self.name = name
    self.shape = shape
    self.about = about
    isRequired = required
    isSearched = searched
  }
}

/// The whole file as one table: the JSON Schema is written from it, and it knows how many decimals a key takes.
enum FileSchema {
  /// The shape at a path without places of list entries, `hedge.layers[].size.gross_risk`.
  static func shape(at path: String) -> SchemaShape? {
    var shapes: [SchemaShape] = [.map(keys)]
    for part in path.split(separator: ".") {
      let name = part.prefix { $0 != "[" }
      shapes = shapes.flatMap { fields($0) }.filter { $0.name == name }.map(\.shape)
    }
    return shapes.first
  }

  /// The keys of the maps in a shape, through lists and alternatives.
  static func fields(_ shape: SchemaShape) -> [SchemaKey] {
    switch shape {
    case .map(let keys, _): keys
    case .list(let element, _): fields(element)
    case .anyOf(let shapes): shapes.flatMap(fields)
    case .trigger: fields(trigger)
    default: []
    }
  }

  /// The most decimals that the reader of a path takes; nil where it takes any.
  static func decimals(at path: String) -> Int? { shape(at: path).flatMap(decimals) }

  private static func decimals(_ shape: SchemaShape) -> Int? {
    switch shape {
    case .number(_, _, let decimals): decimals
    case .whole, .time: 0
    case .anyOf(let shapes): shapes.lazy.compactMap(decimals).first
    case .list(let element, _): decimals(element)
    default: nil
    }
  }

  /// The dotted paths of all keys, lists as their entries; a trigger inside a trigger counts as that.
  static var paths: [String] {
    func paths(_ shape: SchemaShape, _ path: String) -> [String] {
      if case .trigger = shape, path.hasSuffix(".all") || path.hasSuffix(".any") { return [] }
      if case .list(.trigger, _) = shape { return [] }
      return fields(shape).flatMap { key -> [String] in
        let inner = path.isEmpty ? key.name : path + "." + key.name
        return [inner] + paths(key.shape, inner)
      }
    }
    // shapes that exclude one another may share a key
    var seen: Set<String> = []
    return paths(.map(keys), "").filter { seen.insert($0).inserted }
  }
}
