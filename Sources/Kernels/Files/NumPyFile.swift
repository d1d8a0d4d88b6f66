import Foundation

/// What can be wrong with a NumPy file. Every case names the file and says what to do.
public enum NumPyError: Error, Equatable, Sendable {
  /// The system would not create or write it.
  case cannotWrite(file: String, reason: String)
  /// The system would not read it.
  case cannotRead(file: String, reason: String)
  /// Fewer or more numbers were written than the shape holds.
  case wrongCount(file: String, expected: Int, found: Int)
  /// It holds more numbers than the caller has room for.
  case tooLarge(file: String, numbers: Int, limit: Int)
  /// Not a .npy version 1.0 file of the type asked for.
  case notNumPy(file: String, reason: String)
}

extension NumPyError: CustomStringConvertible {
  /// One line with the remedy.
  public var description: String {
    switch self {
    case .cannotWrite(let file, let reason):
      "\(file): cannot be written: \(reason); check the folder, its permissions and the free space"
    case .cannotRead(let file, let reason):
      "\(file): cannot be read: \(reason); check the name and its permissions"
    case .wrongCount(let file, let expected, let found):
      "\(file): the shape holds \(expected) numbers but \(found) were given; write the file again"
    case .tooLarge(let file, let numbers, let limit):
      "\(file): \(numbers) numbers, of which at most \(limit) fit; save fewer rows or columns"
    case .notNumPy(let file, let reason):
      "\(file): not a NumPy array that can be read here: \(reason); save it as .npy version 1.0, C order"
    }
  }
}

/// A number that a .npy file can hold, little-endian.
public protocol NumPyElement: BitwiseCopyable, Sendable {
  /// NumPy's name of the type, e.g. `<i4`.
  static var numPyType: String { get }
  /// Zero, to fill an array before it is read.
  static var numPyZero: Self { get }
}
extension Int32: NumPyElement {
  /// `<i4`.
  public static var numPyType: String { "<i4" }
  /// 0.
  public static var numPyZero: Int32 { 0 }
}
extension Int64: NumPyElement {
  /// `<i8`.
  public static var numPyType: String { "<i8" }
  /// 0.
  public static var numPyZero: Int64 { 0 }
}
extension Double: NumPyElement {
  /// `<f8`.
  public static var numPyType: String { "<f8" }
  /// 0.
  public static var numPyZero: Double { 0 }
}

extension Float: NumPyElement {
  /// `<f4`.
  public static var numPyType: String { "<f4" }
  /// 0.
  public static var numPyZero: Float { 0 }
}

/// Arrays in files that `numpy.load` reads: format version 1.0, C order, little-endian.
///
/// - Source: NumPy Enhancement Proposal 1, "A simple file format for NumPy arrays".
public enum NumPyFile {
  /// Writes a whole array. The file appears complete or not at all.
  ///
  /// - Parameters:
  ///   - values: in C order; as many as the product of `shape`.
  ///   - shape: lengths of the axes; `[]` is a single number.
  ///   - path: replaced where it exists.
  public static func write<T: NumPyElement>(
    _ values: [T], shape: [Int], to path: String
  ) throws(NumPyError) {
    var writer = try NumPyWriter<T>(path: path, shape: shape)
    try writer.append(values.span)
    try writer.finish()
  }

  /// Reads an array of a known type.
  ///
  /// - Returns: the numbers in C order and the shape.
  /// - Throws: ``NumPyError/notNumPy(file:reason:)`` for another type, version or order.
  public static func read<T: NumPyElement>(
    _ type: T.Type, from path: String
  ) throws(NumPyError) -> (values: [T], shape: [Int]) {
    let content = try NumPyContent(path)
    guard content.type == T.numPyType, !content.isFortran else {
      throw .notNumPy(file: path, reason: "wanted \(T.numPyType) in C order, its header is \(content.header)")
    }
    return (try content.numbers(T.self), content.shape)
  }

  /// Magic, version, length and dictionary, padded with spaces so that the data starts at a multiple of 64.
  static func header(type: String, shape: [Int]) -> [UInt8] {
    let axes = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var text = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(axes)), }"
    // numpy leaves room for the first axis to grow in place: 21 characters, written as spaces
    if let first = shape.first { text += String(repeating: " ", count: 21 - String(first).count) }
    let unpadded = 10 + text.utf8.count + 1
    text += String(repeating: " ", count: 64 - unpadded % 64) + "\n"
    let length = text.utf8.count
    return [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, UInt8(length & 0xFF), UInt8(length >> 8)]
      + Array(text.utf8)
  }

  /// The product of lengths; nil where one is negative or the product overflows.
  static func product(_ shape: [Int]) -> Int? {
    var count = 1
    for axis in shape {
      let (next, overflow) = count.multipliedReportingOverflow(by: axis)
      guard axis >= 0, !overflow else { return nil }
      count = next
    }
    return count
  }
}
