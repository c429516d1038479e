import Configuration
import Networks

/// MobileNet v2 at CIFAR size: Sandler et al. 2018, as in kuangliu/pytorch-cifar models/mobilenetv2.py, whose stride-1
/// blocks project the shortcut where the width changes. With width 32: 2 296 922 parameters for 10 classes.
public enum MobileNetV2: Model {
  public static let name = "mobilenet-v2"
  public static let summary = "MobileNet v2 (Sandler et al. 2018): inverted residual blocks with linear bottlenecks."
  public static let revision = 1
  private static let width = Setting(
    "width", default: 32, in: 4...1024, "channels of the stem, a multiple of 4; all others scale with it",
    from: .code("kuangliu/pytorch-cifar models/mobilenetv2.py"))
  public static let settings: [any SettingKey] = [width]

  /// Expansion, output channels for a stem of 32, number of blocks, and stride of the first block.
  static let stages = [
    (1, 16, 1, 1), (6, 24, 2, 1), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
  ]

  public static func check(_ settings: Settings) throws(SettingsError) {
    let width = settings[Self.width]
    guard width % 4 == 0 else {
      throw .inconsistent(
        key: "width", owner: "model \(name)",
        reason: "must be a multiple of 4, so that all channel counts are whole numbers; \(width) is not")
    }
  }

  public static func node(_ settings: Settings, input: Shape, classes: Int) -> Node {
    let width = settings[Self.width]
    var nodes: [Node] = [
      .convolution("conv1", kernel: 3, stride: 1, output: width, initialization: .uniformFanIn), .batchNorm("bn1"),
      .relu,
    ]
    var channels = width
    var index = 0
    for (expansion, output, count, stride) in stages {
      for block in 0..<count {
        let output = output * width / 32
        nodes += bottleneck(
          "layers.\(index)", expansion: expansion, from: channels, to: output, stride: block == 0 ? stride : 1)
        channels = output
        index += 1
      }
    }
    nodes += [
      pointwise("conv2", 1280 * width / 32), .batchNorm("bn2"), .relu, .globalAveragePool,
      .linear("linear", output: classes, weight: .uniformFanIn, bias: .uniformFanIn),
    ]
    return .sequence(nodes)
  }

  private static func bottleneck(_ name: String, expansion: Int, from input: Int, to output: Int, stride: Int) -> [Node]
  {
    let main: [Node] = [
      pointwise("\(name).conv1", expansion * input), .batchNorm("\(name).bn1"), .relu,
      .depthwise("\(name).conv2", stride: stride, initialization: .uniformFanIn), .batchNorm("\(name).bn2"), .relu,
      pointwise("\(name).conv3", output), .batchNorm("\(name).bn3"),
    ]
    guard stride == 1 else { return main }
    let projection: [Node] =
      input == output
      ? [] : [pointwise("\(name).shortcut.0", output), .batchNorm("\(name).shortcut.1")]
    return [.sum(.sequence(main), shortcut: .sequence(projection))]
  }

  private static func pointwise(_ name: String, _ output: Int) -> Node {
    .convolution(name, kernel: 1, stride: 1, output: output, initialization: .uniformFanIn)
  }
}
