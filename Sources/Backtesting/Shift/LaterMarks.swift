import MarketData
import Pricing
import Strategies

/// Marks of one later expiry during and after the life of a condor, session by session.
///
/// Each session's level is observed at the close before it, as for any entry, and moved by the index since: so what is
/// decided in a session hangs on nothing later. Belongs to one thread.
final class LaterMarks {
  /// Position of the expiry.
  let expiry: Int
  let history: MarketHistory
  private let model: MarkModel
  private var surfaces: [Int: MarkSurface] = [:]

  /// The marks that a shift needs, or why the session can't be traded with it: the history ends before the later expiry,
  /// or marks, closes or levels are missing up to it. Asked whether or not a side is ever tested. O(sessions × minutes).
  ///
  /// - Parameters:
  ///   - entry: position of the entry session; the condor expires in the next one.
  ///   - tolerated: missing marks a session beyond which it is a hole.
  static func marks(
    _ rule: ShiftRule, _ expirations: EntryRule.Expirations, entry: Int, context: MarketContext,
    model: MarkModel, tolerated: Int
  ) -> Result<LaterMarks, OutcomeReason> {
    let sessions = context.history.sessions
    let first = entry + 1 + rule.sessions
    guard first < sessions.count,
      let expiry = (first..<sessions.count).first(where: {
        expirations == .everySession || context.listedExpiries.contains(sessions[$0].date)
      })
    else { return .failure(.code(.periodEnds)) }
    let made = LaterMarks(expiry: expiry, history: context.history, model: model)
    let isWhole =
      (entry..<expiry).allSatisfy(made.hasLevel)
      && (entry + 2...expiry).allSatisfy { i in
        sessions[i].official.close > 0 && sessions[i].spot.count { !($0 > 0) } <= tolerated
      }
    return isWhole ? .success(made) : .failure(.code(.dataHole))
  }

  private init(expiry: Int, history: MarketHistory, model: MarkModel) {
    self.expiry = expiry
    self.history = history
    self.model = model
  }

  /// Whether a surface can be made from a session on.
  private func hasLevel(_ session: Int) -> Bool {
    let anchor = model.settings.assumeCloseKnown ? session : session - 1
    return anchor >= 0 && history.sessions[anchor].official.close > 0
      && model.observedLevel(history, closeOf: anchor) != nil
  }

  /// The surface that holds a minute, and its point there; `nil` without a mark.
  private func place(_ time: TradeMinute) -> (surface: MarkSurface, point: Int)? {
    let start = min(time.session, expiry - 1)
    if surfaces[start] == nil {
      surfaces[start] = model.surface(
        history, entry: start, decisionMinute: MinuteOfDay.open, expiry: expiry)
    }
    guard let surface = surfaces[start], let point = surface.point(time), surface.forward[point] > 0 else {
      return nil
    }
    return (surface, point)
  }

  /// The chain of a minute; `nil` without a mark.
  func chain(_ time: TradeMinute) -> DecisionChain? {
    place(time).flatMap { DecisionChain($0.surface, at: $0.point) }
  }

  /// A spread at a minute, units: mid between 0 and its width, and the legs' summed half-spreads; `nil` without a mark.
  func spread(
    _ part: ClosingFill.Part, short: Int, long: Int, at time: TradeMinute
  ) -> (mid: Int32, halfSpread: Int32)? {
    guard let (surface, point) = place(time) else { return nil }
    let marks = [short, long].map {
      TickGrid.legMark(points: surface.mid(strike: Double($0), isCall: part == .call, at: point))
    }
    let most = Int32(abs(short - long)) * TickGrid.unitsPerPoint
    return (
      min(max(marks[0] - marks[1], 0), most),
      marks.reduce(0) { $0 + surface.halfSpreadUnits(mark: $1, at: point) }
    )
  }

  /// The first minute after another, up to the expiry's close, that has an index mark and satisfies a condition.
  func minute(after time: TradeMinute, where holds: (Double) -> Bool = { _ in true }) -> TradeMinute? {
    for session in time.session...expiry {
      let day = history.sessions[session]
      let first = session == time.session ? time.minute + 1 : MinuteOfDay.open
      for minute in max(first, MinuteOfDay.open)..<max(first, day.closeMinute + 1) {
        let spot = day.spot[minute - MinuteOfDay.open]
        if spot > 0, holds(spot) { return TradeMinute(session: session, minute: minute) }
      }
    }
    return nil
  }
}
