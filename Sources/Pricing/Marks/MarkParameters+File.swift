import Foundation

/// What can be wrong with a file of mark parameters.
public enum MarkParametersError: Error, Equatable, Sendable {
  /// The file can't be opened.
  case unreadable(file: String, reason: String)
  /// It is no JSON of this schema.
  case malformed(file: String, place: String, reason: String)
  /// A value outside its bounds.
  case outOfBounds(file: String, key: String, value: String, remedy: String)
  /// The file can't be written.
  case unwritable(file: String, reason: String)
}

extension MarkParametersError: CustomStringConvertible {
  /// File, place, value met and remedy.
  public var description: String {
    switch self {
    case .unreadable(let file, let reason): "\(file): \(reason)"
    case .malformed(let file, let place, let reason):
      "\(file): \(place.isEmpty ? "" : "\(place): ")\(reason); make such a file with `wingspan calibrate --out`"
    case .outOfBounds(let file, let key, let value, let remedy): "\(file): \(key) is \(value); \(remedy)"
    case .unwritable(let file, let reason): "\(file): can't be written: \(reason)"
    }
  }
}

extension MarkParameters {
  /// The schema this version reads and writes.
  public static let currentSchema = 1
  /// The name of the parameters that ship.
  static let shippedFile = "marks-default.json"

  /// The parameters that ship with the package, with their measured errors.
  /// - Throws: ``MarkParametersError`` if the installation is damaged.
  public static func shipped() throws(MarkParametersError) -> MarkParameters {
    try load(path: Bundle.module.bundleURL.appending(path: "Resources/\(shippedFile)").path)
  }

  /// Reads a file that ``save(path:)`` wrote.
  /// - Throws: ``MarkParametersError`` with file, key and value.
  public static func load(path: String) throws(MarkParametersError) -> MarkParameters {
    let data: Data
    do { data = try Data(contentsOf: URL(filePath: path)) } catch {
      throw .unreadable(
        file: path, reason: FileManager.default.fileExists(atPath: path) ? "can't be read" : "no such file")
    }
    let parameters: MarkParameters
    do { parameters = try JSONDecoder().decode(MarkParameters.self, from: data) } catch {
      let (place, reason) = explain(error)
      throw .malformed(file: path, place: place, reason: reason)
    }
    try parameters.check(file: path)
    return parameters
  }

  /// Writes the parameters as JSON, keys sorted, the same bytes for the same values.
  public func save(path: String) throws(MarkParametersError) {
    do { try jsonData().write(to: URL(filePath: path), options: .atomic) } catch {
      throw .unwritable(file: path, reason: error.localizedDescription)
    }
  }

  /// The parameters as JSON, keys sorted, ending in a newline.
  public func jsonData() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self) + Data("\n".utf8)
  }

  private static func explain(_ error: any Error) -> (place: String, reason: String) {
    func path(_ context: DecodingError.Context) -> String {
      context.codingPath.map(\.stringValue).joined(separator: ".")
    }
    switch error as? DecodingError {
    case .keyNotFound(let key, let context): return (path(context), "'\(key.stringValue)' is missing")
    case .typeMismatch(_, let context), .valueNotFound(_, let context): return (path(context), "wrong type")
    case .dataCorrupted(let context):
      return (path(context), context.codingPath.isEmpty ? "no JSON" : context.debugDescription)
    default: return ("", "no JSON")
    }
  }

  /// Bounds inside which every price is defined.
  func check(file: String) throws(MarkParametersError) {
    func need(_ holds: Bool, _ key: String, _ value: Any, _ remedy: String) throws(MarkParametersError) {
      if !holds { throw .outOfBounds(file: file, key: key, value: "\(value)", remedy: remedy) }
    }
    try need(
      schema == Self.currentSchema, "schema", schema, "this version reads schema \(Self.currentSchema)")
    try need(
      smile.p.count == 4 && smile.p.allSatisfy(\.isFinite), "smile.p", smile.p, "four finite numbers needed")
    try need(smile.cap > 0, "smile.cap", smile.cap, "it must be above 0")
    try need(
      smile.floor > 0 && smile.floor <= 1 && smile.ceiling >= 1 && smile.ceiling < 100, "smile.floor/ceiling",
      "\(smile.floor)/\(smile.ceiling)", "0 < floor ≤ 1 ≤ ceiling < 100 needed")
    let half = clock.halfHourPercent
    try need(
      half.count == 13 && half.allSatisfy { $0 >= 0 } && half.reduce(0, +) > 0, "clock.halfHourPercent", half,
      "thirteen shares of at least 0 needed")
    let last = clock.lastFiveMinutesPercent
    try need(
      last.count == 2 && last.allSatisfy { $0 >= 0 } && last[0] + last[1] <= half[12],
      "clock.lastFiveMinutesPercent", last, "two shares within the last half hour needed")
    try need(
      (0..<1).contains(clock.overnightShare), "clock.overnightShare", clock.overnightShare,
      "0 ≤ share < 1 needed")
    for (key, value) in [
      ("weekend", clock.weekend), ("holiday", clock.holiday), ("fomc", clock.fomc), ("nfp", clock.nfp),
      ("cpi", clock.cpi), ("ppi", clock.ppi),
    ] {
      // A night may be shortened by an event, but never to nothing.
      try need(value > -clock.overnightShare && value < 100, "clock.\(key)", value, "out of bounds")
    }
    for (key, curve) in [("vix9d", levels.vix9d), ("vix", levels.vix)] {
      try need(
        curve.base > 0 && curve.base < 10 && curve.pivot > 0 && curve.lowKnee > 0
          && curve.knee >= curve.lowKnee && curve.lowest.isFinite && curve.below.isFinite
          && curve.above.isFinite, "levels.\(key)", curve,
        "base, pivot and knees above 0, lowKnee ≤ knee, finite exponents needed")
    }
    try need(
      levels.vix1dStripRatio > 0, "levels.vix1dStripRatio", levels.vix1dStripRatio, "it must be above 0")
    try need(
      spotVol.minimumStdDev > 0 && spotVol.lowest > 0 && spotVol.lowest <= 1 && spotVol.highest >= 1
        && spotVol.factor.isFinite, "spotVol", spotVol, "minimumStdDev > 0, 0 < lowest ≤ 1 ≤ highest needed")
    let h = halfSpread
    try need(
      h.floor >= 0 && h.constant.isFinite && h.slope >= 0 && h.power >= 0 && h.afterClose > 0
        && h.stressPivot > 0
        && h.stressPower >= 0 && h.stressLimit >= 1, "halfSpread", h, "a value is outside its bounds")
  }
}
