import Configuration
import Core
import Networks
import Testing

@testable import Models

/// The size of a network. Parameters of the paper's networks are those that osmr/imgclsmob prints (WRN-28-10 and
/// PyramidNet-110 with alpha 270) and those in the readmes of programs built on kuangliu/pytorch-cifar (ResNet-18,
/// MobileNet v1 and v2). All other numbers are worked out from the layers: a convolution has kernel^2 * input * output
/// weights and as many multiply-adds per output pixel; batch norm has two parameters per channel and no multiply-adds.
struct GoldenCount: CustomTestStringConvertible, Sendable {
  let model: String
  let given: [String: Value]
  let classes: Int
  let parameters: Int
  let multiplyAdds: Int
  let tensors: Int
  let tail: Int

  var testDescription: String { "\(model) \(given), \(classes) classes" }

  static let all = [
    GoldenCount(
      model: "resnet", given: [:], classes: 10, parameters: 11_173_962, multiplyAdds: 555_422_720, tensors: 62,
      tail: 2_365_450),
    GoldenCount(
      model: "resnet", given: [:], classes: 100, parameters: 11_220_132, multiplyAdds: 555_468_800, tensors: 62,
      tail: 2_411_620),
    GoldenCount(
      model: "wide-resnet", given: [:], classes: 10, parameters: 36_479_194, multiplyAdds: 5_243_328_768, tensors: 80,
      tail: 3_694_090),
    GoldenCount(
      model: "wide-resnet", given: [:], classes: 100, parameters: 36_536_884, multiplyAdds: 5_243_386_368, tensors: 80,
      tail: 3_751_780),
    GoldenCount(
      model: "wide-resnet", given: ["depth": 16, "widen": 4], classes: 10, parameters: 2_748_890,
      multiplyAdds: 392_612_352, tensors: 44, tail: 592_906),
    GoldenCount(
      model: "pyramidnet", given: [:], classes: 10, parameters: 28_485_477, multiplyAdds: 4_717_983_724, tensors: 439,
      tail: 740_178),
    GoldenCount(
      model: "pyramidnet", given: [:], classes: 100, parameters: 28_511_307, multiplyAdds: 4_718_009_464, tensors: 439,
      tail: 766_008),
    GoldenCount(
      model: "pyramidnet", given: ["alpha": 48], classes: 10, parameters: 1_772_706, multiplyAdds: 403_813_504,
      tensors: 439, tail: 37_770),
    GoldenCount(
      model: "pyramidnet", given: ["alpha": 84], classes: 10, parameters: 3_904_446, multiplyAdds: 772_168_168,
      tensors: 439, tail: 91_410),
    GoldenCount(
      model: "mobilenet", given: [:], classes: 10, parameters: 3_217_226, multiplyAdds: 46_354_432, tensors: 83,
      tail: 1_060_874),
    GoldenCount(
      model: "mobilenet", given: [:], classes: 100, parameters: 3_309_476, multiplyAdds: 46_446_592, tensors: 83,
      tail: 1_153_124),
    GoldenCount(
      model: "mobilenet-v2", given: [:], classes: 10, parameters: 2_296_922, multiplyAdds: 91_154_944, tensors: 173,
      tail: 424_970),
    GoldenCount(
      model: "mobilenet-v2", given: [:], classes: 100, parameters: 2_412_212, multiplyAdds: 91_270_144, tensors: 173,
      tail: 540_260),
  ]
}

@Suite struct ParameterCountTests {
  @Test("Parameters, multiply-adds, tensors and tail match the sources", arguments: GoldenCount.all)
  func count(_ golden: GoldenCount) throws {
    let model = try #require(ModelCatalogue.named(golden.model))
    let settings = try Settings(model.settings, given: golden.given, owner: golden.model)
    try model.checkNetwork(settings)
    let image = Shape.image
    let network = Network(
      model.node(settings, input: image, classes: golden.classes), input: image, batch: 1, pool: WorkerPool(workers: 1))
    let layout = network.space.layout
    #expect(layout.count == golden.parameters)
    #expect(layout.entries.count == golden.tensors)
    #expect(network.multiplyAdds == golden.multiplyAdds)
    #expect(layout.tail.count == golden.tail)
    #expect(layout.tail.upperBound == layout.count)
    #expect(Set(layout.entries.map(\.name)).count == layout.entries.count)
  }

  @Test("A depth that the family cannot have is rejected, and the nearest ones are named")
  func depth() throws {
    let settings = try Settings(WideResNet.settings, given: ["depth": 27], owner: "model wide-resnet")
    #expect(throws: SettingsError.self) { try WideResNet.check(settings) }
    #expect(
      (#expect(throws: SettingsError.self) { try WideResNet.check(settings) })?.description
        == "model wide-resnet: 'depth' must be 6n + 4, such as 10, 16, 22, 28 or 40; 27 is not (nearest: 22 and 28).")
  }

  @Test("PyramidNet's widths are accumulated and rounded half to even, as in its source")
  func widths() {
    #expect(PyramidNet.widths(blocks: 4, alpha: 2) == [16, 17, 18, 18])
    #expect(PyramidNet.widths(blocks: 3, alpha: 270) == [106, 196, 286])
  }

  /// A model that is wrong for some of its settings.
  enum Crooked: Model {
    static let name = "crooked"
    static let summary = ""
    static let revision = 1
    static let kernel = Setting("kernel", default: 3, in: 1...9, "", from: .assumed(""))
    static let settings: [any SettingKey] = [kernel]

    static func node(_ settings: Settings, input: Shape, classes: Int) -> Node {
      .sequence([
        .convolution(
          "conv", kernel: settings[kernel], stride: 1, output: 4, initialization: .uniformFanIn),
        .globalAveragePool, .linear("fc", output: 10, weight: .uniformFanIn, bias: .zero),
      ])
    }
  }

  @Test("A network that cannot be built, or only for 10 classes, is rejected, and the layer is named")
  func crooked() throws {
    for (kernel, reason) in [
      (4, "layer 'conv': the kernel size must be positive and odd, not 4"),
      (3, "the network ends in 1 x 1 x 10; 100 classes"),
    ] {
      let settings = try Settings(Crooked.settings, given: ["kernel": .integer(kernel)], owner: "model crooked")
      let error = #expect(throws: SettingsError.self) { try Crooked.checkNetwork(settings) }
      #expect(
        error?.description.hasPrefix("model crooked cannot be built from these settings: \(reason)") == true)
    }
  }
}
