/// One recorded quantity over iterations, rate windows or epochs.
package struct Series: Hashable, Sendable {
  package var name: String
  /// "1" for a pure number, "s" for seconds.
  package var unit: String
  package var longName: String
  package var values: [Float]
  /// True for measured times, which differ between runs of the same cell and are not part of the science digest.
  package var isTiming: Bool
  /// True for a series that other runs of the same cell may lack, because it was introduced later or, as probes by
  /// epoch, is optional; not part of the science digest.
  package var isAddedLater: Bool

  package init(
    _ name: String, unit: String, longName: String, values: [Float], isTiming: Bool = false, isAddedLater: Bool = false
  ) {
    (self.name, self.unit, self.longName, self.values) = (name, unit, longName, values)
    (self.isTiming, self.isAddedLater) = (isTiming, isAddedLater)
  }
}
