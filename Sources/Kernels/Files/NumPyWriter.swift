import Foundation

/// Writes one .npy file piece by piece, so that an array larger than memory can be exported.
///
/// The pieces go to a temporary file beside the final one, which takes its name in ``finish()``; without that
/// call the temporary file is removed and an older file of the name stays as it was.
public struct NumPyWriter<Element: NumPyElement>: ~Copyable {
  private let path: String
  private let temporary: String
  private let handle: FileHandle
  private let expected: Int
  private var written = 0
  private var isFinished = false

  /// Opens the temporary file and writes the header.
  ///
  /// - Parameters:
  ///   - path: the file to be; its folder must exist.
  ///   - shape: lengths of the axes, all ≥ 0 with a product that fits a machine word.
  public init(path: String, shape: [Int]) throws(NumPyError) {
    guard let count = NumPyFile.product(shape), shape.count <= 32 else {
      throw .cannotWrite(file: path, reason: "the shape \(shape) is impossible")
    }
    let name = "\(path).partial-\(ProcessInfo.processInfo.processIdentifier)"
    let descriptor = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard descriptor >= 0 else {
      throw .cannotWrite(file: path, reason: String(cString: strerror(errno)))
    }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    do {
      try file.write(contentsOf: Data(NumPyFile.header(type: Element.numPyType, shape: shape)))
    } catch {
      unlink(name)
      throw .cannotWrite(file: path, reason: error.localizedDescription)
    }
    self.path = path
    temporary = name
    handle = file
    expected = count
  }

  deinit {
    if !isFinished { unlink(temporary) }
  }

  /// Writes the next numbers, in C order.
  public mutating func append(_ values: Span<Element>) throws(NumPyError) {
    guard !values.isEmpty else { return }
    // every platform this builds on is little-endian, as the format is
    let data = values.withUnsafeBytes { Data($0) }
    do {
      try handle.write(contentsOf: data)
    } catch {
      throw .cannotWrite(file: path, reason: error.localizedDescription)
    }
    written += values.count
  }

  /// Gives the file its name. Nothing can be appended afterwards.
  ///
  /// - Throws: ``NumPyError/wrongCount(file:expected:found:)`` where the shape is not filled exactly.
  public mutating func finish() throws(NumPyError) {
    guard written == expected else {
      throw .wrongCount(file: path, expected: expected, found: written)
    }
    do {
      try handle.synchronize()
      try handle.close()
    } catch {
      throw .cannotWrite(file: path, reason: error.localizedDescription)
    }
    // a rename would put a file in the place of a device or a pipe
    let kind = (try? FileManager.default.attributesOfItem(atPath: path))?[.type] as? FileAttributeType
    if let kind, kind != .typeRegular, kind != .typeSymbolicLink {
      throw .cannotWrite(file: path, reason: "it is no regular file")
    }
    guard rename(temporary, path) == 0 else {
      throw .cannotWrite(file: path, reason: String(cString: strerror(errno)))
    }
    isFinished = true
  }
}
