/// The complete record of one training run: training fills it, the store writes it, reports read it.
///
/// A record that was read in part is empty elsewhere; see `Parts`.
package struct RunRecord: Hashable, Sendable {
  package enum Parts: UInt8, Sendable {
    /// The identity, the result, the epochs and the times of single steps: sufficient for tables.
    case summary
    /// The summary and all traces: sufficient for figures.
    case traces
    case all
  }

  /// Contains a digest of everything that can change a number; also the name of the file.
  package var cellID = ""
  /// A readable name, such as "table3: ResNet-18, CIFAR-10, vSAM, seed 1".
  package var alias = ""
  package var suite = ""
  package var profile = ""
  /// False for profiles that only test that the program works.
  package var isEvidence = false
  /// The resolved recipe and the source of each of its values, both as canonical JSON.
  package var configJSON = "{}"
  package var sourcesJSON = "{}"
  package var data = DataRecord()
  /// One value per iteration, all of length T; entry 0 belongs to iteration 1. Shorter if the run diverged.
  package var traces: [Series] = []
  /// One value per rate window, all of the same length.
  package var windows: [Series] = []
  /// One value per epoch, all of the same length; NaN for epochs without evaluation.
  package var epochs: [Series] = []
  package var result = RunResult()
  /// The predicted class of every test image after the last epoch, and its true class, both `[N_test]`, from which the
  /// accuracy can be recomputed. Empty unless the run finished.
  package var predictions: [UInt8] = []
  package var testLabels: [UInt8] = []
  /// The final weights and batch-norm statistics, with PyTorch's names and layout.
  package var parameters: [NamedTensor] = []
  package var buffers: [NamedTensor] = []
  /// The quantized weights as integers; empty for a model in floating point.
  package var quantized: [QuantizedTensor] = []
  /// Program, compiler and machine, in display order. Not part of the science digest.
  package var provenance: [ProvenanceEntry] = []
  /// The data that another program needs, besides the recipe, to recompute the run step by step; nil unless requested.
  /// Not part of the science digest.
  package var audit: ArrayTree?
  /// Measurements of the loss around the final weights; empty for a run that was not probed. Not part of the science
  /// digest.
  package var probes = ProbeRecord()
  /// The stored science digest of an incomplete record, read in part or without weights; nil for a complete one.
  package var storedDigest: String?

  package init() {}

  /// The values of a trace; nil if the method does not record it.
  package func trace(_ name: String) -> [Float]? { traces.first { $0.name == name }?.values }
  package func window(_ name: String) -> [Float]? { windows.first { $0.name == name }?.values }
}

/// The data of a run: a report's numbers are comparable only for equal data.
package struct DataRecord: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable {
    /// All official records, with verified checksums.
    case official
    /// Some of the official records.
    case subset
    /// Synthetic images in place of the official ones.
    case generated
  }

  /// The key in a suite file: cifar10, cifar100.
  package var name = ""
  package var kind = Kind.generated
  package var trainingCount = 0
  package var testCount = 0
  package var classes = 0
  /// SHA-256 over every byte that can change a number, lowercase hexadecimal.
  package var fingerprint = ""
  /// The requested share of wrong training labels, and their number; nil without label noise.
  package var labelNoise: Double?
  package var noisyCount: Int?
  /// The number of training images held out as test images; nil where the test images are those of the data set.
  package var validationCount: Int?

  package init() {}

}

extension DataRecord: CustomStringConvertible {
  /// "cifar10, official, 45000 training and 5000 validation images".
  package var description: String {
    "\(name), \(kind.rawValue), \(trainingCount) training and \(testCount) "
      + "\(validationCount == nil ? "test" : "validation") images"
  }
}

/// One fact about the origin of a result.
package struct ProvenanceEntry: Hashable, Sendable {
  package var key: String
  package var value: String

  package init(_ key: String, _ value: String) { (self.key, self.value) = (key, value) }
}
