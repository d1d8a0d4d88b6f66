/// How many condors are sold at an entry, each with its hedge.
public enum Sizing: Hashable, Sendable {
  /// One: the unit of account.
  case one
  /// As many as fit into a share of equity by their margin, and into what the condors still open leave free: none is
  /// the outcome `margin`. Equity is the account and everything realised up to the session before the entry.
  case equityFraction(thousandths: Int32, atMost: Int32)
}
