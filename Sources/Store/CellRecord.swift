/// Everything a finished, diverged or failed cell leaves behind: the content of one result file, free of HDF5.
package struct CellRecord: Hashable, Sendable {
  /// Digest of everything that can change a number; also the file's name.
  package var cellID: String
  /// What a person calls the cell: "table3 resnet18 cifar10 vsam seed 1".
  package var alias: String
  package var suite: String
  package var profile: String
  /// False for profiles that only show that the program works.
  package var isEvidence: Bool
  /// The resolved recipe as canonical JSON, and where each of its values comes from.
  package var configJSON: String
  package var sourcesJSON: String
  package var data: DataRecord
  /// One value an iteration, all of length T; entry 0 belongs to iteration 1. Shorter than planned when a run diverged.
  package var traces: [TraceColumn]
  /// One value a rate window, all of one length.
  package var windows: [TraceColumn]
  /// One value an epoch, all of one length; not-a-number where an epoch was not evaluated.
  package var epochs: [TraceColumn]
  package var result: ResultRecord
  /// Predicted class of every test image at the end, and its true class `[N_test]`: the accuracy can be recomputed from
  /// the file alone. Empty unless the run finished.
  package var predictions: [UInt8]
  package var testLabels: [UInt8]
  /// Final weights and batch-norm statistics under PyTorch's names, in its layout.
  package var parameters: [NamedTensor]
  package var buffers: [NamedTensor]
  /// The quantised weights as integers; empty for a model in floating point.
  package var quantized: [QuantizedTensor] = []
  /// Program, compiler, machine, in the order to be shown. Outside the science digest.
  package var provenance: [ProvenanceEntry]
  /// What another program needs to compute the cell again; nil unless asked for. Outside the science digest.
  package var audit: AuditRecord?
  /// Of a record whose weights were left out: the science digest it had with them. Nil for a whole record.
  package private(set) var digestWithWeights: String?

  package init(
    cellID: String, alias: String, suite: String, profile: String, isEvidence: Bool, configJSON: String,
    sourcesJSON: String, data: DataRecord, traces: [TraceColumn], windows: [TraceColumn], epochs: [TraceColumn],
    result: ResultRecord, predictions: [UInt8], testLabels: [UInt8], parameters: [NamedTensor],
    buffers: [NamedTensor], provenance: [ProvenanceEntry], audit: AuditRecord? = nil
  ) {
    self.cellID = cellID
    self.alias = alias
    self.suite = suite
    self.profile = profile
    self.isEvidence = isEvidence
    self.configJSON = configJSON
    self.sourcesJSON = sourcesJSON
    self.data = data
    self.traces = traces
    self.windows = windows
    self.epochs = epochs
    self.result = result
    self.predictions = predictions
    self.testLabels = testLabels
    self.parameters = parameters
    self.buffers = buffers
    self.provenance = provenance
    self.audit = audit
  }

  /// The same without final weights, running statistics and audit: what reports, comparisons and figures read.
  package var light: CellRecord {
    var light = self
    light.digestWithWeights = scienceDigest
    (light.parameters, light.buffers, light.quantized, light.audit) = ([], [], [], nil)
    return light
  }

  /// Marks a record read from a file whose weights were left out.
  mutating func markLight(digestWithWeights: String) { self.digestWithWeights = digestWithWeights }
}

/// The data a cell was trained on, so that a report can say what its numbers are worth.
package struct DataRecord: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable {
    /// All official records, checksums verified.
    case official
    /// Official records, not all of them.
    case subset
    /// The generated stand-in.
    case generated
  }

  /// The key in a suite file: cifar10, cifar100.
  package var name: String
  package var kind: Kind
  package var trainingCount: Int
  package var testCount: Int
  package var classes: Int
  /// SHA-256 over every byte that can change a number, lowercase hexadecimal.
  package var fingerprint: String
  /// The share of the training labels that were to be wrong, and how many are; nil without label noise.
  package var labelNoise: Double?
  package var noisyCount: Int?

  package init(name: String, kind: Kind, trainingCount: Int, testCount: Int, classes: Int, fingerprint: String) {
    self.name = name
    self.kind = kind
    self.trainingCount = trainingCount
    self.testCount = testCount
    self.classes = classes
    self.fingerprint = fingerprint
  }
}

/// One recorded quantity over iterations, rate windows or epochs.
package struct TraceColumn: Hashable, Sendable {
  package var name: String
  /// "1" for a pure number, "s" for seconds.
  package var unit: String
  package var longName: String
  package var values: [Float]
  /// Measured time differs between runs of the same cell, so it stays outside the science digest.
  package var isTiming: Bool
  /// Declared after cells of the same identity had been trained without it: it stays outside the science digest too.
  package var isAddedLater: Bool

  package init(
    _ name: String, unit: String, longName: String, values: [Float], isTiming: Bool = false, isAddedLater: Bool = false
  ) {
    self.name = name
    self.unit = unit
    self.longName = longName
    self.values = values
    self.isTiming = isTiming
    self.isAddedLater = isAddedLater
  }
}

/// A tensor by its PyTorch name; values row-major, so that convolutions are `[out, in, height, width]`.
package struct NamedTensor: Hashable, Sendable {
  package var name: String
  package var shape: [Int]
  package var values: [Float]

  package init(name: String, shape: [Int], values: [Float]) {
    precondition(
      shape.reduce(1, *) == values.count, "NamedTensor \(name): \(values.count) values do not fill \(shape)")
    self.name = name
    self.shape = shape
    self.values = values
  }
}

/// A quantised weight: integers, in PyTorch's layout, and the step that makes them the weight of every pass.
package struct QuantizedTensor: Hashable, Sendable {
  /// Of the latent weight, which stands among the parameters.
  package var name: String
  package var shape: [Int]
  package var integers: [Int8]
  package var step: Float
  /// The integers allowed, -Qn ... Qp.
  package var lowest: Int
  package var highest: Int

  package init(name: String, shape: [Int], integers: [Int8], step: Float, lowest: Int, highest: Int) {
    precondition(
      shape.reduce(1, *) == integers.count, "QuantizedTensor \(name): \(integers.count) values do not fill \(shape)")
    self.name = name
    self.shape = shape
    self.integers = integers
    self.step = step
    self.lowest = lowest
    self.highest = highest
  }
}

/// One line of provenance.
package struct ProvenanceEntry: Hashable, Sendable {
  package var key: String
  package var value: String

  package init(_ key: String, _ value: String) {
    self.key = key
    self.value = value
  }
}
