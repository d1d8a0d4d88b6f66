/// Minutes after midnight, New York. A *mark* at minute m is the price at that instant: the mark at 570 is the
/// first trade of the session, the mark at 571 the close of the bar that starts at 09:30.
public enum MinuteOfDay {
  /// 09:30.
  public static let open = 570
  /// 16:00.
  public static let close = 960
  /// 13:00, the close of a half day.
  public static let earlyClose = 780
  /// 16:15: the non-expiring SPXW series stop, and the day's closes of the VIX family are known.
  public static let afterClose = 975

  /// `HH:MM`.
  public static func text(_ minute: Int) -> String {
    let h = minute / 60
    let m = minute % 60
    return (h < 10 ? "0" : "") + "\(h):" + (m < 10 ? "0" : "") + "\(m)"
  }

  /// Reads `HH:MM` or `H:MM`; `nil` for anything else.
  public static func parse(_ text: some StringProtocol) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[1].count == 2, let h = Int(parts[0]), let m = Int(parts[1]) else {
      return nil
    }
    guard (0..<24).contains(h), (0..<60).contains(m), parts[0].allSatisfy(\.isNumber) else { return nil }
    return h * 60 + m
  }
}
