extension FileSchema {
  /// The instrument of a layer of VIX calls.
  static let vixCall: [SchemaKey] = [
    SchemaKey("days", .whole(1...300, "calendar days"), "Time to expiry aimed at.", required: true),
    SchemaKey("delta", .number(0.01...0.99, "delta"), "Delta aimed at; the nearest listed strike."),
    SchemaKey(
      "roll",
      .anyOf([
        .words(["settlement"]),
        .map(
          [
            SchemaKey("held_days", .whole(1...300, "calendar days"), "Rolled after so long."),
            SchemaKey("at_days", .whole(0...300, "calendar days"), "Rolled when so little is left."),
          ], takesOne: true),
      ]), "When the calls of a standing layer, which must have it, are sold and bought anew."),
    SchemaKey(
      "budget",
      .map([
        SchemaKey(
          "account_dollars", .whole(1...1_000_000_000, "dollars"), "A fixed account.", required: true),
        SchemaKey(
          "steps",
          .list(
            .map([
              SchemaKey(
                "above_vx", .number(0...200, "VX points", decimals: 3), "In force above this.", required: true
              ),
              SchemaKey(
                "share", .number(0...1, "share of the account", decimals: 3), "Premium spent at a roll.",
                required: true),
            ])), "By the VX of the month bought, ascending.", required: true),
      ]), "What a roll of a standing layer may spend at most."),
    SchemaKey(
      "pricing",
      .map([
        SchemaKey(
          "at_the_money_share", .number(0.5...1.5, "share of VVIX"), "Volatility at the money of 30 days."),
        SchemaKey(
          "mean_reversion", .number(0.1...50, "a year"), "How fast volatility falls with the tenor."),
        SchemaKey("far_share", .number(0...1, "share"), "What is left of it far out."),
        SchemaKey("skew", .number(0...0.35, "share a deviation"), "Rise of volatility with the strike."),
        SchemaKey("cap", .number(0.5...3, "standard deviations"), "Where the rise levels off."),
        SchemaKey("volatility_scale", .number(0.2...5, "× the model"), "Factor of every volatility."),
      ]), "How they are priced; unvalidated."),
    SchemaKey(
      "half_spread",
      .map([
        SchemaKey("points", .number(0...5, "points", decimals: 3), "At least so much."),
        SchemaKey("share", .number(0...0.5, "share of the price", decimals: 3), "At least so much."),
      ]), "Given up in each order."),
  ]
}
