import Foundation
import Kernels
import Testing

/// One thing that is wrong with what a user gives: status 1 and one message, never a trap, nothing left behind.
struct BadInput: Sendable, CustomTestStringConvertible {
  /// Arguments; `HOLD` is the preset of that name, `SHORT` a period of five weeks.
  let arguments: String
  /// Texts that the message must have: file, line or key; value met; remedy.
  let told: [String]
  /// Files that are made before.
  let files: [String: Data]

  init(_ arguments: String, _ told: [String], files: [String: String] = [:], bytes: [String: [UInt8]] = [:]) {
    self.arguments = arguments
    self.told = told
    self.files = files.mapValues { Data($0.utf8) }.merging(bytes.mapValues { Data($0) }) { a, _ in a }
  }
  var testDescription: String { arguments + ": " + (told.first ?? "") }

  var words: [String] {
    arguments.split(separator: " ").flatMap { word -> [String] in
      switch word {
      case "HOLD": [Checkout.params("hold")]
      case "SHORT": ["--from", "2018-01-02", "--to", "2018-02-05"]
      case "EMPTY": [""]
      default: [String(word)]
      }
    }
  }
}

@Suite struct BadInputTests {
  // MARK: Market files

  static let vix = "DATE,OPEN,HIGH,LOW,CLOSE\n"
  static let good = "01/02/2018,10.95,11.07,9.52,9.77\n"
  static func importing(
    _ name: String, _ text: String, _ told: String...
  ) -> BadInput { BadInput("data import \(name) --into h.sqlite", told, files: [name: text]) }

  static let marketFiles = [
    importing("vix.csv", "", "vix.csv: the file is empty; download it again"),
    importing("vix.csv", "\n\n", "vix.csv: the file is empty"),
    importing("vix.csv", vix, "vix.csv: a header but no rows; check that the download is complete"),
    BadInput(
      "data import vix.csv --into h.sqlite", ["vix.csv: byte", "no text; give the CSV file itself"],
      bytes: ["vix.csv": [0x44, 0x41, 0x54, 0x45, 0, 1, 2, 3, 0xFF, 0xFE, 10, 0, 0, 200]]),
    importing(
      "vix.csv", "DAY,FIRST,TOP\n01/02/2018,1,2\n", "vix.csv: no known format", "DAY,FIRST,TOP", "--help"),
    importing(
      "vix.csv", vix + "01/02/2018,10.95,11.07,9.52,9.77\n01/03/2018,NaN,9.65,8.92,9.15\n", "vix.csv:3:",
      "NaN"),
    importing(
      "vix.csv", vix + "01/02/2018,10.95,11.07,9.52,9.77\n01/03/2018,-9.1,9.65,8.92,9.15\n", "vix.csv:3:",
      "-9.1"),
    importing("vix.csv", vix + "01/02/2018,10.95,9.00,9.52,9.77\n", "vix.csv:2:", "9.00"),
    importing("vix.csv", vix + good + "01/03/2018,10.95,11.07,9.52\n", "vix.csv:3:"),
    importing("vix.csv", vix + good + "13/32/2018,10.95,11.07,9.52,9.77\n", "vix.csv:3:", "13/32/2018"),
    importing(
      "vix.csv", vix + "01/03/2018,9.1,9.65,8.92,9.15\n01/02/2018,10.95,11.07,9.52,9.77\n", "vix.csv:3:",
      "2018-01-02",
      "sort the file by time"),
    importing(
      "vix.csv", vix + "01/02/2018,10.95,11.07,9.52,9.77\n01/02/2018,10.95,11.07,9.52,9.77\n", "vix.csv:3:",
      "already on line 2", "delete one of the two rows"),
    BadInput("data import nowhere.csv --into h.sqlite", ["nowhere.csv: "]),
    BadInput("data import . --into h.sqlite", [".: "]),
    BadInput("data import /dev/null --into h.sqlite", ["/dev/null: "]),
  ]

