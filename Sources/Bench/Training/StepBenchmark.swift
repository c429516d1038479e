import Configuration
import Core
import Datasets
import Foundation
import Kernels
import Methods
import Networks

/// Measures complete training steps: data loading, gradients, update. Only ratios within one run are reliable:
/// repetitions of several contenders are interleaved, and medians are reported.
package final class StepBenchmark {
  /// One method on one network.
  package struct Contender {
    package let method: any TrainingMethod.Type
    package let settings: Settings

    package init(_ method: any TrainingMethod.Type, _ settings: Settings) {
      self.method = method
      self.settings = settings
    }
  }

  package struct Figures: Sendable {
    /// Images per second in each repetition.
    package let rates: [Double]
    /// Gradients per iteration in each repetition: the method's declared cost at the share it sampled there.
    package let costs: [Double]
    /// The sampled share of all measured iterations, 0...1.
    package let sampledShare: Double
    /// Gradients per iteration at that share.
    package let cost: Double

    /// The speed in percent of the baseline's: the median of the ratios within each repetition.
    package func relative(to baseline: Figures) -> Double { 100 * middle(zip(rates, baseline.rates).map { $0 / $1 }) }

    /// The speed as a share of the limit set by the method's gradients, 2 / cost times SAM's speed: the median over
    /// repetitions.
    package func limitShare(relativeTo sam: Figures) -> Double {
      middle(rates.indices.map { rates[$0] / sam.rates[$0] * costs[$0] / 2 })
    }

    package var median: Double { middle(rates) }

    private func middle(_ values: [Double]) -> Double {
      let sorted = values.sorted()
      let middle = sorted.count / 2
      return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
  }

  private let trainers: [(contender: Contender, trainer: Trainer)]
  package let parameters: Int
  /// Multiply-adds of one image's forward pass.
  package let multiplyAdds: Int

  package init(
    network: Node, classes: Int, batch: Int, contenders: [Contender], pool: WorkerPool, convolution: ConvolutionPath
  ) throws(SettingsError) {
    let dataset = StepBenchmark.images(count: 2 * batch, classes: classes)
    // A learning rate too small to diverge during a benchmark: NaNs would change the speed.
    let recipe = try Settings(
      Recipe.settings, given: ["batch_size": .integer(batch), "learning_rate": 0.001, "epochs": 10_000], owner: "bench")
    trainers = contenders.map {
      let job = TrainingJob(
        dataset: dataset, network: network, method: $0.method, methodSettings: $0.settings, recipe: recipe, seed: 1)
      return ($0, Trainer(job, pool: pool, convolution: convolution))
    }
    let network = trainers[0].trainer.oracle.network
    parameters = network.space.layout.count
    multiplyAdds = network.multiplyAdds
  }

  /// A lower bound on the memory of a measurement in bytes: each contender's network, the images and the peak's
  /// matrices.
  package static func leastBytes(of network: Node, batch: Int, contenders: Int, threads: Int) -> Int {
    let matrices = 3 * threads * productSize * productSize * MemoryLayout<Float>.stride
    return contenders * Network.leastBytes(of: network, input: .image, batch: batch) + 2 * batch * 3072 + matrices
  }

  /// Warms up, then measures `repetitions` rounds of `steps` steps of each contender in turn.
  package func measure(repetitions: Int, steps: Int, progress: (String) -> Void) -> [Figures] {
    for (_, trainer) in trainers { for _ in 0..<2 { _ = trainer.advance() } }
    var rates = trainers.map { _ in [Double]() }
    var costs = rates
    let before = trainers.map { ($0.trainer.samplingNumber, $0.trainer.iteration) }
    for repetition in 1...max(repetitions, 1) {
      for (k, (contender, trainer)) in trainers.enumerated() {
        let (seconds, images, sampled) = (trainer.trainingSeconds, trainer.images, trainer.samplingNumber)
        for _ in 0..<steps { _ = trainer.advance() }
        let share = Double(trainer.samplingNumber - sampled) / Double(steps)
        costs[k].append(contender.method.plannedCost(contender.settings, sampledShare: share))
        rates[k].append(Double(trainer.images - images) / (trainer.trainingSeconds - seconds))
        progress("repetition \(repetition)/\(repetitions), \(contender.method.name): \(Int(rates[k].last!)) images/s")
      }
    }
    return trainers.enumerated().map { k, pair in
      let sampled = pair.trainer.samplingNumber - before[k].0
      let share = Double(sampled) / Double(pair.trainer.iteration - before[k].1)
      return Figures(
        rates: rates[k], costs: costs[k], sampledShare: share,
        cost: pair.contender.method.plannedCost(pair.contender.settings, sampledShare: share))
    }
  }

  /// Random pixels and labels: the speed does not depend on the content.
  private static func images(count: Int, classes: Int) -> Dataset {
    var stream = RandomStream(seed: 1, purpose: .generation)
    let pixels = (0..<count * 3072).map { _ in UInt8(truncatingIfNeeded: stream.next()) }
    let set = ImageSet(pixels: pixels, labels: (0..<count).map { UInt8($0 % classes) })
    return Dataset(
      name: "noise", title: "noise", classes: classes, training: set, test: set, provenance: .generated)
  }
}

/// The number of rows and columns of the matrices used to measure the peak.
private let productSize = 1024

/// The peak of the machine's matrix product in floating-point operations per second: size 1024 on all workers at once.
package func measuredProductPeak(_ pool: WorkerPool) -> Double {
  let n = productSize
  let buffers = (0..<3 * pool.workers).map { _ in
    let p = MutableFloats.allocate(capacity: n * n)
    for i in 0..<n * n { p[i] = Float(i % 7) - 3 }
    return p
  }
  defer { for buffer in buffers { buffer.deallocate() } }
  var best = 0.0
  for _ in 0..<5 {
    let start = ContinuousClock.now
    pool.run(units: pool.workers) { unit, _ in
      BLAS.multiply(
        .plain(buffers[3 * unit], stride: n), .plain(buffers[3 * unit + 1], stride: n), into: buffers[3 * unit + 2],
        stride: n, m: n, n: n, k: n)
    }
    let seconds = start.duration(to: .now) / .seconds(1)
    best = max(best, 2 * Double(n * n * n * pool.workers) / seconds)
  }
  return best
}
