import Foundation
import Kernels
import Studies

/// The machine that a run was made on, with what it can do at best, measured.
struct Machine {
  /// The processor, as the system calls it.
  let model: String
  let cores: Int
  /// Floating-point operations a second of one core.
  let flops: Double
  /// Operations on 32-bit whole numbers a second of one core.
  let wholeNumbers: Double
  /// Bytes a second that one core reads from memory.
  let bandwidth: Double

  /// Measures the peaks, a second each.
  init() {
    model = Self.processor()
    cores = Scheduler.defaultThreads
    let steps = 300_000
    let multiplyAdds = Stopwatch(seconds: 1) { keep(ProcessorPeaks.multiplyAdds(steps: steps)) }
    flops = Double(steps * ProcessorPeaks.flopsPerStep) / multiplyAdds.best
    let maxima = Stopwatch(seconds: 1) { keep(ProcessorPeaks.wholeNumberSteps(steps)) }
    wholeNumbers = Double(steps * ProcessorPeaks.wholeOperationsPerStep) / maxima.best
    let memory = Array(repeating: 1.0, count: 32 << 20)  // 256 MiB, beyond any cache
    let reads = Stopwatch(seconds: 1) { keep(ProcessorPeaks.sum(memory.span)) }
    bandwidth = Double(8 * memory.count) / reads.best
  }

  /// The share of the peak of one core that a rate is.
  func share(_ work: Piece.Work?, itemsPerSecond: Double) -> Double? {
    switch work {
    case nil: nil
    case .flops(let n): n * itemsPerSecond / flops
    case .wholeNumbers(let n): n * itemsPerSecond / wholeNumbers
    case .bytes(let n): n * itemsPerSecond / bandwidth
    }
  }

  /// The model in letters, digits and dashes: the name of its file of records.
  var slug: String {
    let parts = model.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    return (parts + ["\(cores)", "cores"]).joined(separator: "-")
  }

  private static func processor() -> String {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    for line in text.split(separator: "\n") where line.hasPrefix("model name") {
      if let colon = line.firstIndex(of: ":") {
        return line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
      }
    }
    return "unknown processor"
  }
}
