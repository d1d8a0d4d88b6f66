import Statistics

/// What `wingspan luck` prints.
public struct LuckReport: Hashable, Sendable, Encodable {
  /// The table that was asked about.
  public struct Table: Hashable, Sendable, Encodable {
    /// Days.
    public let days: Int
    /// Settings, all of them.
    public let settings: Int
    /// Settings that earn the same every day, which no test can be made of.
    public let constantSettings: Int
    /// Those of them that earn nothing.
    public let zeroSettings: Int

    init(_ matrix: OutcomeMatrix) {
      days = matrix.days
      settings = matrix.settings
      constantSettings = matrix.constant.count
      zeroSettings = matrix.zero.count
    }
  }

  /// Seed of the resamples.
  public let seed: UInt64
  /// The table.
  public let table: Table

  /// Asks everything of one table.
  ///
  /// - Parameters:
  ///   - matrix: P&L, higher is better.
  ///   - seed: of the resamples; any value.
  public init(_ matrix: OutcomeMatrix, seed: UInt64) {
    self.seed = seed
    table = Table(matrix)
  }
}
