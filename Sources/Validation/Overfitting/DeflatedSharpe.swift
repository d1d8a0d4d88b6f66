import Kernels
import Statistics

/// What the best of many trials earns by luck alone.
///
/// - Source: D. Bailey, J. Borwein, M. López de Prado, Q. Zhu, "Pseudo-mathematics and financial charlatanism", Notices of the
///   AMS 61 (2014); D. Bailey and M. López de Prado, "The deflated Sharpe ratio", J. Portfolio Management 40 (2014).
public enum LuckOfTrials {
  /// Euler and Mascheroni's constant.
  private static let gamma = 0.577_215_664_901_532_9
  /// e.
  private static let e = 2.718_281_828_459_045

  /// Expected maximum of N independent standard normal numbers, (1 − γ)·N⁻¹(1 − 1/N) + γ·N⁻¹(1 − 1/(N·e)).
  ///
  /// - Parameter trials: N ≥ 1, not necessarily whole; 0 for one trial, and wherever the formula, made for many, is below.
  /// - Accuracy: up to 3 % above the truth from 3 trials on, 8 % below at 2.
  public static func expectedMaximum(of trials: Double) -> Double {
    guard trials > 1 else { return 0 }
    return max(
      0, (1 - gamma) * normalQuantile(1 - 1 / trials) + gamma * normalQuantile(1 - 1 / (trials * e)))
  }

  /// Minimum backtest length: years of data below which the best of N trials without any edge is expected to reach a yearly
  /// Sharpe ratio, (expected maximum ÷ ratio)².
  ///
  /// - Parameters:
  ///   - trials: N ≥ 1.
  ///   - sharpe: a year, > 0.
  public static func minimumBacktestYears(trials: Double, sharpe: Double) -> Double {
    precondition(sharpe > 0, "LuckOfTrials: a Sharpe ratio above 0")
    let ratio = expectedMaximum(of: trials) / sharpe
    return ratio * ratio
  }
}

/// The probability that the best of many trials has a true Sharpe ratio above what luck gives the best of as many.
///
/// PSR at SR₀ = √V·(expected maximum of N), V the variance of the trials' Sharpe ratios. Conservative by construction: where
/// no trial has an edge it exceeds 0.95 in far fewer than 5 % of cases, 1 − N(t)ᴺ with t = expected maximum + 1.64.
///
/// - Source: D. Bailey and M. López de Prado, "The deflated Sharpe ratio", J. Portfolio Management 40 (2014), eq. 1 and 2.
public struct DeflatedSharpe: Hashable, Sendable, Encodable {
  /// N: independent trials.
  public let trials: Double
  /// V, of daily ratios.
  public let trialVariance: Double
  /// SR₀, a day.
  public let benchmark: Double
  /// The probability.
  public let probability: Double

  /// - Parameters:
  ///   - best: the estimate of the trial picked.
  ///   - trials: N ≥ 1: tried and independent, also those not shown.
  ///   - trialVariance: V ≥ 0.
  public init(_ best: SharpeEstimate, trials: Double, trialVariance: Double) {
    precondition(
      trials >= 1 && trialVariance >= 0, "DeflatedSharpe: at least one trial, no negative variance")
    self.trials = trials
    self.trialVariance = trialVariance
    benchmark = trialVariance.squareRoot() * LuckOfTrials.expectedMaximum(of: trials)
    probability = best.probability(above: benchmark)
  }
}
