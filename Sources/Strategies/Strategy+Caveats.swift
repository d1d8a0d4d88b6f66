import MarketData

extension Strategy {
  /// What a reader of the results must know of settings that no trader could have had, or that flatter. Printed with
  /// every result; empty for an ordinary strategy.
  public var caveats: [String] {
    var list: [String] = []
    if marks.assumeCloseKnown, entry.minute < MinuteOfDay.afterClose {
      list.append(
        "LOOK-AHEAD: assume_close_known prices and decides with that day's volatility closes before 16:15")
    }
    if entry.expirations == .everySession {
      list.append("hypothetical: an expiry every session, also before the exchange listed them")
    }
    if sizing != .one {
      let by = if case .hedgeGains = sizing { "hedge gains" } else { "equity" }
      list.append(
        "sized by \(by): dollars are those of the account, not of one condor, and early results weigh on later ones"
          + (hedge.contains { $0.horizon == .standing } ? "; the standing book stays that of one condor" : "")
      )
    }
    for layer in hedge {
      guard case .vixCall(let calls) = layer.instrument else { continue }
      if layer.horizon == .condor, !layer.isInWholeContracts {
        list.append("fractional, not tradable: \(layer.name) holds or sells parts of a VIX call")
      }
      let scale = calls.pricing.volatilityScale
      let note =
        "VIX calls priced from VX and VVIX by an unvalidated model, at \(scale) of its volatility; run them at 0.8, 1 and 1.2"
      if !list.contains(note) { list.append(note) }
    }
    if let shift = exit.shift {
      list.append(
        "rolled spreads count in net and its figures; credit, theta, turnover, the value of stops, and the margin of capital "
          + "and irr_margin leave them out")
      if shift.sessions > 1 {
        list.append(
          "an entry needs prices up to its later expiry: horizons are on the same entries only where their outcomes agree"
        )
      }
    }
    if exit.fill == .trigger {
      list.append("flattering: exits fill at the mark that triggered them, without slippage")
    }
    if entry.minute >= MinuteOfDay.close {
      list.append("sold after 16:00 on the index's frozen close; hypothetical where no such session was open")
    }
    return list
  }
}
