import Backtesting
import ConfigFormats
import MarketData
import Strategies

/// What an exported configuration says of its own making.
public struct ExportedStudy: Sendable {
  /// Version of the `exported` section.
  public static let schema = 1
  /// First session.
  public let from: SessionDate
  /// Last session.
  public let to: SessionDate
  /// Digest of the history that the figures stand on.
  public let historyDigest: String
  /// Seed of the minutes that are simulated or bridged, which the digest hangs on too.
  public let seed: String
  private let file: String
  private let marks: String
  private let figures: [String: Double]

  /// Whether a backtest gives the figures that the file carries.
  public enum Reproduction: Sendable, CustomStringConvertible {
    case reproduced
    /// Another history, marks or period: nothing to compare with.
    case notComparable(String)
    case differs(StudyError)

    /// What is wrong and what to do.
    public var description: String {
      switch self {
      case .reproduced: "reproduced, every one of them"
      case .notComparable(let why): "not compared: \(why)"
      case .differs(let error): "\(error)"
      }
    }
  }

  /// The section of a configuration; `nil` if it has none.
  public init?(_ document: ConfigDocument) throws(ConfigError) {
    guard let node = document.root["exported"] else { return nil }
    let reader = try ConfigReader(node, file: document.file, path: "exported")
    guard try reader.int("schema", in: Self.schema...Self.schema) != nil else {
      throw reader.missing("schema")
    }
    func date(_ key: String) throws(ConfigError) -> SessionDate {
      guard let text = try reader.string(key) else { throw reader.missing(key) }
      guard let date = SessionDate(iso: text) else {
        throw reader.refused(key, allowed: "a date, YYYY-MM-DD")
      }
      return date
    }
    from = try date("from")
    to = try date("to")
    file = document.file
    historyDigest = try reader.string("history_digest") ?? ""
    marks = try reader.string("marks") ?? ""
    // seeds beyond 63 bits are written as text
    seed =
      switch node["seed"]?.value {
      case .int(let number): "\(number)"
      case .string(let text): text
      default: "unknown"
      }
    guard let list = try reader.map("figures") else { throw reader.missing("figures") }
    var figures: [String: Double] = [:]
    for key in list.keys { figures[key] = try list.double(key) }
    self.figures = figures
  }

  /// Runs the configuration again over the period of its figures and compares them.
  public func reproduction(of strategy: Strategy, on market: Market) throws -> Reproduction {
    let period = try Backtester.period(of: market.history, from: from, to: to)
    let result = Backtester(try market.checkedContext(for: [strategy])).run(strategy, period: period)
    let axis = PeriodAxis(market.history, period: period)
    return check(Evaluation(result, axis: axis), market: market, period: period)
  }

  /// Compares figure by figure, exactly; of those worked out on demand the ones that the file carries.
  public func check(_ now: Evaluation, market: Market, period: ClosedRange<Int>) -> Reproduction {
    let sessions = market.history.sessions
    if market.history.digest != historyDigest {
      return .notComparable("it was made on another history, or by another seed than its \(seed) (--seed)")
    }
    if market.marksLabel != marks { return .notComparable("it was made with the marks \(marks)") }
    if sessions[period.lowerBound].date != from || sessions[period.upperBound].date != to {
      return .notComparable("it was made on \(from) to \(to)")
    }
    for metric in Metric.allCases {
      let stored = figures[metric.rawValue]
      guard metric.isStreamed || stored != nil else { continue }
      let value = now.value(metric)
      if stored != value {
        return .differs(
          .notReproduced(
            file: file, field: metric.rawValue, stored: stored.map { "\($0)" } ?? "undefined",
            now: value.map { "\($0)" } ?? "undefined"))
      }
    }
    return .reproduced
  }
}
