/// The positions of a condor's four strikes in a chain.
public struct CondorQuote: Sendable, Hashable {
  /// The put bought.
  public let longPut: Int
  /// The put sold.
  public let shortPut: Int
  /// The call sold.
  public let shortCall: Int
  /// The call bought.
  public let longCall: Int

  /// The credit of four prices: shorts less longs, points.
  func credit(_ price: (Int) -> Double) -> Double {
    price(shortPut) + price(shortCall) - price(longPut) - price(longCall)
  }
}

extension OneDayChain {
  /// Whether a strike lies on the 5-point grid on which condors are built.
  static func isOnGrid(_ strike: Double) -> Bool {
    strike == (strike / 5).rounded() * 5
  }

  /// The condor whose shorts lie nearest to `delta` by the strikes' own volatilities; `nil` if a wing isn't
  /// quoted. The lower strike wins a tie. O(strikes).
  public func condor(delta: Double, width: Double = 5) -> CondorQuote? {
    func nearest(call: Bool) -> Int? {
      strikes.indices.filter {
        strikes[$0].isCall == call && strikes[$0].delta == strikes[$0].delta
          && Self.isOnGrid(strikes[$0].strike)
      }.min { (strikes[$0].delta - delta).magnitude < (strikes[$1].delta - delta).magnitude }
    }
    guard let put = nearest(call: false), let call = nearest(call: true) else { return nil }
    return condor(shortPut: put, shortCall: call, width: width)
  }

  private func condor(shortPut: Int, shortCall: Int, width: Double) -> CondorQuote? {
    guard let longPut = index(of: strikes[shortPut].strike - width),
      let longCall = index(of: strikes[shortCall].strike + width)
    else { return nil }
    return CondorQuote(longPut: longPut, shortPut: shortPut, shortCall: shortCall, longCall: longCall)
  }

  /// What a condor pays at mids, points.
  public func midCredit(_ condor: CondorQuote) -> Double { condor.credit { strikes[$0].quote.mid } }

  /// What it pays when shorts are sold at the bid and longs bought at the ask, points.
  public func naturalCredit(_ condor: CondorQuote) -> Double {
    strikes[condor.shortPut].quote.bid + strikes[condor.shortCall].quote.bid
      - strikes[condor.longPut].quote.ask - strikes[condor.longCall].quote.ask
  }

  /// The condors with both shorts inside a delta band whose mid credit lies inside a credit band, counted; and
  /// whether the delta band holds a strike on each side at all.
  /// - Returns: `nil` where a side has no strike in the band.
  public func literalCondors(
    delta: ClosedRange<Double>, credit: ClosedRange<Double>, width: Double = 5, natural: Bool = false
  ) -> Int? {
    let shorts = strikes.indices.filter {
      delta.contains(strikes[$0].delta) && Self.isOnGrid(strikes[$0].strike)
    }
    let puts = shorts.filter { !strikes[$0].isCall }
    let calls = shorts.filter { strikes[$0].isCall }
    guard !puts.isEmpty, !calls.isEmpty else { return nil }
    var found = 0
    for put in puts {
      for call in calls {
        guard let c = condor(shortPut: put, shortCall: call, width: width) else { continue }
        let paid = natural ? naturalCredit(c) : midCredit(c)
        // Quotes are decimals: compare to a millionth of a point.
        if paid > credit.lowerBound - 1e-6, paid < credit.upperBound + 1e-6 { found += 1 }
      }
    }
    return found
  }
}