  static let gzip = [
    BadInput(
      "data import vix.csv.gz --into h.sqlite", ["vix.csv.gz", "download"],
      bytes: ["vix.csv.gz": Array(GzipSample.vix.prefix(GzipSample.vix.count / 2))]),
    BadInput(
      "data import vix.csv.gz --into h.sqlite", ["vix.csv.gz"],
      bytes: ["vix.csv.gz": Array(GzipSample.vix.dropLast(4))]),
    BadInput("data import vix.csv.gz --into h.sqlite", ["vix.csv.gz"], bytes: ["vix.csv.gz": [0x1F, 0x8B]]),
  ]

  // MARK: Histories, stores and marks

  static let stores = [
    BadInput(
      "backtest HOLD --history nowhere.sqlite", ["nowhere.sqlite: no such history", "wingspan data import"]),
    BadInput("data check nowhere.sqlite", ["nowhere.sqlite: no such history", "wingspan data import"]),
    BadInput(
      "backtest HOLD --history h.sqlite", ["h.sqlite: ", "data import"],
      files: ["h.sqlite": "no database at all"]),
    BadInput(
      "data check h.sqlite", ["h.sqlite: ", "data import"], files: ["h.sqlite": "no database at all"]),
    BadInput(
      "backtest HOLD --history h.sqlite", ["h.sqlite: "],
      files: ["h.sqlite": "SQLite format 3\0 and then nothing"]),
    BadInput("backtest HOLD --history .", [".: "]),
    BadInput(
      "backtest HOLD --from 2030-01-01", ["2030-01-01", "2014-01-03 to 2018-12-31", "choose --from and --to"]),
    BadInput("compare HOLD --to 1999-12-31", ["1999-12-31", "2014-01-03 to 2018-12-31"]),
    BadInput("sweep HOLD --from 2030-01-01 --out s", ["2030-01-01", "2014-01-03 to 2018-12-31"]),
    BadInput("explain HOLD --date 2018-02-03", ["2018-02-03 is no session", "2014-01-03 to 2018-12-31"]),
    BadInput(
      "backtest HOLD SHORT --marks m.json", ["m.json: ", "wingspan calibrate"],
      files: ["m.json": "{\"schema\": 1}"]),
    BadInput(
      "backtest HOLD SHORT --marks m.json", ["m.json: no JSON", "wingspan calibrate"],
      files: ["m.json": "{\"schema\": 1"]),
    BadInput("backtest HOLD SHORT --marks nowhere.json", ["nowhere.json: no such file"]),
    BadInput("export nowhere", ["nowhere: not a folder that `wingspan sweep --out` made"]),
    BadInput(
      "export s", ["s/study.sqlite: not a Wingspan run store"], files: ["s/study.sqlite": "no database"]),
    BadInput("export s", ["s/study.sqlite: "], files: ["s/study.sqlite": "SQLite format 3\0"]),
    BadInput("compare HOLD SHORT --best-of s", ["s: not a folder that `wingspan sweep --out` made"]),
    BadInput("compare HOLD SHORT --budget 5", ["--budget goes with --study"]),
    BadInput("compare --study SHORT --metrics calmar", ["--best-of and --metrics are for configurations"]),
    BadInput("compare --study SHORT --vx-seeds 0", ["--vx-seeds must be 1 to 100, was 0"]),
    BadInput("compare --study SHORT", ["fewer than 20 sessions", "2018-01-02 to 2018-02-05"]),
    BadInput(
      "compare --study HOLD SHORT", ["search.method is nothing", "random, sobol, nsga2 or cmaes"]),
    BadInput("compare --presets s SHORT", ["no presets in s; ", "--presets DIR"]),
    BadInput(
      "sweep HOLD SHORT --out s", ["s/study.sqlite: not a Wingspan run store"],
      files: ["s/study.sqlite": "mine"]),
  ]

  // MARK: Configurations

