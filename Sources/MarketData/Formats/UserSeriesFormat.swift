/// Slow series of the user's own: `series,observed,known,value`, any number of series in one file.
///
/// `observed` is the date that a value describes, `known` the first date on whose open it may be used: the publisher's
/// date, not that of a later revision. Within a series `observed` ascends and `known` doesn't fall. The series that
/// signals read (``positive``) are ratios, dollars or index points above 0; any other may hold any number.
struct UserSeriesFormat: QuoteFormat {
  let title = "user series with observed and known dates"
  let example = "series,observed,known,value / p_cf,2019-03-31,2019-05-15,14.2"

  /// Series that signals read, and what each holds.
  static let positive = [
    "p_cf": "price to cash flow", "quick_ratio": "the quick ratio",
    "market_cap": "market capitalisation, dollars",
    "pe": "price to earnings", "ddm_value": "the dividend discount value of the index, points",
  ]
  private static let header = ["series", "observed", "known", "value"]

  func recognises(_ sample: FileSample) -> Bool { sample.header() == Self.header }

  func parse(_ source: SourceText, context: FormatContext) throws(MarketDataError) -> ParsedFile {
    var parsed = ParsedFile(format: title)
    var rows = RowReader(source)
    _ = rows.next()
    var orders: [AscendingRows] = []
    while rows.next() {
      try rows.requireFields(Self.header.count)
      let name = rows.text(0)
      guard name.utf8.count <= 40, name.utf8.first.map({ (97...122).contains($0) }) == true,
        name.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == 95 })
      else {
        throw rows.bad(0, "series", "name it with small letters, digits and _, a letter first, at most 40")
      }
      let i = parsed.series.firstIndex { $0.name == name } ?? parsed.series.count
      if i == parsed.series.count {
        parsed.series.append(NamedSeries(name: name, values: []))
        orders.append(AscendingRows())
      }
      let observed = try rows.date(1)
      let known = try rows.date(2)
      try orders[i].check(Int(observed.ordinal), "\(name) \(observed)", rows)
      guard known >= observed else {
        throw rows.bad(2, "known", "it is before the observed \(observed); give the date of publication")
      }
      if let last = parsed.series[i].values.last, known < last.known {
        throw rows.bad(
          2, "known", "the value before it is known only on \(last.known); give dates that don't fall")
      }
      let value = try rows.number(3, "value")
      if let what = Self.positive[name], value <= 0 {
        throw rows.bad(3, "value", "\(name) is \(what) and above 0; correct or delete the row")
      }
      parsed.rows += 1
      parsed.series[i].values.append(.init(observed: observed, known: known, value: value))
    }
    return parsed
  }
}
