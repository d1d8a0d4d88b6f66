import Foundation
import Kernels

/// The VX curve out of the VIX history: where no settlements are, a model of them, always labelled as one.
///
/// In logs, with t = calendar days to expiry ÷ 365, V the VIX close and M its slow mean:
/// `ln F = (1 − w − u)·ln θ + u·M + w·ln V + premium·(1 − e^(−t/rise))·(1 + tilt·(ln V − M))`,
/// `w = e^(−fast·t)`, `u = fast/(fast − slow)·(e^(−slow·t) − w)`: what a log VIX that reverts to a slow mean,
/// which reverts to θ, is expected to be, plus a premium that is gone at expiry.
///
/// Parameters and errors, in and out of sample by year, are in `Resources/vx-map.json`; on 2014–2018 a front
/// future is off by 0.5 points on average and an eighth one by 1.1, the daily P&L of a 30-day exposure by 0.38
/// points (correlation 0.90), its P&L a year by −0.9 points (−5.9 instead of −5.0).
///
/// - Source: fitted by `Tests/Golden/bundled/fit_vx_map.py` on the settlements of 2007–2020.
public struct VXMap: Sendable, Hashable {
  /// The constants of the formula.
  public struct Parameters: Sendable, Hashable, Codable {
    /// Reversion of VIX to its slow mean, per year.
    public var fast: Double
    /// Reversion of the slow mean to θ, per year.
    public var slow: Double
    /// ln θ.
    public var logTheta: Double
    /// Premium of a far contract, log points.
    public var premium: Double
    /// Time over which the premium builds up, years.
    public var rise: Double
    /// How much the premium grows with VIX over its slow mean.
    public var tilt: Double
  }

  /// For example `vx-map-2007-2020`.
  public let name: String
  /// The constants of the formula.
  public let parameters: Parameters
  /// Length n of the exponential mean of ln VIX (weight 2/(n + 1) for the newest), sessions.
  public let slowMeanSessions: Int

  /// A map with given constants.
  public init(name: String, parameters: Parameters, slowMeanSessions: Int) {
    self.name = name
    self.parameters = parameters
    self.slowMeanSessions = slowMeanSessions
  }

  /// The map that ships with the program.
  ///
  /// - Throws: `MarketDataError.resource` if `vx-map.json` is missing or damaged.
  public static func bundled() throws(MarketDataError) -> VXMap {
    struct File: Decodable {
      var schema: Int
      var name: String
      var slowMeanSessions: Int
      var parameters: Parameters
    }
    let file = "vx-map.json"
    let text = try BundledFiles.text(file)
    let content: File
    do {
      content = try JSONDecoder().decode(File.self, from: Data(text.utf8))
    } catch {
      throw .resource(name: file, reason: "it is not the expected JSON (\(error))")
    }
    guard content.schema == 1, content.slowMeanSessions > 0 else {
      throw .resource(
        name: file, reason: "schema \(content.schema), mean of \(content.slowMeanSessions) sessions")
    }
    return VXMap(
      name: content.name, parameters: content.parameters, slowMeanSessions: content.slowMeanSessions)
  }

  /// The exponential mean of the logs of `vix`, started at the first value; NaNs are passed over. O(n).
  public func slowMean(_ vix: some Sequence<Double>) -> Double {
    vix.reduce(Double.nan) { slowMean(after: $0, vix: $1) }
  }

  /// The mean after one more close: NaN before the first. O(1).
  func slowMean(after mean: Double, vix: Double) -> Double {
    guard vix > 0 else { return mean }
    let log = Elementary.log(vix)
    return mean.isNaN ? log : mean + 2 / Double(slowMeanSessions + 1) * (log - mean)
  }

  /// The unrounded level of a future, VIX points.
  ///
  /// - Parameters:
  ///   - vix: V, the close, points, > 0.
  ///   - slowMean: M, log points, of the closes up to and including V.
  ///   - days: calendar days to the final settlement, ≥ 0; at 0 the level is V.
  public func level(vix: Double, slowMean: Double, days: Int) -> Double {
    let p = parameters
    let t = Double(days) / 365
    let log = Elementary.log(vix)
    let w = Elementary.exp(-p.fast * t)
    let u = p.fast / (p.fast - p.slow) * (Elementary.exp(-p.slow * t) - w)
    let premium = p.premium * (1 - Elementary.exp(-t / p.rise)) * (1 + p.tilt * (log - slowMean))
    return Elementary.exp((1 - w - u) * p.logTheta + u * slowMean + w * log + premium)
  }

  /// Settlements of the contracts that expire on `expiries`, rounded to 0.025.
  ///
  /// - Parameters:
  ///   - vix: closes up to and including `date`, ascending; the last must be that day's.
  ///   - date: the day.
  ///   - expiries: final settlement dates after `date`, ascending.
  /// - Returns: one settlement a contract; empty where the day has no VIX.
  /// - Complexity: O(length of `vix`); ``history(vix:dates:expiries:)`` does many days in one pass.
  public func settles(vix: [Double], date: SessionDate, expiries: [SessionDate]) -> [FuturesSettle] {
    guard let last = vix.last, last > 0 else { return [] }
    return curve(vix: last, slowMean: slowMean(vix), date: date, expiries: expiries)
  }

  /// The settlements of every day. O(days × contracts).
  ///
  /// - Parameters:
  ///   - vix: one close a day, NaN where missing.
  ///   - dates: the days, as many.
  ///   - expiries: the contracts listed on a day, ascending.
  public func history(
    vix: [Double], dates: [SessionDate], expiries: (SessionDate) -> [SessionDate]
  ) -> [[FuturesSettle]] {
    precondition(vix.count == dates.count, "VXMap.history: one VIX a date")
    var mean = Double.nan
    return zip(dates, vix).map { date, close in
      mean = slowMean(after: mean, vix: close)
      return close > 0 ? curve(vix: close, slowMean: mean, date: date, expiries: expiries(date)) : []
    }
  }

  private func curve(
    vix: Double, slowMean: Double, date: SessionDate, expiries: [SessionDate]
  ) -> [FuturesSettle] {
    expiries.map { expiry in
      let level = level(vix: vix, slowMean: slowMean, days: max(expiry - date, 0))
      return FuturesSettle(expiry: expiry, settle: (level * 40).rounded() / 40)
    }
  }
}
