import SAMBench

/// Four patterns in random colours, places and sizes: stripes across, stripes along, checks and square rings.
///
/// A data set is images of 32 x 32 pixels in three colours, as bytes, with one label each. These are made; files would be
/// read from the folder that `load` is given.
public enum Patterns: DatasetSource {
  public static let name = "patterns"
  public static let title = "Patterns"
  public static let summary = "Stripes across, stripes along, checks and rings: made, not read."
  public static let classes = 4
  static let training = Setting(
    "training", default: 1000, in: 1...100_000, "training images", from: .assumed("enough for four"))
  static let test = Setting("test", default: 500, in: 1...100_000, "test images", from: .assumed("enough for four"))
  public static let settings: [any SettingKey] = [training, test]

  public static func load(
    _ settings: Settings, folder: DataFolder?, policy: DataPolicy
  ) throws(DatasetError) -> Dataset {
    Dataset(
      name: name, title: title, classes: classes, training: images(settings[training], part: 1),
      test: images(settings[test], part: 2), provenance: .official)
  }

  /// Image i depends on its part and on i alone, so other numbers of images leave it as it is.
  private static func images(_ count: Int, part: Int) -> ImageSet {
    var pixels: [UInt8] = []
    pixels.reserveCapacity(count * 3072)
    for i in 0..<count {
      var stream = RandomStream(seed: 1, purpose: .generation, epoch: part, index: i)
      let (x0, y0, width) = (stream.integer(below: 32), stream.integer(below: 32), 2 + stream.integer(below: 4))
      let colours = (0..<6).map { _ in 256 * stream.integer(below: 2) + stream.integer(below: 256) }
      for channel in 0..<3 {
        for p in 0..<1024 {
          let (x, y) = (p % 32 - x0 + 32, p / 32 - y0 + 32)
          let place = [y / width, x / width, x / width + y / width, max(abs(x - 32), abs(y - 32)) / width][i % 4]
          let noise = stream.integer(below: 64)
          pixels.append(UInt8(min(colours[2 * channel + place % 2] / 2 + noise, 255)))
        }
      }
    }
    return ImageSet(pixels: pixels, labels: (0..<count).map { UInt8($0 % 4) })
  }
}
