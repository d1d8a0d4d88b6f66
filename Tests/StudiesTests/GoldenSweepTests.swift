import Foundation
import TestSupport
import Testing

@testable import Studies

/// A whole small sweep, byte for byte: the same in debug and in release, on any machine.
@Suite struct GoldenSweepTests {
  /// With `GOLDEN_OUT=1` in the environment the file is written anew; a change of it is a commit of its own.
  @Test func aSmallSweepGivesTheBytesItAlwaysGave() throws {
    let file = SharedData.root.appending(path: "Tests/Golden/studies/sweep-dump.txt")
    let dump = try SweepTests.dump(threads: 2)
    if ProcessInfo.processInfo.environment["GOLDEN_OUT"] != nil {
      try dump.write(to: file, atomically: true, encoding: .utf8)
    }
    let golden = try String(contentsOf: file, encoding: .utf8)
    #expect(dump == golden)
  }
}
