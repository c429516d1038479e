/// The data that another program needs, besides the recipe, to recompute a run step by step: the content of `/audit`.
///
/// Not part of the science digest: an audit does not change the identity of a run.
package struct AuditRecord: Hashable, Sendable {
  /// Directly in `/audit`.
  package var datasets: [AuditDataset]
  /// In subgroups of `/audit`.
  package var groups: [Group]

  package struct Group: Hashable, Sendable {
    package var name: String
    package var datasets: [AuditDataset]

    package init(_ name: String, _ datasets: [AuditDataset]) {
      self.name = name
      self.datasets = datasets
    }
  }

  package init(datasets: [AuditDataset], groups: [Group]) {
    self.datasets = datasets
    self.groups = groups
  }
}

/// One array of an audit, in row-major order.
package struct AuditDataset: Hashable, Sendable {
  package enum Values: Hashable, Sendable {
    case int8([Int8])
    case uint8([UInt8])
    case int32([Int32])
    case float([Float])
    case double([Double])

    package var count: Int {
      switch self {
      case .int8(let values): values.count
      case .uint8(let values): values.count
      case .int32(let values): values.count
      case .float(let values): values.count
      case .double(let values): values.count
      }
    }
  }

  package var name: String
  package var longName: String
  package var shape: [Int]
  package var values: Values
  /// The start of a tensor in the flat vector of all tensors; nil for other arrays.
  package var offset: Int?

  package init(_ name: String, _ longName: String, shape: [Int], _ values: Values, offset: Int? = nil) {
    precondition(
      shape.reduce(1, *) == values.count, "AuditDataset \(name): \(values.count) values do not fill \(shape)")
    self.name = name
    self.longName = longName
    self.shape = shape
    self.values = values
    self.offset = offset
  }
}
