/// The shape of one example's activations: `[height * width, channels]`, channels innermost.
public struct Shape: Hashable, Sendable {
  /// Height of the plane.
  public var height: Int
  /// Width of the plane.
  public var width: Int
  /// Values per pixel.
  public var channels: Int

  /// Number of values of one example.
  public var count: Int { height * width * channels }

  /// The images of all data sets: 32 x 32 RGB.
  package static let image = Shape(height: 32, width: 32, channels: 3)

  /// A plane of height x width pixels with `channels` values each.
  public init(height: Int, width: Int, channels: Int) {
    self.height = height
    self.width = width
    self.channels = channels
  }
}
