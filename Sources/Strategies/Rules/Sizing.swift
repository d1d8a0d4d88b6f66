/// How many condors are sold at an entry, each with its hedge.
public enum Sizing: Hashable, Sendable {
  /// One: the unit of account.
  case one
  /// As many as fit into a share of equity by their margin, that of their layers included, and into what is still held leaves
  /// free: none is the outcome `margin`. Equity is the account and everything realised up to the session before the entry.
  case equityFraction(thousandths: Int32, atMost: Int32)
  /// One, and as many more as a share of what hedges have earned holds as margin, each with its layers: leverage that only the hedge pays for, a
  /// private layer of it. The gains are those realised by layers, and of the standing book also those marked, up to the session before the entry, all
  /// together, costs included, never below 0; what the account and what is still held leave free bounds the count too.
  case hedgeGains(thousandths: Int32, atMost: Int32)
}
