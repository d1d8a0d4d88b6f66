import ArgumentParser
import Kernels

/// The benchmarks and the instruction counts of Wingspan. See `Benchmarks/README.md`.
@main
struct Main: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "WingspanBenchmarks", abstract: "Time the hot path, or count its instructions.",
    subcommands: [
      TimeCommand.self, CheckCounts.self, RenewCounts.self, CountPiece.self, CrossValidationTime.self,
      OverfittingSizes.self, LuckSizes.self,
    ])

  static func main() {
    OpenBLAS.useFittingKernels()
    OpenBLAS.useOneThread()
    main(nil)
  }
}
