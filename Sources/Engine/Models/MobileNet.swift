import Configuration
import Networks

/// MobileNet v1 at CIFAR size: Howard et al. 2017, as in kuangliu/pytorch-cifar models/mobilenet.py. With width 32:
/// 3 217 226 parameters for 10 classes.
public enum MobileNet: Model {
  public static let name = "mobilenet"
  public static let summary = "MobileNet v1 (Howard et al. 2017): alternating depthwise and 1x1 convolutions."
  public static let revision = 1
  private static let width = Setting(
    "width", default: 32, in: 1...1024, "channels of the stem; all others are multiples of it",
    from: .assumed("Table 5 says MobileNets, the title of v1, without a citation; taken from kuangliu/pytorch-cifar"))
  public static let settings: [any SettingKey] = [width]

  /// Output channels in units of the width, and stride, of each block.
  static let blocks =
    [(2, 1), (4, 2), (4, 1), (8, 2), (8, 1), (16, 2)] + Array(repeating: (16, 1), count: 5) + [(32, 2), (32, 1)]

  public static func node(_ settings: Settings, input: Shape, classes: Int) -> Node {
    let width = settings[Self.width]
    var nodes: [Node] = [
      .convolution("conv1", kernel: 3, stride: 1, output: width, initialization: .uniformFanIn), .batchNorm("bn1"),
      .relu,
    ]
    for (i, (factor, stride)) in blocks.enumerated() {
      let name = "layers.\(i)"
      nodes += [
        .depthwise("\(name).conv1", stride: stride, initialization: .uniformFanIn), .batchNorm("\(name).bn1"), .relu,
        .convolution(
          "\(name).conv2", kernel: 1, stride: 1, output: factor * width, initialization: .uniformFanIn),
        .batchNorm("\(name).bn2"), .relu,
      ]
    }
    nodes += [
      .globalAveragePool, .linear("linear", output: classes, weight: .uniformFanIn, bias: .uniformFanIn),
    ]
    return .sequence(nodes)
  }
}
