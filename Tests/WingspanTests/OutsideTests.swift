import Foundation
import Testing

/// Other programs drive the evaluator, or are driven by the search.
@Suite struct OutsideTests {
  static let file = """
    parameters:
      x1: {from: 0, to: 1}
      x2: {from: 0, to: 1}
      n: {from: 1, to: 9, step: 1}
      kind: [a, b]
      deep: {from: 1, to: 100, log: true, when: {kind: b}}
    objectives: 2
    constraints: 1
    population: 40
    evaluations: 800

    """
  /// Asks and tells with Python's own JSON; prints what the search closes with.
  static let driver = """
    import json, subprocess, sys
    p = subprocess.Popen([sys.argv[1], "search", sys.argv[2], "--stdio"], stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE, text=True)
    seen, bad = set(), True
    for line in p.stdout:
        message = json.loads(line)
        if "error" in message:
            print(message["error"], file=sys.stderr)
            p.stdin.write(good)
        elif "done" in message:
            print(json.dumps(message))
            break
        else:
            told = []
            for point in message["ask"]:
                x = point["x"]
                assert point["id"] not in seen and ("deep" in x) == (x["kind"] == "b") and 1 <= x["n"] <= 9
                seen.add(point["id"])
                g = 1 + 9 * x["x2"] + abs(x["n"] - 5) + (x.get("deep", 4) - 3) ** 2 / 100
                told.append({"id": point["id"], "f": [x["x1"], g * (1 - (x["x1"] / g) ** .5)], "g": [x["x2"] - 0.9]})
            told.reverse()
            good = json.dumps({"tell": told}) + "\\n"
            p.stdin.write("nonsense\\n" if bad else good)
            bad = False
        p.stdin.flush()
    assert p.wait() == 0 and seen == set(range(800)), len(seen)
    """

  private static func python(_ arguments: [String], in folder: Scratch) throws -> (
    status: Int32, out: String, err: String
  )? {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3"] + arguments
    process.currentDirectoryURL = folder.url
    let (out, err) = (Pipe(), Pipe())
    process.standardOutput = out
    process.standardError = err
    do { try process.run() } catch { return nil }
    let text = try out.fileHandleForReading.readToEnd() ?? Data()
    let said = try err.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    if process.terminationStatus == 127 { return nil }
    return (
      process.terminationStatus, String(decoding: text, as: UTF8.self), String(decoding: said, as: UTF8.self)
    )
  }

  /// A search of a front that is known, driven from Python; a line that can't be read is answered and told again.
  @Test func pythonIsGivenTheSearch() throws {
    let folder = try Scratch()
    try folder.write("file.yaml", Self.file)
    try folder.write("drive.py", Self.driver)
    var outs: [String] = []
    for _ in 0..<2 {
      guard let run = try Self.python(["drive.py", Command.executable.path, "file.yaml"], in: folder) else {
        print("skipped: python3 isn't here")
        return
      }
      #expect(run.status == 0 && run.err.contains("line 1"), "\(run.err)")
      outs.append(run.out)
    }
    #expect(outs[0] == outs[1], "the same search again")
    let closing = try #require(try JSONSerialization.jsonObject(with: Data(outs[0].utf8)) as? [String: Any])
    let front = try #require(closing["front"] as? [[String: Any]])
    #expect(front.count > 5)
    // near the true front f2 = 1 − √f1 of x2 = 0, n = 5, deep = 3
    for member in front {
      let f = try #require(member["f"] as? [Double])
      #expect(f[1] < 1.5 - f[0].squareRoot() + 0.4, "\(member)")
    }
  }

  /// One call at a time, the state in a file: the same asks, and nothing is told twice.
  @Test func askAndTellKeepTheirStateInAJournal() throws {
    let folder = try Scratch()
    try folder.write(
      "file.yaml", "parameters: {x: {from: 0, to: 1}}\npopulation: 4\nevaluations: 10\nmethod: nsga2\n")
    func ask() throws -> Command { try Command.run(["ask", "file.yaml", "--journal", "j"], in: folder) }
    func tell(_ line: String) throws -> Command {
      try folder.write("line", line + "\n")
      let started = Process()
      started.executableURL = Command.executable
      started.arguments = ["tell", "file.yaml", "--journal", "j"]
      started.currentDirectoryURL = folder.url
      started.standardInput = FileHandle(forReadingAtPath: folder.path("line"))
      let err = Pipe()
      started.standardError = err
      try started.run()
      let said = try err.fileHandleForReading.readToEnd() ?? Data()
      started.waitUntilExit()
      return Command(
        status: started.terminationStatus, out: "", err: String(decoding: said, as: UTF8.self), crashed: false
      )
    }
    var first = 0
    for count in [4, 4, 2] {
      let asked = try ask().out
      #expect(try asked == ask().out && asked.hasPrefix("{\"ask\": [{\"id\": \(first), "), "\(asked)")
      #expect(try tell("{\"tell\": []}").status == 1)
      let entries = (first..<first + count).map { "{\"id\": \($0), \"f\": [\(Double($0) / 10)]}" }
      let told = try tell("{\"tell\": [\(entries.joined(separator: ", "))]}")
      #expect(told.status == 0, "\(told.err)")
      first += count
    }
    let done = try ask()
    #expect(done.out.hasPrefix("{\"done\": {\"evaluations\": 10"), "\(done.out)")
    #expect(try tell("{\"tell\": []}").err.contains("the search is over"))
    try folder.write("j", "{\"tell\": [{\"id\": 0, \"f\": [1]}]}\n")
    let bad = try ask()
    #expect(bad.status == 1 && bad.err.contains("no journal of this search"), "\(bad.err)")
  }

  @Test func badFilesAndTellsAreRefused() throws {
    let folder = try Scratch()
    for (text, told) in [
      ("objectives: 2\n", "parameters"), ("parameters: {}\n", "at least one"),
      ("parameters: {x: {from: 2, to: 1}}\n", "swap"),
      (Self.file + "methd: nsga2\n", "did you mean 'method'"),
      ("parameters: {x: {from: 0, to: 1}}\nmethod: grid\n", "grid can't list"),
      ("parameters: {x: {from: 0, to: 1}}\nmethod: cmaes\nobjectives: 2\n", "one objective"),
    ] {
      try folder.write("bad.yaml", text)
      let run = try Command.run(["search", "bad.yaml", "--stdio"], in: folder)
      #expect(run.status == 1 && run.err.contains(told), "\(run.err)")
    }
    try folder.write("file.yaml", Self.file)
    let ended = try Command.run(["search", "file.yaml", "--stdio"], in: folder)
    #expect(ended.status == 1 && ended.err.contains("ended before") && ended.out.hasPrefix(#"{"ask": ["#))
  }
}
