import Configuration
import Crypto
import Records

extension RunRecord {
  /// SHA-256 over everything that must be identical whenever and wherever this cell is trained: recipe, data, traces,
  /// results, predictions and weights. It excludes timing, provenance, and names that no number depends on (alias,
  /// suite, profile, sources).
  ///
  /// A record read in part, or without its weights, has the digest stored with the full record: it is the same result.
  package var scienceDigest: String {
    if let storedDigest { return storedDigest }
    var hash = LabelledHash()
    hash.add("cell_id", cellID)
    hash.add("config", configJSON)
    hash.add("data", data.fingerprint)
    for (group, columns) in [("traces", traces), ("sampling", windows), ("epochs", epochs)] {
      for column in columns where !column.isTiming && !column.isAddedLater {
        hash.add("\(group)/\(column.name)", column.values)
      }
    }
    result.addScience(to: &hash)
    hash.add("predictions", predictions)
    hash.add("labels", testLabels)
    for (group, tensors) in [("parameters", parameters), ("buffers", buffers)] {
      for tensor in tensors {
        hash.add("\(group)/\(tensor.name)/shape", tensor.shape)
        hash.add("\(group)/\(tensor.name)", tensor.values)
      }
    }
    for tensor in quantized {
      hash.add("quantized/\(tensor.name)/shape", tensor.shape)
      hash.add("quantized/\(tensor.name)", tensor.integers)
      hash.add("quantized/\(tensor.name)/step", [tensor.step])
    }
    return hash.finish()
  }

  /// The record without final weights, running statistics and audit: all that reports, comparisons and figures need.
  package var light: RunRecord {
    var light = self
    light.storedDigest = scienceDigest
    (light.parameters, light.buffers, light.quantized, light.audit) = ([], [], [], nil)
    return light
  }
}

extension RunResult {
  fileprivate func addScience(to hash: inout LabelledHash) {
    switch status {
    case .finished: hash.add("status", "finished")
    case .diverged(let iteration): hash.add("diverged", [iteration])
    // The reason of a failure may contain a path, so only the fact of the failure counts.
    case .failed: hash.add("status", "failed")
    }
    hash.add("accuracies", [testAccuracyLast, testAccuracyBest].compactMap { $0 })
    hash.add("best_epoch", [bestEpoch].compactMap { $0 })
    hash.add(
      "counts",
      [
        iterations, samplingNumber, samplingNumberAdaptive, gradientEvaluations, forwardExamples, backwardExamples,
        images,
      ])
    hash.add("cost", [costPerIteration])
    // A run without any adds nothing, so runs from before this count keep their digest.
    if let degenerateIterations { hash.add("degenerate", [degenerateIterations]) }
  }
}

/// A hash of named pieces, each with its length, so that different records cannot concatenate to the same bytes.
private struct LabelledHash {
  private var hash = SHA256()

  mutating func add(_ label: String, _ text: String) { add(label, Array(text.utf8)) }

  mutating func add<Element: BitwiseCopyable>(_ label: String, _ values: [Element]) {
    hash.update(data: Array("\(label) \(values.count)\n".utf8))
    values.withUnsafeBytes { hash.update(bufferPointer: $0) }
  }

  func finish() -> String { hexadecimal(hash.finalize()) }
}
