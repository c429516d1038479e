import Configuration
import Core
import Models
import Networks
import Testing

/// The distribution of a family's initial weights in its source.
struct FirstWeights: CustomTestStringConvertible, Sendable {
  enum Draw: Sendable {
    /// On (-b, b), b = 1 / sqrt(fan-in): PyTorch's default.
    case uniform
    /// With standard deviation sqrt(2 / (kernel^2 * output)): He et al. 2015.
    case normal
    case zero
  }

  let model: String
  let given: [String: Value]
  let convolutions: Draw
  let bias: Draw

  var testDescription: String { model }

  static let all = [
    FirstWeights(model: "resnet", given: ["depth": 10, "width": 16], convolutions: .uniform, bias: .uniform),
    FirstWeights(model: "wide-resnet", given: ["depth": 10, "widen": 1], convolutions: .normal, bias: .zero),
    FirstWeights(model: "pyramidnet", given: ["depth": 8, "alpha": 12], convolutions: .normal, bias: .uniform),
    FirstWeights(model: "mobilenet", given: ["width": 8], convolutions: .uniform, bias: .uniform),
    FirstWeights(model: "mobilenet-v2", given: ["width": 8], convolutions: .uniform, bias: .uniform),
  ]
}

@Suite struct InitializationTests {
  @Test("Every tensor is initialized as in its source", arguments: FirstWeights.all)
  func start(_ first: FirstWeights) throws {
    let model = try #require(ModelCatalogue.named(first.model))
    let settings = try Settings(model.settings, given: first.given, owner: first.model)
    let image = Shape(height: 32, width: 32, channels: 3)
    let pool = WorkerPool(workers: 1)
    let network = Network(
      model.node(settings, input: image, classes: 100), input: image, batch: 1, pool: pool)
    let w = network.space.zeros()
    let statistics = Vector(count: network.statisticsCount, pool: pool)
    network.initialize(w, statistics: statistics, seed: 3)
    var classifier = 0
    for entry in network.space.layout.entries {
      let values = entry.range.map { Double(w[$0]) }
      switch entry.role {
      case .convolution(let kernel, let input, let output):
        let square = Double(kernel * kernel)
        expect(
          values, first.convolutions, bound: 1 / (square * Double(input)).squareRoot(),
          deviation: (2 / (square * Double(output))).squareRoot(), entry.name)
      case .depthwise(let kernel, _): expect(values, .uniform, bound: 1 / Double(kernel), deviation: 0, entry.name)
      case .linear(let input, _):
        classifier = input
        expect(values, .uniform, bound: 1 / Double(input).squareRoot(), deviation: 0, entry.name)
      case .bias: expect(values, first.bias, bound: 1 / Double(classifier).squareRoot(), deviation: 0, entry.name)
      case .scale: #expect(values.allSatisfy { $0 == 1 }, "\(entry.name)")
      case .offset: #expect(values.allSatisfy { $0 == 0 }, "\(entry.name)")
      case .stepSize: Issue.record("\(entry.name) in a network that is not quantized")
      }
    }
    for (name, range) in network.statistics {
      #expect(range.allSatisfy { statistics[$0] == (name.hasSuffix("var") ? 1 : 0) }, "\(name)")
    }
  }

  /// Mean and standard deviation must lie within six of their standard errors.
  private func expect(
    _ values: [Double], _ draw: FirstWeights.Draw, bound: Double, deviation: Double, _ name: String
  ) {
    if draw == .zero {
      #expect(values.allSatisfy { $0 == 0 }, "\(name)")
      return
    }
    let expected = draw == .uniform ? bound / 3.0.squareRoot() : deviation
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    let found = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n).squareRoot()
    #expect(abs(mean) < 6 * expected / n.squareRoot(), "\(name): mean \(mean)")
    #expect(abs(found / expected - 1) < 6 / (2 * n).squareRoot(), "\(name): deviation \(found), not \(expected)")
    if draw == .uniform { #expect(values.allSatisfy { abs($0) <= bound * 1.000001 }, "\(name)") }
  }
}
