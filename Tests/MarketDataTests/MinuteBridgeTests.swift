import Foundation
import Testing

@testable import MarketData

@Test func dump() throws {
  let text = try String(contentsOfFile: "/work/wt/bundled/Sources/MarketData/Resources/spx-vix-2014-2018.csv", encoding: .utf8)
  var prev = 0.0
  var out = ""
  var days: [(SessionDate, DailyBar, Double)] = []
  for l in text.split(separator: "\n") where !l.hasPrefix("#") && !l.hasPrefix("date") {
    let f = l.split(separator: ",", omittingEmptySubsequences: false)
    let b = DailyBar(open: Double(f[1])!, high: Double(f[2])!, low: Double(f[3])!, close: Double(f[4])!)
    if prev > 0 { days.append((SessionDate(iso: f[0])!, b, prev)) }
    prev = b.close
  }
  let t = ContinuousClock().now
  var all: [[Double]] = []
  for (d, b, p) in days {
    all.append(MinuteBridge.session(previousClose: p, official: b, closeMinute: 960, seed: UInt64(ProcessInfo.processInfo.environment["SEED"] ?? "1")!, date: d, overnightShare: Double(ProcessInfo.processInfo.environment["SH"] ?? "0.35")!))
  }
  print("TIME", ContinuousClock().now - t)
  for (i, m) in all.enumerated() {
    out += "\(days[i].0),\(days[i].2)," + m.map { "\($0)" }.joined(separator: ",") + "\n"
  }
  try out.write(toFile: "/tmp/sim.csv", atomically: true, encoding: .utf8)
}
