import Configuration
import Networks

/// ResNet of basic blocks at CIFAR size: He et al. 2016 with a 3x3 stem and no max-pooling, as in
/// dydjw9/Efficient_SAM model/resnet.py. ResNet-18 with width 64: 11 173 962 parameters for 10 classes.
public enum ResNet: Model {
  public static let name = "resnet"
  public static let summary = "Residual network of basic blocks (He et al. 2016), CIFAR stem."
  public static let revision = 1
  public static let settings = [
    Setting("depth", .choice(["10", "18", "34"]), default: "18", "layers with weights", from: .paper("4.1")),
    Setting(
      "width", .integer(1...1024), default: 64, "channels of the first stage; doubled at each of the next three",
      from: .code("dydjw9/Efficient_SAM model/resnet.py")),
  ]

  public static func node(_ settings: Settings, input: Shape, classes: Int) -> Node {
    let blocks = ["10": [1, 1, 1, 1], "18": [2, 2, 2, 2], "34": [3, 4, 6, 3]][settings.text("depth")]!
    let width = settings.integer("width")
    var nodes: [Node] = [
      convolution("conv1", output: width), .batchNorm("bn1"), .relu,
    ]
    var channels = width
    for (stage, count) in blocks.enumerated() {
      for block in 0..<count {
        let stride = stage > 0 && block == 0 ? 2 : 1
        let output = width << stage
        nodes.append(contentsOf: basicBlock("layer\(stage + 1).\(block)", from: channels, to: output, stride: stride))
        channels = output
      }
    }
    nodes += [
      .globalAveragePool, .linear("linear", output: classes, weight: .uniformFanIn, bias: .uniformFanIn),
    ]
    return .sequence(nodes)
  }

  private static func basicBlock(_ name: String, from input: Int, to output: Int, stride: Int) -> [Node] {
    let main: Node = .sequence([
      convolution("\(name).conv1", output: output, stride: stride), .batchNorm("\(name).bn1"), .relu,
      convolution("\(name).conv2", output: output), .batchNorm("\(name).bn2"),
    ])
    let isIdentity = stride == 1 && input == output
    let shortcut: Node = .sequence(
      isIdentity
        ? []
        : [
          .convolution(
            "\(name).shortcut.0", kernel: 1, stride: stride, output: output, initialization: .uniformFanIn),
          .batchNorm("\(name).shortcut.1"),
        ])
    return [.sum(main, shortcut: shortcut), .relu]
  }

  private static func convolution(_ name: String, output: Int, stride: Int = 1) -> Node {
    .convolution(name, kernel: 3, stride: stride, output: output, initialization: .uniformFanIn)
  }
}
