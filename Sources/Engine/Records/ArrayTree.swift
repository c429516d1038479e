/// Arrays in a group and in its subgroups, such as `/audit` and `/probes`.
package struct ArrayTree: Hashable, Sendable {
  /// Directly in the group.
  package var datasets: [StoredArray]
  /// In subgroups.
  package var groups: [Group]

  package struct Group: Hashable, Sendable {
    package var name: String
    package var datasets: [StoredArray]

    package init(_ name: String, _ datasets: [StoredArray]) {
      self.name = name
      self.datasets = datasets
    }
  }

  package init(datasets: [StoredArray] = [], groups: [Group] = []) {
    self.datasets = datasets
    self.groups = groups
  }
}

/// One array, in row-major order.
package struct StoredArray: Hashable, Sendable {
  package enum Values: Hashable, Sendable {
    case int8([Int8])
    case uint8([UInt8])
    case int32([Int32])
    case float([Float])
    case double([Double])

    package var count: Int { with { $0.count / $1 } }

    package var bytes: [UInt8] { with { memory, _ in Array(memory) } }

    private func with<Result>(_ body: (_ memory: UnsafeRawBufferPointer, _ stride: Int) -> Result) -> Result {
      switch self {
      case .int8(let values): values.withUnsafeBytes { body($0, 1) }
      case .uint8(let values): values.withUnsafeBytes { body($0, 1) }
      case .int32(let values): values.withUnsafeBytes { body($0, 4) }
      case .float(let values): values.withUnsafeBytes { body($0, 4) }
      case .double(let values): values.withUnsafeBytes { body($0, 8) }
      }
    }
  }

  package var name: String
  package var longName: String
  /// "1" for a pure number; nil for an array without a unit, such as indices.
  package var unit: String?
  package var shape: [Int]
  package var values: Values
  /// The start of a tensor in the flat vector of all tensors; nil for other arrays.
  package var offset: Int?

  package init(
    _ name: String, _ longName: String, unit: String? = nil, shape: [Int], _ values: Values, offset: Int? = nil
  ) {
    precondition(
      shape.reduce(1, *) == values.count, "StoredArray \(name): \(values.count) values do not fill \(shape)")
    (self.name, self.longName, self.unit) = (name, longName, unit)
    (self.shape, self.values, self.offset) = (shape, values, offset)
  }
}
