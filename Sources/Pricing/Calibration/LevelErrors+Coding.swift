/// Every key in every file: a reader finds `null` where there is nothing to measure, never a missing key.
extension LevelErrors: Codable {
  private enum CodingKeys: String, CodingKey {
    case chains, strikes, logVolRmse, insideSpread, insideWorstDay, meanAbsTicks, meanAbsTicksMedianDay
    case creditMeanAbs, creditBias, creditMaxAbs, ticksByDelta, biasTicksByDelta
  }

  /// The keys of the maps by target delta.
  static let deltaKeys = DayErrors.condorDeltas.map { "\($0)" }
  /// The keys of the maps by band.
  static let bandKeys = bands.map { "\($0.0)-\($0.1)" }

  /// Writes all keys, the maps' too, with null for what is missing.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    func whole(_ map: [String: Double], _ keys: [String]) -> [String: Double?] {
      Dictionary(uniqueKeysWithValues: keys.map { ($0, map[$0]) })
    }
    try container.encode(chains, forKey: .chains)
    try container.encode(strikes, forKey: .strikes)
    try container.encode(logVolRmse, forKey: .logVolRmse)
    try container.encode(insideSpread, forKey: .insideSpread)
    try container.encode(insideWorstDay, forKey: .insideWorstDay)
    try container.encode(meanAbsTicks, forKey: .meanAbsTicks)
    try container.encode(meanAbsTicksMedianDay, forKey: .meanAbsTicksMedianDay)
    try container.encode(whole(creditMeanAbs, Self.deltaKeys), forKey: .creditMeanAbs)
    try container.encode(whole(creditBias, Self.deltaKeys), forKey: .creditBias)
    try container.encode(whole(creditMaxAbs, Self.deltaKeys), forKey: .creditMaxAbs)
    try container.encode(whole(ticksByDelta, Self.bandKeys), forKey: .ticksByDelta)
    try container.encode(whole(biasTicksByDelta, Self.bandKeys), forKey: .biasTicksByDelta)
  }

  /// Reads what `encode(to:)` writes.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func map(_ key: CodingKeys) throws -> [String: Double] {
      try container.decode([String: Double?].self, forKey: key).compactMapValues { $0 }
    }
    self.init([])
    chains = try container.decode(Int.self, forKey: .chains)
    strikes = try container.decode(Int.self, forKey: .strikes)
    logVolRmse = try container.decode(Double?.self, forKey: .logVolRmse)
    insideSpread = try container.decode(Double?.self, forKey: .insideSpread)
    insideWorstDay = try container.decode(Double?.self, forKey: .insideWorstDay)
    meanAbsTicks = try container.decode(Double?.self, forKey: .meanAbsTicks)
    meanAbsTicksMedianDay = try container.decode(Double?.self, forKey: .meanAbsTicksMedianDay)
    creditMeanAbs = try map(.creditMeanAbs)
    creditBias = try map(.creditBias)
    creditMaxAbs = try map(.creditMaxAbs)
    ticksByDelta = try map(.ticksByDelta)
    biasTicksByDelta = try map(.biasTicksByDelta)
  }
}
