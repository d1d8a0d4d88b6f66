/// What a price bar is of.
public enum BarSymbol: String, Sendable, CaseIterable, Codable {
  /// The S&P 500 index, or a contract for difference that quotes it.
  case spx = "SPX"
  /// The SPDR exchange-traded fund, about a tenth of the index.
  case spy = "SPY"
}

/// One bar inside a day.
public struct IntradayBar: Sendable, Hashable {
  /// The date, New York.
  public var date: SessionDate
  /// Minutes after midnight at which the bar begins, whatever stamp the file has.
  public var startMinute: Int
  /// Its four prices.
  public var prices: DailyBar
  /// Shares traded in it, ≥ 0; `nil` where the file has none.
  public var volume: Double?
  /// A bar that begins at `startMinute`.
  public init(date: SessionDate, startMinute: Int, prices: DailyBar, volume: Double? = nil) {
    self.date = date
    self.startMinute = startMinute
    self.prices = prices
    self.volume = volume
  }
}

/// Bars of one length, ascending in time. A bar that begins at minute s with length L covers (s, s + L]: its close
/// is the mark of minute s + L.
public struct BarTable: Sendable {
  /// Length of a bar, minutes.
  public var barMinutes: Int
  /// The bars.
  public var bars: [IntradayBar]
  /// What the file's name says the bars are of, if anything.
  public var namedSymbol: BarSymbol?
  /// A table of bars of one length.
  public init(barMinutes: Int, bars: [IntradayBar], namedSymbol: BarSymbol?) {
    self.barMinutes = barMinutes
    self.bars = bars
    self.namedSymbol = namedSymbol
  }
}

/// One official day of the S&P 500.
public struct DailyRow: Sendable, Hashable {
  /// The session.
  public var date: SessionDate
  /// Its prices, index points.
  public var bar: DailyBar
  /// A day's prices.
  public init(date: SessionDate, bar: DailyBar) {
    self.date = date
    self.bar = bar
  }
}

/// One day of an index of the volatility family; open, high and low are NaN where only a close is published.
public struct VolatilityRow: Sendable, Hashable {
  /// Which index.
  public var index: VolatilityIndex
  /// The session.
  public var date: SessionDate
  /// Its values, index points.
  public var bar: DailyBar
  /// A day's values.
  public init(index: VolatilityIndex, date: SessionDate, bar: DailyBar) {
    self.index = index
    self.date = date
    self.bar = bar
  }
  init(index: VolatilityIndex, date: SessionDate, close: Double) {
    self.init(index: index, date: date, bar: DailyBar(open: .nan, high: .nan, low: .nan, close: close))
  }
}

/// One settlement of an identified VX contract.
public struct SettleRow: Sendable, Hashable {
  /// The day of the settlement; the expiry itself for the final one.
  public var date: SessionDate
  /// The contract.
  public var settle: FuturesSettle
  /// A settlement.
  public init(date: SessionDate, settle: FuturesSettle) {
    self.date = date
    self.settle = settle
  }
}

/// A slow series under its name.
public struct NamedSeries: Sendable {
  /// `GDPC1`, `NYSE advancers`, ….
  public var name: String
  /// Its values, ascending by the date observed.
  public var values: [KnownSeries.Value]
  /// A series and its name.
  public init(name: String, values: [KnownSeries.Value]) {
    self.name = name
    self.values = values
  }
}

/// Something accepted with a grain of salt, and how often.
public struct FileWarning: Sendable, Hashable, Codable {
  /// What it is and what was done.
  public var text: String
  /// How many rows.
  public var count: Int
  /// The line of the first.
  public var firstLine: Int
  /// A counted remark.
  public init(text: String, count: Int, firstLine: Int) {
    self.text = text
    self.count = count
    self.firstLine = firstLine
  }
}

/// Everything a file says, checked row by row, in one shape for all formats.
public struct ParsedFile: Sendable {
  /// The title of the format.
  public var format: String
  /// Data rows read, accepted or not.
  public var rows = 0
  /// Bars inside the day.
  public var bars: BarTable?
  /// Official days of the S&P 500.
  public var daily: [DailyRow] = []
  /// The volatility family.
  public var volatility: [VolatilityRow] = []
  /// VX settlements.
  public var settles: [SettleRow] = []
  /// Slow series.
  public var series: [NamedSeries] = []
  /// Scheduled events.
  public var events: [EconomicEvent] = []
  /// Dates for which the events are complete.
  public var eventCoverage: ClosedRange<SessionDate>?
  /// Rows accepted or dropped with a remark, in the order met.
  public var warnings: [FileWarning] = []
  /// What the reader of the numbers should know about this file.
  public var notes: [String] = []

  /// An empty result of the format called `format`.
  public init(format: String) { self.format = format }

  mutating func warn(_ text: String, line: Int) {
    if let i = warnings.firstIndex(where: { $0.text == text }) {
      warnings[i].count += 1
    } else {
      warnings.append(FileWarning(text: text, count: 1, firstLine: line))
    }
  }

  /// Whether a row of `date` belongs to a session; if not, it is counted and left out.
  mutating func isSession(_ date: SessionDate, _ rows: RowReader, _ context: FormatContext) -> Bool {
    if context.calendar.isSession(date) { return true }
    let inside = context.calendar.coverage.contains(date)
    let range = context.calendar.coverage
    warn(
      inside
        ? "rows on days without a session left out"
        : "rows outside the calendar (\(range.lowerBound)…\(range.upperBound)) left out", line: rows.line)
    return false
  }

  /// Whether anything was kept.
  var isEmpty: Bool {
    bars == nil && daily.isEmpty && volatility.isEmpty && settles.isEmpty && events.isEmpty
      && series.allSatisfy(\.values.isEmpty)
  }
}
