import CZlib
import Foundation
import Testing

@testable import Kernels

/// A folder of its own for a test, removed afterwards.
private func withFolder(_ body: (URL) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory.appending(path: "wingspan-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try body(folder)
}

/// One gzip member, made by zlib.
private func gzipped(_ bytes: [UInt8]) -> [UInt8] {
  var stream = z_stream()
  deflateInit2_(
    &stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
  defer { deflateEnd(&stream) }
  var input = bytes
  var output = Array(repeating: UInt8(0), count: bytes.count + 1_000)
  let capacity = output.count
  input.withUnsafeMutableBufferPointer { i in
    output.withUnsafeMutableBufferPointer { o in
      stream.next_in = i.baseAddress
      stream.avail_in = uInt(i.count)
      stream.next_out = o.baseAddress
      stream.avail_out = uInt(capacity)
      _ = deflate(&stream, Z_FINISH)
    }
  }
  return Array(output[..<(capacity - Int(stream.avail_out))])
}

/// Compressible and larger than one chunk of the reader.
private func sampleText(lines: Int) -> [UInt8] {
  var g = Philox(seed: 1)
  return Array((0..<lines).map { "2018-02-05,\($0),\(g.integer(below: 100_000))\n" }.joined().utf8)
}

@Test(arguments: [0, 1, 40_000])
func plainAndGzippedFilesReadTheSame(lines: Int) throws {
  let text = sampleText(lines: lines)
  try withFolder { folder in
    for (name, bytes) in [("a.csv", text), ("a.csv.gz", gzipped(text)), ("misnamed.csv", gzipped(text))] {
      let path = folder.appending(path: name).path
      try Data(bytes).write(to: URL(filePath: path))
      #expect(try GzipReader.bytes(path: path) == text)
    }
  }
}

@Test func membersAreJoinedAndPaddingIsIgnored() throws {
  let (a, b) = (sampleText(lines: 10), sampleText(lines: 50_000))
  try withFolder { folder in
    let path = folder.appending(path: "two.gz").path
    try Data(gzipped(a) + gzipped([]) + gzipped(b) + [0, 0, 0]).write(to: URL(filePath: path))
    #expect(try GzipReader.bytes(path: path) == a + b)
  }
}

@Test func aFileCutAnywhereIsTruncated() throws {
  let whole = gzipped(sampleText(lines: 300))
  for length in Array(2..<40) + Array(stride(from: 40, to: whole.count, by: 37)) + [whole.count - 1] {
    #expect(throws: GzipError.truncated(file: "x", bytes: length)) {
      try GzipReader.inflated(Array(whole[..<length]), name: "x", limit: 1 << 20)
    }
  }
  let two = whole + whole[..<20]
  #expect(throws: GzipError.truncated(file: "x", bytes: two.count)) {
    try GzipReader.inflated(two, name: "x", limit: 1 << 20)
  }
}

/// A flipped bit after the header is found, by the format or by the checksum, unless it is one of the few that
/// pad the last block: never does other content come back.
@Test func damageIsFound() throws {
  let text = sampleText(lines: 30)
  let whole = gzipped(text)
  var g = Philox(seed: 3)
  var found = 0
  for _ in 0..<300 {
    var bad = whole
    let at = 10 + g.integer(below: whole.count - 10)
    bad[at] ^= UInt8(1 << g.integer(below: 8))
    do {
      let content = try GzipReader.inflated(bad, name: "x", limit: 1 << 20)
      #expect(content == text)
    } catch {
      found += 1
    }
  }
  #expect(found > 290)
  #expect(throws: GzipError.self) {
    try GzipReader.inflated(whole + [1, 2, 3], name: "x", limit: 1 << 20)
  }
  do {
    var bad = whole
    bad[whole.count - 6] ^= 1
    _ = try GzipReader.inflated(bad, name: "bars.gz", limit: 1 << 20)
  } catch {
    guard case .corrupt(let file, _, let reason) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(file == "bars.gz" && reason == "incorrect data check")
  }
}

