/// Measurements of the loss around a run's final weights: the content of `/probes`. Not part of the science digest.
package struct ProbeRecord: Hashable, Sendable {
  /// In file order; empty for a run that was not probed.
  package var values: [ProbeValue]

  package init(_ values: [ProbeValue] = []) { self.values = values }

  package var isEmpty: Bool { values.isEmpty }

  /// A quantity by name; nil if it was not measured.
  package func value(_ name: String, _ mode: ProbeMode? = nil) -> ProbeValue? {
    values.first { $0.name == name && $0.mode == mode }
  }

  /// A single number by name; nil if it was not measured or is not finite.
  package func number(_ name: String, _ mode: ProbeMode? = nil) -> Double? {
    guard let value = value(name, mode), value.shape.isEmpty, let number = value.values.first else { return nil }
    return number.isFinite ? number : nil
  }

  /// Single numbers only.
  package var numbers: ProbeRecord { ProbeRecord(values.filter(\.shape.isEmpty)) }
}

/// The statistics that batch norm uses in a probe.
package enum ProbeMode: String, CaseIterable, Codable, Sendable {
  /// Running statistics: the network as it is tested.
  case evaluation
  /// Batch statistics: the network as it is trained.
  case batch
}

/// One quantity: a dataset of `/probes` or of `/probes/<mode>`.
package struct ProbeValue: Hashable, Codable, Sendable {
  package var name: String
  /// Nil for a quantity that does not depend on the mode.
  package var mode: ProbeMode?
  /// "1" for a pure number.
  package var unit: String
  package var longName: String
  /// Empty for a single number.
  package var shape: [Int]
  /// Row-major.
  package var values: [Double]

  package init(
    _ name: String, _ mode: ProbeMode? = nil, unit: String, _ longName: String, shape: [Int], _ values: [Double]
  ) {
    precondition(shape.reduce(1, *) == values.count, "ProbeValue \(name): \(values.count) values do not fill \(shape)")
    (self.name, self.mode, self.unit, self.longName) = (name, mode, unit, longName)
    (self.shape, self.values) = (shape, values)
  }

  package init(_ name: String, _ mode: ProbeMode? = nil, unit: String, _ longName: String, _ number: Double) {
    self.init(name, mode, unit: unit, longName, shape: [], [number])
  }

  package init(_ name: String, _ mode: ProbeMode? = nil, unit: String, _ longName: String, _ numbers: [Double]) {
    self.init(name, mode, unit: unit, longName, shape: [numbers.count], numbers)
  }
}

extension ProbeRecord {
  /// As arrays, with a group for each mode.
  package var tree: ArrayTree {
    func arrays(_ mode: ProbeMode?) -> [StoredArray] {
      values.filter { $0.mode == mode }.map {
        StoredArray($0.name, $0.longName, unit: $0.unit, shape: $0.shape, .double($0.values))
      }
    }
    return ArrayTree(
      datasets: arrays(nil), groups: ProbeMode.allCases.map { ArrayTree.Group($0.rawValue, arrays($0)) })
  }

  /// Leaves out groups with other names, which a later version may add.
  package init(_ tree: ArrayTree) {
    func values(_ arrays: [StoredArray], _ mode: ProbeMode?) -> [ProbeValue] {
      arrays.compactMap { array in
        guard case .double(let values) = array.values else { return nil }
        return ProbeValue(array.name, mode, unit: array.unit ?? "1", array.longName, shape: array.shape, values)
      }
    }
    self.init(
      values(tree.datasets, nil)
        + tree.groups.flatMap { group in ProbeMode(rawValue: group.name).map { values(group.datasets, $0) } ?? [] })
  }
}
