import SAMBench

/// The plain network to which residual networks were first compared (He et al. 2015, Sec. 4.2): no shortcuts.
///
/// A model is a tree of `Node`, built from its settings; names, memory, passes and gradients follow from it.
public enum PlainNet: Model {
  public static let name = "plain"
  public static let summary = "Plain network of 3x3 convolutions in three stages (He et al. 2015)."
  public static let revision = 1
  static let depth = Setting(
    "depth", default: 20, in: 8...1202, "layers with weights, 6n + 2",
    from: .assumed("the shallowest of He et al. 2015, Sec. 4.2"))
  static let width = Setting(
    "width", default: 16, in: 1...1024, "channels of the first stage",
    from: .assumed("as in He et al. 2015, Sec. 4.2"))
  public static let settings: [any SettingKey] = [depth, width]

  public static func check(_ settings: Settings) throws(SettingsError) {
    guard settings[depth] % 6 == 2 else {
      throw .inconsistent(key: "depth", owner: "model \(name)", reason: "must be 6n + 2, such as 8, 14 or 20")
    }
  }

  public static func node(_ settings: Settings, input: Shape, classes: Int) -> Node {
    let layers = (settings[depth] - 2) / 3
    let width = settings[Self.width]
    var nodes = layer("conv1", output: width)
    for stage in 0..<3 {
      for index in 0..<layers {
        nodes += layer(
          "stage\(stage + 1).\(index)", output: width << stage, stride: stage > 0 && index == 0 ? 2 : 1)
      }
    }
    nodes += [.globalAveragePool, .linear("fc", output: classes, weight: .uniformFanIn, bias: .zero)]
    return .sequence(nodes)
  }

  private static func layer(_ name: String, output: Int, stride: Int = 1) -> [Node] {
    [
      .convolution("\(name).conv", kernel: 3, stride: stride, output: output, initialization: .normalFanOut),
      .batchNorm("\(name).bn"), .relu,
    ]
  }
}
