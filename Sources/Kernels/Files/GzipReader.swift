import CZlib
import Foundation

/// What can be wrong with a file that is read whole. Every case names the file and says what to do.
public enum GzipError: Error, Equatable, Sendable {
  /// The system would not open or read it.
  case cannotRead(file: String, reason: String)
  /// The compressed data ends before its end mark.
  case truncated(file: String, bytes: Int)
  /// The compressed data contradicts itself: a bad block, checksum or header.
  case corrupt(file: String, offset: Int, reason: String)
  /// The content is larger than the caller allows.
  case tooLarge(file: String, limit: Int)
}

extension GzipError: CustomStringConvertible {
  /// One line with the remedy.
  public var description: String {
    switch self {
    case .cannotRead(let file, let reason):
      "\(file): cannot be read: \(reason); check the name and its permissions"
    case .truncated(let file, let bytes):
      "\(file): the gzip data is cut off after \(bytes) bytes; copy or download the file again"
    case .corrupt(let file, let offset, let reason):
      "\(file): the gzip data is damaged near byte \(offset) (\(reason)); copy or download the file again"
    case .tooLarge(let file, let limit):
      "\(file): holds more than \(limit) bytes; split the file into smaller ones"
    }
  }
}

/// Reads whole files, compressed with gzip or plain; which of the two is told by the first bytes, not the name.
public enum GzipReader {
  /// Two gibibytes: far above any market file, far below what could exhaust a machine.
  public static let defaultLimit = 1 << 31

  /// The content of a file, decompressed where it starts with gzip's magic bytes 1f 8b.
  ///
  /// A file of several gzip members one after another gives their contents joined, as `zcat` does. Zero bytes
  /// after the last member are padding; anything else there is damage.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - limit: largest allowed content, bytes; a bound against compressed bombs, too.
  /// - Throws: ``GzipError``.
  /// - Complexity: O(content); the compressed and the whole content are in memory together.
  public static func bytes(path: String, limit: Int = defaultLimit) throws(GzipError) -> [UInt8] {
    let file: [UInt8]
    do {
      let values = try URL(filePath: path).resourceValues(forKeys: [.isDirectoryKey, .fileSizeKey])
      if values.isDirectory == true {
        throw GzipError.cannotRead(file: path, reason: "it is a folder")
      }
      if let size = values.fileSize, size > limit { throw GzipError.tooLarge(file: path, limit: limit) }
      file = Array(try Data(contentsOf: URL(filePath: path), options: .alwaysMapped))
    } catch let error as GzipError {
      throw error
    } catch {
      throw .cannotRead(file: path, reason: reason(error))
    }
    guard file.count >= 2, file[0] == 0x1f, file[1] == 0x8b else {
      if file.count > limit { throw .tooLarge(file: path, limit: limit) }
      return file
    }
    return try inflated(file, name: path, limit: limit)
  }

  /// The system's own words for a failure, without the path twice.
  private static func reason(_ error: any Error) -> String {
    let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
    if let code = underlying, code.domain == NSPOSIXErrorDomain {
      return String(cString: strerror(Int32(code.code)))
    }
    if (error as NSError).code == CocoaError.fileReadNoSuchFile.rawValue { return "no such file" }
    return error.localizedDescription
  }

  /// The joined contents of gzip members.
  static func inflated(_ file: [UInt8], name: String, limit: Int) throws(GzipError) -> [UInt8] {
    var stream = z_stream()
    guard
      inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { throw .cannotRead(file: name, reason: "zlib could not be started") }
    defer { inflateEnd(&stream) }

    var output: [UInt8] = []
    output.reserveCapacity(min(limit, file.count &* 4))
    var chunk = Array(repeating: UInt8(0), count: 1 << 18)
    var offset = 0
    while true {
      let (status, consumed, produced) = step(&stream, file, offset, &chunk)
      offset += consumed
      guard output.count + produced <= limit else { throw .tooLarge(file: name, limit: limit) }
      output.append(contentsOf: chunk[..<produced])
      switch status {
      case Z_STREAM_END:
        let rest = file[offset...]
        if rest.allSatisfy({ $0 == 0 }) { return output }
        guard rest.first == 0x1f, inflateReset(&stream) == Z_OK else {
          throw .corrupt(file: name, offset: offset, reason: "something else follows the gzip data")
        }
      case Z_OK:
        if consumed == 0, produced == 0 { throw .truncated(file: name, bytes: file.count) }
      case Z_BUF_ERROR:
        throw .truncated(file: name, bytes: file.count)
      default:
        let text = stream.msg.map { String(cString: $0) } ?? "zlib status \(status)"
        throw .corrupt(file: name, offset: offset, reason: text)
      }
    }
  }

  /// One call of inflate: as much of `file` from `offset` on as fills `chunk`.
  private static func step(
    _ stream: inout z_stream, _ file: [UInt8], _ offset: Int, _ chunk: inout [UInt8]
  ) -> (status: Int32, consumed: Int, produced: Int) {
    let available = min(file.count - offset, 1 << 30)
    let capacity = chunk.count
    return file.withUnsafeBufferPointer { input in
      chunk.withUnsafeMutableBufferPointer { output in
        stream.next_in = input.baseAddress.map { UnsafeMutablePointer(mutating: $0 + offset) }
        stream.avail_in = uInt(available)
        stream.next_out = output.baseAddress
        stream.avail_out = uInt(capacity)
        let status = inflate(&stream, Z_NO_FLUSH)
        return (status, available - Int(stream.avail_in), capacity - Int(stream.avail_out))
      }
    }
  }
}
