/// How a regular session's variance is spread over its minutes: the U shape.
public struct IntradayVarianceProfile: Sendable, Hashable {
  /// Share of the regular session's variance in each half hour from 09:30, percent.
  public let halfHourPercent: [Double]
  /// Percent in 15:50–15:55 and in 15:55–16:00, part of the last half hour; empty for an even last half hour.
  public let lastFiveMinutesPercent: [Double]
  /// elapsed[i]: share of a 390-minute session's variance before minute 570 + i; 0 at the open, 1 at the close.
  private let elapsed: [Double]

  /// A plain session. SPY five-minute bars 2018–2020 and index minutes 2018–2019, means of daily shares,
  /// ± 0.2–0.4 percent.
  public static let plain = IntradayVarianceProfile(
    halfHourPercent: [14.7, 11.2, 9.2, 7.8, 6.8, 5.6, 4.7, 4.8, 4.5, 6.3, 6.3, 7.0, 11.1],
    lastFiveMinutesPercent: [2.6, 3.0])

  /// A session with a Federal Reserve decision at 14:00: two thirds of the variance follow it. Twenty days of
  /// 2018–2020; the day's total is as on other days.
  public static let decisionDay = IntradayVarianceProfile(
    halfHourPercent: [7.3, 6.6, 3.6, 3.1, 3.6, 3.2, 2.2, 2.2, 1.9, 20.7, 17.1, 12.5, 15.8],
    lastFiveMinutesPercent: [])

  /// Tabulates the shares; they are divided by their sum. O(390).
  /// - Precondition: thirteen positive half hours, two or no five-minute shares.
  public init(halfHourPercent: [Double], lastFiveMinutesPercent: [Double]) {
    precondition(halfHourPercent.count == 13, "IntradayVarianceProfile: thirteen half hours")
    precondition(halfHourPercent.allSatisfy { $0 > 0 }, "IntradayVarianceProfile: shares must be positive")
    precondition(
      [0, 2].contains(lastFiveMinutesPercent.count), "IntradayVarianceProfile: two end shares or none")
    self.halfHourPercent = halfHourPercent
    self.lastFiveMinutesPercent = lastFiveMinutesPercent
    var shares: [Double] = []
    for i in 0..<12 { shares += Array(repeating: halfHourPercent[i] / 30, count: 30) }
    if lastFiveMinutesPercent.isEmpty {
      shares += Array(repeating: halfHourPercent[12] / 30, count: 30)
    } else {
      let rest = halfHourPercent[12] - lastFiveMinutesPercent[0] - lastFiveMinutesPercent[1]
      shares += Array(repeating: rest / 20, count: 20)
      for share in lastFiveMinutesPercent { shares += Array(repeating: share / 5, count: 5) }
    }
    let total = halfHourPercent.reduce(0, +)
    var elapsed = [0.0]
    for share in shares { elapsed.append(elapsed[elapsed.count - 1] + share / total) }
    elapsed[390] = 1
    self.elapsed = elapsed
  }

  /// Share of the variance elapsed at each minute from 09:30 to `closeMinute`, rising from 0 to 1; a half day
  /// runs through the same shape in fewer minutes. O(minutes).
  /// - Precondition: `closeMinute` is after 09:30 and at or before 16:00.
  public func elapsedShares(closeMinute: Int) -> [Double] {
    let length = closeMinute - MinuteOfDay.open
    precondition((1...390).contains(length), "elapsedShares: closeMinute must be in 571…960")
    if length == 390 { return elapsed }
    return (0...length).map { minute in
      let scaled = minute * 390
      let i = scaled / length
      if i >= 390 { return 1 }
      let fraction = Double(scaled - i * length) / Double(length)
      return elapsed[i] + (elapsed[i + 1] - elapsed[i]) * fraction
    }
  }
}
