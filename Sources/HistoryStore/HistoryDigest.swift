import Crypto
import MarketData

/// The digest of a history: SHA-256 over its numbers in a fixed order, so that the same content gives the same
/// digest whatever file, machine or day it was stored on.
///
/// It covers sessions (date, close, official prices, every mark), volatility closes, VX settlements, events and their
/// coverage, slow series, bars of the fund, and what the minutes and futures are. Names and sources are not content.
public enum HistoryDigest {
  /// The digest of `history`, hexadecimal. O(size of the history).
  public static func of(_ history: MarketHistory) -> String {
    var writer = LittleEndianWriter(capacity: history.sessions.count * 3_400)
    writer.append("wingspan-history-1")
    writer.append(history.provenance.minutes.rawValue)
    writer.append(history.provenance.futures.rawValue)
    writer.append(Int(bitPattern: UInt(history.provenance.seed)))
    writer.append(history.sessions.count)
    for session in history.sessions {
      writer.append(Int(session.date.ordinal))
      writer.append(session.closeMinute)
      for price in [
        session.official.open, session.official.high, session.official.low, session.official.close,
      ] {
        writer.append(price)
      }
      writer.append(session.spot)
    }
    for index in VolatilityIndex.allCases {
      guard let closes = history.volatility[index] else { continue }
      writer.append(index.rawValue)
      writer.append(closes)
    }
    for settles in history.futures {
      writer.append(settles.count)
      for settle in settles {
        writer.append(Int(settle.expiry.ordinal))
        writer.append(settle.settle)
      }
    }
    if let coverage = history.events.coverage {
      writer.append(Int(coverage.lowerBound.ordinal))
      writer.append(Int(coverage.upperBound.ordinal))
    }
    writer.append(history.events.events.count)
    for event in history.events.events {
      writer.append(Int(event.date.ordinal))
      writer.append(event.kind.rawValue)
      writer.append(event.minute)
    }
    for name in history.series.keys.sorted() {
      guard let series = history.series[name] else { continue }
      writer.append(name)
      writer.append(series.values.count)
      for value in series.values {
        writer.append(Int(value.observed.ordinal))
        writer.append(Int(value.known.ordinal))
        writer.append(value.value + 0)  // SQLite keeps whole numbers as integers, so −0 comes back as 0
      }
    }
    for session in history.fund {
      writer.append(session?.bars.count ?? 0)
      guard let session else { continue }
      writer.append(session.barMinutes)
      writer.append(session.isIndex ? 1 : 0)
      for bar in session.bars {
        writer.append(bar.endMinute)
        for value in [bar.open, bar.close, bar.volume] { writer.append(value) }
      }
    }
    return SHA256.hash(data: writer.bytes).map { HistoryStore.hexadecimal($0) }.joined()
  }
}
