/// One searched parameter of a ``ParameterTree``: what a search moves.
public struct TreeParameter: Sendable, Hashable {
  /// What values there are.
  public enum Domain: Sendable, Hashable {
    /// Numbers from one to another, both included, from < to, kept to so many decimals. With `isLog` equal ratios are
    /// equally likely, from > 0.
    case real(from: Double, to: Double, isLog: Bool, decimals: Int)
    /// Numbers or times in order; a value is a position, 0 ..< count, count ≥ 1.
    case steps(count: Int)
    /// Choices without order; a value is a position, 0 ..< count, count ≥ 1.
    case categories(count: Int)
  }
  /// An earlier parameter that must have one of some positions, and be active itself.
  public struct Condition: Sendable, Hashable {
    /// Which parameter, by its place in ``ParameterTree/parameters``: an earlier one, and no real.
    public let parent: Int
    /// Positions that make this one active, ascending, at least one.
    public let positions: [Int]
  }

  /// Where it is: `condor.short_delta`, `exit.stop.loss_multiple`. Unique: what stands in several choices of one
  /// parameter under the same keys has the number of its choice, `exit.stop[1].loss_multiple`.
  public let path: String
  /// The line of the list or range that spells it.
  public let line: Int
  /// Its values.
  public let domain: Domain
  /// What must all hold for it to matter; empty for always.
  public let conditions: [Condition]
  /// The value of each position as the file spells it, searched values inside it included; empty for a real.
  public let choices: [ConfigNode]

  /// How many positions it has, nil for a real.
  public var count: Int? {
    switch domain {
    case .real: nil
    case .steps(let count), .categories(let count): count
    }
  }
}

/// A range of real numbers, kept to a number of decimals so that what is stored, written and read is the same number.
struct RealRange: Sendable, Hashable {
  let from: Int
  let to: Int
  let decimals: Int
  let isLog: Bool
  /// 10^decimals, exact.
  let scale: Double

  init(from: Int, to: Int, decimals: Int, isLog: Bool) {
    self.from = from
    self.to = to
    self.decimals = decimals
    self.isLog = isLog
    // a product of tens is exact up to 10^22
    scale = (0..<decimals).reduce(1.0) { made, _ in made * 10 }
  }

  /// The most decimals a value is kept to.
  static let decimalLimit = 12

  /// The nearest number that is kept, in units of 10^−decimals. NaN gives the lowest.
  func units(_ value: Double) -> Int {
    let scaled = (value * scale).rounded()
    guard scaled > Double(from) else { return from }
    return scaled < Double(to) ? Int(scaled) : to
  }

  /// That number. Correctly rounded: one division of two exact numbers.
  func number(_ value: Double) -> Double { Double(units(value)) / scale }

  /// That number as a configuration holds it, with no more decimals than it has.
  func value(_ value: Double) -> ConfigValue {
    var units = units(value)
    guard decimals > 0 else { return .int(units) }
    let number = Double(units) / scale
    var places = decimals
    while places > 1 && units.isMultiple(of: 10) { (units, places) = (units / 10, places - 1) }
    return .decimal(number, text: ExactDecimal.text(units: units, places: places))
  }
}
