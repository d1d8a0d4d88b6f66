import ConfigFormats
import Kernels
import Search

/// Whether windows, or the seeds of ``RepeatedChoice``, agree on settings: choices that wander from one to the next follow
/// noise.
public struct WalkDrift: Sendable, Codable, Hashable {
  /// One searched parameter.
  public struct Parameter: Sendable, Codable, Hashable {
    /// Where it is.
    public var path: String
    /// What each window chose; null where the parameter didn't matter, or nothing was chosen.
    public var values: [String?]
    /// Different values chosen.
    public var different: Int
    /// Mean distance from window to window as a share of the axis' range (of its logarithm, for a logarithmic one); null
    /// for an axis without numbers or times, or without two neighbouring windows that have a value.
    @Nullable public var meanStep: Double?
  }
  /// Windows that chose something.
  public var choices: Int
  /// Different settings among them.
  public var different: Int
  /// Windows that chose the most frequent of them.
  public var mostFrequent: Int
  /// Windows that chose what the window before did.
  public var repeated: Int
  /// Windows that could: they and the one before chose something.
  public var followed: Int
  /// In the order of the file.
  public var parameters: [Parameter]

  /// Of what each window chose; `nil` for nothing.
  init(_ space: SweepSpace, choices: [[String: String]?]) {
    let made = choices.compactMap { $0 }
    var counts: [[String: String]: Int] = [:]
    for choice in made { counts[choice, default: 0] += 1 }
    self.choices = made.count
    different = counts.count
    mostFrequent = counts.values.max() ?? 0
    let neighbours = zip(choices, choices.dropFirst()).compactMap { a, b in
      a.flatMap { a in b.map { (a, $0) } }
    }
    followed = neighbours.count
    repeated = neighbours.count { $0.0 == $0.1 }
    parameters = DriftAxis.all(space).map { axis in
      let values = choices.map { $0?[axis.path] }
      let steps = zip(values, values.dropFirst()).compactMap { a, b in
        a.flatMap { a in b.flatMap { axis.distance(a, $0) } }
      }
      return Parameter(
        path: axis.path, values: values, different: Set(values.compactMap { $0 }).count,
        meanStep: steps.isEmpty ? nil : steps.reduce(0, +) / Double(steps.count))
    }
  }
}

/// An axis of a space as distances are measured on it.
private struct DriftAxis {
  let path: String
  /// Its ends; `nil` where its values are no numbers.
  let range: (low: Double, high: Double)?
  let isLog: Bool

  /// Those of a space, as its choices name them.
  static func all(_ space: SweepSpace) -> [DriftAxis] {
    guard !space.isPlainGrid else {
      return space.gridAxes.map { DriftAxis(path: $0.path, values: $0.values.map(\.brief)) }
    }
    return space.tree.parameters.map { parameter in
      guard case .real(let from, let to, let isLog, _) = parameter.domain else {
        return DriftAxis(path: parameter.path, values: parameter.choices.map(\.brief))
      }
      return DriftAxis(path: parameter.path, range: (from, to), isLog: isLog)
    }
  }

  init(path: String, range: (low: Double, high: Double)?, isLog: Bool) {
    self.path = path
    self.range = range
    self.isLog = isLog
  }

  init(path: String, values: [String]) {
    let numbers = values.compactMap(Self.number)
    let ends = numbers.min().flatMap { low in numbers.max().map { (low, $0) } }
    self.init(path: path, range: numbers.count == values.count ? ends : nil, isLog: false)
  }

  /// A number, or the minutes of a time such as 15:45.
  private static func number(_ text: String) -> Double? {
    let parts = text.split(separator: ":")
    guard parts.count == 2, let hours = Int(parts[0]), let minutes = Int(parts[1]) else {
      return Double(text)
    }
    return Double(60 * hours + minutes)
  }

  /// How far apart two values are, as a share of the range.
  func distance(_ a: String, _ b: String) -> Double? {
    guard let range, range.high > range.low, let a = Self.number(a), let b = Self.number(b) else {
      return nil
    }
    func place(_ x: Double) -> Double { isLog ? Elementary.log(x) : x }
    return (place(a) - place(b)).magnitude / (place(range.high) - place(range.low))
  }
}
