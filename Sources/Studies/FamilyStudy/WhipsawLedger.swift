import Backtesting
import MarketData
import Rules
import Signals

/// What was known of the market when an entry was decided.
struct EntryRegimes: Sendable {
  /// Bucket of VIX by the close before, by session of the history.
  let vix: [String]
  /// `contango`, `backwardation` (VX1 above VX2) or `unknown`, by the settlements before.
  let curve: [String]

  /// `release` where FOMC, CPI, PPI or NFP is due on the session or the next, `none`, or `unknown` beyond the calendar.
  let release: [String]
  /// `expansion`, `contraction` or `unknown` by the GDP last known.
  let gdp: [String]
  /// The calendar year.
  let year: [String]

  /// Names of the states of the VX curve.
  static let curves = ["contango", "backwardation", "unknown"]
  private static let releases = ["release", "none", "unknown"]
  private static let economies = ["expansion", "contraction", "unknown"]

  /// Every way of parting sessions, with its states in order.
  var all: [(name: String, labels: [String], states: [String])] {
    [
      ("VIX", vix, PeriodAxis.bucketNames), ("VX curve", curve, Self.curves),
      ("event", release, Self.releases), ("GDP", gdp, Self.economies), ("year", year, Set(year).sorted()),
    ]
  }

  /// Of a whole history. Without VX every state is unknown. O(sessions).
  init(_ market: Market) {
    let history = market.history
    vix = PeriodAxis(history, period: 0...max(0, history.sessions.count - 1)).vixBuckets
    let book = try? Rulebook(catalogue: .standard)
    /// One of three names by the sign of a signal, the last where the history lacks it.
    func states(_ text: String, _ names: [String]) -> [String] {
      guard let signal = try? book?.signal(text),
        let feed = try? SignalFeed([signal], history: history, parameters: market.parameters)
      else { return history.sessions.map { _ in names[2] } }
      return feed.sessions(signal).map { reading in
        let value = reading.number
        return value > 0 ? names[1] : value <= 0 ? names[0] : names[2]
      }
    }
    curve = states("roll_yield", Self.curves)
    gdp = states("gdp_regime(contraction)", Self.economies)
    release = states(
      "event(FOMC, CPI, PPI, NFP) within 1 session", [Self.releases[1], Self.releases[0], Self.releases[2]])
    year = history.sessions.map { String($0.date.description.prefix(4)) }
  }
}

/// A family's figures over the sessions of one regime alone, strung together.
public struct RegimeRow: Sendable, Codable, Hashable {
  /// What sessions are told apart by, at the time of the entry: `VX curve` or `VIX`.
  public var regime: String
  /// The state: `contango`, `backwardation`; `<15`, `15-20`, `20-30`, `>30`; `unknown`.
  public var state: String
  /// The school.
  public var family: Family
  /// Of these sessions.
  public var figures: FamilyFigures

  /// Rows of the states that any session has, calm to wild.
  static func rows(_ series: [(family: Family, series: FamilySeries)], _ regimes: EntryRegimes) -> [RegimeRow]
  {
    var rows: [RegimeRow] = []
    for (regime, labels, states) in [
      ("VX curve", regimes.curve, EntryRegimes.curves), ("VIX", regimes.vix, PeriodAxis.bucketNames),
    ] {
      for state in states {
        for (family, own) in series {
          let part = own.filtered { $0 >= 0 && labels[$0] == state }
          guard !part.net.isEmpty else { continue }
          rows.append(RegimeRow(regime: regime, state: state, family: family, figures: FamilyFigures(part)))
        }
      }
    }
    return rows
  }
}

/// A stopped trade beside the same trade carried on without its stop.
public struct WhipsawEntry: Sendable, Codable, Hashable {
  /// The school.
  public var family: Family
  /// Entry session.
  public var session: String
  /// Expiry session.
  public var expiry: String
  /// Bucket of VIX at the close before the entry.
  public var vix: String
  /// State of the VX curve then.
  public var curve: String
  /// Condors sold at once.
  public var condors: Int
  /// Credit of one at the entry, points.
  public var creditPoints: Double
  /// The first stop's fill, New York.
  public var stoppedAt: String
  /// Parts of the condor that were stopped, of all its closing fills.
  public var stops: Int
  /// What all condors made after fees, whole cents.
  public var netCents: Int64
  /// The same without the stop.
  public var shadowCents: Int64
  /// Net − shadow: what the stop saved, or cost.
  public var savedCents: Int64
  /// Whether it would have won.
  public var isWhipsaw: Bool
}

/// Every stopped trade that is judged.
public enum WhipsawLedger {
  /// In the order of families and time.
  static func entries(_ judged: JudgedTrades, _ regimes: EntryRegimes, history: MarketHistory)
    -> [WhipsawEntry]
  {
    judged.halves.flatMap { family, result, trades in
      trades.compactMap { trade -> WhipsawEntry? in
        guard let stop = trade.fills.first(where: { $0.reason == .stop }) else { return nil }
        let record = result.records[trade.entrySession - result.period.lowerBound]
        let shadow = Int64(record.quantity) * Int64(record.shadowNet)
        let sessions = history.sessions
        return WhipsawEntry(
          family: family, session: sessions[trade.entrySession].date.description,
          expiry: sessions[trade.expirySession].date.description, vix: regimes.vix[trade.entrySession],
          curve: regimes.curve[trade.entrySession], condors: Int(record.quantity),
          creditPoints: Double(record.credit) / 10_000,
          stoppedAt: "\(sessions[stop.session].date) \(MinuteOfDay.text(stop.minute))",
          stops: Int(record.stops),
          netCents: record.condorNetOfAll, shadowCents: shadow,
          savedCents: record.condorNetOfAll - shadow, isWhipsaw: shadow > 0)
      }
    }
  }

  /// Columns of the file.
  public static let header =
    "family,session,expiry,vix,vx_curve,condors,credit,stopped_at,stops,net,shadow_net,saved,whipsaw"

  /// The file: credit in points, the rest of the money in dollars; `whipsaw` is 1 where the trade would have won.
  public static func csv(_ entries: [WhipsawEntry]) -> String {
    let lines = entries.map { e in
      [
        e.family.rawValue, e.session, e.expiry, e.vix, e.curve, "\(e.condors)",
        Money.points(Int32((e.creditPoints * 10_000).rounded())), e.stoppedAt, "\(e.stops)",
        Money.text(e.netCents),
        Money.text(e.shadowCents), Money.text(e.savedCents), e.isWhipsaw ? "1" : "0",
      ].joined(separator: ",")
    }
    return ([header] + lines).joined(separator: "\n") + "\n"
  }
}
