import Foundation

/// Another program, run to its end.
enum Command {
  /// A program that didn't do what it was asked to.
  struct Failure: Error, CustomStringConvertible {
    let command: String
    let status: Int32
    let text: String
    var description: String { "\(command): status \(status)\n\(text)" }
  }

  /// What a program writes to its standard output.
  ///
  /// - Parameters:
  ///   - environment: variables on top of this process's.
  ///   - input: its standard input.
  /// - Throws: ``Failure`` with its standard error if the status isn't 0.
  static func output(
    _ program: String, _ arguments: [String], environment: [String: String] = [:], input: String? = nil
  ) throws -> Data {
    let process = Process()
    let isPath = program.contains("/")
    process.executableURL = URL(fileURLWithPath: isPath ? program : "/usr/bin/env")
    process.arguments = isPath ? arguments : [program] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let scratch = try Scratch()
    // files, not pipes: nobody has to empty them
    let (out, err) = (scratch.path("out"), scratch.path("err"))
    for file in [out, err] { try Data().write(to: URL(fileURLWithPath: file)) }
    process.standardOutput = FileHandle(forWritingAtPath: out)
    process.standardError = FileHandle(forWritingAtPath: err)
    if let input {
      let file = scratch.path("in")
      try input.write(toFile: file, atomically: false, encoding: .utf8)
      process.standardInput = FileHandle(forReadingAtPath: file)
    }
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(
        command: ([program] + arguments).joined(separator: " "), status: process.terminationStatus,
        text: String(decoding: try Data(contentsOf: URL(fileURLWithPath: err)), as: UTF8.self))
    }
    return try Data(contentsOf: URL(fileURLWithPath: out))
  }
}
