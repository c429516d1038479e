import Configuration
import Networks

/// WideResNet-d-k: Zagoruyko & Komodakis 2016, pre-activation, no dropout, as in dydjw9/Efficient_SAM
/// model/wideresnet.py. WRN-28-10: 36 479 194 parameters for 10 classes.
public enum WideResNet: Model {
  public static let name = "wide-resnet"
  public static let summary = "Wide residual network WRN-depth-widen (Zagoruyko and Komodakis 2016)."
  public static let revision = 1
  private static let depth = Setting(
    "depth", default: 28, in: 10...1000, "layers with weights, 6n + 4", from: .paper("4.1"))
  private static let widen = Setting(
    "widen", default: 10, in: 1...64, "k: the three stages have 16k, 32k and 64k channels", from: .paper("4.1"))
  public static let settings: [any SettingKey] = [depth, widen]

  public static func check(_ settings: Settings) throws(SettingsError) {
    let depth = settings[Self.depth]
    guard (depth - 4) % 6 == 0 else {
      let below = (depth - 4) / 6 * 6 + 4
      throw .inconsistent(
        key: "depth", owner: "model \(name)",
        reason: "must be 6n + 4, such as 10, 16, 22, 28 or 40; \(depth) is not (nearest: \(below) and \(below + 6))")
    }
  }

  public static func node(_ settings: Settings, input: Shape, classes: Int) -> Node {
    let blocks = (settings[depth] - 4) / 6
    let widen = settings[Self.widen]
    var nodes: [Node] = [convolution("conv1", output: 16)]
    var channels = 16
    for group in 0..<3 {
      for block in 0..<blocks {
        let output = (16 * widen) << group
        let stride = group > 0 && block == 0 ? 2 : 1
        nodes += preActivationBlock("block\(group + 1).layer.\(block)", from: channels, to: output, stride: stride)
        channels = output
      }
    }
    nodes += [
      .batchNorm("bn1"), .relu, .globalAveragePool,
      .linear("fc", output: classes, weight: .uniformFanIn, bias: .zero),
    ]
    return .sequence(nodes)
  }

  /// If the width or the plane changes, the projection reads the ACTIVATED input, not x.
  private static func preActivationBlock(_ name: String, from input: Int, to output: Int, stride: Int) -> [Node] {
    let activation: [Node] = [.batchNorm("\(name).bn1"), .relu]
    let convolutions: [Node] = [
      convolution("\(name).conv1", output: output, stride: stride), .batchNorm("\(name).bn2"), .relu,
      convolution("\(name).conv2", output: output),
    ]
    if input == output && stride == 1 {
      return [.sum(.sequence(activation + convolutions), shortcut: .sequence([]))]
    }
    let projection: Node = .convolution(
      "\(name).convShortcut", kernel: 1, stride: stride, output: output, initialization: .normalFanOut)
    return activation + [.sum(.sequence(convolutions), shortcut: projection)]
  }

  private static func convolution(_ name: String, output: Int, stride: Int = 1) -> Node {
    .convolution(name, kernel: 3, stride: stride, output: output, initialization: .normalFanOut)
  }
}
