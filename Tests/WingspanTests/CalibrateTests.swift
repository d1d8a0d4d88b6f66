import Foundation
import TestSupport
import Testing

/// What `wingspan calibrate` says of things it can't measure.
@Suite("calibrate", .enabled(if: SharedData.isPresent)) struct CalibrateTests {
  /// No chain of this file expires on the next session.
  @Test func aFileWithoutAPricedChainStillHasEveryKey() throws {
    let run = try Command.run(
      ["calibrate", SharedData.path("chains/SPX_20190626.csv.gz"), "--evaluate", "--json"], in: Scratch())
    #expect(run.status == 0, "\(run.err)")
    let levels = try #require(try run.object()["levels"] as? [String: [String: Any]])
    #expect(Set(levels.keys) == ["own", "vix9d", "vix", "prior"])
    for (known, level) in levels {
      #expect(level["chains"] as? Int == 0 && level["strikes"] as? Int == 0)
      for key in ["logVolRmse", "insideSpread", "meanAbsTicks"] {
        #expect(level[key] is NSNull, "\(known) \(key)")
      }
      for key in ["creditMeanAbs", "creditBias"] {
        let map = try #require(level[key] as? [String: Any])
        #expect(Set(map.keys) == ["10", "15", "20", "25"] && map.values.allSatisfy { $0 is NSNull })
      }
    }
  }

  @Test func aFitWithoutStressSaysThatTheExponentIsKeptAndPrintsTheLowBranch() throws {
    let chains = ["0521", "0523", "0528", "0604", "0606", "0607"].map {
      SharedData.path("chains/SPX_2019\($0).csv.gz")
    }
    let json = try Command.run(["calibrate"] + chains + ["--json"], in: Scratch())
    #expect(json.status == 0, "\(json.err)")
    let stress = try #require(try json.object()["stressPower"] as? [String: Any])
    #expect(stress["power"] as? Double == 1.95 && stress["outcome"] as? String == "kept-no-days")
    let note = try #require(stress["note"] as? String)
    #expect(note.hasPrefix("kept 1.95, no chain"))
    let text = try Command.run(["calibrate"] + chains, in: Scratch())
    #expect(text.out.contains("stressPower: \(note)\n"), "\(text.out)\(text.err)")
    #expect(
      text.out.contains("from 11.0 (lowKnee) to 22.0 (knee), exponent 1.23 below (lowest), 1.20 beyond"))
  }
}
