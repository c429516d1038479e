/// The epochs after which a suite's runs are probed, and how: the key `probes` of a suite.
///
/// Not part of a cell's identity: probes change no number of a run.
public struct ProbeSchedule: Hashable, Sendable {
  /// Epochs from one probe to the next; the last epoch is always probed.
  public let every: Int
  /// Number of training images.
  public let images: Int
  /// The radius for sharpness and PSF; nil for that of each method.
  public let radius: Double?

  /// A schedule of probes; see the properties.
  public init(every: Int, images: Int = 256, radius: Double? = nil) {
    (self.every, self.images, self.radius) = (every, images, radius)
  }

  /// Whether an epoch, 1-based, is followed by a probe.
  public func includes(epoch: Int, of epochs: Int) -> Bool { epoch % every == 0 || epoch == epochs }
}
