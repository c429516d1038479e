import Configuration
import Foundation
import Records
import Store

extension Inspection {
  /// The cell without weights and predictions as one JSON object; null for missing values.
  package var json: String {
    let result = record.result
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
      "status": .text(result.status.word), "status_detail": result.status.detail.map(Value.text) ?? .null,
      "test_accuracy_average": .known(result.testAccuracyAverage),
      "sampling_number_after_start": .integer(result.samplingNumberAdaptive),
      "cost_per_iteration": .known(result.costPerIteration), "timing_note": .text(result.timing.note),
      "provenance": .object(
        Dictionary(record.provenance.map { ($0.key, .text($0.value)) }, uniquingKeysWith: { $1 })),
    ]
    object.merge(result.fields) { $1 }
    object.merge(columns) { $1 }
    if !record.probes.isEmpty { object["probes"] = ProbePage(record).object }
    return Value.object(object).canonicalJSON + "\n"
  }
}

extension RunResult {
  /// The fields that JSON and tables of runs have.
  package var fields: [(String, Value)] {
    [
      ("test_accuracy_last", .known(testAccuracyLast)), ("test_accuracy_best", .known(testAccuracyBest)),
      ("best_epoch", bestEpoch.map(Value.integer) ?? .null), ("train_accuracy", .known(trainingFit?.accuracy)),
      ("train_loss", .known(trainingFit?.loss)), ("iterations", .integer(iterations)),
      ("sampling_number", .integer(samplingNumber)), ("sampled_share", .known(sampledShare)),
      ("gradient_evaluations", .integer(gradientEvaluations)), ("forward_examples", .integer(forwardExamples)),
      ("backward_examples", .integer(backwardExamples)), ("images", .integer(images)),
      ("training_seconds", .known(timing.trainingSeconds)), ("images_per_second", .known(timing.imagesPerSecond)),
      ("is_timing_valid", .flag(timing.isValid)), ("threads", .integer(timing.threads)),
      ("machine", .text(timing.machine)),
    ]
  }
}

extension Series {
  fileprivate var json: Value { .list(values.map { .known(Double($0)) }) }
}

extension Value {
  /// A number; null for nil and for numbers that are not finite.
  package static func known(_ number: Double?) -> Value { number.flatMap { $0.isFinite ? .number($0) : nil } ?? .null }
}
