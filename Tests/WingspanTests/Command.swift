import Foundation
import TestSupport
import Testing

/// The built program, run as a user runs it.
struct Command {
  var status: Int32
  var out: String
  var err: String
  /// Whether a signal ended it: a trap is one.
  var crashed: Bool

  /// `wingspan` beside the test bundle. A build without it fails every test of this room, loudly.
  static let executable: URL = {
    var folders = [Bundle(for: Marker.self).bundleURL.deletingLastPathComponent()]
    for argument in CommandLine.arguments {
      let url = URL(filePath: argument)
      if url.path.contains(".xctest") || url.path.contains(".build") {
        folders.append(url.deletingLastPathComponent())
        folders.append(url.deletingLastPathComponent().deletingLastPathComponent())
      }
    }
    for folder in folders {
      let found = folder.appending(path: "wingspan")
      if FileManager.default.isExecutableFile(atPath: found.path) { return found }
    }
    preconditionFailure("no wingspan beside the tests, looked in \(folders.map(\.path)); swift build first")
  }()
  private final class Marker {}

  /// Starts the program and returns at once.
  ///
  /// - Parameters:
  ///   - output: where standard output goes; a file under `folder` by default.
  ///   - variables: of the environment, on top of those there are.
  static func start(
    _ arguments: [String], in folder: Scratch, output: String? = nil, variables: [String: String] = [:]
  ) throws -> (process: Process, out: String, err: String) {
    let id = UUID().uuidString
    let out = output ?? folder.path(".out-" + id)
    let err = folder.path(".err-" + id)
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = folder.url
    var environment = ProcessInfo.processInfo.environment
    environment["SWIFT_BACKTRACE"] = "enable=no"
    environment.merge(variables) { $1 }
    process.environment = environment
    for path in [out, err] where output == nil || path == err {
      guard FileManager.default.createFile(atPath: path, contents: nil) else {
        throw CocoaError(.fileWriteUnknown)
      }
    }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle(forWritingAtPath: out)
    process.standardError = FileHandle(forWritingAtPath: err)
    try process.run()
    return (process, out, err)
  }

  /// Runs the program to its end in a folder of its own.
  static func run(
    _ arguments: [String], in folder: Scratch, output: String? = nil, variables: [String: String] = [:]
  ) throws -> Command {
    let started = try start(arguments, in: folder, output: output, variables: variables)
    return try end(started, keepsOutput: output == nil)
  }

  /// Waits for a program that was started.
  static func end(
    _ started: (process: Process, out: String, err: String), keepsOutput: Bool = true
  ) throws -> Command {
    started.process.waitUntilExit()
    let out = keepsOutput ? try String(contentsOfFile: started.out, encoding: .utf8) : ""
    let err = try String(contentsOfFile: started.err, encoding: .utf8)
    if keepsOutput { try FileManager.default.removeItem(atPath: started.out) }
    try FileManager.default.removeItem(atPath: started.err)
    return Command(
      status: started.process.terminationStatus, out: out, err: err,
      crashed: started.process.terminationReason == .uncaughtSignal)
  }

  /// The standard output as a JSON object.
  func object() throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(out.utf8)) as? [String: Any], "\(out)\n\(err)")
  }
}

/// A folder of its own for a test, gone afterwards.
final class Scratch {
  let url = FileManager.default.temporaryDirectory.appending(path: "wingspan-\(UUID().uuidString)")
  init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
  deinit { try? FileManager.default.removeItem(at: url) }
  func path(_ name: String) -> String { url.appending(path: name).path }
  func write(_ name: String, _ text: String) throws { try write(name, Data(text.utf8)) }
  func write(_ name: String, _ bytes: Data) throws {
    let file = url.appending(path: name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try bytes.write(to: file)
  }
  func text(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }
  /// Every file and folder in it, by relative path.
  var names: [String] {
    ((try? FileManager.default.subpathsOfDirectory(atPath: url.path)) ?? []).sorted()
  }
}

/// Files of the checkout.
enum Checkout {
  static func params(_ name: String) -> String { SharedData.root.appending(path: "params/\(name).yaml").path }
}