  static func config(_ text: String, _ told: String..., name: String = "c.yaml") -> BadInput {
    BadInput("backtest \(name) SHORT", told, files: [name: text])
  }
  static let configurations = [
    config("", "c.yaml: empty"),
    config("version: 1\ncondor: {short_delta: 0.1\n", "c.yaml:3:1: "),
    config(
      "version: 1\ncondor: {short_detla: 0.1, short_delta: 0.1}\n", "c.yaml:2: unknown key 'short_detla'",
      "'short_delta'?"),
    config(
      "version: 1\ncondor: {short_delta: high}\n", "c.yaml:2: condor.short_delta takes a number", "'high'"),
    config(
      "version: 1\ncondor: {short_delta: 17.5}\n",
      "c.yaml:2: condor.short_delta is 17.5; allowed: 0.005 to 0.5"),
    config(
      "version: 1\ncondor: {short_delta: 1e999}\n", "c.yaml:2: condor.short_delta takes a number", "1e999"),
    config(
      "version: 1\ncondor: {short_delta: .nan}\n", "c.yaml:2: condor.short_delta takes a number", ".nan"),
    config(
      "version: 1\ncondor: {width_points: 99999999999999999999}\n",
      "c.yaml:2: condor.width_points takes a whole number"),
    config("version: 99999999999\n", "c.yaml:1: version is 99999999999; allowed: 1 to 1"),
    config(
      "version: 1\ncondor: {short_delta: [0.1, 0.2]}\n", "c.yaml:2: condor.short_delta takes a number",
      "a list of 2"),
    config("{\"version\": 1,}", "c.json:1:15: not JSON", name: "c.json"),
    config("version = 1\n[condor\n", "c.toml:2:", name: "c.toml"),
    config("version: 1\n", "c.yaml:1: the file lacks the key 'condor'; add it"),
    BadInput("backtest nowhere.yaml", ["nowhere.yaml: no such file; check the path"]),
    BadInput("backtest .", [".: can't be read; give a yaml, json or toml file, no folder"]),
    BadInput("backtest EMPTY", ["'': no such file"]),
    BadInput(
      "backtest c.yaml", ["c.yaml: not UTF-8 from line 2"], bytes: ["c.yaml": [0x61, 0x3A, 10, 0xFF, 0xFE]]),
    BadInput(
      "sweep c.yaml --out s", ["c.yaml:2: condor.short_delta: an empty list makes an empty space"],
      files: ["c.yaml": "version: 1\ncondor: {short_delta: []}\n"]),
    BadInput(
      "sweep c.yaml --out s",
      ["c.yaml: the space holds 1521039000", "more than the 10000000", "take a larger step"],
      files: [
        "c.yaml":
          "version: 1\ncondor: {short_delta: {from: 0.01, to: 0.4, step: 0.00001}, width_points: {from: 5, to: 500, "
          + "step: 5}}\nexit: {confirm_minutes: {from: 1, to: 390, step: 1}}\n"
      ]),
    BadInput(
      "sweep c.yaml SHORT --out s", ["c.yaml:2: condor.short_delta is 0.7; allowed: 0.005 to 0.5"],
      files: ["c.yaml": "version: 1\ncondor: {short_delta: [0.1, 0.7]}\n"]),
    BadInput(
      "sweep c.yaml --out s", ["c.yaml:3: search.objective is 'winnings'; allowed: net_dollars"],
      files: ["c.yaml": "version: 1\ncondor: {short_delta: [0.1, 0.2]}\nsearch: {objective: winnings}\n"]),
    BadInput(
      "paths c.yaml SHORT --out s",
      ["c.yaml: the configurations enter at different minutes", "fix entry.minute"],
      files: ["c.yaml": "version: 1\ncondor: {short_delta: 0.1}\nentry: {minute: ['15:45', '15:50']}\n"]),
    BadInput(
      "paths c.yaml --out s",
      ["c.yaml: 900 condors over 1257 sessions are more than 1000000 paths", "--from and --to"],
      files: [
        "c.yaml":
          "version: 1\ncondor: {short_delta: {from: 0.0500, to: 0.0949, step: 0.0001}, width_points: [5, 10]}\n"
      ]),
  ]

  // MARK: Places that can't be written

