/// Reads or writes attributes, so that one list of fields serves both directions.
///
/// A missing value (the accuracy of a diverged run) has no attribute, so that no placeholder is ever averaged.
enum AttributeAccess {
  case reading
  case writing

  func group(_ name: String, in parent: borrowing Identifier) throws(HDF5Failure) -> Identifier {
    switch self {
    case .reading: try HDF5.openGroup(name, in: parent)
    case .writing: try HDF5.makeGroup(name, in: parent)
    }
  }

  func text(_ name: String, on object: borrowing Identifier, _ value: inout String) throws(HDF5Failure) {
    switch self {
    case .reading: value = try HDF5.readAttribute(name, on: object)
    case .writing: try HDF5.writeAttribute(name, on: object, value)
    }
  }

  func flag(_ name: String, on object: borrowing Identifier, _ value: inout Bool) throws(HDF5Failure) {
    var byte = UInt8(value ? 1 : 0)
    try number(name, on: object, &byte, in: 0...255)
    value = byte != 0
  }

  /// - Parameter range: the values that later arithmetic and output can handle; a file may contain anything.
  func number<Number: Storable & Comparable>(
    _ name: String, on object: borrowing Identifier, _ value: inout Number, in range: ClosedRange<Number>
  ) throws(HDF5Failure) {
    switch self {
    case .reading: value = try HDF5.readAttribute(name, on: object, in: range)
    case .writing: try HDF5.writeAttribute(name, on: object, value)
    }
  }

  /// - Parameter range: nil for a number that is only displayed.
  func number<Number: Storable & Comparable>(
    _ name: String, on object: borrowing Identifier, _ value: inout Number?, in range: ClosedRange<Number>? = nil
  ) throws(HDF5Failure) {
    switch self {
    case .reading:
      value = nil
      guard try HDF5.hasAttribute(name, on: object) else { return }
      if let range {
        value = try HDF5.readAttribute(name, on: object, in: range)
      } else {
        let number: Number = try HDF5.readAttribute(name, on: object)
        value = number
      }
    case .writing:
      if let value { try HDF5.writeAttribute(name, on: object, value) }
    }
  }

  /// Writes a value that follows from others, for other readers of the file; never read back.
  func derived(_ name: String, on object: borrowing Identifier, _ value: Double?) throws(HDF5Failure) {
    if self == .writing, let value { try HDF5.writeAttribute(name, on: object, value) }
  }
}
