import Kernels

/// What can be wrong with a table of P&L. Every case names the file and the place, and says what to do.
public enum OutcomeMatrixError: Error, Equatable, Sendable {
  /// A .npy file that can't be read.
  case numPy(NumPyError)
  /// A text file that can't be read.
  case file(GzipError)
  /// No number in it.
  case empty(source: String)
  /// Too short to say anything of spread.
  case tooFewDays(source: String, days: Int)
  /// An array that is no list of days, nor days × settings.
  case wrongShape(source: String, shape: [Int])
  /// A number that is NaN or infinite; row and column count from 1.
  case notFinite(source: String, row: Int, column: Int, value: Double)
  /// A field of a text file that is no finite number; line and column count from 1.
  case notANumber(file: String, line: Int, column: Int, text: String)
  /// A first row of a text file that counts its columns: names, or a day?
  case countingRow(file: String, columns: Int, first: String)
  /// A first column of a text file that counts its rows: an index, and no P&L.
  case countingColumn(file: String, column: Int)
  /// A column that rises from every day to the next, or falls: an index or a running total, and no P&L.
  case runningColumn(source: String, column: String, from: Double, to: Double)
  /// A text file whose fields are separated by semicolons; the line counts from 1.
  case semicolons(file: String, line: Int)
  /// A field of a column of days that tells no day; the line counts from 1.
  case notADay(file: String, line: Int, text: String)
  /// A row of a text file that is shorter or longer than the first.
  case ragged(file: String, line: Int, found: Int, expected: Int)
  /// More numbers than there is room for.
  case tooLarge(source: String, numbers: Int, limit: Int)
  /// A benchmark of another length.
  case differentDays(source: String, days: Int, other: String, otherDays: Int)
  /// A benchmark whose dates are others.
  case differentDate(source: String, date: String, other: String, otherDate: String)
  /// Dates of a text file that don't ascend.
  case notAscending(file: String, date: String, before: String)
  /// A benchmark of several series.
  case notOneSeries(source: String, settings: Int)
}

extension OutcomeMatrixError: CustomStringConvertible {
  /// One line with the remedy.
  public var description: String {
    switch self {
    case .numPy(let error): "\(error)"
    case .file(let error): "\(error)"
    case .empty(let source):
      "\(source): no numbers; give one row a day and one column a setting"
    case .tooFewDays(let source, let days):
      "\(source): \(days) day; at least 2 are needed, one row each"
    case .wrongShape(let source, let shape):
      "\(source): an array of shape \(shape); give days x settings, or days alone for one setting"
    case .notFinite(let source, let row, let column, let value):
      "\(source): row \(row), column \(column) is \(value); put 0 where nothing was traded, or leave the day out"
    case .notANumber(let file, let line, let column, let text):
      "\(file):\(line): column \(column) is '\(text)', which is no finite number; put 0 where nothing was traded, "
        + "or leave the day out"
    case .countingRow(let file, let columns, let first):
      "\(file):1: the first row counts \(columns) columns from \(first), so it may be names or a day; give --header if it is "
        + "names, --no-header if it is a day"
    case .countingColumn(let file, let column):
      "\(file): column \(column) counts the rows, which is no P&L; leave it out, or name it 'index' in a first row of names"
    case .runningColumn(let source, let column, let from, let to):
      "\(source): \(column) runs from \(from) to \(to) without a step back, which is no P&L a day; leave an index out, or name it "
        + "'index' in a first row of names, and give a running total as its differences"
    case .semicolons(let file, let line):
      "\(file):\(line): fields are separated by semicolons; write commas between them, and points in numbers"
    case .notADay(let file, let line, let text):
      "\(file):\(line): '\(text)' is no day; write 2018-01-02, 1/2/2018 or 20180102, with a time such as 15:45 behind it or without, "
        + "or a number that ascends"
    case .ragged(let file, let line, let found, let expected):
      "\(file):\(line): \(found) columns, the first row has \(expected); write a number, 0 for none, in each"
    case .tooLarge(let source, let numbers, let limit):
      "\(source): \(numbers) numbers, of which at most \(limit) fit; give fewer settings or days"
    case .differentDays(let source, let days, let other, let otherDays):
      "\(source): \(days) days, \(other) has \(otherDays); give both over the same days"
    case .differentDate(let source, let date, let other, let otherDate):
      "\(source): \(date) stands where \(other) has \(otherDate); give both over the same days"
    case .notAscending(let file, let date, let before):
      "\(file): \(date) follows \(before); sort the days, the oldest first, each once"
    case .notOneSeries(let source, let settings):
      "\(source): \(settings) columns; a benchmark is one"
    }
  }
}
