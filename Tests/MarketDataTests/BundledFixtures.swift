import Foundation
import Kernels
import TestSupport

@testable import MarketData

/// Rows of a comma-separated file: `#` comments and the header line left out.
func csvRows(_ text: String) -> [[String]] {
  text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("#") }.dropFirst().map {
    $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }
}

/// A file of `../shared/data`, which must be there.
func sharedRows(_ relative: String) throws -> [[String]] {
  let bytes = try GzipReader.bytes(path: SharedData.path(relative))
  return csvRows(String(decoding: bytes, as: UTF8.self))
}

/// A golden file of this room.
func bundledGolden(_ name: String) throws -> [[String]] {
  let url = SharedData.root.appending(path: "Tests/Golden/bundled/\(name)")
  return csvRows(try String(contentsOf: url, encoding: .utf8))
}

/// What is measured of a set of session paths, half days left out.
struct PathStatistics {
  /// Σ gap² ÷ Σ (close to close)².
  var overnightShare = 0.0
  /// Mean over days of gap² ÷ (gap² + Σ minute²).
  var meanOvernightShare = 0.0
  /// Σ minute² ÷ Σ (close to close)².
  var minuteVariance = 0.0
  /// Mean of the daily shares of the thirteen half hours, percent.
  var halfHours = Array(repeating: 0.0, count: 13)
  /// Of minute returns over their day's and minute's root mean square.
  var kurtosis = 0.0
  /// Mean product of the same with the one `lag` minutes later: lags 1, 2, 5, 30.
  var autocorrelations: [Double] = []
  /// Share of highs and lows that fall into the first and the last half hour.
  var extremesFirstHalfHour = 0.0
  var extremesLastHalfHour = 0.0
  /// Mean of range² ÷ Σ minute², summed first.
  var rangeSquared = 0.0

  init(_ days: [(previousClose: Double, spot: [Double])]) {
    let full = days.filter { $0.spot.count == 391 }
    var gaps = 0.0
    var closes = 0.0
    var minutes = 0.0
    var ranges = 0.0
    var normalised: [[Double]] = []
    var first = 0
    var last = 0
    for day in full {
      let logs = day.spot.map { Foundation.log($0) }
      let returns = (1..<391).map { logs[$0] - logs[$0 - 1] }
      let gap = logs[0] - Foundation.log(day.previousClose)
      let sum = returns.reduce(0) { $0 + $1 * $1 }
      gaps += gap * gap
      meanOvernightShare += gap * gap / (gap * gap + sum)
      closes += (gap + logs[390] - logs[0]) * (gap + logs[390] - logs[0])
      minutes += sum
      for k in 0..<13 { halfHours[k] += returns[(k * 30)..<(k * 30 + 30)].reduce(0) { $0 + $1 * $1 } / sum }
      let high = logs.max() ?? 0
      let low = logs.min() ?? 0
      ranges += (high - low) * (high - low)
      for place in [logs.firstIndex(of: high) ?? 0, logs.firstIndex(of: low) ?? 0] {
        if place <= 30 { first += 1 }
        if place >= 360 { last += 1 }
      }
      let scale = (sum / 390).squareRoot()
      normalised.append(returns.map { $0 / scale })
    }
    let n = Double(full.count)
    var byMinute = Array(repeating: 0.0, count: 390)
    for day in normalised {
      for i in 0..<390 { byMinute[i] += day[i] * day[i] / n }
    }
    let z = normalised.map { day in zip(day, byMinute).map { $0 / $1.squareRoot() } }
    overnightShare = gaps / closes
    meanOvernightShare /= n
    minuteVariance = minutes / closes
    rangeSquared = ranges / minutes
    halfHours = halfHours.map { $0 / n * 100 }
    var fourth = 0.0
    var products = [0.0, 0, 0, 0]
    let lags = [1, 2, 5, 30]
    for day in z {
      for i in 0..<390 {
        fourth += day[i] * day[i] * day[i] * day[i]
        for (k, lag) in lags.enumerated() where i >= lag { products[k] += day[i] * day[i - lag] }
      }
    }
    kurtosis = fourth / (n * 390)
    autocorrelations = (0..<4).map { products[$0] / (n * Double(390 - lags[$0])) }
    extremesFirstHalfHour = Double(first) / (2 * n)
    extremesLastHalfHour = Double(last) / (2 * n)
  }
}

extension MarketHistory {
  /// Each session but the first with the close before it.
  var pathDays: [(previousClose: Double, spot: [Double])] {
    (1..<sessions.count).map { (sessions[$0 - 1].official.close, sessions[$0].spot) }
  }
}

/// Least-squares slope and correlation of y on x.
func regression(_ x: [Double], _ y: [Double]) -> (slope: Double, correlation: Double) {
  let n = Double(x.count)
  let mx = x.reduce(0, +) / n
  let my = y.reduce(0, +) / n
  var xx = 0.0
  var xy = 0.0
  var yy = 0.0
  for (a, b) in zip(x, y) {
    xx += (a - mx) * (a - mx)
    xy += (a - mx) * (b - my)
    yy += (b - my) * (b - my)
  }
  return (xy / xx, xy / (xx * yy).squareRoot())
}
