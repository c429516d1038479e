/// The shape of one example's activations: `[height * width, channels]`, channels innermost.
public struct Shape: Hashable, Sendable {
  public var height: Int
  public var width: Int
  public var channels: Int

  /// Floats of one example.
  public var count: Int { height * width * channels }

  public init(height: Int, width: Int, channels: Int) {
    self.height = height
    self.width = width
    self.channels = channels
  }
}
