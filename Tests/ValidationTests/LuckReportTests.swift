import Statistics
import Testing
import Validation

@Test func settingsWithoutSpreadAreCounted() throws {
  let matrix = try OutcomeMatrix(values: [1, 0, 7, 2, 0, 7, 4, 0, 7], settings: 3)
  let report = LuckReport(matrix, seed: 1)
  #expect(report.table.constantSettings == 2 && report.table.zeroSettings == 1)
}
