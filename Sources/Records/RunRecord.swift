/// Everything known about one training run: training fills it, the store writes it, reports read it.
///
/// A record read in part leaves the rest empty; see `Parts`.
package struct RunRecord: Hashable, Sendable {
  /// What to read of a stored record.
  package enum Parts: UInt8, Sendable {
    /// The identity, the result, the epochs and the times of single steps: what tables need.
    case summary
    /// The summary and all traces: what figures need.
    case traces
    /// Everything.
    case all
  }

  /// Digest of everything that can change a number; also the name of the file.
  package var cellID = ""
  /// A readable name: "table3: ResNet-18, CIFAR-10, vSAM, seed 1".
  package var alias = ""
  package var suite = ""
  package var profile = ""
  /// False for profiles that only show that the program works.
  package var isEvidence = false
  /// The resolved recipe as canonical JSON, and the source of each of its values.
  package var configJSON = "{}"
  package var sourcesJSON = "{}"
  package var data = DataRecord()
  /// One value per iteration, all of length T; entry 0 belongs to iteration 1. Shorter than planned if the run diverged.
  package var traces: [Series] = []
  /// One value per rate window, all of one length.
  package var windows: [Series] = []
  /// One value per epoch, all of one length; not-a-number for epochs without evaluation.
  package var epochs: [Series] = []
  package var result = RunResult()
  /// Predicted class of every test image after the last epoch, and its true class, both `[N_test]`: the accuracy can be
  /// recomputed from the file alone. Empty unless the run finished.
  package var predictions: [UInt8] = []
  package var testLabels: [UInt8] = []
  /// Final weights and batch-norm statistics under PyTorch's names, in its layout.
  package var parameters: [NamedTensor] = []
  package var buffers: [NamedTensor] = []
  /// The quantized weights as integers; empty for a model in floating point.
  package var quantized: [QuantizedTensor] = []
  /// Program, compiler and machine, in display order. Outside the science digest.
  package var provenance: [ProvenanceEntry] = []
  /// What another program needs to recompute the run; nil unless requested. Outside the science digest.
  package var audit: AuditRecord?
  /// The science digest stored with a record that is not whole: read in part, or without its weights. Nil for a whole one.
  package var storedDigest: String?

  package init() {}

  /// The values of a trace, nil if the method does not record it.
  package func trace(_ name: String) -> [Float]? { traces.first { $0.name == name }?.values }
  package func window(_ name: String) -> [Float]? { windows.first { $0.name == name }?.values }
}

/// The data of a run, so that a report can say what its numbers are worth.
package struct DataRecord: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable {
    /// All official records, checksums verified.
    case official
    /// A part of the official records.
    case subset
    /// The generated stand-in.
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
  /// Requested share of wrong training labels, and their number; nil without label noise.
  package var labelNoise: Double?
  package var noisyCount: Int?

  package init() {}
}

/// One line of provenance.
package struct ProvenanceEntry: Hashable, Sendable {
  package var key: String
  package var value: String

  package init(_ key: String, _ value: String) { (self.key, self.value) = (key, value) }
}
