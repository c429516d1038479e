import Core
import Datasets
import Foundation
import Methods
import Testing

@testable import Probes

/// Answers each image with the scores written down for it, in order.
private final class ScriptedOracle: GradientOracle {
  let space = ParameterSpace(
    layout: ParameterLayout(entries: [ParameterEntry(name: "w", role: .bias, range: 0..<1)], tail: 0..<1),
    pool: WorkerPool(workers: 1))
  let statistics = Vector(count: 0, pool: WorkerPool(workers: 1))
  let cost = Cost()
  private let scores: [[Float]]
  private let memory = UnsafeMutableBufferPointer<Float>.allocate(capacity: 64)
  private var next = 0

  init(_ scores: [[Float]]) { self.scores = scores }

  deinit { memory.deallocate() }

  func gradient(
    at w: Vector, on batch: Batch, objective: Objective, statistics: StatisticsUpdate, rows: [Int32]?,
    tensors: [Bool]?, into g: Vector
  ) -> Evaluation { preconditionFailure("not asked") }

  func evaluate(at w: Vector, on batch: Batch, normalizing: Normalization) -> Evaluation {
    let own = Array(scores[next..<next + batch.count])
    next += batch.count
    _ = memory.update(fromContentsOf: own.joined())
    let correct = zip(own, batch.labels).count { scores, label in scores.firstIndex(of: scores.max()!) == Int(label) }
    let classes = own[0].count
    return Evaluation(
      loss: 0.5, exampleLosses: UnsafeBufferPointer(rebasing: memory[0..<0]),
      logits: UnsafeBufferPointer(rebasing: memory[0..<own.count * classes]), correct: correct)
  }
}

@Suite("Calibration")
struct CalibrationTests {
  private func calibration(_ scores: [[Float]], labels: [UInt8]) -> Calibration {
    let images = ImageSet(pixels: [UInt8](repeating: 0, count: labels.count * 3072), labels: labels)
    let oracle = ScriptedOracle(scores)
    return Calibration(of: oracle, at: oracle.space.zeros(), on: EvaluationBatches(images, batchSize: 3))
  }

  /// Two classes whose scores differ by log(p / (1 - p)) have confidence p.
  private func score(_ confidence: Double, for label: Int) -> [Float] {
    let difference = Float(log(confidence / (1 - confidence)))
    return label == 0 ? [difference, 0] : [0, difference]
  }

  @Test("the error is the distance of accuracy and confidence in each bin, weighted by its images")
  func bins() {
    // Bin of 0.9: two of three right, |2/3 - 0.9| = 7/30. Bin of 0.6: one of one right, 0.4.
    let scores = [score(0.9, for: 0), score(0.9, for: 1), score(0.9, for: 0), score(0.6, for: 1)]
    let found = calibration(scores, labels: [0, 1, 1, 1])
    #expect(abs(found.expectedError - (3 * 7.0 / 30 + 0.4) / 4) < 1e-6)
    #expect(found.accuracy == 75 && found.loss == 0.5 && found.predictions == [0, 1, 0, 1])
  }

  @Test("sure and right is no error, sure and wrong the largest")
  func extremes() {
    #expect(calibration([[90, 0], [0, 90]], labels: [0, 1]).expectedError < 1e-12)
    #expect(calibration([[90, 0], [0, 90]], labels: [1, 0]).expectedError > 1 - 1e-12)
  }

  @Test("under- and overconfidence in one bin cancel, in two they do not")
  func cancelling() {
    let one = calibration((0..<4).map { _ in score(0.75, for: 0) }, labels: [0, 0, 0, 1])
    #expect(one.expectedError < 1e-6)
    let two = calibration([score(0.95, for: 0), score(0.55, for: 0)], labels: [1, 0])
    #expect(abs(two.expectedError - (0.95 + 0.45) / 2) < 1e-6)
  }
}
