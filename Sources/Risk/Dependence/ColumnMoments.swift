import Kernels

/// Sums, means and spreads of the columns of a P&L matrix, and whether its numbers are whole.
public struct ColumnMoments: Sendable {
  /// Days, T.
  public let days: Int
  /// Settings, n.
  public let settings: Int
  /// Σx of each setting; shape `[n]`.
  public let sums: [Double]
  /// Σx/T; shape `[n]`.
  public let means: [Double]
  /// √Σ(x − x̄)²; shape `[n]`; exactly 0 where all days are equal but for rounding (``BlockMoments/leastSpread``).
  public let lengths: [Double]
  /// 1 where all P&L is whole numbers, 100 where it is whole hundredths, and products and their sums over days
  /// squared stay in 62 bits; else `nil`.
  public let wholeScale: Double?

  /// Settings whose P&L isn't the same every day but for rounding, ascending. The others have no correlation.
  public var varying: [Int] { lengths.indices.filter { lengths[$0] > 0 } }

  /// Of the first days of a matrix.
  ///
  /// - Parameters:
  ///   - pnl: by days, finite; shape `[at least days × settings]`; what comes after is not looked at.
  ///   - days: T ≥ 1.
  ///   - settings: n ≥ 1.
  /// - Complexity: O(T·n), three passes, no copy.
  public init(_ pnl: [Double], days: Int, settings: Int) {
    precondition(days >= 1 && settings >= 1 && pnl.count >= days * settings, "ColumnMoments: shape")
    self.days = days
    self.settings = settings
    var largest = 0.0
    var isWhole = true
    var isHundredths = true
    for k in 0..<days * settings {
      let x = pnl[k]
      largest = max(largest, x.magnitude)
      if isWhole { isWhole = x == x.rounded() }
      if !isWhole, isHundredths { isHundredths = x == (x * 100).rounded() / 100 }
    }
    let scale = isWhole ? 1.0 : (isHundredths ? 100 : nil)
    wholeScale = scale.flatMap { scale in
      let reach = largest * scale * Double(days)
      return reach * reach < 0x1p61
        && OpenBLAS.isExact(left: largest * scale, right: largest * scale, count: days) ? scale : nil
    }
    let unit = wholeScale ?? 1
    var sums = Array(repeating: 0.0, count: settings)
    for d in 0..<days {
      for i in 0..<settings {
        let x = pnl[d * settings + i]
        sums[i] += unit == 1 ? x : (x * unit).rounded()
      }
    }
    sums = sums.map { $0 / unit }
    self.sums = sums
    let means = sums.map { $0 / Double(days) }
    self.means = means
    var squares = Array(repeating: 0.0, count: settings)
    var whole = squares
    for d in 0..<days {
      for i in 0..<settings {
        let x = pnl[d * settings + i]
        let apart = x - means[i]
        squares[i] += apart * apart
        whole[i] += x * x
      }
    }
    lengths = (0..<settings).map { i in
      squares[i] > BlockMoments.leastSpread * whole[i] ? squares[i].squareRoot() : 0
    }
  }

  /// Some columns minus their means.
  ///
  /// - Parameters:
  ///   - pnl: the matrix that this was made of.
  ///   - columns: which.
  ///   - scales: what each column of the matrix is multiplied by; `nil` is 1.
  /// - Returns: by days; shape `[days × columns]`.
  func centred(_ pnl: [Double], columns: some Collection<Int>, scales: [Double]?) -> [Double] {
    var result: [Double] = []
    result.reserveCapacity(days * columns.count)
    for d in 0..<days {
      for i in columns { result.append((pnl[d * settings + i] - means[i]) * (scales?[i] ?? 1)) }
    }
    return result
  }

  /// ‖XᵀX‖²: the squares of the products of all pairs of centred settings, added up, by the smaller side.
  ///
  /// - Complexity: O(n·T·min(n, T)) at the processor's full rate.
  func squaredProducts(_ pnl: [Double]) -> Double {
    let (gram, side) = products(pnl, scales: nil)
    var total = 0.0
    for i in 0..<side {
      var row = 0.0
      for j in stride(from: i + 1, to: side, by: 1) { row += gram[i * side + j] * gram[i * side + j] }
      total += 2 * row + gram[i * side + i] * gram[i * side + i]
    }
    return total
  }

  /// Products of all pairs of varying settings, or where these outnumber days of all pairs of days: the eigenvalues
  /// of both that aren't 0 are the same.
  ///
  /// Days' products are added up over 2,048 settings at a time, so that memory is T² + 2,048·T numbers beside the
  /// matrix.
  ///
  /// - Parameters:
  ///   - pnl: the matrix that this was made of.
  ///   - scales: what each centred column is multiplied by; `nil` is 1.
  /// - Returns: by rows, of which the upper triangle counts; shape `[side × side]`.
  /// - Complexity: O(n·T·min(n, T)) at the processor's full rate.
  func products(_ pnl: [Double], scales: [Double]?) -> (gram: [Double], side: Int) {
    let varying = self.varying
    let isTall = varying.count <= days
    let side = isTall ? varying.count : days
    let width = isTall ? max(varying.count, 1) : 2_048
    var gram = Array(repeating: 0.0, count: side * side)
    for start in stride(from: 0, to: varying.count, by: width) {
      let some = varying[start..<min(start + width, varying.count)]
      let block = centred(pnl, columns: some, scales: scales)
      var span = gram.mutableSpan
      OpenBLAS.addGram(block.span, columns: some.count, side: isTall ? .columns : .rows, into: &span)
    }
    return (gram, side)
  }
}
