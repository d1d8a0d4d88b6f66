import Foundation

/// A .npy file opened: what it says of itself, and its bytes.
struct NumPyContent {
  let path: String
  /// NumPy's name of the type, e.g. `<f8`.
  let type: String
  /// Whether the first axis runs fastest.
  let isFortran: Bool
  let shape: [Int]
  /// The product of the shape.
  let count: Int
  /// The dictionary as the file has it, on one line.
  let header: String
  private let data: Data
  private let start: Int

  /// Opens a file and reads its header; the numbers stay on disk until they are asked for.
  init(_ path: String) throws(NumPyError) {
    self.path = path
    do {
      data = try Data(contentsOf: URL(filePath: path), options: .alwaysMapped)
    } catch {
      throw .cannotRead(file: path, reason: error.localizedDescription)
    }
    let bytes = Array(data.prefix(10))
    guard bytes.count == 10, bytes[..<8] == [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0] else {
      throw .notNumPy(file: path, reason: "it does not start as version 1.0 does")
    }
    start = 10 + Int(bytes[8]) + Int(bytes[9]) << 8
    let text = String(decoding: data.dropFirst(10).prefix(start - 10), as: UTF8.self)
    header = text.prefix(120).map { $0.isNewline ? " " : String($0) }.joined()
      .trimmingCharacters(in: .whitespaces)
    guard let type = text.firstRange(of: "'descr': '"), let order = text.firstRange(of: "'fortran_order': "),
      let open = text.firstIndex(of: "("), let close = text.firstIndex(of: ")"), open < close
    else { throw .notNumPy(file: path, reason: "its header is \(header)") }
    self.type = String(text[type.upperBound...].prefix { $0 != "'" })
    isFortran = text[order.upperBound...].hasPrefix("True")
    let axes = text[text.index(after: open)..<close].split(separator: ",")
      .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    shape = axes.compactMap { Int($0) }
    guard shape.count == axes.count, let count = NumPyFile.product(shape) else {
      throw .notNumPy(file: path, reason: "its shape is \(text[open...close])")
    }
    self.count = count
  }

  /// The numbers in the order of the file.
  func numbers<T: NumPyElement>(_ type: T.Type) throws(NumPyError) -> [T] {
    let size = MemoryLayout<T>.size
    let (bytesWanted, isBeyond) = count.multipliedReportingOverflow(by: size)
    guard !isBeyond, data.count - start == bytesWanted else {
      let bytes = max(0, data.count - start)
      if isBeyond || bytes % size == 0 { throw .wrongCount(file: path, expected: count, found: bytes / size) }
      throw .notNumPy(file: path, reason: "\(bytes) bytes of numbers, \(bytesWanted) by its shape")
    }
    var values = Array(repeating: T.numPyZero, count: count)
    values.withUnsafeMutableBytes { _ = data.copyBytes(to: $0, from: start..<data.count) }
    return values
  }
}

extension NumPyFile {
  /// Reads an array of real numbers, of any of the types that programs save P&L in, as Doubles.
  ///
  /// - Parameters:
  ///   - path: `<f8`, `<f4`, `<i8` or `<i4`; in C order, or of two axes in Fortran's, as pandas saves its tables.
  ///   - limit: most numbers to read; a bound on memory, checked before any is read.
  /// - Returns: the numbers in C order, and the shape. Infinite numbers and NaN are handed on as they are.
  /// - Throws: ``NumPyError``; also where a whole number beyond 2⁵³ has no Double.
  public static func readNumbers(
    from path: String, limit: Int
  ) throws(NumPyError) -> (values: [Double], shape: [Int]) {
    let content = try NumPyContent(path)
    guard content.count <= limit else {
      throw .tooLarge(file: path, numbers: content.count, limit: limit)
    }
    let values: [Double]
    switch content.type {
    case Double.numPyType: values = try content.numbers(Double.self)
    case Float.numPyType: values = try content.numbers(Float.self).map(Double.init)
    case Int32.numPyType: values = try content.numbers(Int32.self).map(Double.init)
    case Int64.numPyType:
      let whole = try content.numbers(Int64.self)
      if let k = whole.firstIndex(where: { Double(exactly: $0) == nil }) {
        throw .notNumPy(file: path, reason: "number \(k + 1) of it is \(whole[k]), which no Double equals")
      }
      values = whole.map(Double.init)
    default:
      throw .notNumPy(
        file: path,
        reason: "wanted <f8, <f4, <i8 or <i4 (array.astype('f8')), its header is \(content.header)")
    }
    guard content.isFortran, content.shape.count > 1 else { return (values, content.shape) }
    guard content.shape.count == 2 else {
      throw .notNumPy(file: path, reason: "Fortran order of \(content.shape.count) axes")
    }
    let (rows, columns) = (content.shape[0], content.shape[1])
    var turned = Array(repeating: 0.0, count: values.count)
    for j in 0..<columns {
      for i in 0..<rows { turned[i * columns + j] = values[j * rows + i] }
    }
    return (turned, content.shape)
  }
}
