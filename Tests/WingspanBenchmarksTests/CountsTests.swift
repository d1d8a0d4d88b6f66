import Testing

@testable import WingspanBenchmarks

/// The gate of instruction counts: what it reads, and what it lets pass.
@Suite struct CountsTests {
  /// The example of "Callgrind Format Specification", with names compressed and a call of `malloc`.
  @Test func aProfileIsReadAsItsFormatSays() {
    let profile = CallgrindProfile(
      """
      # callgrind format
      version: 1
      events: Ir
      positions: line
      summary: 1420

      fl=(1) file1.c
      fn=(1) main
      16 20
      cfn=(2) func1
      calls=1 50
      16 400
      cfi=(2) file2.c
      cfn=(3) malloc
      calls=3 20
      +1 600

      fn=(2)
      51 100
      fi=(3) inlined.h
      * 70
      fe=(1)
      cfn=(3)
      calls=2 20
      -2 300

      fl=(2)
      fn=(3)
      20 930
      """)
    #expect(profile.own == ["main": 20, "func1": 170, "malloc": 930])
    #expect(profile.instructions == 1_120)
    #expect(profile.allocations == 5)
  }

  private func count(_ gate: Piece.Gate, _ instructions: Int, allocations: Int = 10) -> CountRecord.Count {
    CountRecord.Count(
      gate: gate, instructions: instructions, allocations: allocations,
      functions: ["hot": instructions - 100, "cold": 100])
  }

  @Test(arguments: [(Piece.Gate.kernel, 1_005_000, 1_005_001), (.whole, 1_020_000, 1_020_001)])
  func instructionsMayGrowByTheLimitAndNoMore(gate: Piece.Gate, most: Int, tooMany: Int) {
    let old = count(gate, 1_000_000)
    #expect(CountsGate.compare("piece", old: old, new: count(gate, 900_000)).passes)
    #expect(CountsGate.compare("piece", old: old, new: count(gate, most - 1)).passes)
    let (passes, text) = CountsGate.compare("piece", old: old, new: count(gate, tooMany))
    #expect(!passes)
    #expect(text.contains("instructions (999900 before, \(tooMany - 100) now): hot"))
    #expect(!text.contains("cold"))
  }

  @Test func aKernelMayNotAskForMoreMemoryAndARunForLittle() {
    #expect(
      !CountsGate.compare(
        "piece", old: count(.kernel, 1_000), new: count(.kernel, 1_000, allocations: 11)
      ).passes)
    let old = count(.whole, 1_000, allocations: 1_000)
    #expect(CountsGate.compare("piece", old: old, new: count(.whole, 1_000, allocations: 1_004)).passes)
    #expect(!CountsGate.compare("piece", old: old, new: count(.whole, 1_000, allocations: 1_006)).passes)
  }

  /// The gate and the records find a piece by its name.
  @Test func everyPieceHasItsOwnName() {
    let names = Piece.all.map(\.name)
    #expect(Set(names).count == names.count)
  }
}
