import Datasets
import Methods
import Store
import Training

extension AuditRecord {
  /// - Parameter dataset: what was trained on; images or labels that no file holds are stored with the audit.
  init(_ audit: Audit, on dataset: Dataset) {
    let steps = [audit.iterations, audit.batchSize]
    self.init(
      datasets: [
        AuditDataset(
          "samples", "dataset index of each example of each iteration; -1 beyond the end of a short batch",
          shape: steps, .int32(audit.samples)),
        AuditDataset(
          "draws", "augmentation of each example: crop top, crop left, flipped, erased, erased top, erased left",
          shape: steps + [6], .int8(audit.draws)),
        AuditDataset(
          "passes", "iteration, examples and first byte in sides of each forward pass",
          shape: [audit.passes.count / 3, 3], .int32(audit.passes)),
        AuditDataset(
          "sides",
          "operation after operation: bits of a rectifier's outputs, 1 above zero; bytes of a quantiser's integers and bits, 1 inside",
          shape: [audit.sides.count], .uint8(audit.sides)),
      ],
      groups: [
        Group(
          "parameters",
          audit.parameters.map {
            AuditDataset($0, "values the first step begins with, then those after each iteration")
          }),
        Group(
          "buffers",
          audit.buffers.map { AuditDataset($0, "values the first step begins with, then those after each iteration") }),
        Group("decisions", audit.declarations.compactMap { AuditDataset($0, audit.decisions, audit.iterations) }),
      ])
    if dataset.provenance == .generated || dataset.trueLabels != nil {
      groups.append(Group(examplesOf: audit, dataset.training))
    }
  }
}

extension AuditRecord.Group {
  /// The images that were used, once each.
  fileprivate init(examplesOf audit: Audit, _ images: ImageSet) {
    let used = Set(audit.samples).filter { $0 >= 0 }.sorted()
    self.init(
      "examples",
      [
        AuditDataset("index", "dataset index of each image that was used", shape: [used.count], .int32(used)),
        AuditDataset(
          "label", "class of each image", shape: [used.count], .uint8(used.map { images.labels[Int($0)] })),
        AuditDataset(
          "pixels", "bytes of each image: channel, row, column", shape: [used.count, 3, 32, 32],
          .uint8(used.flatMap { images.pixels[Int($0) * 3072..<(Int($0) + 1) * 3072] })),
      ])
  }
}

extension AuditDataset {
  fileprivate init(_ snapshots: Audit.Snapshots, _ longName: String) {
    self.init(
      snapshots.tensor.name, longName, shape: snapshots.tensor.shape, .float(snapshots.tensor.values),
      offset: snapshots.offset)
  }

  /// Nil for a decision that never fell.
  fileprivate init?(_ declaration: Decision, _ log: DecisionLog, _ iterations: Int) {
    let (name, longName) = (declaration.name, declaration.longName)
    if let rows = log.bits[name] {
      self.init(name, longName + "; bits, the lowest first", shape: [iterations, rows.width], .uint8(rows.bytes))
    } else if let numbers = log.numbers[name] {
      self.init(name, longName, shape: [iterations], .double(numbers))
    } else {
      return nil
    }
  }
}
