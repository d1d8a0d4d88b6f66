/// Numbers as text, exactly: which texts are numbers, and their canonical spelling.
///
/// Only the decimal spellings that YAML 1.2, JSON and TOML share are numbers. `0x1F`, `0o17`, `1_000`, `007`,
/// `1:30`, `.inf` and `.nan` stay text, so that a reader who asks for a number refuses them by name instead of
/// one format reading 7 where another reads 007.
public enum DecimalText {
  /// The number that a plain scalar spells, or nil if it spells none.
  ///
  /// The canonical text of a decimal has digits on both sides of one point and, if the source had an exponent,
  /// a signed exponent: `.5` is `0.5`, `1e3` is `1.0e+3`. All three formats read that as the same number.
  /// A whole number beyond 64 bits is a decimal (`9223372036854775808.0`); one beyond Double is none.
  static func number(_ text: String) -> ConfigValue? {
    guard let parts = Parts(text) else { return nil }
    let sign = parts.negative ? "-" : ""
    if !parts.hasPoint && parts.exponent == nil {
      if let whole = Int(sign + parts.whole) { return .int(whole) }
    }
    var canonical = sign + (parts.whole.isEmpty ? "0" : parts.whole) + "."
    canonical += parts.fraction.isEmpty ? "0" : parts.fraction
    if let exponent = parts.exponent { canonical += exponent < 0 ? "e-\(-exponent)" : "e+\(exponent)" }
    guard let value = Double(canonical), value.isFinite else { return nil }
    return .decimal(value, text: canonical)
  }

  /// A decimal made in code, with the shortest text that reads back as the same Double.
  ///
  /// - Precondition: finite.
  public static func decimal(_ value: Double) -> ConfigValue {
    precondition(value.isFinite, "DecimalText.decimal: a configuration holds finite numbers")
    if case .decimal(_, let text)? = number("\(value)") { return .decimal(value, text: text) }
    return .decimal(value, text: "\(value)")
  }

  /// The pieces of a decimal number: sign, digits before the point, digits after it, exponent.
  struct Parts {
    var negative = false
    var whole = ""
    var fraction = ""
    var hasPoint = false
    var exponent: Int?

    init?(_ text: String) {
      var rest = Substring(text)
      if rest.first == "-" || rest.first == "+" { negative = rest.removeFirst() == "-" }
      whole = Parts.digits(&rest)
      if rest.first == "." {
        rest.removeFirst()
        hasPoint = true
        fraction = Parts.digits(&rest)
      }
      if whole.isEmpty && fraction.isEmpty { return nil }
      if whole.count > 1 && whole.first == "0" { return nil }
      if rest.first == "e" || rest.first == "E" {
        rest.removeFirst()
        var minus = false
        if rest.first == "-" || rest.first == "+" { minus = rest.removeFirst() == "-" }
        let digits = Parts.digits(&rest)
        guard digits.count <= 5, let size = Int(digits) else { return nil }
        exponent = minus ? -size : size
      }
      guard rest.isEmpty else { return nil }
    }

    private static func digits(_ rest: inout Substring) -> String {
      let found = rest.prefix { $0.isASCII && $0.isNumber }
      rest.removeFirst(found.count)
      return String(found)
    }
  }
}

/// A decimal number held exactly: `units / 10^scale`.
struct ExactDecimal: Equatable {
  var units: Int
  var scale: Int

  /// The exact number behind a node, or nil if it isn't a number or doesn't fit 64 bits.
  init?(_ value: ConfigValue) {
    switch value {
    case .int(let number): (units, scale) = (number, 0)
    case .decimal(_, let text):
      guard let parts = DecimalText.Parts(text) else { return nil }
      let fraction = String(parts.fraction.reversed().drop { $0 == "0" }.reversed())
      guard let digits = Int((parts.negative ? "-" : "") + parts.whole + fraction) else { return nil }
      (units, scale) = (digits, fraction.count - (parts.exponent ?? 0))
      while scale < 0 {
        let (raised, overflow) = units.multipliedReportingOverflow(by: 10)
        if overflow { return nil }
        (units, scale) = (raised, scale + 1)
      }
    default: return nil
    }
    while scale > 0 && units.isMultiple(of: 10) { (units, scale) = (units / 10, scale - 1) }
  }

  /// The number in units of 10^−places, or nil if it has more decimals or doesn't fit.
  func units(places: Int) -> Int? {
    guard scale <= places else { return nil }
    var result = units
    for _ in scale..<places {
      let (raised, overflow) = result.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
      result = raised
    }
    return result
  }

  /// `units / 10^places` as a node value: a whole number for 0 places, otherwise exactly that many decimals.
  static func value(units: Int, places: Int) -> ConfigValue {
    guard places > 0 else { return .int(units) }
    let text = Self.text(units: units, places: places)
    return DecimalText.number(text) ?? .string(text)
  }

  /// `units / 10^places` as text with exactly that many decimals.
  static func text(units: Int, places: Int) -> String {
    guard places > 0 else { return "\(units)" }
    var digits = "\(units.magnitude)"
    if digits.count <= places { digits = String(repeating: "0", count: places + 1 - digits.count) + digits }
    let point = digits.index(digits.endIndex, offsetBy: -places)
    return (units < 0 ? "-" : "") + digits[..<point] + "." + digits[point...]
  }
}
