/// One thing that is measured: fixed inputs, and a call that works on them. The clock and the instruction counter take
/// the same pieces.
struct Piece {
  /// What a share of the machine's peak is a share of.
  enum Work {
    /// Floating-point operations an item; a fused multiply-add is two.
    case flops(Double)
    /// Operations on 32-bit whole numbers an item.
    case wholeNumbers(Double)
    /// Bytes of memory an item, where the data is more than the caches hold.
    case bytes(Double)
  }
  /// How its instructions are held.
  enum Gate: String, Codable {
    /// Not at all.
    case none
    /// A kernel: half a percent.
    case kernel
    /// A whole run: two percent.
    case whole
  }

  /// Unique, `room/what`.
  let name: String
  /// What one item is, in the plural.
  let unit: String
  /// Items of one call.
  let items: Double
  /// By reading the kernel: what an item takes at least. `nil` where no peak says anything.
  let work: Work?
  let gate: Gate
  /// Makes the inputs; what it returns is measured.
  let make: () throws -> () throws -> Void

  init(
    _ name: String, unit: String, items: Int, work: Work? = nil, gate: Gate = .kernel,
    make: @escaping () throws -> () throws -> Void
  ) {
    self.name = name
    self.unit = unit
    self.items = Double(items)
    self.work = work
    self.gate = gate
    self.make = make
  }

  /// All of them, in the order of the table.
  static var all: [Piece] {
    optionPieces() + indicatorPieces() + pathPieces() + scorePieces() + dayPieces() + historyPieces()
      + riskPieces() + validationPieces()
  }
}

/// Takes a value, so that the compiler can't leave out how it came about.
@inline(never)
@_optimize(none)
func keep<T>(_ value: T) {}

/// Counting starts where this is called: the counter knows the function by its name.
@inline(never)
@_optimize(none)
func countedRegion(_ body: () throws -> Void) rethrows { try body() }
