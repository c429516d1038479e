import Configuration
import Kernels
import Networks

/// Learned step size quantization (Esser et al. 2020) as a rewrite of a model: every convolution and the classifier
/// uses a weight and an input that are rounded to learned steps. Additions, batch norm and pooling stay in floating
/// point.
///
/// The steps are entries of w like any other, so that every method trains them unchanged: without decay, with a
/// gradient scaled by 1 / sqrt(count * Qp), and positive wherever the network is evaluated.
public enum LSQ {
  /// The key in a suite file.
  public static let name = "lsq"
  /// One line for listings.
  public static let summary = "Learned step size quantization (Esser et al. 2020) of weights and activations."
  /// Raised whenever results change: part of a cell's identity.
  public static let revision = 1
  private static let weights = Setting(
    "weights", default: 4, in: 2...8, "bits of a weight, signed", from: .paper("4.5: W4A4"))
  private static let activations = Setting(
    "activations", default: 4, in: 2...8, "bits of an activation: unsigned after a ReLU, else signed",
    from: .paper("4.5: W4A4"))
  private static let ends = Setting(
    "first_last", default: 8, in: 2...8, "bits of weights and inputs of the first convolution and the classifier",
    from: .assumed("the paper is silent; Esser et al. keep both at 8 bits"))
  /// Bits of weights and activations, and those of the first and last layer.
  public static let settings: [any SettingKey] = [weights, activations, ends]

  /// The same network with quantized layers.
  public static func quantized(_ node: Node, _ settings: Settings) -> Node {
    var rewrite = Rewrite(
      weights: settings[weights], activations: settings[activations], ends: settings[ends])
    return rewrite.node(node, isNonNegative: false).node
  }
}

/// One traversal of a network, from the image to the classifier.
private struct Rewrite {
  let weights: Int
  let activations: Int
  let ends: Int
  private var isFirst = true

  init(weights: Int, activations: Int, ends: Int) {
    (self.weights, self.activations, self.ends) = (weights, activations, ends)
  }

  /// - Parameter isNonNegative: whether the input is never negative, so that an unsigned grid can hold it.
  /// - Returns: the rewritten node, and whether its output is never negative.
  mutating func node(_ node: Node, isNonNegative: Bool) -> (node: Node, isNonNegative: Bool) {
    switch node {
    case .convolution, .depthwise:
      let (w, x) = isFirst ? (ends, ends) : (weights, activations)
      isFirst = false
      return (.quantized(node, weights: .signed(bits: w), inputs: grid(x, isNonNegative)), false)
    case .linear:
      return (.quantized(node, weights: .signed(bits: ends), inputs: grid(ends, isNonNegative)), false)
    case .relu: return (node, true)
    case .averagePool, .globalAveragePool: return (node, isNonNegative)
    case .batchNorm, .quantized: return (node, false)
    case .sequence(let nodes):
      var isNonNegative = isNonNegative
      let rewritten = nodes.map { one in
        let (node, isNow) = self.node(one, isNonNegative: isNonNegative)
        isNonNegative = isNow
        return node
      }
      return (.sequence(rewritten), isNonNegative)
    case .sum(let main, let shortcut):
      let (a, isFirst) = self.node(main, isNonNegative: isNonNegative)
      let (b, isSecond) = self.node(shortcut, isNonNegative: isNonNegative)
      return (.sum(a, shortcut: b), isFirst && isSecond)
    }
  }

  private func grid(_ bits: Int, _ isNonNegative: Bool) -> IntegerGrid {
    isNonNegative ? .unsigned(bits: bits) : .signed(bits: bits)
  }
}