  static let places = [
    BadInput(
      "backtest HOLD SHORT --trades /dev/full",
      ["/dev/full: can't be written (No space left on device)", "free space"]),
    BadInput(
      "backtest HOLD SHORT --sessions /dev/full", ["/dev/full: can't be written (No space left on device)"]),
    BadInput(
      "backtest HOLD SHORT --trades f/t.csv", ["f/t.csv", "f is a file, no folder"], files: ["f": "x"]),
    BadInput("backtest HOLD SHORT --trades .", [".: can't be written (it is a folder)"]),
    BadInput("backtest HOLD SHORT --trades EMPTY", ["'': can't be written (no name)"]),
    BadInput("backtest HOLD SHORT --trades /proc/t.csv", ["/proc/t.csv: can't be written"]),
    BadInput("sweep HOLD SHORT --out f", ["f: can't be written (f is a file, no folder)"], files: ["f": "x"]),
    BadInput("sweep HOLD SHORT --out f/s", ["f is a file, no folder"], files: ["f": "x"]),
    BadInput("sweep HOLD SHORT --out /proc/s", ["/proc/s: can't be written"]),
    BadInput("paths HOLD SHORT --out f/p", ["f is a file, no folder"], files: ["f": "x"]),
    BadInput("paths HOLD SHORT --out /proc", ["/proc/paths.npy: cannot be written"]),
    BadInput(
      "data import v.csv --into f/h.sqlite", ["f/h.sqlite: can't be written"],
      files: ["f": "x", "v.csv": "DATE,OPEN,HIGH,LOW,CLOSE\n01/02/2018,10.95,11.07,9.52,9.77\n"]),
    BadInput(
      "data import v.csv --into /proc/h.sqlite", ["/proc/h.sqlite: can't be written"],
      files: ["v.csv": "DATE,OPEN,HIGH,LOW,CLOSE\n01/02/2018,10.95,11.07,9.52,9.77\n"]),
    BadInput(
      "data simulate --years 1 --into f/h.sqlite", ["f/h.sqlite: can't be written"], files: ["f": "x"]),
  ]

  // MARK: Arguments

  static let arguments = [
    BadInput("frobnicate", ["Unexpected argument 'frobnicate'"]),
    BadInput("backtest", ["Missing expected argument '<config>'"]),
    BadInput("backtest HOLD extra.yaml", ["Unexpected argument 'extra.yaml'"]),
    BadInput("backtest HOLD --form 2018-01-01", ["Unknown option '--form'", "--from"]),
    BadInput("backtest HOLD --from 2018-13-01", ["'2018-13-01' is invalid for '--from", "YYYY-MM-DD"]),
    BadInput(
      "backtest HOLD --from 2018-02-01 --to 2018-01-01", ["--from 2018-02-01 is after --to 2018-01-01"]),
    BadInput("backtest HOLD --seed -1", ["--seed", "a whole number from 0"]),
    BadInput("backtest HOLD --seed=-1", ["'-1' is invalid for '--seed", "a whole number from 0"]),
    BadInput("backtest HOLD --seed 18446744073709551616", ["'18446744073709551616' is invalid for '--seed"]),
    BadInput("sweep HOLD --threads -1", ["--threads", "1 to 1024"]),
    BadInput("sweep HOLD --threads=-1", ["--threads must be 0 to 1024, was -1"]),
    BadInput("compare --threads 100000", ["--threads must be 0 to 1024, was 100000"]),
    BadInput("paths HOLD --threads 1025 --out p", ["--threads must be 0 to 1024, was 1025"]),
    BadInput("paths HOLD", ["Missing expected argument '--out"]),
    BadInput("export s --format xml", ["--format must be yaml, json or toml, was 'xml'"]),
    BadInput("explain HOLD", ["Missing expected argument '--date"]),
    BadInput("data import --into h.sqlite", ["Missing expected argument '<files>"]),
    BadInput(
      "backtest HOLD --trades t.csv --sessions ./t.csv", ["--trades and --sessions must be different files"]),
    BadInput("calibrate", ["Missing expected argument '<chains>"]),
    BadInput("calibrate nowhere.csv", ["nowhere.csv"]),
    BadInput("calibrate c.csv --at 25:00", ["--at is '25:00'"], files: ["c.csv": "x"]),
    BadInput("calibrate c.csv", ["c.csv: "], files: ["c.csv": "a,b\n1,2\n"]),
    BadInput("calibrate c.csv", ["c.csv: "], files: ["c.csv": ""]),
    BadInput("data simulate --years 0 --into h.sqlite", ["--years must be between 1 and 37, was 0"]),
  ]

