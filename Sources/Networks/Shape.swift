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

  /// The images of all data sets: 32 x 32 RGB.
  package static let image = Shape(height: 32, width: 32, channels: 3)

  /// A shape.
  public init(height: Int, width: Int, channels: Int) {
    self.height = height
    self.width = width
    self.channels = channels
  }
}
