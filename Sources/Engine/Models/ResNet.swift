import Configuration
import Networks

/// ResNet of basic blocks at CIFAR size: He et al. 2016 with a 3x3 stem and no max-pooling, as in
/// dydjw9/Efficient_SAM model/resnet.py. ResNet-18 with width 64: 11 173 962 parameters for 10 classes.
public enum ResNet: Model {
  public static let name = "resnet"
  public static let summary = "Residual network of basic blocks (He et al. 2016), CIFAR stem."
  public static let revision = 1

  private enum Depth: String, CaseIterable, SettingContent {
    case ten = "10"
    case eighteen = "18"
    case thirtyFour = "34"

    /// Blocks of each stage.
    var blocks: [Int] {
      switch self {
      case .ten: [1, 1, 1, 1]
      case .eighteen: [2, 2, 2, 2]
      case .thirtyFour: [3, 4, 6, 3]
      }
    }
  }

  private static let depth = Setting(
    "depth", default: Depth.eighteen, "layers with weights", from: .paper("4.1"))
  private static let width = Setting(
    "width", default: 64, in: 1...1024, "channels of the first stage; doubled at each of the next three",
    from: .code("dydjw9/Efficient_SAM model/resnet.py"))
  public static let settings: [any SettingKey] = [depth, width]

  public static func node(_ settings: Settings, input: Shape, classes: Int) -> Node {
    let blocks = settings[depth].blocks
    let width = settings[Self.width]
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
