import ArgumentParser

/// The command line. Each subcommand parses, calls one function of a module, and prints.
struct Wingspan: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wingspan",
    abstract: "For an SPX iron condor with one day to expiry: which settings, and stop out or hedge?",
    discussion: """
      Without --history every command runs on the bundled S&P 500 history of 2014-2018, whose minutes, option \
      prices and VX curve are simulated or modelled: a demonstration. Import real files with `wingspan data import`.

      Exit status: 0 fine; 1 something in your input (the message says what and where); 2 a fault of this program.
      """,
    version: "wingspan 0.1.0",
    subcommands: [
      Backtest.self, Validate.self, Plan.self, SweepCommand.self, Resume.self, Merge.self,
      Trials.self, Explore.self, Evaluate.self, SearchCommand.self, Ask.self, Tell.self, Schema.self,
      Compare.self, WalkForwardCommand.self, Luck.self, StabilityCommand.self, RiskCommand.self,
      Factors.self, Stress.self, Theta.self, Capital.self, BreakEven.self, Parity.self,
      Export.self, Explain.self, SignalsCommand.self, RulesCommand.self, Paths.self, DataCommand.self,
      Calibrate.self, BenchCommand.self,
      KeyCommand.self, Sign.self, Approve.self, Verify.self,
    ])
}
