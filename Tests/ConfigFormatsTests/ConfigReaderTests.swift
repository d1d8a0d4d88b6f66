import Testing

@testable import ConfigFormats

@Suite struct ConfigReaderTests {
  enum Stop: String, CaseIterable {
    case none, creditMultiple = "credit_multiple", shortTouched = "short_touched"
  }

  private func reader(_ text: String) throws -> ConfigReader {
    try ConfigReader(ConfigDocument.parse(text, format: .yaml, file: "f"))
  }

  /// What a faulty reading says.
  private func told(_ text: String, _ body: (ConfigReader) throws(ConfigError) -> Void) throws -> String {
    let reader = try reader(text)
    do {
      try body(reader)
    } catch {
      return error.description
    }
    return "nothing"
  }

  @Test func valuesComeOutTyped() throws {
    let r = try reader(
      """
      a: 1
      b: 2.5
      c: text
      d: false
      e: credit_multiple
      f: [1, 2.5]
      g: [1, 2]
      h: [x, y]
      i: {j: {k: 1}}
      l: [{m: 1}, {m: 2}]
      n: null
      """)
    #expect(try r.double("a", in: 0...1, unit: "") == 1)
    #expect(try r.double("b") == 2.5)
    #expect(try r.int("a", in: 1...1, unit: "") == 1)
    #expect(try r.string("c") == "text")
    #expect(try r.bool("d") == false)
    #expect(try r.choice("e", as: Stop.self) == .creditMultiple)
    #expect(try r.doubles("f") == [1, 2.5])
    #expect(try r.ints("g") == [1, 2])
    #expect(try r.strings("h") == ["x", "y"])
    #expect(try r.map("i")?.map("j")?.int("k") == 1)
    #expect(try r.maps("l")?.map { try $0.int("m") } == [1, 2])
    #expect(!r.has("n"))
    #expect(try r.int("n") == nil)
    #expect(try r.int("absent") == nil && r.maps("absent") == nil && r.minute("absent") == nil)
    try r.finish()
  }

  @Test func wrongValuesAreToldWithPathLineAndWhatIsAllowed() throws {
    #expect(
      try told("\na: x") { r throws(ConfigError) in _ = try r.double("a", unit: "points") }
        == "f:2: a takes a number (points), but is the text 'x'")
    #expect(
      try told("a: 1.0") { r throws(ConfigError) in _ = try r.int("a") }
        == "f:1: a takes a whole number, but is the number 1.0")
    #expect(
      try told("a: {b: 7}") { r throws(ConfigError) in _ = try r.map("a")?.int("b", in: 0...5, unit: "days") }
        == "f:1: a.b is 7; allowed: 0 to 5 days")
    #expect(
      try told("a: yes") { r throws(ConfigError) in _ = try r.bool("a") }
        == "f:1: a takes true or false, but is the text 'yes'")
    #expect(
      try told("a: 5") { r throws(ConfigError) in _ = try r.string("a") }
        == "f:1: a takes a text (in quotes if it looks like a number), but is the number 5")
    #expect(
      try told("a: credit_multipel") { r throws(ConfigError) in _ = try r.choice("a", as: Stop.self) }
        == "f:1: a is 'credit_multipel'; allowed: none, credit_multiple, short_touched "
        + "(did you mean 'credit_multiple'?)")
    #expect(
      try told("a:\n- 1\n- x") { r throws(ConfigError) in _ = try r.doubles("a") }
        == "f:3: a[1] takes a number, but is the text 'x'")
    #expect(
      try told("a:\n- {b: 1}\n- 2") { r throws(ConfigError) in _ = try r.maps("a") }
        == "f:3: a[1] takes a map of keys and values, but is the number 2")
    #expect(
      try told("a: 1") { r throws(ConfigError) in _ = try r.ints("a") }
        == "f:1: a takes a list of whole numbers, but is the number 1")
    #expect(
      try told("a: {b: 1}") { r throws(ConfigError) in throw (try r.map("a")?.missing("c"))! }
        == "f:1: a lacks the key 'c'; add it")
    #expect(
      try told("a: 3") { r throws(ConfigError) in throw r.refused("a", allowed: "below b") }
        == "f:1: a is 3; allowed: below b")
  }

  @Test(arguments: [
    ("1.5", 1500), ("1", 1000), ("0.001", 1), ("-2.125", -2125), ("1.5000", 1500), ("1e-3", 1),
    ("12e2", 1_200_000),
    ("0.1", 100), ("0.0", 0),
  ])
  func thousandthsAreExact(text: String, units: Int) throws {
    #expect(try reader("a: \(text)").decimalThousandths("a") == units)
  }

  @Test(arguments: ["0.0001", "1.23456", "1e-4", "9223372036854775807"])
  func moreThanThreeDecimalsAreRefused(text: String) throws {
    let reader = try reader("a: \(text)")
    #expect(throws: ConfigError.self) { try reader.decimalThousandths("a") }
  }

  @Test(arguments: [
    ("15:45", 945), ("9:30", 570), ("00:00", 0), ("23:59", 1439), ("945", 945), ("\"16:00:00\"", 960),
  ])
  func timesOfDayAreMinutes(text: String, minute: Int) throws {
    #expect(try reader("a: \(text)").minute("a") == minute)
  }

  @Test(arguments: [
    "24:00", "15:60", "1545", "-1", "15:4", "15:45:30", "3pm", "\"\"", "1:2:3:4", "+9:30", "9.5", "true",
  ])
  func whatIsNoTimeOfDayIsRefused(text: String) throws {
    let reader = try reader("a: \(text)")
    #expect(throws: ConfigError.self) { try reader.minute("a") }
  }

  @Test func unknownKeysNameTheirNearest() throws {
    #expect(
      try told("short_detla: 1") { r throws(ConfigError) in
        _ = try r.double("short_delta")
        _ = try r.double("long_delta")
        try r.finish()
      } == "f:1: unknown key 'short_detla'; did you mean 'short_delta'?")
    #expect(
      try told("a: 1\nhedge:\n  layers:\n  - {size: 1}\n  - {siez: 2}") { r throws(ConfigError) in
        _ = try r.int("a")
        for layer in try r.map("hedge")?.maps("layers") ?? [] { _ = try layer.int("size") }
        try r.finish()
      } == "f:5: unknown key 'siez' in hedge.layers[1]; did you mean 'size'?")
    #expect(
      try told("qqqqqq: 1") { r throws(ConfigError) in
        _ = try r.int("delta")
        try r.finish()
      } == "f:1: unknown key 'qqqqqq'; remove it")
  }

  @Test func theDistanceCountsASwapOfNeighboursAsOne() {
    #expect(NearestNames.distance("delta", "dleta") == 1)
    #expect(NearestNames.distance("", "abc") == 3)
    #expect(NearestNames.distance("kitten", "sitting") == 3)
    #expect(NearestNames.distance("ca", "abc") == 3)  // the optimal string alignment form; unrestricted: 2
  }

  @Test func everyTypoOfOneLetterFindsItsKey() {
    let keys = ["short_delta", "wing_points", "entry_minute", "loss_multiple", "budget_share", "confirm"]
    for (index, key) in keys.enumerated() {
      let letters = Array(key)
      for at in letters.indices {
        var dropped = letters
        dropped.remove(at: at)
        var changed = letters
        changed[at] = "q"
        var swapped = letters
        if at > 0 { swapped.swapAt(at, at - 1) }
        for typo in [dropped, changed, swapped] {
          #expect(NearestNames.of(String(typo), in: keys).first == keys[index], "\(String(typo))")
        }
      }
    }
  }
}
