import Testing

@testable import ConfigFormats

@Suite struct TreeErrorTests {
  @Test(arguments: [
    ("a: {from: 1, to: 2, stp: 1}", "nothing"),  // no range, so its reader will refuse it
    ("a: {choices: [1, 2], wehn: {b: 1}}", "f:1: unknown key 'wehn' in a; did you mean 'when'?"),
    ("a: {choices: [1, 2], else: 1}", "f:1: a: an 'else' without a 'when'; add the condition or remove it"),
    (
      "a: {choices: [1, 2], when: {b: 1}, else: [1, 2]}\nb: [1, 2]",
      "f:1: a: 'else' takes one value, nothing searched or tied"
    ),
    ("a: {from: 2, to: 1}", "f:1: a: from 2 is above to 1; swap them"),
    ("a: {from: 1, to: 1.0}", "f:1: a: from and to are the same; write the value"),
    ("a: {from: 0, to: 1, log: true}", "f:1: a.from is 0; allowed: a number above 0 on a log scale"),
    ("a: {from: 0, to: 1, log: 2}", "f:1: a.log takes true or false, but is the number 2"),
    (
      "a: {from: 1, to: 2, step: 1, log: true}",
      "f:1: a: log is for ranges without a step; write a list, or remove one"
    ),
    (
      "a: {from: 1, to: 2, step: 1, decimals: 2}",
      "f:1: a: decimals are for ranges without a step, whose values are real; remove one"
    ),
    (
      "loss_multiple: {from: 1, to: 2, decimals: 4}",
      "f:1: loss_multiple.decimals is 4; allowed: 0, what its bounds have, to 3, what its key takes"
    ),
    ("loss_multiple: {from: 0.0001, to: 2}", "at most 3 decimals"),
    ("a: {from: 0, to: 1e18}", "f:1: a: its numbers have too many digits; 15 are enough"),
    ("a: [1, 1.0]", "f:1: a: 1.0 stands twice; keep one"),
    ("a: []", "f:1: a: an empty list makes an empty space; give it at least one value or remove the key"),
    (
      "abc: [1, 2]\nb: {choices: [1], when: {abd: 1}}",
      "f:2: b.when: no searched value is called 'abd'; did you mean 'abc'?"
    ),
    (
      "a: 1\nb: {choices: [1], when: {a: 1}}",
      "f:2: b.when: 'a' is not searched, so the condition always or never holds; remove it"
    ),
    (
      "a: {from: 0, to: 1}\nb:\n  choices: [1]\n  when: {a: 1}",
      "f:4: b.when: 'a' is a range of real numbers; a condition needs steps or choices"
    ),
    (
      "a: [none, full]\nb: {choices: [1], when: {a: ful}}",
      "f:2: b.when: 'a' is never ful, but none, full; did you mean 'full'?"
    ),
    (
      "a: [1, 2]\nb: {choices: [1], when: 3}",
      "f:2: b.when takes a map of other searched paths and the values they must have, but is the number 3"
    ),
    ("a: [1, 2]\nb: {choices: [1], when: {a: []}}", "f:2: b.when: an empty list never holds; name a value"),
    (
      "a: {choices: [1], when: {c: 1}}\nb: {choices: [1], when: {a: 1}}\nc:\n  choices: [1]\n  when:\n    b: 1",
      "its condition hangs on itself: a → c → b → a; remove one"
    ),
    (
      "s: [none, {m: {choices: [1], when: {s: none}}}]",
      "f:1: s.m: its conditions never hold together; remove one"
    ),
    (
      "a: [1, 2]\nb: {choices: [1], when: {a: 1}}\nc:\n  choices: [1]\n  when: {b: 1, a: 2}",
      "f:5: c: its conditions never hold together; remove one"
    ),
    (
      "abc: 1\nd: {same_as: abx}", "f:2: d: same_as 'abx', which is nowhere in the file; did you mean 'abc'?"
    ),
    ("a: {same_as: 3}", "f:1: a.same_as takes the path of another value"),
    ("a: {same_as: b, when: 3}\nb: 1", "f:1: unknown key 'when' in a"),
    ("a: {same_as: b}\nb: {same_as: a}", "leads back to itself; give one of them a value"),
    ("a: {b: {same_as: a}}", "f:1: a.b: same_as 'a' leads back to itself"),
    ("a.b: [1, 2]\na: {b: [1, 2]}", "f:2: a.b: two searched values have this path; rename a key"),
  ])
  func whatCannotBeIsToldWithItsLine(text: String, message: String) {
    let told = Spaces.told(text)
    #expect(told.contains(message), "\(text): \(told)")
  }

  @Test(arguments: [
    ("put_wdth <= 3", 1, "'put_wdth' is no path of this file and no result; did you mean 'put_width'?"),
    ("trades >= tardes", 11, ""), ("put_width <= trades", 14, "'trades' is a result, which is compared with"),
    ("put_width + <= 3", 13, "a number or name is missing"),
    ("put_width", 10, "a relation is missing"), ("put_width = 3", 11, "'=' is no relation"),
    ("1 < put_width < 3", 15, "a second relation; write two constraints"),
    ("put_width 3 <= 3", 11, "+, - or * is expected"), ("put_width <= 1.2.3", 14, "'1.2.3' is no number"),
    ("put_width <= 3 / 2", 16, "'/' has no meaning here"), ("3 < 4", 1, "no name in it"),
    ("max_drawdown < 4", 1, "may be max_drawdown_dollars or max_drawdown_sessions"),
    ("word <= 3", 1, "one of its paths never holds a number or a time"),
    ("* 3 < put_width", 1, "is expected"),
  ])
  func constraintsAreToldWithTheirColumn(text: String, column: Int, message: String) {
    let rest = "\nput_width: [5, 10]\nword: [x, y]\n"
    guard column != 11 || !text.hasPrefix("trades") else {
      #expect(Spaces.told("search: {constraints: [\(text)]}" + rest).contains("compared with a number"))
      return
    }
    // plain: the text starts in column 24; quoted: behind the quote
    #expect(
      Spaces.told("search: {constraints: ['\(text)']}" + rest).hasPrefix(
        "f:1:\(24 + column): in the constraint '\(text)': "),
      "\(Spaces.told("search: {constraints: ['\(text)']}" + rest))")
    let plain = Spaces.told("search:\n  constraints:\n  - \(text)" + rest)
    if !text.hasPrefix("*") {
      #expect(plain.hasPrefix("f:3:\(4 + column): ") && plain.contains(message), "\(plain)")
    }
  }

  @Test func constraintsMustBeTexts() {
    #expect(
      Spaces.told("search: {constraints: [3]}\na: 1")
        == "f:1: search.constraints takes texts such as 'trades >= 150', but is the number 3")
    #expect(Spaces.told("search: {constraints: {a: 1}}\na: 1").contains("takes a list of texts"))
    #expect(Spaces.told("search: {constraints: a < 2}\na: 1") == "nothing")
  }
}
