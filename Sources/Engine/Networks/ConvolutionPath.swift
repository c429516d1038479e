/// The kernels that the convolutions of a network may use. All paths compute the same function up to rounding.
public enum ConvolutionPath: String, Sendable, CaseIterable {
  /// Winograd where it is faster, decided per layer when the network is planned.
  case automatic
  /// Always the direct product: the reference.
  case direct
}
