extension Array {
  /// The first position whose element satisfies `predicate`, the array being ordered so that all that don't come
  /// first; `count` if none does. O(log n).
  public func partitioningIndex(where predicate: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let mid = (low + high) / 2
      if predicate(self[mid]) { high = mid } else { low = mid + 1 }
    }
    return low
  }
}
