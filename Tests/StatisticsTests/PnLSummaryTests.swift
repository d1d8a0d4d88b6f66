import Kernels
import Statistics
import Testing

private struct PnLCase: Decodable {
  var cents: [Int64]
  var net, worst, best, depth, account: Int64
  var mean, sd: Double
  var sharpe, sortino, profitFactor, skew, kurtosis, calmar: Double?
  var wins, losses, length: Int
  var recovered, only95, only99: Bool
  var cvar95, tail95, cvar99, tail99, ulcer, worstFall: Double
}

@Test func figuresMatchNumPyAndSciPy() throws {
  let golden = try GoldenFile<PnLCase>("pnl.json")
  #expect(golden.cases.count == 36)
  for c in golden.cases {
    let s = PnLSummary(cents: c.cents)
    let name = Comment(rawValue: "n \(c.cents.count), net \(c.net)")
    #expect(s.sessions == c.cents.count && s.net == c.net, name)
    #expect(s.worst == c.worst && s.best == c.best, name)
    #expect(s.winSessions == c.wins && s.lossSessions == c.losses, name)
    #expect(agree(s.mean, c.mean, within: 1e-14), name)
    #expect(agree(s.standardDeviation, c.sd, within: 1e-13), name)
    #expect(agree(s.sharpe, c.sharpe, within: 1e-12), name)
    #expect(agree(s.sortino, c.sortino, within: 1e-12), name)
    #expect(agree(s.profitFactor, c.profitFactor, within: 1e-15), name)
    #expect(s.drawdown.depth == c.depth && s.drawdown.length == c.length, name)
    #expect(s.drawdown.recovered == c.recovered, name)
    #expect(agree(s.cvar95?.value, c.cvar95, within: 1e-15), name)
    #expect(agree(s.cvar99?.value, c.cvar99, within: 1e-15), name)
    #expect(s.cvar95?.tailSessions == c.tail95 && s.cvar99?.tailSessions == c.tail99, name)
    #expect(s.cvar95?.isWorstOnly == c.only95 && s.cvar99?.isWorstOnly == c.only99, name)
    #expect(abs((s.skewness ?? 9) - (c.skew ?? 9)) < 1e-11, name)
    #expect(abs((s.excessKurtosis ?? 9) - (c.kurtosis ?? 9)) < 1e-9, name)
    let a = AccountFigures(cents: c.cents, account: c.account)
    #expect(agree(a.ulcer, c.ulcer, within: 1e-12), name)
    #expect(agree(a.worstFall, c.worstFall, within: 1e-14), name)
    #expect(agree(a.calmar, c.calmar, within: 1e-11), name)
  }
}

@Test func withoutSessionsNothingIsDefined() {
  let s = PnLSummary(cents: [])
  #expect(s.sessions == 0 && s.net == 0 && s.grossLoss == 0 && s.grossProfit == 0)
  #expect(s.mean == nil && s.standardDeviation == nil && s.sharpe == nil && s.sortino == nil)
  #expect(s.worst == nil && s.best == nil && s.cvar95 == nil && s.profitFactor == nil)
  #expect(s.skewness == nil && s.excessKurtosis == nil)
  #expect(s.drawdown.depth == 0 && s.drawdown.length == 0 && s.drawdown.recovered)
  #expect(AccountFigures(cents: [], account: 100).ulcer == nil)
  #expect(AccountFigures(cents: [1], account: 0).ulcer == nil)
}

@Test func aConstantSeriesHasNoSharpe() {
  let s = PnLSummary(cents: [700, 700, 700])
  #expect(s.mean == 700 && s.standardDeviation == 0 && s.sharpe == nil && s.sortino == nil)
  #expect(s.skewness == nil && s.profitFactor == nil)
  #expect(PnLSummary(cents: [5]).standardDeviation == nil)
}

/// (series, depth, length, recovered), by hand.
@Test(
  arguments: [
    ([10, -4, -3, 8, 1], 7, 3, true),  // peak after the first, back at it after the fourth
    ([-5, -5], 10, 2, false),  // the peak is the start
    ([-5, 5], 5, 2, true),
    ([3, 0, -1, 0, 0], 1, 3, false),  // the peak's last session is the second
    ([5, -3, 3, 5, -3, 2], 3, 2, true),  // of two equally deep the first
    ([5, -3, 3, 5, -4, 2], 4, 2, false),
    ([1, 2, 0], 0, 0, true),
  ] as [([Int64], Int64, Int, Bool)])
func drawdownByHand(cents: [Int64], depth: Int64, length: Int, recovered: Bool) {
  let d = Drawdown(cents: cents)
  #expect(d.depth == depth && d.length == length && d.recovered == recovered)
}

/// n = 30: k of CVaR 95 is 1.5, so the worst counts whole and the next by half.
@Test func fractionalTailsTakeAShareOfTheNext() {
  let cents = (0..<30).map { Int64($0 * 100 - 1_000) }
  let tail = TailMean(cents: cents.reversed(), perTenThousand: 500)
  #expect(tail?.value == (-1_000 - 0.5 * 900) / 1.5)
  #expect(tail?.tailSessions == 1.5 && tail?.isWorstOnly == false)
  let one = TailMean(cents: cents, perTenThousand: 100)
  #expect(one?.value == -1_000 && one?.tailSessions == 0.3 && one?.isWorstOnly == true)
  #expect(TailMean(cents: cents, perTenThousand: 10_000)?.value == PnLSummary(cents: cents).mean)
}

/// Sums of squares far beyond 2⁵³, whose difference floating point would get wrong in every digit.
@Test func theVarianceOfHugeCentsIsExact() {
  let big = PnLSummary.largestCents - 1
  let s = PnLSummary(cents: [big, big - 1, big, big - 1])
  #expect(s.standardDeviation == (1.0 / 3).squareRoot())
}

@Test(arguments: UInt64(0)..<200)
func figuresObeyTheirLaws(seed: UInt64) {
  var g = Philox(seed: seed)
  let n = 2 + g.integer(below: 300)
  let x = (0..<n).map { _ in Int64(g.normal() * 10_000) }
  let s = PnLSummary(cents: x)
  var shuffled = x
  g.shuffle(&shuffled)
  let t = PnLSummary(cents: shuffled)
  #expect(s.sharpe == t.sharpe && s.cvar95 == t.cvar95 && s.sortino == t.sortino)  // no order in them
  #expect(s.grossProfit - s.grossLoss == s.net)
  #expect(Double(s.worst ?? 0) <= (s.cvar99?.value ?? 0))
  #expect((s.cvar99?.value ?? 0) <= (s.cvar95?.value ?? 0))
  #expect((s.cvar95?.value ?? 0) <= (s.mean ?? 0) + 1e-9)
  #expect(s.drawdown.depth >= max(0, -s.net) && s.drawdown.depth >= -min(0, s.worst ?? 0))
  #expect(s.drawdown.depth <= s.grossLoss && s.drawdown.length <= n)
  let doubled = PnLSummary(cents: x.map { 2 * $0 })
  #expect(doubled.drawdown.depth == 2 * s.drawdown.depth && doubled.sharpe == s.sharpe)
}
