/// One decision: when, by which rule, on what it saw, what was done, and what came of it in cents.
public struct AuditLine: Sendable, Hashable, Codable {
  /// What was decided.
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    /// A condor was sold at the entry.
    case entry
    /// None was; the rule is that of the outcome.
    case noEntry = "no_entry"
    /// A condor was sold after one that was closed early.
    case reentry
    /// A side that was stopped was sold at a later expiry.
    case rolled
    /// And bought back with the index.
    case rolledBack = "rolled_back"
    /// And sold again at the condor's expiry.
    case reopened
    case stop
    case target
    case timeStop = "time_stop"
    /// The condition of the exit held.
    case exitRule = "exit_rule"
    /// What was open at the expiry's close.
    case settled
    case layerOpened = "layer_opened"
    case monetised
    case layerClosed = "layer_closed"
    /// What a trade's layers earned: rounded once a size unit, and so in no single order of theirs.
    case hedgeBooked = "hedge_booked"
    /// A standing layer's session: marked and rebalanced at the settlement.
    case standingMarked = "standing_marked"
  }

  /// A value seen.
  public enum Value: Sendable, Hashable, Codable {
    case number(Double)
    case text(String)
    case flag(Bool)
    /// There was none.
    case unknown

    /// A number that may be missing.
    init(_ number: Double?) { self = number.flatMap { $0.isFinite ? .number($0) : nil } ?? .unknown }

    /// Reads a number, a text, a boolean or `null`.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        self = .unknown
      } else if let flag = try? container.decode(Bool.self) {
        self = .flag(flag)
      } else if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else {
        self = .text(try container.decode(String.self))
      }
    }

    /// Writes the bare value.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .number(let number): try container.encode(number)
      case .text(let text): try container.encode(text)
      case .flag(let flag): try container.encode(flag)
      case .unknown: try container.encodeNil()
      }
    }
  }

  /// What was done.
  public struct Action: Sendable, Hashable, Codable {
    /// In words, with strikes or contracts.
    public var text: String
    /// When it filled, New York, ISO 8601; `nil` where nothing was ordered.
    @Nullable public var filledAt: String?
    /// Credit or cost of one condor, or the price of VX; `nil` where nothing was ordered.
    @Nullable public var points: Double?
    /// Condors, or the share of a layer's first size, in thousandths.
    public var quantity: Int
    /// Fees within `cents`: opening fees stand at the close, beside the closing ones.
    public var feesCents: Int64
    /// What it brought (positive) or cost, of all condors, after fees. All lines add up to the net of the backtest.
    public var cents: Int64

    static func none(_ text: String) -> Action {
      Action(text: text, filledAt: nil, points: nil, quantity: 0, feesCents: 0, cents: 0)
    }
  }

  /// The minute of the decision, New York, ISO 8601 with offset. Inputs are what was known then; orders fill later.
  public var time: String
  /// The entry session of the trade that it is about.
  public var session: String
  /// What was decided.
  public var kind: Kind
  /// Settings as `path = value` in canonical words, joined by `; `.
  public var rule: String
  /// Values seen by name; the unit ends the name.
  public var inputs: [String: Value]
  /// What was done.
  public var action: Action
  /// Hash of the configuration.
  public var configuration: String
}
