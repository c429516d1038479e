import Benchmark
import Core
import Kernels

// The usual convolutions of the catalog's models, in all three directions, by both paths:
//
//     make bench-kernels KERNELS='width16.*winograd'

let benchmarks: @Sendable () -> Void = {
  BLAS.prepare()
  let workers = WorkerPool.allowedCPUs
  for layer in Layer.all {
    let isOrdinary = layer.shape.kernel == 3 && layer.shape.stride == 1 && layer.shape.input >= 16
    for isWinograd in isOrdinary ? [true, false] : [false] {
      let path = isWinograd ? "winograd" : "direct"
      let directions: [(String, (LayerBench) -> Void)] = [
        ("forward", { $0.forward() }), ("input gradient", { $0.inputGradient() }),
        ("weight gradient", { $0.weightGradient() }),
      ]
      for (direction, run) in directions {
        Benchmark(
          "\(layer.name) \(direction) \(path)",
          configuration: .init(metrics: [.wallClock], warmupIterations: 2, maxDuration: .milliseconds(400)),
          closure: { (_: Benchmark, bench: LayerBench) in run(bench) },
          setup: { LayerBench(layer, workers: workers, isWinograd: isWinograd) })
      }
    }
  }
}
