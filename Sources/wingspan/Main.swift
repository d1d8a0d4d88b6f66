import ArgumentParser
import Backtesting
import ConfigFormats
import Foundation
import Governance
import HistoryStore
import Kernels
import MarketData
import Pricing
import Risk
import RunStore
import Rules
import Search
import Signals
import Statistics
import Studies
import Validation

/// Runs the command and turns what it throws into an exit status: 0 fine, 1 the user's input, 2 our fault.
@main
enum Main {
  static func main() {
    let missing = CPUFeatures.missing()
    guard missing.isEmpty else {
      say(
        "this processor lacks \(missing.joined(separator: ", ")), which this build uses; "
          + "build with KERNELS_MARCH=x86-64-v2 make build")
      exit(1)
    }
    OpenBLAS.useFittingKernels()
    OpenBLAS.useOneThread()
    do {
      var command = try Wingspan.parseAsRoot()
      try command.run()
    } catch let code as ExitCode {
      exit(code.rawValue)
    } catch {
      if Wingspan.exitCode(for: error) == .success { Wingspan.exit(withError: error) }  // --help, --version
      if Wingspan.exitCode(for: error) == .validationFailure {
        say(Wingspan.fullMessage(for: error))
        exit(1)
      }
      if isInput(error) {
        say("error: \(error)")
        exit(1)
      }
      say(
        "fault: \(error)\nThis is a fault of wingspan, not of your input; please report it with the command.")
      exit(2)
    }
  }

  /// Errors whose text tells the user what to change.
  private static func isInput(_ error: any Error) -> Bool {
    error is MarketDataError || error is ConfigError || error is BacktestError || error is StudyError
      || error is HistoryStoreError || error is RunStoreError || error is GzipError || error is NumPyError
      || error is PathArrayError || error is SearchError || error is RuleError || error is SignalError
      || error is ChainError || error is CalibrationError || error is MarkParametersError
      || error is GovernanceError || error is OutcomeMatrixError || error is LuckError
      || error is RiskError || error is OverfittingError
  }

  private static func say(_ message: String) {
    try? FileHandle.standardError.write(contentsOf: Data((message + "\n").utf8))
  }
}
