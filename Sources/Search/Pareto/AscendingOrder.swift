/// Places of numbers in ascending order; equal ones stay in theirs. −0 and 0 are equal.
///
/// Long lists go into as many buckets of equal width as there are numbers, and only what shares a bucket is compared:
/// sorting is most of what ranking costs, and comparisons that can't be predicted are most of what sorting costs.
///
/// - Parameter values: any; NaN comes at an end.
/// - Complexity: O(n) for numbers that are spread out, O(n log n) at worst.
/// - Source: D. Knuth, "The Art of Computer Programming", vol. 3, section 5.2.5 (distribution sorting).
func ascendingOrder(_ values: [Double]) -> [Int] {
  let count = values.count
  var low = Double.infinity
  var high = -Double.infinity
  var hasOnlyNumbers = true
  for value in values {
    low = min(low, value)
    high = max(high, value)
    hasOnlyNumbers = hasOnlyNumbers && value == value
  }
  let scale = Double(count) / (high - low)
  guard count > 32, hasOnlyNumbers, scale > 0, scale.isFinite else {
    var items = values.indices.map { OrderedItem(values[$0], index: $0) }
    items.sort { $0.precedes($1) }
    return items.map(\.index)
  }

  // A difference and a product keep the order, rounding included: a lower bucket holds no greater number.
  var starts = Array(repeating: 0, count: count + 1)
  let buckets = values.map { min(count - 1, Int(($0 - low) * scale)) }
  for bucket in buckets { starts[bucket + 1] += 1 }
  var fullest = 0
  for k in 0..<count {
    fullest = max(fullest, starts[k + 1])
    starts[k + 1] += starts[k]
  }
  var items = Array(repeating: OrderedItem(0, index: 0), count: count)
  for i in 0..<count {
    items[starts[buckets[i]]] = OrderedItem(values[i], index: i)
    starts[buckets[i]] += 1
  }
  // by insertion over all, if no bucket is so full that this takes long
  if fullest <= 16 {
    for i in 1..<count where items[i - 1].key > items[i].key {
      let item = items[i]
      var j = i
      while j > 0, items[j - 1].key > item.key {
        items[j] = items[j - 1]
        j -= 1
      }
      items[j] = item
    }
  } else {
    var from = 0
    for k in 0..<count {
      if starts[k] - from > 1 { items[from..<starts[k]].sort { $0.precedes($1) } }
      from = starts[k]
    }
  }
  return items.map(\.index)
}

/// A number as an unsigned one of the same order, with its place.
private struct OrderedItem {
  let key: UInt64
  let index: Int

  init(_ value: Double, index: Int) {
    // adding 0 makes −0 to 0; negative patterns run downwards, so all their bits turn
    let bits = (value + 0).bitPattern
    key = bits ^ (bits >> 63 == 1 ? .max : 1 << 63)
    self.index = index
  }

  func precedes(_ other: OrderedItem) -> Bool {
    key < other.key || (key == other.key && index < other.index)
  }
}
