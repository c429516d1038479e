import Configuration
import Foundation
import Records
import Store

extension Inspection {
  /// The cell without weights and predictions as one JSON object; null for missing values.
  package var json: String {
    let result = record.result
    let status: (word: String, detail: Value) =
      switch result.status {
      case .finished: ("finished", .null)
      case .diverged(let iteration): ("diverged", .text("at iteration \(iteration)"))
      case .failed(let reason): ("failed", .text(reason))
      }
    let columns = Dictionary(
      uniqueKeysWithValues: groups.map { group in
        (group.name, Value.object(Dictionary(group.columns.map { ($0.name, $0.json) }, uniquingKeysWith: { $1 })))
      })
    var object: [String: Value] = [
      "schema": 1, "cell": .text(record.cellID), "alias": .text(record.alias), "suite": .text(record.suite),
      "profile": .text(record.profile), "is_evidence": .flag(record.isEvidence),
      "config": Value(json: record.configJSON), "sources": Value(json: record.sourcesJSON),
      "data": .object([
        "name": .text(record.data.name), "kind": .text(record.data.kind.rawValue),
        "training_images": .integer(record.data.trainingCount), "test_images": .integer(record.data.testCount),
        "classes": .integer(record.data.classes), "fingerprint": .text(record.data.fingerprint),
        "label_noise": .known(record.data.labelNoise),
        "validation_images": record.data.validationCount.map(Value.integer) ?? .null,
      ]),
      "status": .text(status.word), "status_detail": status.detail,
      "test_accuracy_last": .known(result.testAccuracyLast), "test_accuracy_best": .known(result.testAccuracyBest),
      "best_epoch": result.bestEpoch.map(Value.integer) ?? .null,
      "test_accuracy_average": .known(result.testAccuracyAverage),
      "train_accuracy": .known(result.trainingFit?.accuracy), "train_loss": .known(result.trainingFit?.loss),
      "iterations": .integer(result.iterations), "sampling_number": .integer(result.samplingNumber),
      "sampling_number_after_start": .integer(result.samplingNumberAdaptive),
      "gradient_evaluations": .integer(result.gradientEvaluations),
      "forward_examples": .integer(result.forwardExamples), "backward_examples": .integer(result.backwardExamples),
      "images": .integer(result.images), "cost_per_iteration": .known(result.costPerIteration),
      "training_seconds": .known(result.timing.trainingSeconds),
      "images_per_second": .known(result.timing.imagesPerSecond), "is_timing_valid": .flag(result.timing.isValid),
      "timing_note": .text(result.timing.note), "threads": .integer(result.timing.threads),
      "machine": .text(result.timing.machine),
      "provenance": .object(
        Dictionary(record.provenance.map { ($0.key, .text($0.value)) }, uniquingKeysWith: { $1 })),
    ]
    object.merge(columns) { $1 }
    if !record.probes.isEmpty { object["probes"] = ProbePage(record).object }
    return Value.object(object).canonicalJSON + "\n"
  }
}

extension Series {
  fileprivate var json: Value { .list(values.map { .known(Double($0)) }) }
}

extension Value {
  /// A number; null for nil and for numbers that are not finite.
  package static func known(_ number: Double?) -> Value { number.flatMap { $0.isFinite ? .number($0) : nil } ?? .null }
}
