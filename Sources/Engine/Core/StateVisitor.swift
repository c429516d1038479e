/// Visits every value that a run must keep to continue as if it had never stopped. One list of visits serves saving and
/// restoring: a saving visitor reads each value, a restoring one overwrites it.
public protocol StateVisitor {
  /// Visits a vector under a unique name.
  mutating func vector(_ name: String, _ vector: Vector) throws
  /// Visits an array of numbers under a unique name: copied bit for bit, including NaNs.
  mutating func numbers<Number: BitwiseCopyable>(_ name: String, _ numbers: inout [Number]) throws
  /// Visits any other value under a unique name.
  mutating func value<T: Codable & Sendable>(_ name: String, _ value: inout T) throws
}