@Test func theLimitHoldsForContentNotForTheFile() throws {
  let text = Array(repeating: UInt8(65), count: 1 << 20)
  try withFolder { folder in
    for (name, bytes) in [("a", text), ("a.gz", gzipped(text))] {
      let path = folder.appending(path: name).path
      try Data(bytes).write(to: URL(filePath: path))
      #expect(try GzipReader.bytes(path: path, limit: 1 << 20).count == 1 << 20)
      #expect(throws: GzipError.tooLarge(file: path, limit: (1 << 20) - 1)) {
        try GzipReader.bytes(path: path, limit: (1 << 20) - 1)
      }
    }
  }
}

@Test func whatCannotBeReadSaysWhy() throws {
  try withFolder { folder in
    let missing = folder.appending(path: "none.csv").path
    #expect(throws: GzipError.cannotRead(file: missing, reason: "no such file")) {
      try GzipReader.bytes(path: missing)
    }
    #expect(throws: GzipError.cannotRead(file: folder.path, reason: "it is a folder")) {
      try GzipReader.bytes(path: folder.path)
    }
  }
  let message = GzipError.truncated(file: "spy.gz", bytes: 12).description
  #expect(message == "spy.gz: the gzip data is cut off after 12 bytes; copy or download the file again")
}

@Test func arraysAreTheBytesThatNumPyWrites() throws {
  let rows = try goldenRows("npy.csv")
  #expect(rows.count == 6)
  try withFolder { folder in
    let path = folder.appending(path: "a.npy").path
    for row in rows {
      let shape = row[1].split(separator: "x").compactMap { Int($0) }
      switch row[0] {
      case "<i4":
        try NumPyFile.write(shape.contains(0) ? [] : (-2...3).map(Int32.init), shape: shape, to: path)
      case "<i8": try NumPyFile.write([Int64.min, 5, 1 << 62], shape: shape, to: path)
      default: try NumPyFile.write([0.5, -1e300, .infinity, 0.1], shape: shape, to: path)
      }
      let bytes = try Data(contentsOf: URL(filePath: path))
      #expect(bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() == row[2], "\(shape)")
    }
  }
}

@Test func arraysComeBackAsWritten() throws {
  try withFolder { folder in
    let path = folder.appending(path: "a.npy").path
    var writer = try NumPyWriter<Int32>(path: path, shape: [3, 1_000])
    for row in Int32(0)..<3 {
      let part = (Int32(0)..<1_000).map { $0 * 7 - row }
      try writer.append(part.span)
    }
    try writer.finish()
    let (values, shape) = try NumPyFile.read(Int32.self, from: path)
    #expect(shape == [3, 1_000])
    var expected: [Int32] = []
    for row in Int32(0)..<3 {
      for i in Int32(0)..<1_000 { expected.append(i * 7 - row) }
    }
    #expect(values == expected)
    #expect(throws: NumPyError.self) { try NumPyFile.read(Double.self, from: path) }
  }
}

@Test func anUnfinishedArrayLeavesTheOldFileAlone() throws {
  try withFolder { folder in
    let path = folder.appending(path: "a.npy").path
    try NumPyFile.write([1.5], shape: [1], to: path)
    #expect(throws: NumPyError.wrongCount(file: path, expected: 4, found: 3)) {
      try NumPyFile.write([1.0, 2, 3], shape: [2, 2], to: path)
    }
    #expect(try NumPyFile.read(Double.self, from: path).values == [1.5])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.npy"])
    #expect(throws: NumPyError.self) {
      try NumPyFile.write([1.0], shape: [1], to: folder.appending(path: "no/such/a.npy").path)
    }
    #expect(throws: NumPyError.self) { try NumPyFile.write([1.0], shape: [-1], to: path) }
    try Data("not numpy at all".utf8).write(to: URL(filePath: path))
    #expect(throws: NumPyError.self) { try NumPyFile.read(Double.self, from: path) }
  }
}
