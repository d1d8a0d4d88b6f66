import MarketData
import Pricing

/// VIX calls of a history, priced from the VX future of their month and from VVIX. Modelled and unvalidated.
///
/// What is known when: a settlement of VX and a close of VVIX belong to 16:15 of their session. Inside a session VVIX is the
/// close before, VX the indicative price or one that the caller has. Nothing is filled in: without VX or VVIX there is a
/// gap, never a guess.
public final class VIXCallMarket: Sendable {
  /// An instant as seen from it.
  public enum View: Hashable, Sendable {
    /// 16:15 of a session: its own VX settlements and VVIX close.
    case settled(session: Int)
    /// A minute, with the indicative VX: what a decision may see.
    case indicative(TradeMinute)
    /// A minute, with a price of the month's VX, 1/1000 points: what a fill on a path inside the day gets.
    case traded(TradeMinute, vx: Int32)

    /// Position of the session whose settlements and VVIX are the last known.
    var closed: Int {
      switch self {
      case .settled(let session): session
      case .indicative(let time), .traded(let time, _): time.session - 1
      }
    }
  }

  /// Why there is no price.
  public enum Gap: String, Error, Hashable, Sendable, CaseIterable {
    /// No session is known yet.
    case noHistory = "no session before"
    /// The future of the month has no settlement, or the index no mark.
    case noVX = "no VX of the month"
    /// VVIX has no close.
    case noVVIX = "no VVIX"
    /// No month outlives the roll rule.
    case noMonth = "no month so far out"
    /// At or after the settlement, or a volatility beyond the model.
    case noPrice = "outside the model"
  }

  let history: MarketHistory
  let vx: VXMarket
  private let model: VIXCallModel

  /// - Parameter vx: of the same history.
  public init(_ history: MarketHistory, vx: VXMarket, parameters: VIXCallParameters = .standard) {
    self.history = history
    self.vx = vx
    model = VIXCallModel(parameters)
  }

  /// The call to buy on `date`: of the months known to have settled, with more than `leastLife` calendar days left on `date`,
  /// the one whose expiry lies nearest `days` away, the later of two; its listed strike nearest the delta. O(months + strikes).
  public func call(
    on date: SessionDate, seen view: View, days: Int, leastLife: Int, delta: Double
  ) -> Result<VIXCall, Gap> {
    month(on: date, closed: view.closed, days: days, leastLife: leastLife).flatMap { expiry in
      smile(expiry, view).map { VIXCall(expiry: expiry, strike: $0.strike(delta: delta)) }
    }
  }

  /// The month of ``call(on:seen:days:leastLife:delta:)``, of those that settled on session `closed`. O(months).
  func month(on date: SessionDate, closed: Int, days: Int, leastLife: Int) -> Result<SessionDate, Gap> {
    guard closed >= 0 else { return .failure(.noHistory) }
    let aim = date.adding(days: days)
    var chosen: SessionDate?
    for expiry in history.futures[closed].map(\.expiry) where expiry - date > leastLife {
      if let best = chosen, abs(expiry - aim) > abs(best - aim) { continue }
      chosen = expiry
    }
    guard let chosen else { return .failure(history.futures[closed].isEmpty ? .noVX : .noMonth) }
    return .success(chosen)
  }

  /// Price on the grid of VIX options, units of 1/10,000 points: cents a contract.
  public func mark(_ call: VIXCall, _ view: View) -> Result<Int32, Gap> {
    smile(call.expiry, view).map { $0.mark(strike: call.strike) }
  }

  /// Black-76 delta, 0…1.
  func delta(_ call: VIXCall, _ view: View) -> Result<Double, Gap> {
    smile(call.expiry, view).map { $0.deltaAndVega(strike: call.strike).delta }
  }

  /// What a call pays, cents a contract: from the final settlement (SOQ) where the VX file has it, which panels of settlements
  /// don't; `nil` else.
  public func payoff(_ call: VIXCall) -> Int32? {
    let session = history.firstIndex(onOrAfter: call.expiry)
    guard session < history.sessions.count, history.sessions[session].date == call.expiry else { return nil }
    return vx.settle(call.expiry, session: session).map { call.payoff(vx: $0) }
  }

  /// VX of a month at an instant, 1/1000 points; `nil` where missing.
  public func future(_ expiry: SessionDate, _ view: View) -> Int32? {
    switch view {
    case .settled(let session): vx.settle(expiry, session: session)
    case .indicative(let time): vx.indicative(expiry, session: time.session, minute: time.minute)
    case .traded(_, let price): price
    }
  }

  /// Volatilities of a month's calls at an instant.
  public func smile(_ expiry: SessionDate, _ view: View) -> Result<VIXSmile, Gap> {
    guard view.closed >= 0 else { return .failure(.noHistory) }
    guard let vx = future(expiry, view) else { return .failure(.noVX) }
    let vvix = history.close(.vvix, view.closed)
    guard vvix > 0 else { return .failure(.noVVIX) }
    let (session, minute) =
      switch view {
      case .settled(let session): (session, MinuteOfDay.afterClose)
      case .indicative(let time), .traded(let time, _): (time.session, time.minute)
      }
    let years = VIXCallModel.years(from: history.sessions[session].date, minute: minute, to: expiry)
    guard let smile = model.smile(vx: vx, vvix: vvix, years: years) else { return .failure(.noPrice) }
    return .success(smile)
  }
}
