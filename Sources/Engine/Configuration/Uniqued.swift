extension Sequence {
  /// The elements with different keys, in order of first occurrence.
  package func uniqued<Key: Hashable>(by key: (Element) -> Key) -> [Element] {
    var seen: Set<Key> = []
    return filter { seen.insert(key($0)).inserted }
  }
}

extension Sequence where Element: Hashable {
  /// The elements without repetitions, in order of first occurrence.
  package func uniqued() -> [Element] { uniqued { $0 } }
}
