/// Walks over everything a run must keep to continue as if it had never stopped. One list of visits serves saving and
/// restoring: a saving visitor reads what it is shown, a restoring one overwrites it.
public protocol StateVisitor {
  /// Shows a vector under a name of its own.
  mutating func vector(_ name: String, _ vector: Vector) throws
  /// Shows any other value under a name of its own.
  mutating func value<T: Codable & Sendable>(_ name: String, _ value: inout T) throws
}
