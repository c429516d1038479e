/// The shape of one example's activations: `[height * width, channels]`, channels innermost.
public struct Shape: Hashable, Sendable {
  /// Rows.
  public var height: Int
  /// Columns.
  public var width: Int
  /// Values at each place.
  public var channels: Int

  /// Floats of one example.
  public var count: Int { height * width * channels }

  /// A shape.
  public init(height: Int, width: Int, channels: Int) {
    self.height = height
    self.width = width
    self.channels = channels
  }
}
