/// What `callgrind` writes, as far as the gate reads it: instructions of each function itself, and how often memory was
/// asked for.
struct CallgrindProfile {
  /// Instructions by function, as linked.
  private(set) var own: [String: Int] = [:]
  /// Calls by function called.
  private(set) var calls: [String: Int] = [:]

  /// Functions of the C library that every request for memory ends in.
  private static let allocators = [
    "malloc", "calloc", "realloc", "posix_memalign", "aligned_alloc", "memalign",
  ]

  /// Instructions in all.
  var instructions: Int { own.values.reduce(0, +) }
  /// Requests for memory in all.
  var allocations: Int { Self.allocators.reduce(0) { $0 + (calls[$1] ?? 0) } }

  /// Reads the format of "Callgrind Format Specification", version 1, without subpositions that it doesn't ask for:
  /// names may be compressed to `(number)`, a line after `calls=` is the cost of the call and not the function's own.
  init(_ text: String) {
    var names: [Substring: String] = [:]
    func name(_ value: Substring) -> String {
      guard value.first == "(", let end = value.firstIndex(of: ")") else { return String(value) }
      let number = value[...end]
      let rest = value[value.index(after: end)...].drop { $0 == " " }
      if !rest.isEmpty { names[number] = String(rest) }
      return names[number] ?? String(number)
    }
    var function = ""
    var callee = ""
    var isCall = false
    for line in text.split(separator: "\n") {
      guard let first = line.utf8.first else { continue }
      switch first {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "*"):
        if isCall {
          isCall = false
        } else if let cost = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) {
          own[function, default: 0] += cost
        }
      default:
        if line.hasPrefix("fn=") {
          function = name(line.dropFirst(3))
        } else if line.hasPrefix("cfn=") {
          callee = name(line.dropFirst(4))
        } else if line.hasPrefix("calls="),
          let count = line.dropFirst(6).split(separator: " ").first.flatMap({ Int($0) })
        {
          calls[callee, default: 0] += count
          isCall = true
        }
      }
    }
  }
}
