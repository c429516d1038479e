/// Which kernels a network's convolutions may use. Both give the same function up to rounding.
public enum ConvolutionPath: String, Sendable, CaseIterable {
  /// Winograd where it gains, decided per layer when the network is planned.
  case automatic
  /// Always the direct product: the reference.
  case direct
}
