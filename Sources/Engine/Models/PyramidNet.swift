import Configuration
import Networks

/// PyramidNet-d of basic blocks: Han et al. 2017, additive widening by alpha, zero-padded shortcuts, no ReLU before the
/// first convolution of a block. PyramidNet-110 with alpha 270: 28 485 477 parameters for 10 classes.
public enum PyramidNet: Model {
  public static let name = "pyramidnet"
  public static let summary = "Pyramidal residual network of basic blocks (Han et al. 2017)."
  public static let revision = 1
  private static let depth = Setting(
    "depth", default: 110, in: 8...2000, "layers with weights, 6n + 2", from: .paper("4.1"))
  private static let alpha = Setting(
    "alpha", default: 270, in: 1...1024, "channels added over all blocks, to the 16 of the stem",
    from: .code("dydjw9/Efficient_SAM utils/options.py"))
  public static let settings: [any SettingKey] = [depth, alpha]

  public static func check(_ settings: Settings) throws(SettingsError) {
    let depth = settings[Self.depth]
    guard (depth - 2) % 6 == 0 else {
      let below = (depth - 2) / 6 * 6 + 2
      throw .inconsistent(
        key: "depth", owner: "model \(name)",
        reason: "must be 6n + 2, such as 8, 14, 20, 56 or 110; \(depth) is not (nearest: \(below) and \(below + 6))")
    }
  }

  /// Channels after each block: 16 + k * alpha / blocks, accumulated in floating point and rounded half to even, as in
  /// the source.
  static func widths(blocks: Int, alpha: Int) -> [Int] {
    let step = Double(alpha) / Double(blocks)
    var width = 16.0
    return (0..<blocks).map { _ in
      width += step
      return Int(width.rounded(.toNearestOrEven))
    }
  }

  public static func node(_ settings: Settings, input: Shape, classes: Int) -> Node {
    let perStage = (settings[depth] - 2) / 6
    let widths = widths(blocks: 3 * perStage, alpha: settings[alpha])
    var nodes: [Node] = [convolution("conv1", output: 16), .batchNorm("bn1")]
    for (k, output) in widths.enumerated() {
      let (stage, block) = k.quotientAndRemainder(dividingBy: perStage)
      let stride = stage > 0 && block == 0 ? 2 : 1
      let name = "layer\(stage + 1).\(block)"
      let main: Node = .sequence([
        .batchNorm("\(name).bn1"), convolution("\(name).conv1", output: output, stride: stride),
        .batchNorm("\(name).bn2"), .relu, convolution("\(name).conv2", output: output), .batchNorm("\(name).bn3"),
      ])
      nodes.append(.sum(main, shortcut: .sequence(stride == 2 ? [.averagePool(size: 2)] : [])))
    }
    nodes += [
      .batchNorm("bn_final"), .relu, .globalAveragePool,
      .linear("fc", output: classes, weight: .uniformFanIn, bias: .uniformFanIn),
    ]
    return .sequence(nodes)
  }

  private static func convolution(_ name: String, output: Int, stride: Int = 1) -> Node {
    .convolution(name, kernel: 3, stride: stride, output: output, initialization: .normalFanOut)
  }
}