  @Test(arguments: marketFiles + gzip + stores + configurations + places + arguments + pathArrays + outputs)
  func badInputEndsWithStatusOneAndOneMessage(bad: BadInput) throws {
    let folder = try Scratch()
    for (name, bytes) in bad.files { try folder.write(name, bytes) }
    let before = folder.names
    let command = try Command.run(bad.words, in: folder)
    #expect(command.status == 1 && !command.crashed, "\(command.status): \(command.err)")
    #expect(command.out.isEmpty, "nothing on standard output: \(command.out)")
    for text in bad.told { #expect(command.err.contains(text), "\(command.err)") }
    let isOwn = command.err.hasPrefix("error: ")
    #expect(isOwn || command.err.hasPrefix("Error: "))
    if isOwn { #expect(command.err.count { $0 == "\n" } == 1, "one line: \(command.err)") }
    for clutter in ["Swift.", "DecodingError", "NSCocoaError", "Domain=", "Optional(", "CodingKeys"] {
      #expect(!command.err.contains(clutter), "\(command.err)")
    }
    #expect(folder.names == before, "nothing is left behind")
    for (name, bytes) in bad.files {
      #expect(try Data(contentsOf: folder.url.appending(path: name)) == bytes, "\(name) is as it was")
    }
  }

  /// A second file that is bad leaves what was there before as it was.
  @Test func failedImportLeavesTheStoreAsItWas() throws {
    let folder = try Scratch()
    try folder.write(
      "vix.csv", Self.vix + "01/02/2018,10.95,11.07,9.52,9.77\n01/03/2018,9.1,9.65,8.92,9.15\n")
    try folder.write("bad.csv", Self.vix + "01/04/2018,9.1,9.3,8.9,9.2\n01/05/2018,x,9.3,8.9,9.2\n")
    let first = try Command.run(["data", "import", "vix.csv", "--into", "h.sqlite"], in: folder)
    #expect(first.status == 0, "\(first.err)")
    let names = folder.names
    let before = try Command.run(["data", "check", "h.sqlite", "--json"], in: folder)
    let failed = try Command.run(["data", "import", "bad.csv", "--into", "h.sqlite"], in: folder)
    #expect(failed.status == 1 && failed.err.contains("bad.csv:3:"), "\(failed.err)")
    let after = try Command.run(["data", "check", "h.sqlite", "--json"], in: folder)
    #expect(before.out == after.out && folder.names == names)
    // The same file again changes nothing.
    let again = try Command.run(["data", "import", "vix.csv", "--into", "h.sqlite"], in: folder)
    #expect(again.status == 0)
    #expect(try Command.run(["data", "check", "h.sqlite", "--json"], in: folder).out == before.out)
  }

  /// A full disk behind standard output is an error too: `--json > file` must not leave half a file and status 0.
  @Test(arguments: [
    "backtest HOLD SHORT", "backtest HOLD SHORT --json", "sweep HOLD SHORT", "sweep HOLD SHORT --json",
    "explain HOLD --date 2018-01-05", "compare HOLD SHORT --json",
  ])
  func fullDiskBehindStandardOutputIsTold(arguments: String) throws {
    let folder = try Scratch()
    let command = try Command.run(BadInput(arguments, []).words, in: folder, output: "/dev/full")
    #expect(command.status == 1 && !command.crashed)
    #expect(
      command.err.contains("standard output: can't be written (No space left on device)"), "\(command.err)")
  }

  /// A device is written to, never replaced by a file.
  @Test func aDeviceStaysADevice() throws {
    let folder = try Scratch()
    let words = BadInput("backtest HOLD SHORT --trades /dev/null --sessions /dev/stdout", []).words
    let command = try Command.run(words, in: folder)
    #expect(command.status == 0, "\(command.err)")
    #expect(command.out.contains("session,outcome,trades"))
    for device in ["/dev/null", "/dev/full"] {
      let type = try FileManager.default.attributesOfItem(atPath: device)[.type] as? FileAttributeType
      #expect(type == .typeCharacterSpecial, "\(device)")
    }
  }

  /// A history that is cut off is refused; one with other bytes in it is refused or read, but never a trap.
  @Test(arguments: (0..<12).map { UInt64($0) })
  func damagedHistoryIsRefusedOrRead(seed: UInt64) throws {
    let folder = try Scratch()
    let made = try Command.run(["data", "simulate", "--years", "1", "--into", "h.sqlite"], in: folder)
    #expect(made.status == 0, "\(made.err)")
    var bytes = try Data(contentsOf: folder.url.appending(path: "h.sqlite"))
    var random = Philox(seed: seed, stream: 1)
    if seed < 4 {
      bytes = bytes.prefix(random.integer(below: bytes.count))
    } else {
      let start = random.integer(below: seed < 8 ? 8_000 : bytes.count - 3_000)
      for i in start..<start + (seed < 8 ? 50 : 3_000) { bytes[i] = UInt8(truncatingIfNeeded: random.next()) }
    }
    try folder.write("h.sqlite", bytes)
    let period = ["--from", "2026-03-02", "--to", "2026-04-01"]
    for words in [
      ["data", "check", "h.sqlite"], ["backtest", Checkout.params("hold"), "--history", "h.sqlite"] + period,
    ] {
      let command = try Command.run(words, in: folder)
      #expect(!command.crashed && (command.status == 0 || command.status == 1), "\(command.err)")
      if command.status == 1 {
        #expect(
          command.err.hasPrefix("error: h.sqlite: ") && command.err.count { $0 == "\n" } == 1,
          "\(command.err)")
      }
      if seed < 4 { #expect(command.status == 1, "cut off: \(command.out)") }
    }
    #expect(try Data(contentsOf: folder.url.appending(path: "h.sqlite")) == bytes, "reading changes nothing")
  }

  /// Every place where a store of a study is cut off or overwritten ends in a message.
  @Test(arguments: (0..<24).map { UInt64($0) })
  func damagedStudyIsRefusedOrRead(seed: UInt64) throws {
    let folder = try Scratch()
    let space = "version: 1\nname: s\ncondor: {short_delta: [0.1, 0.2]}\n"
    try folder.write("space.yaml", space)
    let sweep = try Command.run(
      ["sweep", "space.yaml"] + BadInput("SHORT", []).words + ["--out", "s"], in: folder)
    #expect(sweep.status == 0, "\(sweep.err)")
    var bytes = try Data(contentsOf: folder.url.appending(path: "s/study.sqlite"))
    var random = Philox(seed: seed)
    if seed < 12 {
      bytes = bytes.prefix(random.integer(below: bytes.count))
    } else {
      let start = random.integer(below: bytes.count - 2_000)
      for i in start..<start + 2_000 { bytes[i] = UInt8(truncatingIfNeeded: random.next()) }
    }
    try folder.write("s/study.sqlite", bytes)
    let export = try Command.run(["export", "s"], in: folder)
    #expect(!export.crashed && (export.status == 0 || export.status == 1), "\(export.status) \(export.err)")
    if export.status == 1 {
      #expect(export.err.hasPrefix("error: s") && export.err.count { $0 == "\n" } == 1, "\(export.err)")
    }
    if seed < 12 { #expect(export.status == 1, "cut off: \(export.out)") }
  }
}

/// `DATE,OPEN,HIGH,LOW,CLOSE` with two rows of VIX, by gzip -9n.
enum GzipSample {
  static let vix: [UInt8] = [
    0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x25, 0x8A, 0xC1, 0x0A, 0x80, 0x20,
    0x10, 0x05, 0xEF, 0x7E, 0xCB, 0x63, 0xDD, 0x35, 0x36, 0xDD, 0x63, 0x94, 0x64, 0x20, 0x19, 0x14,
    0xF4, 0xFF, 0x7F, 0x92, 0xD5, 0x61, 0xE6, 0x32, 0xB3, 0x4C, 0x57, 0x46, 0x3B, 0xF2, 0x8E, 0xB2,
    0xAD, 0x05, 0xB5, 0xDD, 0x98, 0x6B, 0x3B, 0xB3, 0x63, 0xF1, 0x1C, 0x7C, 0x60, 0x49, 0x10, 0x26,
    0x53, 0x88, 0x10, 0x47, 0x18, 0x69, 0xE8, 0x8A, 0xF1, 0x1B, 0x86, 0x7F, 0x30, 0x92, 0xCE, 0xA8,
    0x48, 0x64, 0x6F, 0x15, 0x75, 0x0F, 0xC2, 0x54, 0xAB, 0x0E, 0x58, 0x00, 0x00, 0x00,
  ]
}
