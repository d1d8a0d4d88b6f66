import Studies

/// What standing layers earned, and how far they could be priced.
enum StandingText {
  /// A row a layer.
  static func table(_ layers: [StandingLayerReport]) -> String {
    var table = TextTable(["layer", "net $", "sessions without a price", "settlements at the last mark"])
    for layer in layers {
      table.add([
        layer.name, Text.dollars(layer.netDollars), "\(layer.unpricedSessions)",
        "\(layer.estimatedSettlements)",
      ])
    }
    return table.text
  }

  /// Which layers lacked prices, where one did.
  static func note(_ layers: [StandingLayerReport]) -> String? {
    let lacking = layers.filter { $0.unpricedSessions + $0.estimatedSettlements > 0 }
    guard !lacking.isEmpty else { return nil }
    return lacking.map { layer in
      "standing layer \(layer.name): \(layer.unpricedSessions) sessions without a price, "
        + "\(layer.estimatedSettlements) settlements at the last mark"
    }.joined(separator: "; ")
  }
}
