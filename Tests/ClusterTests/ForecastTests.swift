import Foundation
import Testing

@testable import Cluster

@Suite("Forecast of a plan")
struct ForecastTests {
  private let network = Calibration.Network(gradientsPerSecond: 10, parameters: 1000, memory: 5000)

  /// A measurement with one thread only.
  private let proportional = ThreadScaling(origin: "", speeds: [1: 1])

  /// Cells of 20 images for 2 epochs: 4 s of gradients and 2/3 s of evaluation at 10 images per second.
  private func costs(_ works: [Work], cost: Double = 1) -> [CellCost] {
    works.map {
      CellCost($0, network, threads: 1, scaling: proportional, cost: cost, training: 20, test: 10)
    }
  }

  @Test("a cell costs its gradients and its evaluations")
  func cell() throws {
    let plain = costs(try works(1))[0]
    #expect(abs(plain.secondsAlone - (4 + 2.0 / 3)) < 1e-9)
    #expect(abs(costs(try works(1), cost: 2)[0].secondsAlone - (8 + 2.0 / 3)) < 1e-9)
    #expect(plain.memory == 5000 + 30 * 3072 + 5 * 4000)
    #expect(plain.result == 4000 + 40 * 4)
    #expect(plain.checkpoints == 2 * (5 * 4000 + 40 * 4))
  }

  @Test("one processor runs all cells in sequence; several share them as whole cells")
  func sharing() throws {
    let five = costs(try works(5))
    let each = five[0].secondsAlone
    let alone = Forecast(five, nodes: 1, cpus: 1)
    #expect(abs(alone.seconds - 5 * each) < 1e-9 && alone.cellsAtATime == 1)
    let shared = Forecast(five, nodes: 2, cpus: 1)
    #expect(abs(shared.seconds - 3 * each) < 1e-9 && shared.cellsAtATime == 2)
    #expect(shared.nodeMemory == five[0].memory)
    #expect(shared.disk == 5 * five[0].result + 2 * five[0].checkpoints)
    #expect(abs(shared.processorSeconds - 5 * each) < 1e-9)
    let wide = Forecast(five, nodes: 1, cpus: 5)
    #expect(abs(wide.seconds - each) < 1e-9 && wide.nodeMemory == 5 * five[0].memory)
  }

  @Test("a cell is faster on more processors, but never spans nodes")
  func width() throws {
    let one = costs(try works(1, cpus: { _ in 8 }))
    let each = one[0].secondsAlone
    #expect(abs(Forecast(one, nodes: 1, cpus: 16).seconds - each / 8) < 1e-9)
    #expect(abs(Forecast(one, nodes: 4, cpus: 2).seconds - each / 2) < 1e-9)
  }

  @Test("the speedup by threads is measured, interpolated linearly, and extrapolated by Amdahl's law")
  func scaling() throws {
    let scaling = ThreadScaling(origin: "resnet", speeds: [1: 50, 2: 85, 4: 130])
    #expect(scaling.speedup(1) == 1 && scaling.speedup(2) == 1.7 && abs(scaling.speedup(3) - 2.15) < 1e-12)
    #expect(!scaling.extrapolates(to: 4) && scaling.extrapolates(to: 5))
    // 4 threads give a speedup of 2.6: the serial share is (4 / 2.6 - 1) / 3.
    let idle = (4 / 2.6 - 1) / 3
    #expect(abs(scaling.speedup(16) - 1 / (idle + (1 - idle) / 16)) < 1e-12)
    #expect(
      ThreadScaling(origin: "", speeds: [1: 50, 2: 40]).speedup(8) == 0.8, "what gained nothing gains nothing")
    #expect(ThreadScaling.threads(upTo: 1) == [1])
    #expect(ThreadScaling.threads(upTo: 2) == [1, 2])
    #expect(ThreadScaling.threads(upTo: 24) == [1, 2, 4, 8, 16, 24])
    // Measured with two threads, run on four and on one.
    let work = try works(1, cpus: { _ in 4 })[0]
    let cost = CellCost(work, network, threads: 2, scaling: scaling, cost: 1, training: 20, test: 10)
    let seconds = 4 + 2.0 / 3
    #expect(abs(cost.seconds(1) - 1.7 * seconds) < 1e-9)
    #expect(abs(cost.seconds(16) - 1.7 / 2.6 * seconds) < 1e-9)
    #expect(abs(Forecast([cost], nodes: 1, cpus: 16).processorSeconds - 4 * 1.7 / 2.6 * seconds) < 1e-9)
  }

  @Test("cells that start from each other run in sequence and form the critical path")
  func chain() throws {
    let three = costs(try works(3, after: [2: "a"]))
    let forecast = Forecast(three, nodes: 3, cpus: 1)
    #expect(abs(forecast.seconds - 2 * three[0].secondsAlone) < 1e-9)
    #expect(abs(forecast.criticalSeconds - 2 * three[0].secondsAlone) < 1e-9)
    #expect(forecast.critical.map(\.id) == ["a", "c"])
  }

  @Test("a calibration is read only for the machine and the threads it was measured with")
  func calibration() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/results/calibration.json"
    let cell = try works(1)[0].cell
    var calibration = Calibration(machine: "A", threads: 2)
    try calibration.add(
      #"{"images_per_second":250.5,"parameters":77,"peak_memory_bytes":4096,"model":"resnet"}"#, for: cell)
    calibration.scaling = ThreadScaling(origin: "resnet", speeds: [1: 50, 2: 85])
    try calibration.write(path)
    #expect(Calibration.read(path, machine: "A", threads: 2) == calibration)
    #expect(Calibration.read(path, machine: "A", threads: 2).network(of: cell)?.gradientsPerSecond == 250.5)
    #expect(Calibration.read(path, machine: "B", threads: 2).networks.isEmpty)
    #expect(Calibration.read(path, machine: "A", threads: 4).networks.isEmpty)
    #expect(throws: ClusterError.self) { try calibration.add("Killed", for: cell) }
    #expect(
      Calibration.command("/opt/sambench", cell, threads: 2).joined(separator: " ").hasPrefix(
        "/opt/sambench bench --model resnet --set "))
  }
}
