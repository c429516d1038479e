import Core
import Foundation
import Methods
import Networks
import Testing

@testable import Probes

func cosine(_ x: Double) -> Double { cos(x) }

@Suite("Random directions")
struct DirectionTests {
  private func network(workers: Int) -> Network {
    Network(
      .sequence([
        .convolution("a", kernel: 3, stride: 1, output: 5, initialization: .uniformFanIn), .batchNorm("b"), .relu,
        .depthwise("c", stride: 1, initialization: .uniformFanIn), .globalAveragePool,
        .linear("l", output: 4, weight: .uniformFanIn, bias: .uniformFanIn),
      ]), input: Shape(height: 8, width: 8, channels: 3), batch: 1, pool: WorkerPool(workers: workers))
  }

  @Test("signs are +1 and -1, about half of each, and other for another index")
  func signs() {
    let space = ParameterSpace(
      layout: ParameterLayout(
        entries: [ParameterEntry(name: "w", role: .bias, range: 0..<150_000)], tail: 0..<1),
      pool: WorkerPool(workers: 2))
    let a = Directions.rademacher(seed: 1, index: 0, in: space)
    let b = Directions.rademacher(seed: 1, index: 1, in: space)
    #expect(a.readOnly.allSatisfy { abs($0) == 1 })
    let (sum, product) = (a.readOnly.reduce(0) { $0 + Double($1) }, a.dot(b))
    // Five standard deviations.
    #expect(abs(sum) < 2000 && abs(product) < 2000 && product != 150_000)
    let normal = Directions.normal(seed: 1, index: 0, in: space)
    #expect(abs(normal.dot(normal) / 150_000 - 1) < 0.02 && abs(normal.dot(a)) < 2000)
  }

  @Test("filters of a normalized direction have the lengths of the network's; nothing else moves")
  func filters() {
    let network = network(workers: 1)
    let w = network.space.zeros()
    network.initialize(w, statistics: Vector(count: network.statisticsCount, pool: w.pool), seed: 3)
    let d = Directions.filterNormalized(like: w, seed: 1, index: 0, in: network.space)
    for entry in network.space.layout.entries {
      let (own, given) = (entry.exported(from: d.readOnly), entry.exported(from: w.readOnly))
      switch entry.role {
      case .scale, .offset, .bias, .stepSize: #expect(own.allSatisfy { $0 == 0 }, "\(entry.name)")
      case .convolution, .depthwise, .linear:
        // In PyTorch's layout a filter is a row.
        let size = own.count / entry.exportShape[0]
        for filter in 0..<entry.exportShape[0] {
          func length(_ values: [Float]) -> Double {
            values[filter * size..<(filter + 1) * size].reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
          }
          #expect(length(given) > 0 && abs(length(own) / length(given) - 1) < 1e-5, "\(entry.name) \(filter)")
        }
      }
    }
  }
}
